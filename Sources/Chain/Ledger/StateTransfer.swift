// State on its way to a node that has none: what a snapshot is made of. The application writes its
// committed state as one stream of bytes, the same on every node, and builds it again from the
// stream; the host cuts the stream in chunks, keeps them, sends them and checks their hashes.
//
// Source: CometBFT 0.38, ABCI 2.0 specification, state sync.

public import Base

/// An application whose state can be given to a node that has none.
public protocol StateTransferring: Application {
    /// Number of the form of the stream. Nodes take streams of their own number only.
    var transferFormat: UInt32 { get }

    /// Writes the state that `reading` holds, which must not change meanwhile. Calls `write` with
    /// the parts in order; what they join to is the same on every node at this height.
    ///
    /// - Returns: the height of the state.
    func exportState(
        of reading: any KeyValueReading, _ write: (Bytes) throws(StorageFailure) -> Void
    ) throws(StorageFailure) -> Int64

    /// Starts to build the state `expected` from a stream.
    func makeStateImport(_ expected: ExpectedState) -> any StateImporting

    /// Opens the application again, after the state below it was replaced.
    mutating func reopen() throws(StorageFailure)
}

/// What is known of a state before its stream comes.
public struct ExpectedState: Equatable, Sendable {
    /// Its height.
    public var height: Int64
    /// Its app hash, from a source that is trusted.
    public var appHash: Bytes
    /// The chain it is of; `nil` when that is not known.
    public var chain: ChainName?

    /// Describes a state.
    public init(height: Int64, appHash: Bytes, chain: ChainName? = nil) {
        self.height = height
        self.appHash = appHash
        self.chain = chain
    }
}

/// Which chain, and where it begins.
public struct ChainName: Equatable, Sendable {
    /// Chain id.
    public var chainID: String
    /// Height of the first block.
    public var initialHeight: Int64

    /// Names a chain.
    public init(chainID: String, initialHeight: Int64) {
        self.chainID = chainID
        self.initialHeight = initialHeight
    }
}

/// Builds a state from the bytes of a stream, which are hostile. Nothing it writes makes the state
/// visible before ``finish(_:)``.
public protocol StateImporting: Sendable {
    /// Takes the next bytes of the stream; what it needs to write for them. Throws a rejection when
    /// the stream is no state.
    mutating func take(_ bytes: Bytes) throws(Failure) -> [KeyValueWrite]

    /// Ends the stream: checks that the state is whole and is the one asked for.
    ///
    /// - Parameter reading: the database, with all writes so far.
    /// - Returns: the writes that make the state visible, for one batch.
    mutating func finish(_ reading: any KeyValueReading) throws(Failure) -> [KeyValueWrite]
}

/// A module that keeps blobs: its state names them by their SHA-256.
public protocol BlobNaming: Module {
    /// Calls `body` with the hash of every blob that the state names; a hash may come again.
    func forEachBlob(
        _ context: inout Context, _ body: (Hash256) throws(Failure) -> Void
    ) throws(Failure)
}
