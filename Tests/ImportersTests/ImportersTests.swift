// Placeholder: replaced when the Importers target is filled.
