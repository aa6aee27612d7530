// Placeholder: replaced when the Tensors target is filled.
