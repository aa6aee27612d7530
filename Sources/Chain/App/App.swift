// Placeholder: replaced when the App target is filled.
