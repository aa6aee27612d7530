// How challenges follow from what was said, section 3 of Documentation/plonk-native.md. Everything
// has a label and a length, so no two conversations are the same bytes, and every challenge depends
// on all that came before it.

public import Base
import Cryptography
public import Fields

/// A conversation of a prover with a verifier who draws by hashing.
public struct ProofTranscript: Sendable {
    private var state: Hash256
    private var said: Bytes = []

    /// Starts a conversation of its own kind.
    public init(domain: String) { state = Keccak256.hash(Bytes(domain.utf8)) }

    /// Says `data` under `label`, which has at most 254 bytes.
    public mutating func append(_ label: String, _ data: Bytes) {
        appendLabel(label)
        said.appendBigEndian(UInt32(data.count))
        said += data
    }

    /// Says scalars.
    public mutating func append(_ label: String, _ scalars: [Fr]) {
        append(label, scalars.flatMap { $0.canonicalBigEndian })
    }

    /// Says points, none of which is infinity.
    public mutating func append(_ label: String, _ points: [G1Affine]) {
        append(label, points.flatMap { $0.compressed })
    }

    /// Draws the challenge `label`.
    public mutating func challenge(_ label: String) -> Fr {
        said.append(0xFF)
        appendLabel(label)
        var hasher = Keccak256Hasher()
        hasher.update(state.bytes)
        hasher.update(said)
        state = hasher.finalize()
        said = []
        let (w0, w1, w2, w3) = state.words
        return Fr(reducing: UInt256(w3, w2, w1, w0))
    }

    private mutating func appendLabel(_ label: String) {
        let bytes = Bytes(label.utf8)
        precondition(bytes.count < 0xFF, "a label is short")
        said.append(UInt8(bytes.count))
        said += bytes
    }
}
