// The product of 8-bit integers against plain integer arithmetic, for every variant and sign.
import Base
import TestSupport
import Testing

@testable import Tensors

@Suite struct IntegerProductTests {
    /// Σ (a − a₀)(b − b₀) in 64 bits, cut to 32.
    private static func product(
        _ m: Int, _ n: Int, _ k: Int, _ a: [Int], _ b: [Int], _ leftZeros: [Int32],
        _ rightZeros: [Int32]
    ) -> [Int32] {
        func zero(_ zeros: [Int32], _ index: Int) -> Int {
            zeros.isEmpty ? 0 : Int(zeros[zeros.count == 1 ? 0 : index])
        }
        return (0..<m * n).map { index in
            let (row, column) = (index / n, index % n)
            let sum = (0..<k).reduce(0) { sum, t in
                sum + (a[row * k + t] - zero(leftZeros, row))
                    * (b[t * n + column] - zero(rightZeros, column))
            }
            return Int32(truncatingIfNeeded: sum)
        }
    }

    @Test(arguments: [
        (1, 1, 1), (1, 1, 0), (3, 5, 7), (1, 70, 3), (13, 33, 64), (12, 32, 1030), (5, 40, 2050),
        (64, 31, 17), (26, 64, 4), (70, 40, 100),
    ])
    func productsAreExact(m: Int, n: Int, k: Int) {
        var generator = SeededGenerator(seed: UInt64(m * 7919 + n * 31 + k))
        let signs = [(false, false), (false, true), (true, false), (true, true)]
        for (leftSigned, rightSigned) in signs {
            // Extremes are frequent: they are what saturating instructions get wrong.
            func values(_ count: Int, _ isSigned: Bool) -> [Int] {
                (0..<count).map { _ in
                    let byte =
                        generator.isOne(in: 2)
                        ? generator.element(of: [0, 255, 127, 128]) : generator.int(in: 0...255)
                    return isSigned ? Int(Int8(truncatingIfNeeded: byte)) : byte
                }
            }
            func matrix(_ values: [Int], _ isSigned: Bool) -> ByteMatrix {
                isSigned ? .signed(values.map { Int8($0) }) : .unsigned(values.map { UInt8($0) })
            }
            let a = values(m * k, leftSigned)
            let b = values(k * n, rightSigned)
            let turned = (0..<k * n).map { b[$0 % max(k, 1) * n + $0 / max(k, 1)] }
            let left = matrix(a, leftSigned)
            let packed = PackedByteMatrix(matrix(b, rightSigned), rows: k, columns: n)
            let packedTurned = PackedByteMatrix(
                matrix(turned, rightSigned), rows: k, columns: n, isTransposed: true)
            for (leftZeros, rightZeros) in [
                ([], []), ([3], [-7]), ((0..<m).map { Int32($0 % 256) }, [128]),
                ([255], (0..<n).map { Int32($0 % 200) - 100 }),
            ] as [([Int32], [Int32])] {
                let expected = Self.product(m, n, k, a, b, leftZeros, rightZeros)
                for kernels in Kernels.available {
                    for (right, threads, isPlain) in [
                        (packed, 1, false), (packed, 1, true), (packedTurned, 3, false),
                    ] {
                        var kernels = kernels
                        kernels.threads = threads
                        let result = kernels.product(
                            m, left, zeros: ZeroPoints(values: leftZeros), right,
                            zeros: ZeroPoints(values: rightZeros), withoutDotInstructions: isPlain)
                        #expect(result == expected, "\(kernels) \(leftSigned) \(rightSigned)")
                    }
                }
            }
        }
    }

    @Test func longSumsWrapAround() {
        let k = 70_000
        let a = [UInt8](repeating: 255, count: k)
        let b = PackedByteMatrix(
            .signed([Int8](repeating: -128, count: k)), rows: k, columns: 1)
        let expected = Int32(truncatingIfNeeded: -255 * 128 * k)
        for kernels in Kernels.available {
            #expect(kernels.product(1, .unsigned(a), b) == [expected])
        }
    }
}
