// What a block's header and the engine tell about it: when it is, who proposed it, who signed the
// block before, and who was caught breaking the engine's rules. Source: CometBFT 0.38, ABCI 2.0.

public import Base
public import Wire

/// The block a transaction runs in.
public struct BlockInfo: Equatable, Sendable {
    /// Chain id, of the form `aivm-1`.
    public var chainID: String
    /// Height of the block being executed; 0 in genesis.
    public var height: Int64
    /// Time in the block's header.
    public var time: Timestamp
    /// Consensus address of the proposer; empty in genesis.
    public var proposer: Bytes
    /// Hash of the header; empty where there is none yet (genesis, proposals).
    public var hash: Bytes
    /// Hash of the validator set of the next block.
    public var nextValidatorsHash: Bytes
    /// Who of the validators of the block before signed it, in the order of the set; empty in the
    /// first block.
    public var lastCommit: [CommitVote]
    /// Evidence that the block carries.
    public var offences: [Offence]

    /// Makes the description of a block.
    public init(
        chainID: String, height: Int64, time: Timestamp, proposer: Bytes = [], hash: Bytes = [],
        nextValidatorsHash: Bytes = [], lastCommit: [CommitVote] = [],
        offences: [Offence] = []
    ) {
        self.chainID = chainID
        self.height = height
        self.time = time
        self.proposer = proposer
        self.hash = hash
        self.nextValidatorsHash = nextValidatorsHash
        self.lastCommit = lastCommit
        self.offences = offences
    }
}

/// What a validator did about the block before.
public struct CommitVote: Equatable, Sendable {
    /// Consensus address, 20 bytes.
    public var address: Bytes
    /// Voting power in the set that decided the block.
    public var power: Int64
    /// What came of it.
    public var flag: Flag

    /// What came of a vote.
    public enum Flag: Equatable, Sendable {
        /// No vote arrived.
        case absent
        /// It signed the block.
        case commit
        /// It signed for no block.
        case none
    }

    /// Whether it took part: a vote for no block counts too.
    public var isPresent: Bool { flag != .absent }

    /// Makes a vote.
    public init(address: Bytes, power: Int64, flag: Flag) {
        self.address = address
        self.power = power
        self.flag = flag
    }
}

/// Evidence against a validator, judged by the engine already.
public struct Offence: Equatable, Sendable {
    /// What it did.
    public var kind: Kind
    /// Consensus address, 20 bytes.
    public var address: Bytes
    /// Its voting power at the time.
    public var power: Int64
    /// Height of the offence.
    public var height: Int64
    /// Time of the offence.
    public var time: Timestamp
    /// Power of all validators at the time.
    public var totalPower: Int64

    /// What a validator did.
    public enum Kind: Equatable, Sendable {
        /// Signed two blocks in one round.
        case duplicateVote
        /// Signed a header to deceive light clients.
        case lightClientAttack
        /// Something this program does not know.
        case unknown
    }

    /// Makes evidence.
    public init(
        kind: Kind, address: Bytes, power: Int64, height: Int64, time: Timestamp,
        totalPower: Int64
    ) {
        self.kind = kind
        self.address = address
        self.power = power
        self.height = height
        self.time = time
        self.totalPower = totalPower
    }
}
