import Base
import TestSupport
import Testing

@Suite struct PrefixTests {
    @Test(
        arguments: [
            ([], nil), ([0xFF], nil), ([0xFF, 0xFF], nil), ([0], [1]), ([1, 2], [1, 3]),
            ([1, 0xFF], [2]), ([0xFE, 0xFF, 0xFF], [0xFF]), ([0, 0xFF, 7], [0, 0xFF, 8]),
        ] as [(Bytes, Bytes?)])
    func endsRightAfterThePrefix(prefix: Bytes, end: Bytes?) {
        #expect(prefix.prefixEnd == end)
    }

    @Test func boundsExactlyTheStringsWithThePrefix() {
        var generator = SeededGenerator(seed: 4)
        let letters: Bytes = [0, 1, 0xFE, 0xFF]
        func string(_ count: Int) -> Bytes {
            (0..<count).map { _ in generator.element(of: letters) }
        }
        for _ in 0..<5000 {
            let prefix = string(generator.int(in: 1...3))
            let key = string(generator.int(in: 0...5))
            let isBelowEnd = prefix.prefixEnd.map { key.lexicographicallyPrecedes($0) } ?? true
            let isInRange = !key.lexicographicallyPrecedes(prefix) && isBelowEnd
            #expect(isInRange == key.starts(with: prefix), "\(prefix) \(key)")
        }
    }
}
