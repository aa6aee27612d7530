// Placeholder: replaced when the Store target is filled.
