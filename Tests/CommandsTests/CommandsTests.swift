// Placeholder: replaced when the Commands target is filled.
