// Placeholder: replaced when the Base target is filled.
