// Placeholder: replaced when the Verification target is filled.
