// Placeholder: replaced when the Consensus target is filled.
