// Why a proof was refused. Every refusal has its own case, so that tests can hold each check to its
// reason; nothing here depends on anything but the proof and what it was checked against.

public import Base
public import Wire

/// Why a proof was refused.
public enum ProofError: Error, Equatable, Sendable {
    /// Bytes that should hold a proof do not decode.
    case malformed(WireError)
    /// A batch or compressed batch of proofs, which this package does not verify.
    case batchNotSupported
    /// The proof shows neither existence nor absence.
    case empty
    /// Existence was to be shown, but the proof shows absence, or the other way round.
    case wrongKind
    /// The spec is not of a binary SHA-256 tree with length-prefixed, value-hashed leaves.
    case specNotSupported
    /// The proof is of another key. Both are the keys' bytes.
    case wrongKey(expected: Bytes, actual: Bytes)
    /// The proof is of another value.
    case wrongValue
    /// The proof leads to another root.
    case wrongRoot(expected: Bytes, actual: Bytes)
    /// A key must have at least one byte.
    case emptyKey
    /// A value must have at least one byte: ICS-23 does not prove empty ones.
    case emptyValue
    /// The leaf operation is missing or is not of the spec's kind.
    case wrongLeafOperation
    /// An inner operation is not of the spec's kind. Layers are counted from 1 at the bottom.
    case wrongInnerOperation(layer: Int)
    /// The number of inner operations is outside the limits.
    case wrongDepth(minimum: Int, maximum: Int, actual: Int)
    /// A proof of absence has neither neighbour.
    case noNeighbours
    /// A neighbour's key is not on its side of the absent key.
    case neighbourOutOfOrder
    /// The only neighbour is not the first or the last leaf of its tree.
    case neighbourNotOutermost
    /// Between the two neighbours there are other leaves.
    case neighboursNotAdjacent
    /// The chain of operations has another number of steps.
    case wrongOperationCount(expected: Int, actual: Int)
    /// A step of the chain has another type.
    case wrongOperationType(expected: String, actual: String)
}
