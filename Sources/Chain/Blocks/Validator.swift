// Validators and the hash that binds a header to its set.
//
// A set is sorted by power, highest first, then by address; the hash is the Merkle root over key
// and power of each, so names and proposer order do not enter. Total power is at most (2^63 - 1) /
// 8, which leaves room for the engine's arithmetic. Source: CometBFT 0.38, `types/validator.go`,
// `types/validator_set.go`.

public import Base
public import Cryptography
import Merkle
public import Wire

/// A validator's public key (`tendermint.crypto.PublicKey`).
public struct ValidatorKey: WireMessage, Hashable {
    /// An Ed25519 key, 32 bytes.
    public var ed25519: Bytes?
    /// A compressed secp256k1 key, 33 bytes. Carried, but no signature of it is accepted here.
    public var secp256k1: Bytes?

    public static let wireName = "tendermint.crypto.PublicKey"
    public static let wireFields: WireFields<ValidatorKey> = [
        .bytes(1, "ed25519", \.ed25519, oneof: "sum"),
        .bytes(2, "secp256k1", \.secp256k1, oneof: "sum"),
    ]

    public init() {}

    /// Makes the message of an Ed25519 key.
    public init(_ key: Ed25519.PublicKey) { ed25519 = key.bytes }
}

/// A validator and its power (`tendermint.types.Validator`).
public struct Validator: WireMessage, Hashable {
    /// First 20 bytes of the SHA-256 of the key.
    public var address: Bytes = []
    /// The key.
    public var publicKey = ValidatorKey()
    /// Voting power, positive.
    public var votingPower: Int64 = 0
    /// The engine's turn-taking number; not hashed.
    public var proposerPriority: Int64 = 0

    public static let wireName = "tendermint.types.Validator"
    public static let wireFields: WireFields<Validator> = [
        .bytes(1, "address", \.address),
        .message(2, "pub_key", \.publicKey),
        .int64(3, "voting_power", \.votingPower),
        .int64(4, "proposer_priority", \.proposerPriority),
    ]

    /// Number of bytes of an address: 20.
    public static let addressByteCount = 20

    public init() {}

    /// Makes a validator with an Ed25519 key.
    public init(_ key: Ed25519.PublicKey, votingPower: Int64) {
        address = Address.consensus(key).bytes
        publicKey = ValidatorKey(key)
        self.votingPower = votingPower
    }

    /// The Ed25519 key, checked against the address; `nil` when either is malformed or they differ.
    public var verifiedKey: Ed25519.PublicKey? {
        guard publicKey.secp256k1 == nil, let bytes = publicKey.ed25519,
            let key = Ed25519.PublicKey(bytes), Address.consensus(key).bytes == address
        else { return nil }
        return key
    }

    /// Whether this validator stands before `other` in a set.
    func precedes(_ other: Validator) -> Bool {
        if votingPower != other.votingPower { return votingPower > other.votingPower }
        return address.lexicographicallyPrecedes(other.address)
    }
}

/// What the set's hash covers of a validator (`tendermint.types.SimpleValidator`).
public struct SimpleValidator: WireMessage, Hashable {
    /// The key.
    public var publicKey: ValidatorKey?
    /// Voting power.
    public var votingPower: Int64 = 0

    public static let wireName = "tendermint.types.SimpleValidator"
    public static let wireFields: WireFields<SimpleValidator> = [
        .message(1, "pub_key", \.publicKey),
        .int64(2, "voting_power", \.votingPower),
    ]

    public init() {}

    /// Takes the hashed fields of `validator`.
    public init(_ validator: Validator) {
        publicKey = validator.publicKey
        votingPower = validator.votingPower
    }
}

/// The validators of one height (`tendermint.types.ValidatorSet`).
public struct ValidatorSet: WireMessage, Hashable {
    /// The validators, by power descending, then address ascending.
    public var validators: [Validator] = []
    /// Whose turn it is to propose; not hashed.
    public var proposer: Validator?
    /// Sum of the powers, or 0 when not filled in.
    public var totalVotingPower: Int64 = 0

    public static let wireName = "tendermint.types.ValidatorSet"
    public static let wireFields: WireFields<ValidatorSet> = [
        .messages(1, "validators", \.validators),
        .message(2, "proposer", \.proposer),
        .int64(3, "total_voting_power", \.totalVotingPower),
    ]

    /// Most validators in a set.
    public static let maximumCount = 10_000
    /// Largest sum of powers: (2^63 - 1) / 8.
    public static let maximumTotalPower = Int64.max / 8

    public init() {}

    /// Sorts `validators` into a set.
    public init(_ validators: [Validator]) {
        self.validators = validators.sorted { $0.precedes($1) }
    }

    /// Merkle root over key and power of each validator, in order.
    public var hash: Hash256 {
        MerkleTree.root(of: validators.map { SimpleValidator($0).encoded() })
    }

    /// Checks order, keys, addresses, powers, and that no validator occurs twice.
    ///
    /// - Returns: the sum of the powers.
    @discardableResult
    public func check() throws(BlockError) -> Int64 {
        guard !validators.isEmpty else { throw .invalidValidators(.empty) }
        guard validators.count <= ValidatorSet.maximumCount else {
            throw .invalidValidators(.tooMany(count: validators.count))
        }
        var total: Int64 = 0
        for (index, validator) in validators.enumerated() {
            guard validator.votingPower > 0, validator.votingPower <= ValidatorSet.maximumTotalPower
            else { throw .invalidValidators(.power(index: index)) }
            // Both terms are at most 2^60, so the sum cannot overflow.
            total += validator.votingPower
            guard total <= ValidatorSet.maximumTotalPower else {
                throw .invalidValidators(.power(index: index))
            }
            guard validator.verifiedKey != nil else { throw .invalidValidators(.key(index: index)) }
            guard index == 0 || validators[index - 1].precedes(validator) else {
                throw .invalidValidators(.order(index: index))
            }
        }
        let addresses = validators.map(\.address).sorted { $0.lexicographicallyPrecedes($1) }
        guard zip(addresses, addresses.dropFirst()).allSatisfy({ $0 != $1 }) else {
            throw .invalidValidators(.duplicate)
        }
        guard totalVotingPower == 0 || totalVotingPower == total else {
            throw .invalidValidators(.total(declared: totalVotingPower, actual: total))
        }
        return total
    }
}
