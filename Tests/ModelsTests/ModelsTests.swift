// Placeholder: replaced when the Models target is filled.
