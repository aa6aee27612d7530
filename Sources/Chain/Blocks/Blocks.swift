// Placeholder: replaced when the Blocks target is filled.
