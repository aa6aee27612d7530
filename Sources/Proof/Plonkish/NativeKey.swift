// What a verifier knows of a circuit of the native profile: the shape of its table, commitments to
// its fixed columns and to its permutation, and tau in the second group.

public import Base
import Cryptography
public import Fields

/// The public part of a circuit's key.
public struct NativeKey: Equatable, Sendable {
    /// The shape of the table.
    public let shape: TableShape
    /// [f_i].
    public let fixed: [G1Affine]
    /// [s_j].
    public let permutation: [G1Affine]
    /// tau G2.
    public let tauG2: G2Affine
    /// Whether the structured reference string is for development only: whoever made it can forge
    /// proofs.
    public let isUnsafe: Bool
    /// The hash of the key's bytes.
    public let digest: Hash256

    /// Makes a key and checks it. Throws ``NativeError/malformedKey(_:)``.
    public init(
        shape: TableShape, fixed: [G1Affine], permutation: [G1Affine], tauG2: G2Affine,
        isUnsafe: Bool
    ) throws(NativeError) {
        guard fixed.count == shape.fixedCount, permutation.count == shape.adviceCount else {
            throw .malformedKey("it has another number of commitments than columns")
        }
        guard (fixed + permutation).allSatisfy(\.isOnCurve) else {
            throw .malformedKey("a commitment is not on the curve")
        }
        guard !tauG2.isInfinity, tauG2.isOnCurve, tauG2.isInSubgroup else {
            throw .malformedKey("tau G2 is not a point of the second group")
        }
        self.shape = shape
        self.fixed = fixed
        self.permutation = permutation
        self.tauG2 = tauG2
        self.isUnsafe = isUnsafe
        digest = Keccak256.hash(
            NativeKey.encode(shape, fixed + permutation, tauG2, isUnsafe: isUnsafe))
    }

    /// The roots of unity whose powers are the rows.
    public var root: Fr {
        guard let root = Fr.rootOfUnity(log2: shape.log2Rows) else {
            preconditionFailure("a table's rows are roots of unity")
        }
        return root
    }
}
