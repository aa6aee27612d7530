// The messages and calls of the chain, for those that read and write transactions as JSON, and for
// the description of its doors.

import App
public import Ledger
public import Wire

/// What the chain's messages are.
public enum ChainTypes {
    /// Every message of the chain, its answers and its queries.
    public static let registry = Modules().registry
    /// What SIGN_MODE_LEGACY_AMINO_JSON signs.
    public static let amino = Modules().amino
    /// What clients may ask, and how it is reached over HTTP.
    public static let calls = Modules().calls
}
