// The faster ways to multiply points by scalars against repeated doubling and adding.

import Base
import TestSupport
import Testing

@testable import Fields

@Suite struct MultiplicationTests {
    /// Scalars where the halves or their digits are at an end of their range.
    private static let scalars: [Fr] =
        Fr.samples(30, seed: 41) + [SplitScalar.lambda, -SplitScalar.lambda]
        + (0..<8).map { Fr(2).power(UInt64(32 * $0)) - Fr.one }
        + (0..<8).map { Fr(2).power(UInt64(31 * $0)) }

    @Test func halvesSumToTheScalar() {
        for scalar in MultiplicationTests.scalars {
            let split = SplitScalar(scalar)
            let second = Fr(reducing: split.second) * SplitScalar.lambda
            let sum = Fr(reducing: split.first) + (split.secondIsNegative ? -second : second)
            #expect(sum == scalar)
            #expect(split.first.bitWidth <= 127)
            #expect(split.second.bitWidth <= 127)
        }
    }

    @Test func mapMultipliesByLambda() {
        let point = G1Projective.generator.times(UInt256(987_654_321))
        #expect(point.timesLambda == point.times(SplitScalar.lambda.canonical))
        #expect(point.affine.timesLambda == point.timesLambda.affine)
        #expect(G1Affine.infinity.timesLambda == .infinity)
    }

    @Test(arguments: 2...8)
    func digitsAreSparseAndSumToTheValue(width: Int) {
        for scalar in MultiplicationTests.scalars {
            let digits = slidingDigits(scalar.canonical, width: width)
            var sum = Fr.zero
            for digit in digits.reversed() {
                let part = Fr(UInt64(digit.magnitude))
                sum = sum.doubled() + (digit < 0 ? -part : part)
            }
            #expect(sum == scalar)
            #expect(digits.last != 0)
            #expect(
                digits.allSatisfy {
                    $0 == 0 || $0.magnitude % 2 == 1 && $0.magnitude < 1 << (width - 1)
                })
            for start in digits.indices {
                #expect(digits[start...].prefix(width).filter { $0 != 0 }.count <= 1)
            }
        }
        #expect(slidingDigits(UInt256(0), width: width).isEmpty)
    }

    @Test func splitMultiplicationIsDoublingAndAdding() {
        let point = G1Projective.generator.times(UInt256(3, 1, 4, 1))
        for scalar in MultiplicationTests.scalars {
            #expect(point.times(scalar) == point.times(scalar.canonical))
        }
        #expect(G1Projective.infinity.times(Fr(5)).isInfinity)
    }

    @Test func tablesMultiplyLikeTheirPoint() {
        let point = G1Projective.generator.times(UInt256(271_828))
        let table = FixedBaseTable(point.affine)
        let scalars = MultiplicationTests.scalars
        #expect(scalars.map { table.times($0) } == scalars.map { point.times($0) })
        #expect(table.times(all: scalars) == scalars.map { point.times($0).affine })
        let second = FixedBaseTable(G2Affine.generator)
        for scalar in scalars.prefix(12) {
            #expect(second.times(scalar) == G2Projective.generator.times(scalar))
        }
        #expect(FixedBaseTable(G1Affine.infinity).times(Fr(7)).isInfinity)
    }

    @Test func sumsAreThoseOfTheReference() throws {
        for vector in try CurveVectors.load().msm_g1 {
            let points = try vector.points.map { try G1Affine(hexNumbers: $0) }
            let scalars = try vector.scalars.map { try Fr(hexNumber: $0) }
            let sum = try G1Affine(hexNumbers: vector.sum)
            #expect(MultiScalar.g1(points, scalars, threads: 1).affine == sum)
            #expect(MultiScalar.g1(points, scalars, threads: 2).affine == sum)
            #expect(MultiScalar.splitSum(points.span, scalars.span).affine == sum)
        }
    }

    /// All sizes up to some, then a few that use other digit widths; with infinity, repeated and
    /// opposite points, and scalars that are zero, small, and next to r.
    @Test(arguments: Array(0...20) + [63, 64, 65, 300, 1000])
    func bucketsGiveTheSumOfMultiples(count: Int) {
        let (points, scalars) = MultiplicationTests.inputs(count)
        var expected = G1Projective.infinity
        for (point, scalar) in zip(points, scalars) {
            expected += G1Projective(point).times(scalar)
        }
        #expect(MultiScalar.splitSum(points.span, scalars.span) == expected)
        #expect(MultiScalar.g1(points, scalars, threads: 1) == expected)
    }

    /// Every kernel that this machine has, on one to three threads, against the definition.
    @Test(
        arguments: KernelVariant.allCases.filter(\.isAvailable),
        Array(0...9) + [63, 64, 65, 300, 1000, 5000])
    func kernelsGiveTheSameSum(variant: KernelVariant, count: Int) {
        let (points, scalars) = MultiplicationTests.inputs(count)
        let expected = MultiScalar.splitSum(points.span, scalars.span).affine
        let workspace = KernelWorkspace()
        for threads in 1...3 {
            let sum = MultiScalar.kernelSum(
                points.span, scalars.span, variant, threads: threads)
            #expect(sum == expected)
            // Memory that another sum has written into.
            for _ in 0..<2 {
                let sum = MultiScalar.kernelSum(
                    points.span, scalars.span, variant, threads: threads, workspace: workspace)
                #expect(sum == expected)
            }
        }
    }

    @Test func plainKernelIsAlwaysThere() {
        #expect(KernelVariant.portable.isAvailable)
        #expect(KernelVariant.fastest.isAvailable)
    }

    @Test(arguments: [0, 1, 2, 3, 30, 200])
    func bucketsGiveTheSumOfMultiplesInTheSecondGroup(count: Int) {
        let (_, scalars) = MultiplicationTests.inputs(count)
        let (_, factors) = MultiplicationTests.inputs(count + 1)
        let table = FixedBaseTable(G2Affine.generator)
        let points = table.times(all: Array(factors.dropFirst()))
        var expected = G2Projective.infinity
        for (point, scalar) in zip(points, scalars) {
            expected += G2Projective(point).times(scalar)
        }
        #expect(MultiScalar.g2(points, scalars) == expected)
    }

    /// `count` points and scalars with the special ones among them.
    static func inputs(_ count: Int) -> ([G1Affine], [Fr]) {
        var generator = SeededGenerator(seed: UInt64(count))
        let bases = FixedBaseTable(G1Affine.generator)
        var points = bases.times(all: (0..<count).map { _ in Fr.sample(&generator) })
        var values = (0..<count).map { _ in Fr.sample(&generator) }
        let special = scalars
        for index in 0..<count {
            switch generator.int(in: 0..<12) {
            case 0: points[index] = .infinity
            case 1: points[index] = points[index / 2]
            case 2: points[index] = -points[index / 2]
            case 3: values[index] = special[generator.int(in: 0..<special.count)]
            case 4: values[index] = values[index / 2]
            case 5: values[index] = -values[index / 2]
            case 6: values[index] = Fr(generator.next() & 0xFFFF)
            default: break
            }
        }
        return (points, values)
    }
}
