// Placeholder: replaced when the TestSupport target is filled.
