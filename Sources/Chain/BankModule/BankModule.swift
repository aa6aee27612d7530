// Placeholder: replaced when the BankModule target is filled.
