// From a key of the state to the app hash in two steps: the IAVL proof of the key leads to the root
// of its store, the simple proof of the store's name leads from that root to the app hash. ABCI
// carries them as a list of proof operations, the lowest first (tendermint.crypto.ProofOps):
//
//     type           key           data
//     ics23:iavl     state key     CommitmentProof
//     ics23:simple   store name    CommitmentProof

public import Base
public import Wire

/// One step of a chain of proofs.
public struct ProofOp: WireMessage {
    /// Which rules the step follows.
    public var type = ""
    /// What the step proves the value of.
    public var key: Bytes = []
    /// The encoded proof.
    public var data: Bytes = []

    public init() {}

    /// Makes a step.
    public init(type: String, key: Bytes, data: Bytes) {
        self.type = type
        self.key = key
        self.data = data
    }

    public static let wireName = "tendermint.crypto.ProofOp"
    public static let wireFields: WireFields<ProofOp> = [
        .string(1, "type", \.type),
        .bytes(2, "key", \.key),
        .bytes(3, "data", \.data),
    ]
}

/// A chain of proofs, the lowest step first.
public struct ProofOps: WireMessage {
    /// The steps.
    public var ops: [ProofOp] = []

    public init() {}

    /// Makes a chain.
    public init(_ ops: [ProofOp]) { self.ops = ops }

    public static let wireName = "tendermint.crypto.ProofOps"
    public static let wireFields: WireFields<ProofOps> = [.messages(1, "ops", \.ops)]
}

/// Proofs of state entries against an app hash.
public enum StateProof {
    /// Type of the step from a key to its store's root.
    public static let iavlType = "ics23:iavl"
    /// Type of the step from a store's root to the app hash.
    public static let simpleType = "ics23:simple"

    /// The chain that proves one state entry.
    ///
    /// - Parameters:
    ///   - key: the state key.
    ///   - proof: of the key in its store's tree.
    ///   - storeProof: of the store among all stores; its key is the store's name.
    public static func operations(
        key: Bytes, proof: CommitmentProof, storeProof: ExistenceProof
    ) -> ProofOps {
        ProofOps([
            ProofOp(type: iavlType, key: key, data: proof.encoded()),
            ProofOp(
                type: simpleType, key: storeProof.key,
                data: CommitmentProof(storeProof).encoded()),
        ])
    }

    /// Returns if `ops` proves that `key` of store `storeName` has `value` under the app hash
    /// `root`, or has none if `value` is `nil`. `ops` is hostile; the rest is what the caller wants
    /// shown.
    public static func verify(
        ops: ProofOps, root: Bytes, storeName: String, key: Bytes, value: Bytes?
    ) throws(ProofError) {
        guard ops.ops.count == 2 else {
            throw .wrongOperationCount(expected: 2, actual: ops.ops.count)
        }
        let name = Bytes(storeName.utf8)
        let entry = try proof(in: ops.ops[0], type: iavlType, key: key)
        let store = try proof(in: ops.ops[1], type: simpleType, key: name)
        let storeRoot: Bytes
        if let value {
            guard let existence = entry.existence else { throw .wrongKind }
            storeRoot = try ICS23.root(of: existence, spec: .iavl)
            try ICS23.verifyMembership(
                root: storeRoot, spec: .iavl, proof: entry, key: key, value: value)
        } else {
            guard let absence = entry.nonExistence else { throw .wrongKind }
            guard let neighbour = absence.left ?? absence.right else { throw .noNeighbours }
            storeRoot = try ICS23.root(of: neighbour, spec: .iavl)
            try ICS23.verifyNonMembership(
                root: storeRoot, spec: .iavl, proof: entry, key: key)
        }
        try ICS23.verifyMembership(
            root: root, spec: .tendermint, proof: store, key: name, value: storeRoot)
    }

    private static func proof(
        in step: ProofOp, type: String, key: Bytes
    ) throws(ProofError) -> CommitmentProof {
        guard step.type == type else {
            throw .wrongOperationType(expected: type, actual: step.type)
        }
        guard step.key == key else { throw .wrongKey(expected: key, actual: step.key) }
        let decoded: CommitmentProof
        do {
            decoded = try CommitmentProof(decoding: step.data, rules: .canonical)
        } catch {
            throw .malformed(error)
        }
        return try ICS23.checkedKind(decoded)
    }
}
