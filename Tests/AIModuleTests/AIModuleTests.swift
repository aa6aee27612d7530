// Placeholder: replaced when the AIModule target is filled.
