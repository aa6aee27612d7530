// The groups: every point of small curves, seeded points and py_ecc's multiples for BN254.

import Base
import Fields
import TestSupport
import Testing

@Suite struct CurveTests {
    @Test func groupLawsHoldForAllPointsOfSmallCurves() {
        // Orders 4, 12, 13, 19 and 12: with points of order two and three and without.
        #expect(SmallCurve<7, 6>.all.count == 4)
        #expect(brokenGroupLaw(of: SmallCurve<7, 6>.all) == nil)
        #expect(brokenGroupLaw(of: SmallCurve<7, 1>.all) == nil)
        #expect(brokenGroupLaw(of: SmallCurve<7, 3>.all) == nil)
        #expect(brokenGroupLaw(of: SmallCurve<13, 2>.all) == nil)
        #expect(brokenGroupLaw(of: SmallCurve<19, 1>.all) == nil)
    }

    @Test func multiplesAreRepeatedSums() {
        for point in SmallCurve<13, 2>.all {
            var sum = JacobianPoint<SmallCurve<13, 2>>.infinity
            for factor in 0..<60 {
                #expect(JacobianPoint(point).times(UInt256(UInt64(factor))) == sum)
                sum += point
            }
        }
    }

    @Test func groupLawsHoldForSamples() {
        let scalars: [UInt64] = [0, 1, 2, 3, 77_777]
        let first = scalars.map { G1Projective.generator.times(Fr($0)).affine }
        #expect(brokenGroupLaw(of: first + first.map { -$0 }) == nil)
        let second = scalars.map { G2Projective.generator.times(Fr($0)).affine }
        #expect(brokenGroupLaw(of: second + second.map { -$0 }) == nil)
    }

    @Test func normalizesManyAtOnce() {
        var points: [G1Projective] = []
        for factor in 0..<9 { points.append(G1Projective.generator.times(Fr(UInt64(factor)))) }
        points.append(-points[3] + points[3])
        #expect(G1Projective.normalize(points) == points.map(\.affine))
        #expect(G1Projective.normalize([]).isEmpty)
    }

    @Test func firstGroupMultiplesAreThoseOfTheReference() throws {
        for vector in try CurveVectors.load().g1_mul_generator {
            let expected = try G1Affine(hexNumbers: vector.p)
            #expect(expected.isOnCurve)
            let scalar = try Fr(hexNumber: vector.k)
            #expect(G1Projective.generator.times(scalar).affine == expected)
            #expect(G1Projective.generator.times(scalar.canonical).affine == expected)
        }
    }

    @Test func secondGroupMultiplesAreThoseOfTheReference() throws {
        for vector in try CurveVectors.load().g2_mul_generator {
            let expected = try G2Affine(hexNumbers: vector.q)
            #expect(expected.isInSubgroup)
            let scalar = try Fr(hexNumber: vector.k)
            #expect(G2Projective.generator.times(scalar).affine == expected)
        }
    }

    @Test func groupsHaveOrderR() {
        #expect(G1Affine.generator.isOnCurve)
        #expect(G2Affine.generator.isInSubgroup)
        #expect(G1Projective.generator.times(Fr.modulus).isInfinity)
        #expect(G2Projective.generator.times(Fr.modulus).isInfinity)
        #expect(G1Projective.generator.times(-Fr.one) == -G1Projective.generator)
    }

    @Test func rejectsPairsThatAreOnNoCurve() {
        #expect(!G1Affine(x: .one, y: .one).isOnCurve)
        #expect(!G1Affine(x: .zero, y: .one).isOnCurve)
        #expect(!G1Affine(x: .one, y: .zero).isOnCurve)
        #expect(G1Affine.infinity.isOnCurve)
        let generator = G2Affine.generator
        #expect(!G2Affine(x: generator.y, y: generator.x).isOnCurve)
        #expect(!G2Affine(x: generator.y, y: generator.x).isInSubgroup)
        #expect(G2Affine.infinity.isInSubgroup)
    }

    /// The fast test by the endomorphism against the definition, on points of the twist in all
    /// kinds of subgroups.
    @Test func subgroupTestIsMultiplicationByR() {
        var generator = SeededGenerator(seed: 21)
        var members = 0
        var strangers = 0
        while strangers < 6 {
            guard let point = twistPoint(x: Fq2.sample(&generator)) else { continue }
            strangers += 1
            let isMember = G2Projective(point).times(Fr.modulus).isInfinity
            #expect(!isMember)
            #expect(point.isInSubgroup == isMember)
            // r times a point kills its part in the group; the cofactor's multiple lies in it.
            let cofactorPart = G2Projective(point).times(Fr.modulus).affine
            #expect(cofactorPart.isOnCurve)
            #expect(!cofactorPart.isInSubgroup)
            let member = G2Projective(point).times(twistCofactor).affine
            members += member.isInfinity ? 0 : 1
            #expect(member.isInSubgroup)
            #expect(G2Projective(member).times(Fr.modulus).isInfinity)
            #expect(!(G2Projective(member) + cofactorPart).affine.isInSubgroup)
        }
        #expect(members > 0)
    }

    /// 10069 divides the cofactor: points of so small an order pass tests that are too weak.
    @Test func pointsOfSmallOrderAreNotInTheSubgroup() {
        var generator = SeededGenerator(seed: 22)
        var found = 0
        while found < 3 {
            guard let point = twistPoint(x: Fq2.sample(&generator)) else { continue }
            let small = G2Projective(point).times(Fr.modulus).times(twistCofactorBy10069)
            guard !small.isInfinity else { continue }
            found += 1
            #expect(small.times(UInt256(10069)).isInfinity)
            #expect(!small.affine.isInSubgroup)
        }
    }
}

/// 2 q - r, the number of points of the twist by r.
private let twistCofactor = UInt256(
    0x345F_2299_C0F9_FA8D, 0x06CE_ECDA_572A_2489, 0xB850_45B6_8181_585E, 0x3064_4E72_E131_A029)

/// (2 q - r) / 10069.
private let twistCofactorBy10069 = UInt256(
    0x6C3C_D334_915F_1659, 0x2071_42F7_671A_F448, 0x9E28_BCF6_5B56_81DA, 0x0001_3AF7_A58F_CE69)

/// A point of the twist with the first coordinate `x`, if there is one.
private func twistPoint(x: Fq2) -> G2Affine? {
    let square = x.squared() * x + G2.b
    // With s^2 = c0^2 + c1^2, one of (c0 + s)/2 and (c0 - s)/2 is the square of the root's c0.
    guard let norm = squareRoot(square.c0.squared() + square.c1.squared()),
        let first = squareRoot((square.c0 + norm).halved)
            ?? squareRoot((square.c0 - norm).halved),
        let inverse = first.doubled().inverted()
    else { return nil }
    let point = G2Affine(x: x, y: Fq2(first, square.c1 * inverse))
    return point.isOnCurve ? point : nil
}

/// A square root, `nil` for values that are no squares. q is 3 modulo 4.
private func squareRoot(_ value: Fq) -> Fq? {
    let exponent = Fq.modulus &+ UInt256(1)
    let quarter = UInt256(
        exponent.l0 >> 2 | exponent.l1 << 62, exponent.l1 >> 2 | exponent.l2 << 62,
        exponent.l2 >> 2 | exponent.l3 << 62, exponent.l3 >> 2)
    let root = value.power(quarter)
    return root.squared() == value ? root : nil
}
