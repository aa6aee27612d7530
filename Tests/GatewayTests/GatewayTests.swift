// Placeholder: replaced when the Gateway target is filled.
