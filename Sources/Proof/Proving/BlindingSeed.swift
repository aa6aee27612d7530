// Where blinding factors come from. Those of weights must be at hand for every proof about them, so
// they follow from a secret seed and from what they blind, by SHA-256 in counter mode:
//
//     factor i of X = (SHA-256(seed ‖ label ‖ X ‖ i ‖ 0) ‖ SHA-256(… ‖ 1)) mod r
//
// With one seed, two different tensors have unrelated factors, and a tensor has the same ones
// always: so its commitment is the same in all its statements.

public import Base
import Cryptography
import Fields

/// A secret from which blinding factors follow.
public struct BlindingSeed: Sendable, Equatable {
    /// Number of bytes of a seed.
    public static let byteCount = 32

    /// The seed. Whoever has it can test guesses of what it hides.
    public let bytes: Bytes

    /// A seed of 32 bytes; `nil` for any other number.
    public init?(_ bytes: Bytes) {
        guard bytes.count == BlindingSeed.byteCount else { return nil }
        self.bytes = bytes
    }

    private init(random generator: inout some RandomNumberGenerator) {
        bytes = (0..<BlindingSeed.byteCount).map { _ in
            UInt8(truncatingIfNeeded: generator.next() as UInt64)
        }
    }

    /// A seed from the system's random number generator.
    public static func random() -> BlindingSeed {
        var generator = SystemRandomNumberGenerator()
        return BlindingSeed(random: &generator)
    }

    /// The factors for what `name` names under a label.
    func factors(_ label: String, _ name: Bytes) -> BlindingFactorStream {
        BlindingFactorStream(prefix: bytes + Bytes(label.utf8) + [0] + SHA256.hash(name).bytes)
    }
}

/// A sequence of field elements that nobody foresees who does not know its seed.
struct BlindingFactorStream {
    let prefix: Bytes
    private var count: UInt64 = 0

    init(prefix: Bytes) { self.prefix = prefix }

    /// The next factor. 512 bits leave a distance of 2^-256 to equal chances.
    mutating func next() -> Fr {
        var halves: [Fr] = []
        for half: UInt8 in 0..<2 {
            var bytes = prefix
            bytes.appendLittleEndian(count)
            bytes.append(half)
            var words: [UInt64] = [0, 0, 0, 0]
            for (index, byte) in SHA256.hash(bytes).bytes.enumerated() {
                words[index / 8] = words[index / 8] << 8 | UInt64(byte)
            }
            halves.append(Fr(reducing: UInt256(words[3], words[2], words[1], words[0])))
        }
        count += 1
        return halves[0] + halves[1] * BlindingFactorStream.shift
    }

    /// 2^256 as a field element.
    private static let shift = (0..<256).reduce(Fr.one) { power, _ in power.doubled() }
}
