// What proofs of a kind of tree must look like (ICS-23 proof specs), and the two kinds used here:
// the IAVL tree of one store, and the simple tree over the stores' roots.

public import Base
public import Wire

/// The shape of every honest proof of one kind of tree.
public struct ProofSpec: WireMessage {
    /// The leaf operation; a proof's prefix may be longer but must start with this one's.
    public var leafSpec: LeafOp?
    /// The shape of inner nodes.
    public var innerSpec: InnerSpec?
    /// Most inner operations of a proof; 0 means no limit of the spec's own.
    public var maximumDepth: Int32 = 0
    /// Fewest inner operations of a proof.
    public var minimumDepth: Int32 = 0
    /// Whether absence compares hashes of keys; only sparse trees do.
    public var prehashKeyBeforeComparison = false

    public init() {}

    public static let wireName = "cosmos.ics23.v1.ProofSpec"
    public static let wireFields: WireFields<ProofSpec> = [
        .message(1, "leaf_spec", \.leafSpec),
        .message(2, "inner_spec", \.innerSpec),
        .int32(3, "max_depth", \.maximumDepth),
        .int32(4, "min_depth", \.minimumDepth),
        .bool(5, "prehash_key_before_comparison", \.prehashKeyBeforeComparison),
    ]

    /// The state tree of one store.
    public static let iavl = ProofSpec(
        InnerSpec(childByteCount: 33, minimumPrefix: 4, maximumPrefix: 12))

    /// The simple tree over the roots of all stores.
    public static let tendermint = ProofSpec(
        InnerSpec(childByteCount: 32, minimumPrefix: 1, maximumPrefix: 1))

    private init(_ inner: InnerSpec) {
        leafSpec = LeafOp(prefix: [0])
        innerSpec = inner
    }
}

/// The shape of inner nodes.
public struct InnerSpec: WireMessage {
    /// Order in which the children are hashed.
    public var childOrder: [UInt32] = []
    /// Bytes that one child takes in a node's preimage, with its length byte if it has one.
    public var childByteCount: Int32 = 0
    /// Fewest bytes before the first child.
    public var minimumPrefixByteCount: Int32 = 0
    /// Most bytes before the first child.
    public var maximumPrefixByteCount: Int32 = 0
    /// What stands for an absent child; empty where every node has all its children.
    public var emptyChild: Bytes = []
    /// The hash function.
    public var hash = HashOp.noHash

    public init() {}

    fileprivate init(childByteCount: Int32, minimumPrefix: Int32, maximumPrefix: Int32) {
        childOrder = [0, 1]
        self.childByteCount = childByteCount
        minimumPrefixByteCount = minimumPrefix
        maximumPrefixByteCount = maximumPrefix
        hash = .sha256
    }

    public static let wireName = "cosmos.ics23.v1.InnerSpec"
    public static let wireFields: WireFields<InnerSpec> = [
        .uint32s(1, "child_order", \.childOrder),
        .int32(2, "child_size", \.childByteCount),
        .int32(3, "min_prefix_length", \.minimumPrefixByteCount),
        .int32(4, "max_prefix_length", \.maximumPrefixByteCount),
        .bytes(5, "empty_child", \.emptyChild),
        .enumeration(6, "hash", \.hash),
    ]
}

/// A hash function that ICS-23 names. Only `noHash` and `sha256` occur in trees verified here.
public enum HashOp: Int32, WireEnum {
    case noHash = 0
    case sha256 = 1
    case sha512 = 2
    case keccak256 = 3
    case ripemd160 = 4
    case bitcoin = 5
    case sha512Truncated256 = 6
    case blake2b512 = 7
    case blake2s256 = 8
    case blake3 = 9

    public init() { self = .noHash }

    public static let wireName = "cosmos.ics23.v1.HashOp"

    public var wireLabel: String {
        switch self {
        case .noHash: "NO_HASH"
        case .sha256: "SHA256"
        case .sha512: "SHA512"
        case .keccak256: "KECCAK256"
        case .ripemd160: "RIPEMD160"
        case .bitcoin: "BITCOIN"
        case .sha512Truncated256: "SHA512_256"
        case .blake2b512: "BLAKE2B_512"
        case .blake2s256: "BLAKE2S_256"
        case .blake3: "BLAKE3"
        }
    }
}

/// A way to write a length that ICS-23 names. Only `varProto` occurs in trees verified here.
public enum LengthOp: Int32, WireEnum {
    case noPrefix = 0
    case varProto = 1
    case varRLP = 2
    case fixed32Big = 3
    case fixed32Little = 4
    case fixed64Big = 5
    case fixed64Little = 6
    case require32Bytes = 7
    case require64Bytes = 8

    public init() { self = .noPrefix }

    public static let wireName = "cosmos.ics23.v1.LengthOp"

    public var wireLabel: String {
        switch self {
        case .noPrefix: "NO_PREFIX"
        case .varProto: "VAR_PROTO"
        case .varRLP: "VAR_RLP"
        case .fixed32Big: "FIXED32_BIG"
        case .fixed32Little: "FIXED32_LITTLE"
        case .fixed64Big: "FIXED64_BIG"
        case .fixed64Little: "FIXED64_LITTLE"
        case .require32Bytes: "REQUIRE_32_BYTES"
        case .require64Bytes: "REQUIRE_64_BYTES"
        }
    }
}
