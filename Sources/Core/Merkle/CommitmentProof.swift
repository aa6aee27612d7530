// The messages of ICS-23, the proof format that Cosmos chains, IBC and wallets share
// (cosmos/ics23, package cosmos.ics23.v1).
//
// An existence proof is a recipe: hash the key and value by the leaf operation, then wrap the
// result in each inner operation's prefix and suffix and hash again; the last hash is the root.
// Anyone can compute it; the proof spec says which recipes a tree could honestly give.

public import Base
public import Wire

/// A proof that a key has a value, or has none.
public struct CommitmentProof: WireMessage {
    /// The key has a value.
    public var existence: ExistenceProof?
    /// The key has none.
    public var nonExistence: NonExistenceProof?
    /// A batch of proofs, undecoded: this package refuses it.
    public var batch: Bytes?
    /// A compressed batch of proofs, undecoded: this package refuses it.
    public var compressed: Bytes?

    public init() {}

    /// Makes a proof of existence.
    public init(_ proof: ExistenceProof) { existence = proof }

    /// Makes a proof of absence.
    public init(_ proof: NonExistenceProof) { nonExistence = proof }

    public static let wireName = "cosmos.ics23.v1.CommitmentProof"
    public static let wireFields: WireFields<CommitmentProof> = [
        .message(1, "exist", \.existence, oneof: "proof"),
        .message(2, "nonexist", \.nonExistence, oneof: "proof"),
        .bytes(3, "batch", \.batch, oneof: "proof"),
        .bytes(4, "compressed", \.compressed, oneof: "proof"),
    ]
}

/// A key, its value, and the recipe from both to the root.
public struct ExistenceProof: WireMessage {
    /// The key.
    public var key: Bytes = []
    /// Its value.
    public var value: Bytes = []
    /// How key and value become a hash.
    public var leaf: LeafOp?
    /// How that hash becomes the root, lowest node first.
    public var path: [InnerOp] = []

    public init() {}

    /// Makes a proof.
    public init(key: Bytes, value: Bytes, leaf: LeafOp, path: [InnerOp]) {
        self.key = key
        self.value = value
        self.leaf = leaf
        self.path = path
    }

    public static let wireName = "cosmos.ics23.v1.ExistenceProof"
    public static let wireFields: WireFields<ExistenceProof> = [
        .bytes(1, "key", \.key),
        .bytes(2, "value", \.value),
        .message(3, "leaf", \.leaf),
        .messages(4, "path", \.path),
    ]
}

/// A key, and proofs of the two neighbours between which it would stand.
public struct NonExistenceProof: WireMessage {
    /// The key that has no value.
    public var key: Bytes = []
    /// The greatest key below it; absent when there is none.
    public var left: ExistenceProof?
    /// The smallest key above it; absent when there is none.
    public var right: ExistenceProof?

    public init() {}

    /// Makes a proof.
    public init(key: Bytes, left: ExistenceProof?, right: ExistenceProof?) {
        self.key = key
        self.left = left
        self.right = right
    }

    public static let wireName = "cosmos.ics23.v1.NonExistenceProof"
    public static let wireFields: WireFields<NonExistenceProof> = [
        .bytes(1, "key", \.key),
        .message(2, "left", \.left),
        .message(3, "right", \.right),
    ]
}

/// How a key and a value become a leaf's hash.
public struct LeafOp: WireMessage {
    /// Hash over prefix, key and value.
    public var hash = HashOp.noHash
    /// Hash of the key before that.
    public var prehashKey = HashOp.noHash
    /// Hash of the value before that.
    public var prehashValue = HashOp.noHash
    /// How the lengths of key and value are written before them.
    public var length = LengthOp.noPrefix
    /// Bytes before the key.
    public var prefix: Bytes = []

    public init() {}

    /// The leaf operation of both trees here: SHA-256 of prefix, key and SHA-256 of the value, the
    /// last two with varint lengths.
    public init(prefix: Bytes) {
        hash = .sha256
        prehashValue = .sha256
        length = .varProto
        self.prefix = prefix
    }

    public static let wireName = "cosmos.ics23.v1.LeafOp"
    public static let wireFields: WireFields<LeafOp> = [
        .enumeration(1, "hash", \.hash),
        .enumeration(2, "prehash_key", \.prehashKey),
        .enumeration(3, "prehash_value", \.prehashValue),
        .enumeration(4, "length", \.length),
        .bytes(5, "prefix", \.prefix),
    ]
}

/// How a child's hash becomes its parent's: hash of prefix, child, suffix.
public struct InnerOp: WireMessage {
    /// The hash function.
    public var hash = HashOp.noHash
    /// Bytes before the child's hash.
    public var prefix: Bytes = []
    /// Bytes after the child's hash.
    public var suffix: Bytes = []

    public init() {}

    /// Makes a SHA-256 operation.
    public init(prefix: Bytes, suffix: Bytes) {
        hash = .sha256
        self.prefix = prefix
        self.suffix = suffix
    }

    public static let wireName = "cosmos.ics23.v1.InnerOp"
    public static let wireFields: WireFields<InnerOp> = [
        .enumeration(1, "hash", \.hash),
        .bytes(2, "prefix", \.prefix),
        .bytes(3, "suffix", \.suffix),
    ]
}
