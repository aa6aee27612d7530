// Placeholder: replaced when the Cryptography target is filled.
