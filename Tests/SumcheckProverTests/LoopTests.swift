// The loops of provers by the kernels, compared with their definitions; commitments by sums of
// bytes, compared with sums of multiples.

import Fields
import Polynomials
import Sumcheck
import TestSupport
import Testing

@testable import SumcheckProver

@Suite struct LoopTests {
    /// Random elements, with zeros, ones and −1 among them.
    private func elements(_ count: Int, _ seed: UInt64) -> [Fr] {
        let random = SeededElements(seed: seed)
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            switch generator.int(in: 0...9) {
            case 0: Fr.zero
            case 1: Fr.one
            case 2: -Fr.one
            default: random.next()
            }
        }
    }

    private static let counts = [1, 2, 3, 7, 15, 16, 17, 31, 33, 64, 100, 255, 2050, 4999]

    @Test(arguments: counts, [0, 1, 2, 3, 5, 63])
    func pairSumsAreTheirDefinition(count: Int, shift: Int) {
        let (a, b) = (elements(count, 1), elements(count, 2))
        let weights = elements(((count + 1) / 2 - 1) >> shift + 1, 3)
        let expected = Fr.definitionOfPairSums(
            a.span, b.span, weights: weights.span, shift: shift)
        for threads in 1...3 {
            let sums = Fr.pairSums(
                a.span, b.span, weights: weights.span, shift: shift, threads: threads)
            #expect(sums == expected)
        }
        for variant in KernelVariant.allCases where variant.isAvailable {
            let sums = SumKernels(variant, threads: 1).pairSums(
                a.span, b.span, weights: weights.span, shift: shift)
            #expect(
                PairSums(atZero: sums.0, atOne: sums.1, leading: sums.2) == expected)
        }
    }

    @Test(arguments: counts)
    func foldIsItsDefinition(count: Int) {
        let values = elements(count, 4)
        let point = elements(9, 5)[8]
        var expected = values
        Fr.definitionOfFold(&expected, at: point)
        for threads in 1...3 {
            var folded = values
            Fr.fold(&folded, at: point, threads: threads)
            #expect(folded == expected)
        }
        for variant in KernelVariant.allCases where variant.isAvailable {
            var folded = values
            var span = folded.mutableSpan
            SumKernels(variant, threads: 2).fold(&span, at: point)
            #expect(Array(folded.prefix(expected.count)) == expected)
        }
    }

    @Test(arguments: [(1, 1), (3, 5), (16, 16), (17, 33), (70, 9), (200, 40)], [false, true])
    func sumsOfBytesAreTheirDefinition(size: (Int, Int), isSigned: Bool) {
        let (rows, columns) = size
        var generator = SeededGenerator(seed: 6)
        let stride = columns + 3
        let bytes = generator.bytes(count: 5 + rows * stride)
        let values = ByteRows(
            bytes: bytes, start: 5, isSigned: isSigned, stride: stride, rowCount: rows,
            columnCount: columns)
        let (byRow, byColumn) = (elements(rows, 7), elements(columns, 8))
        var expected = elements(columns + 2, 9)
        var sums = expected
        Fr.definitionOfCombine(values, weights: byRow.span, into: &expected)
        Fr.combine(values, weights: byRow.span, into: &sums, threads: 2)
        #expect(sums == expected)
        #expect(
            Fr.products(values, weights: byColumn.span, threads: 2)
                == Fr.definitionOfProducts(values, weights: byColumn.span))
    }

    @Test func additionGoesToItsPlace() {
        let (values, addends) = (elements(40, 10), elements(13, 11))
        let factor = elements(5, 12)[4]
        var (sums, expected) = (values, values)
        Fr.add(addends.span, times: factor, to: &sums, at: 27, threads: 2)
        Fr.definitionOfAdd(addends.span, times: factor, to: &expected, at: 27)
        #expect(sums == expected)
    }

    @Test(arguments: [1, 5, 100, 128])
    func rowsOfBytesAreSumsOfMultiples(count: Int) throws {
        let key = try DevelopmentKeys.key(7)
        var generator = SeededGenerator(seed: 13)
        var bytes = generator.bytes(count: count)
        for index in bytes.indices where index % 3 == 0 { bytes[index] = 0 }
        let blinder = elements(7, 14)[6]
        for isSigned in [false, true] {
            let values = bytes.map {
                isSigned ? Fr(Int128(Int8(bitPattern: $0))) : Fr(UInt64($0))
            }
            let row: RowValues<Fr> = isSigned ? .signedBytes(bytes[...]) : .bytes(bytes[...])
            let expected = key.commit(
                [.elements(values[...])], blinders: [blinder], threads: 1)
            #expect(key.commit([row], blinders: [blinder], threads: 1) == expected)
        }
        let table = elements(256, 15)
        let looked = bytes.map { table[Int($0)] }
        let sums = key.byteSums([bytes[...]], threads: 1)
        #expect(
            key.commit([(sums[0], table)], blinders: [blinder], threads: 1)
                == key.commit([.elements(looked[...])], blinders: [blinder], threads: 1))
    }

    /// The Lagrange basis by a transform over points is that of the known τ, by any threads.
    @Test(arguments: 1...3)
    func lagrangeBasisOfAStringIsThatOfItsTau(threads: Int) throws {
        let known = try DevelopmentKeys.key(5)
        let domain = try #require(EvaluationDomain(log2Size: 5))
        #expect(RowKey.lagrange(known.powers, domain, threads: threads) == known.lagrange)
    }
}
