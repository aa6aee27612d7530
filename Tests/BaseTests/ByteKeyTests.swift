// Keys and ordered byte strings against arrays of bytes.

import Base
import TestSupport
import Testing

@Suite struct ByteKeyTests {
    @Test func equalityAndOrderAreThoseOfTheBytes() {
        var random = SeededGenerator(seed: 1)
        let strings = (0..<300).map { _ in
            random.bytes(count: random.int(in: 0...40)).map { $0 & 1 }
        }
        for left in strings {
            for right in strings {
                #expect((ByteKey(left) == ByteKey(right)) == (left == right))
                #expect(
                    (OrderedBytes(left) < OrderedBytes(right))
                        == left.lexicographicallyPrecedes(right))
                #expect((OrderedBytes(left) == OrderedBytes(right)) == (left == right))
            }
        }
    }

    @Test func tablesFindWhatWasPutIn() {
        var random = SeededGenerator(seed: 2)
        var table: [ByteKey: Int] = [:]
        let keys = (0..<2000).map { _ in random.bytes(count: random.int(in: 1...60)) }
        for (index, key) in keys.enumerated() { table[ByteKey(key)] = index }
        for key in keys { #expect(table[ByteKey(key)].map { keys[$0] } == key) }
        #expect(table[ByteKey([1, 2] + Bytes(repeating: 0, count: 100))] == nil)
    }

    @Test func shortBytesAreTheBytesAppended() {
        var short = ShortBytes(7)
        var long: Bytes = [7]
        for value in [0, -1, 300, Int64.min] as [Int64] {
            short.appendZigZagVarint(value)
            long.appendZigZagVarint(value)
            #expect(short.bytes == long && short.count == long.count)
        }
    }
}
