// Placeholder: replaced when the Wire target is filled.
