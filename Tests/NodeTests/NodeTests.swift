// Placeholder: replaced when the Node target is filled.
