// The messages of the chain by type URL, for those that read and write transactions as JSON.

import App
public import Wire

/// What the chain's messages are.
public enum ChainTypes {
    /// Every message of the chain, its answers and its queries.
    public static let registry = Modules().registry
}
