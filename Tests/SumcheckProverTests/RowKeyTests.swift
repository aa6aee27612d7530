// Rows are committed with points that belong to the powers of the reference string, wherever the
// points come from.

import Commitments
import Fields
import SumcheckProver
import Testing

@Suite struct RowKeyTests {
    private let string = StructuredReferenceString.forDevelopment(tau: Fr(0x5EED), count: 40)

    private func made(_ lagrange: [G1Affine]?) throws -> [G1Affine] {
        try RowKey(string, rowBits: 5, lagrange: lagrange).lagrange
    }

    @Test func lagrangePointsAreTheSameReadComputedOrFromTau() throws {
        let known = try RowKey.forDevelopment(tau: Fr(0x5EED), rowBits: 5).lagrange
        #expect(try made(nil) == known)
        #expect(try made(known) == known)
    }

    @Test func lagrangePointsOfAnotherStringAreRefused() throws {
        let known = try made(nil)
        let other = try RowKey.forDevelopment(tau: Fr(0x5EEE), rowBits: 5).lagrange
        var swapped = known
        swapped.swapAt(3, 19)
        var single = known
        single[31] = (G1Projective(single[31]) + G1Affine.generator).affine
        for wrong in [other, swapped, single, Array(known.dropLast()), known + [known[0]], []] {
            #expect(throws: RowKeyError.wrongLagrangePoints) { try made(wrong) }
        }
    }
}
