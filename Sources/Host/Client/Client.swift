// Placeholder: replaced when the Client target is filled.
