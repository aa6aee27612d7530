// How a verifier's random choices are made from what the prover said, in the manner of snarkjs 0.7:
// for each challenge a new Keccak-256 over everything appended since the last, no running state.
// Scalars are 32 big-endian bytes, points x ‖ y of 32 big-endian bytes each, infinity 64 zeros; the
// digest is taken as a big-endian integer modulo r. Whoever wants a challenge to depend on an
// earlier one appends the earlier one.

import Base
import Cryptography
public import Fields

/// What has been said since the last challenge.
public struct Transcript: Sendable {
    private var hasher = Keccak256Hasher()

    /// Starts with nothing said.
    public init() {}

    /// Appends a scalar.
    public mutating func append(_ scalar: Fr) { hasher.update(scalar.canonicalBigEndian) }

    /// Appends a point of the first group.
    public mutating func append(_ point: G1Affine) {
        hasher.update(point.x.canonicalBigEndian)
        hasher.update(point.y.canonicalBigEndian)
    }

    /// Appends a point of the second group: x.c0, x.c1, y.c0, y.c1, 32 big-endian bytes each.
    public mutating func append(_ point: G2Affine) {
        hasher.update(point.canonicalBigEndian)
    }

    /// The challenge that follows from what was appended, and a new start.
    public mutating func challenge() -> Fr {
        let digest = hasher.finalize()
        hasher = Keccak256Hasher()
        let (w0, w1, w2, w3) = digest.words
        return Fr(reducing: UInt256(w3, w2, w1, w0))
    }
}
