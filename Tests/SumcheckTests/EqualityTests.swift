import Fields
import Sumcheck
import TestSupport
import Testing

@Suite struct EqualityTests {
    private func point(_ count: Int, _ seed: UInt64) -> [Fr] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Fr(generator.next()) * Fr(generator.next()) }
    }

    @Test(arguments: 0...9)
    func tableHoldsTheValuesAtAllCorners(count: Int) {
        let a = point(count, 1)
        let table = Equality.table(a[...])
        #expect(table.count == 1 << count)
        for index in table.indices {
            let corner = (0..<count).map { Fr(UInt64(index >> $0 & 1)) }
            #expect(table[index] == Equality.value(a[...], corner[...]))
            #expect(table[index] == Equality.value(a[...], at: index))
        }
        #expect(table.reduce(Fr.zero, +) == Fr.one)
    }

    @Test(arguments: [1, 15, 16, 17, 100])
    func splittingByKernelsIsTheDefinition(count: Int) {
        var (fast, slow) = (point(count, 4), point(count, 4))
        let x = point(1, 5)[0]
        Fr.split(&fast, at: x)
        Fr.definitionOfSplit(&slow, at: x)
        #expect(fast == slow && fast.count == 2 * count)
    }

    @Test(arguments: 0...5)
    func sumsBelowAreSumsOfValues(count: Int) {
        let (a, b) = (point(count, 2), point(count, 3))
        let (first, second) = (Equality.table(a[...]), Equality.table(b[...]))
        for limit in 0...(1 << count) {
            let single = first.prefix(limit).reduce(Fr.zero, +)
            #expect(Equality.sum(a[...], below: limit) == single)
            let both = zip(first, second).prefix(limit).reduce(Fr.zero) { $0 + $1.0 * $1.1 }
            #expect(Equality.sum(a[...], b[...], below: limit) == both)
        }
    }
}
