// Why the driver refused a transaction, a start, or to go on. The texts of mempool refusals are
// CometBFT's, because wallets match on them.

public import Base
public import Blocks
public import Ledger
public import Wire

/// A refusal or a failure of the embedded driver.
public enum ConsensusError: Error, Equatable, Sendable {
    /// The transaction is in the mempool, or succeeded not long ago.
    case transactionInCache
    /// The mempool holds as much as it may.
    case mempoolFull(count: Int, maximumCount: Int, byteCount: Int, maximumByteCount: Int)
    /// The transaction is larger than the mempool takes, in bytes.
    case transactionTooLarge(maximum: Int, actual: Int)
    /// The transaction would not fit any block, in bytes.
    case transactionTooLargeForBlock(maximum: Int64, actual: Int)
    /// The transaction wants more gas than a block may use.
    case gasWantedTooHigh(maximum: Int64, actual: Int64)
    /// No block is kept at this height. `lowest` is 0 when there is no block at all.
    case heightNotAvailable(height: Int64, lowest: Int64, highest: Int64)
    /// A search reads or finds more than it may.
    case searchTooWide(limit: Int)
    /// The genesis breaks a rule.
    case invalidGenesis(String)
    /// The application refused the genesis.
    case genesisRefused(Rejection)
    /// The database belongs to another chain.
    case wrongChain(stored: String, given: String)
    /// The key's validator has not more than two thirds of the power, so it cannot make blocks
    /// alone. Zero power also stands for a key that is not in the set.
    case noMajority(power: Int64, total: Int64)
    /// Blocks and application state in the database do not belong together.
    case stateMismatch(height: Int64, applicationHeight: Int64, detail: String)
    /// The driver was asked to sign a second block at a height, or one below.
    case alreadySigned(height: Int64, lastSigned: Int64)
    /// The application broke a rule that consensus relies on.
    case applicationFault(height: Int64, detail: String)
    /// A stored record cannot be decoded.
    case damagedRecord(name: String, height: Int64, reason: WireError)
    /// A record that must exist is missing.
    case missingRecord(name: String, height: Int64)
    /// A stored block breaks a rule.
    case invalidBlock(height: Int64, reason: BlockError)
    /// Executing a stored block again gave something else than it gave the first time.
    case replayDiffers(height: Int64, field: String, stored: String, computed: String)
    /// The database failed. The driver has stopped; open the database again to go on.
    case storage(StorageFailure)
    /// The driver was stopped.
    case stopped
}

extension ConsensusError: CustomStringConvertible {
    public var description: String {
        mempoolDescription ?? startDescription ?? chainDescription
    }

    private var mempoolDescription: String? {
        switch self {
        case .transactionInCache: "tx already exists in cache"
        case .mempoolFull(let count, let maximumCount, let byteCount, let maximumByteCount):
            "mempool is full: number of txs \(count) (max: \(maximumCount)), "
                + "total txs bytes \(byteCount) (max: \(maximumByteCount))"
        case .transactionTooLarge(let maximum, let actual):
            "tx too large. Max size is \(maximum), but got \(actual)"
        case .transactionTooLargeForBlock(let maximum, let actual):
            "tx pre check: tx size is too big: \(actual), max: \(maximum)"
        case .gasWantedTooHigh(let maximum, let actual):
            "tx post check: gas wanted \(actual) is greater than max gas \(maximum)"
        default: nil
        }
    }

    private var startDescription: String? {
        switch self {
        case .invalidGenesis(let reason): "genesis: \(reason)"
        case .genesisRefused(let rejection): "the application refused the genesis: \(rejection)"
        case .wrongChain(let stored, let given):
            "the database is of chain \(stored), the genesis of chain \(given)"
        case .noMajority(let power, let total):
            "the validator key has power \(power) of \(total), which is not more than two thirds"
        case .stateMismatch(let height, let applicationHeight, let detail):
            "blocks are at height \(height), application state at \(applicationHeight): \(detail)"
        default: nil
        }
    }

    private var chainDescription: String {
        switch self {
        case .heightNotAvailable(let height, let lowest, let highest):
            height > highest
                ? "height \(height) must be less than or equal to the current blockchain height "
                    + "\(highest)"
                : "height \(height) is not available, lowest height is \(lowest)"
        case .searchTooWide(let limit):
            "the query concerns more than \(limit) entries; narrow it by height"
        case .alreadySigned(let height, let lastSigned):
            "asked to sign height \(height) after height \(lastSigned) was signed"
        case .applicationFault(let height, let detail):
            "the application failed at height \(height): \(detail)"
        case .damagedRecord(let name, let height, let reason):
            "the stored \(name) of height \(height) is damaged: \(reason)"
        case .missingRecord(let name, let height): "no \(name) is stored at height \(height)"
        case .invalidBlock(let height, let reason):
            "stored block \(height) is invalid: \(reason)"
        case .replayDiffers(let height, let field, let stored, let computed):
            "executing block \(height) again gave \(field) \(computed), stored is \(stored)"
        case .storage(let failure): failure.description
        case .stopped: "the node is stopping"
        default: "consensus error"
        }
    }
}

/// Runs a call into storage or the application, turning its failure into this target's error.
func storing<Value>(
    _ body: () throws(StorageFailure) -> Value
) throws(ConsensusError) -> Value {
    do { return try body() } catch { throw .storage(error) }
}
