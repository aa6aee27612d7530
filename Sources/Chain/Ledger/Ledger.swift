// Placeholder: replaced when the Ledger target is filled.
