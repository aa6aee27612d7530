// Placeholder: replaced when the Tidy target is filled.
