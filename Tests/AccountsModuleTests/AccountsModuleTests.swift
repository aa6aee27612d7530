// Placeholder: replaced when the AccountsModule target is filled.
