import Base
import TestSupport
import Testing

@Suite struct Hash256Tests {
    @Test func keepsItsBytes() throws {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<100 {
            let bytes = generator.bytes(count: 32)
            let hash = try #require(Hash256(bytes))
            #expect(hash.bytes == bytes)
            #expect(hash.hex == bytes.hex)
            #expect(hash.description == bytes.hex)
            #expect(Hash256(words: hash.words) == hash)
            #expect(Hash256((([7] + bytes) as Bytes)[1...]) == hash)
        }
        #expect(Hash256.zero.bytes == Bytes(repeating: 0, count: 32))
    }

    @Test func rejectsEveryOtherLength() {
        for count in 0...100 where count != 32 {
            #expect(Hash256(Bytes(repeating: 1, count: count)) == nil)
        }
    }

    @Test func sortsAsItsBytesDo() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            var left = generator.bytes(count: 32)
            var right = left
            right[generator.int(in: 0..<32)] = UInt8(truncatingIfNeeded: generator.next())
            if generator.isOne(in: 2) { swap(&left, &right) }
            let isLess = try #require(Hash256(left)) < #require(Hash256(right))
            #expect(isLess == left.lexicographicallyPrecedes(right))
        }
    }
}
