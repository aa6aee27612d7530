// Sums whose points all meet in few buckets, long enough that the kernels cut a bucket between
// their batches and between their threads. What they must be is known without another such sum.

import Base
import TestSupport
import Testing

@testable import Fields

@Suite struct SkewedSumTests {
    private static let count = 20_000
    private static let scalar = Fr.samples(1, seed: 71)[8]
    private static let points = FixedBaseTable(G1Affine.generator).times(
        all: (0..<count).map { Fr(UInt64($0 + 1)) + SplitScalar.lambda })
    private static let variants = KernelVariant.allCases.filter(\.isAvailable)

    private func check(
        _ points: [G1Affine], _ scalars: [Fr], _ variant: KernelVariant, is expected: G1Projective
    ) {
        for threads in 1...4 {
            let sum = MultiScalar.kernelSum(
                points.span, scalars.span, variant, threads: threads)
            #expect(sum == expected.affine, "\(variant), \(threads) threads")
        }
    }

    private func sum(_ points: some Sequence<G1Affine>) -> G1Projective {
        points.reduce(into: .infinity) { $0 += $1 }
    }

    @Test(arguments: variants)
    func oneScalarForAllPoints(variant: KernelVariant) {
        let (points, scalar) = (SkewedSumTests.points, SkewedSumTests.scalar)
        let scalars = [Fr](repeating: scalar, count: points.count)
        check(points, scalars, variant, is: sum(points).times(scalar))
    }

    @Test(arguments: variants)
    func onePointManyTimes(variant: KernelVariant) {
        let (point, scalar) = (SkewedSumTests.points[5], SkewedSumTests.scalar)
        let points = [G1Affine](repeating: point, count: SkewedSumTests.count)
        let scalars = [Fr](repeating: scalar, count: points.count)
        let factor = scalar * Fr(UInt64(points.count))
        check(points, scalars, variant, is: G1Projective(point).times(factor))
    }

    /// Sums inside a bucket become the point at infinity, and go on from there.
    @Test(arguments: variants)
    func oppositePointsCancel(variant: KernelVariant) {
        let (all, scalar) = (SkewedSumTests.points, SkewedSumTests.scalar)
        let scalars = [Fr](repeating: scalar, count: all.count)
        let alternating = all.indices.map { $0 % 2 == 0 ? all[0] : -all[0] }
        check(alternating, scalars, variant, is: .infinity)
        let paired = all.indices.map { $0 % 2 == 0 ? all[$0 / 2] : -all[$0 / 2] }
        check(paired, scalars, variant, is: .infinity)
        var last = paired
        last[all.count - 1] = all[1]
        let rest = G1Projective(all[all.count / 2 - 1]) + all[1]
        check(last, scalars, variant, is: rest.times(scalar))
    }

    /// As selectors and wires of circuits often are.
    @Test(arguments: variants)
    func scalarsZeroOneAndMinusOne(variant: KernelVariant) {
        let points = SkewedSumTests.points
        let scalars = points.indices.map { [Fr.zero, .one, -.one, .one][$0 % 4] }
        let expected = points.indices.reduce(into: G1Projective.infinity) {
            switch $1 % 4 {
            case 0: break
            case 2: $0 += -points[$1]
            default: $0 += points[$1]
            }
        }
        check(points, scalars, variant, is: expected)
    }
}
