// Placeholder: replaced when the Merkle target is filled.
