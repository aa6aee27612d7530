import TestSupport
import Testing

@testable import Fields

@Suite struct ByteSumTests {
    /// Many points in few sums, few in many, the same point twice, and points that cancel.
    @Test(arguments: [1, 2, 17, 300, 700])
    func sumsByBytesAreTheirDefinition(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let table = FixedBaseTable(G1Affine.generator)
        var points = table.times(all: (0..<count).map { _ in Fr.sample(&generator) })
        if count > 10 {
            points[3] = points[2]
            points[5] = -points[4]
        }
        for limit in [2, 5, 256] {
            var bytes = (0..<count).map { _ in UInt8(generator.int(in: 0..<limit)) }
            if count > 10 { for index in 2...5 { bytes[index] = 1 } }
            let expected = MultiScalar.definitionOfByteSums(points.span, bytes.span)
            for variant in KernelVariant.allCases where variant.isAvailable {
                #expect(
                    MultiScalar.byteSums(points.span, bytes.span, variant: variant) == expected)
            }
        }
    }
}
