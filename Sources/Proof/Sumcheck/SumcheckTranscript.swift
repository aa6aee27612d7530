// How a verifier's random choices are made from all that was said before (Fiat, Shamir 1986). A
// state of 32 bytes is the hash of everything so far:
//
//     append     pending ‖= length of label (1 byte) ‖ label
//                         ‖ length of bytes (8, little-endian) ‖ bytes
//     challenge  state = SHA-256(state ‖ pending ‖ length of label ‖ label), pending = nothing,
//                64 bytes = SHA-256(state ‖ 0) ‖ SHA-256(state ‖ 1), taken modulo the field's order
//
// Everything has its length before it and its label, so that no two conversations give the same
// bytes.

public import Base
import Cryptography

/// What was said so far.
public struct SumcheckTranscript: Sendable {
    private var state: Bytes
    private var pending = Bytes()
    /// What stands for the hash where a simulator chooses the challenges: 64 bytes for each, by its
    /// number. Never set by anything but tests.
    private let answers: (@Sendable (Int) -> Bytes)?
    private var drawn = 0

    /// Starts a conversation about `domain`.
    public init(domain: String) {
        state = SHA256.hash(Bytes(domain.utf8)).bytes
        answers = nil
    }

    /// A conversation whose challenges are chosen beforehand, as a simulator may.
    init(answers: @escaping @Sendable (Int) -> Bytes) {
        state = []
        self.answers = answers
    }

    /// Appends bytes.
    public mutating func append(_ label: StaticString, bytes: Bytes) {
        append(label: label)
        pending.appendLittleEndian(UInt64(bytes.count))
        pending.append(contentsOf: bytes)
    }

    /// Appends elements, in their encoding.
    public mutating func append<F: SumcheckField>(_ label: StaticString, elements: [F]) {
        append(label: label)
        pending.appendLittleEndian(UInt64(elements.count * F.encodedCount))
        for element in elements { element.appendEncoded(to: &pending) }
    }

    /// The challenge that follows from everything so far.
    public mutating func challenge<F: SumcheckField>(
        _ label: StaticString, in field: F.Type = F.self
    ) -> F {
        if let answers {
            drawn += 1
            return F(uniform: answers(drawn - 1))
        }
        append(label: label)
        state = SHA256.hash(state + pending).bytes
        pending = []
        return F(uniform: SHA256.hash(state + [0]).bytes + SHA256.hash(state + [1]).bytes)
    }

    /// `count` challenges, each drawn for itself.
    public mutating func challenges<F: SumcheckField>(
        _ label: StaticString, count: Int, in field: F.Type = F.self
    ) -> [F] {
        (0..<count).map { _ in challenge(label) }
    }

    private mutating func append(label: StaticString) {
        label.withUTF8Buffer { buffer in
            pending.append(UInt8(buffer.count))
            unsafe pending.append(contentsOf: buffer)
        }
    }
}
