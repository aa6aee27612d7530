// What the operator of a node behind an engine chooses. Nothing here changes the result of a block.

public import Ledger

/// How a session serves its engine.
public struct SessionOptions: Sendable {
    /// Where snapshots are kept; `nil` makes and serves none.
    public var snapshots: SnapshotArchive?
    /// Blocks from one snapshot to the next; 0 makes none.
    public var snapshotInterval: Int64
    /// Blocks that the engine keeps; 0 keeps all. More are kept where the chain needs them.
    public var keptBlocks: Int64
    /// The chain whose snapshots are taken in; `nil` takes those of any.
    public var chain: ChainName?
    /// Told why the session stops, should it, and of snapshots.
    public var log: @Sendable (String) -> Void

    /// Makes options; by default no snapshots, and all blocks are kept.
    public init(
        snapshots: SnapshotArchive? = nil, snapshotInterval: Int64 = 0, keptBlocks: Int64 = 0,
        chain: ChainName? = nil, log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        precondition(snapshotInterval >= 0 && keptBlocks >= 0, "counts of blocks")
        self.snapshots = snapshots
        self.snapshotInterval = snapshotInterval
        self.keptBlocks = keptBlocks
        self.chain = chain
        self.log = log
    }
}
