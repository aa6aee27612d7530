import Fields
import Forgery
import Testing

@testable import Plonk

/// Errors of a batch that an attacker tries to make cancel.
@Suite struct CancellingClaimsTests {
    private func claim(
        _ key: VerificationKey, _ signals: [Fr], _ proof: PlonkProof
    ) throws -> PlonkClaim {
        try PlonkClaim(key, publicSignals: signals, proof: proof)
    }

    private func dot(_ left: [Fr], _ right: [Fr]) -> Fr {
        zip(left, right).reduce(Fr.zero) { $0 + $1.0 * $1.1 }
    }

    @Test func forgedProofsHoldAloneAndTogether() throws {
        let keys = [try ForgeableKey("a", publicCount: 3), try ForgeableKey("b", setup: "other")]
        var statements: [PlonkStatement] = []
        for index in 0..<6 {
            let key = keys[index % 2]
            let signals = (0..<key.key.publicCount).map { Fr(UInt64(10 * index + $0)) }
            let proof = key.proof(of: signals, "proof \(index)")
            try verify(key.key, publicSignals: signals, proof: proof)
            statements.append(PlonkStatement(key: key.key, publicSignals: signals, proof: proof))
        }
        #expect(verify(batch: statements).allSatisfy { $0 == nil })
        statements[2].publicSignals[1] += Fr.one
        statements[3].proof.evaluationB += Fr.one
        let refusals = verify(batch: statements)
        #expect(refusals.map { $0 != nil } == [false, false, true, true, false, false])
    }

    /// The challenges of a proof cover the key but for k1, k2 and the number of rows. Somebody has
    /// a false proof, with error e. He makes a proof for a key of his own that is wrong by e times
    /// a factor that k1 decides, and chooses k1 last, so that the two errors cancel under the
    /// weights of the batch: unless the weights cover k1. (Both keys have one tau here, which
    /// whoever chooses errors must know: it takes that to be summed together.)
    @Test func theWeightsOfABatchDependOnTheWholeOfEachKey() throws {
        let victim = try ForgeableKey("victim")
        let signals = [Fr(7)]
        let logarithms = (0..<9).map { ForgeableKey.scalar("false point \($0)") }
        let wrong = try #require(
            PlonkProof(
                points: ForgeableKey.points(logarithms),
                evaluations: (0..<6).map { ForgeableKey.scalar("false evaluation \($0)") }))
        let target = try claim(victim.key, signals, wrong)
        let error =
            dot(target.keyFactors, [Fr.one] + victim.logarithms)
            + dot(target.left.factors, logarithms)
            - victim.tau * dot(target.right.factors, Array(logarithms[7...]))
        #expect(!target.holds && !error.isZero)

        func attack(k1: Fr) throws -> (key: VerificationKey, proof: PlonkProof, claim: PlonkClaim) {
            let key = try ForgeableKey("attacker", k1: k1)
            var points = (0..<7).map { ForgeableKey.scalar("point \($0)") }
            points[3] = error
            let proof = key.proof(of: signals, logarithms: points, "", countsZ: false)
            return (key.key, proof, try claim(key.key, signals, proof))
        }
        let (low, high) = (try attack(k1: Fr(5)), try attack(k1: Fr(6)))
        #expect(low.proof == high.proof)
        let weights = PlonkClaim.weights([low.claim, target])
        // The factor of Z is affine in k1; it must become -weight of the other over its own.
        let (atLow, atHigh) = (low.claim.left.factors[3], high.claim.left.factors[3])
        let wanted = -weights[1] * (try #require(weights[0].inverted()))
        let slope = try #require((atHigh - atLow).inverted())
        let found = try attack(k1: Fr(5) + (wanted - atLow) * slope)
        #expect(found.claim.left.factors[3] == wanted)
        #expect(
            (weights[0] * found.claim.left.factors[3] * error + weights[1] * error).isZero,
            "the errors cancel under the weights that were seen before")
        let refusals = verify(batch: [
            PlonkStatement(key: found.key, publicSignals: signals, proof: found.proof),
            PlonkStatement(key: victim.key, publicSignals: signals, proof: wrong),
        ])
        #expect(refusals == [.proofDoesNotHold, .proofDoesNotHold])
    }
}
