// Seeded damage to byte strings, for tests that a decoder rejects hostile input without trapping.

public import Base

/// Makes damaged copies of byte strings, repeatable from a seed.
public struct Mutator: Sendable {
    private var generator: SeededGenerator

    /// Values at which decoders tend to break: lengths, signs, varint and UTF-8 borders.
    private static let interesting: Bytes = [0, 1, 0x7F, 0x80, 0x81, 0xC0, 0xFE, 0xFF]

    /// Starts the sequence of `seed`.
    public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// A copy of `bytes` with one to four changes: flipped bits, overwritten, inserted, removed or
    /// repeated runs, a cut end, a splice with one of `corpus`. Grows by at most 4 KiB and the
    /// length of one corpus entry a change.
    public mutating func mutate(_ bytes: Bytes, corpus: [Bytes] = []) -> Bytes {
        var result = bytes
        for _ in 0..<generator.int(in: 1...4) { change(&result, corpus) }
        return result
    }

    private mutating func change(_ bytes: inout Bytes, _ corpus: [Bytes]) {
        switch generator.int(in: 0..<9) {
        case 0: flipBit(&bytes)
        case 1: overwrite(&bytes)
        case 2: truncate(&bytes)
        case 3: insert(&bytes)
        case 4: duplicate(&bytes)
        case 5: remove(&bytes)
        case 6: splice(&bytes, corpus)
        case 7: setInteresting(&bytes)
        default: addToInteger(&bytes)
        }
    }

    private mutating func flipBit(_ bytes: inout Bytes) {
        guard !bytes.isEmpty else { return }
        bytes[generator.int(in: 0..<bytes.count)] ^= 1 << UInt8(generator.int(in: 0..<8))
    }

    private mutating func overwrite(_ bytes: inout Bytes) {
        guard !bytes.isEmpty else { return }
        let range = run(in: bytes.count, limit: 8)
        bytes.replaceSubrange(range, with: generator.bytes(count: range.count))
    }

    private mutating func truncate(_ bytes: inout Bytes) {
        bytes.removeLast(generator.int(in: 0...bytes.count))
    }

    private mutating func insert(_ bytes: inout Bytes) {
        let count = generator.int(in: 1...16)
        let place = generator.int(in: 0...bytes.count)
        let isRun = generator.isOne(in: 2)
        let run = Bytes(repeating: generator.element(of: Mutator.interesting), count: count)
        bytes.insert(contentsOf: isRun ? run : generator.bytes(count: count), at: place)
    }

    private mutating func duplicate(_ bytes: inout Bytes) {
        guard !bytes.isEmpty else { return }
        let range = run(in: bytes.count, limit: 4096)
        bytes.insert(contentsOf: bytes[range], at: generator.int(in: 0...bytes.count))
    }

    private mutating func remove(_ bytes: inout Bytes) {
        guard !bytes.isEmpty else { return }
        bytes.removeSubrange(run(in: bytes.count, limit: 64))
    }

    private mutating func splice(_ bytes: inout Bytes, _ corpus: [Bytes]) {
        guard !corpus.isEmpty else { return flipBit(&bytes) }
        let other = generator.element(of: corpus)
        let head = generator.int(in: 0...bytes.count)
        let tail = generator.int(in: 0...other.count)
        bytes = Bytes(bytes[..<head]) + other[tail...]
    }

    private mutating func setInteresting(_ bytes: inout Bytes) {
        guard !bytes.isEmpty else { return }
        let value = generator.element(of: Mutator.interesting)
        for index in run(in: bytes.count, limit: 10) { bytes[index] = value }
    }

    private mutating func addToInteger(_ bytes: inout Bytes) {
        guard !bytes.isEmpty else { return }
        let delta = UInt8(truncatingIfNeeded: generator.int(in: -4...4))
        bytes[generator.int(in: 0..<bytes.count)] &+= delta
    }

    /// A random non-empty range of at most `limit` indices below `count`, which must be positive.
    private mutating func run(in count: Int, limit: Int) -> Range<Int> {
        let start = generator.int(in: 0..<count)
        return start..<start + generator.int(in: 1...min(limit, count - start))
    }
}
