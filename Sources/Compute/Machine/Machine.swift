// Placeholder: replaced when the Machine target is filled.
