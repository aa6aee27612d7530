// PLONK's verifier (Gabizon, Williamson, Ciobotaru, ePrint 2019/953), as snarkjs 0.7 has it: the
// linearisation's constant r0 is computed and not sent. With everything brought to one side the
// proof holds when
//
//     e(L, G2) = e(R, tau G2)   where R = Wxi + u Wxiw
//     L = ξ Wxi + u ξ w Wxiw + D + v A + v² B + v³ C + v⁴ S1 + v⁵ S2 - E G1
//
// D = (ab) Qm + a Ql + b Qr + c Qo + Qc
//     + (α (a + βξ + γ)(b + βk1ξ + γ)(c + βk2ξ + γ) + α² L1(ξ) + u) Z
//     - α β (a + βs1 + γ)(b + βs2 + γ) zw S3
//     - (ξⁿ - 1)(T1 + ξⁿ T2 + ξ²ⁿ T3)
// E = -r0 + v a + v² b + v³ c + v⁴ s1 + v⁵ s2 + u zw
// r0 = PI(ξ) - α² L1(ξ) - α (a + βs1 + γ)(b + βs2 + γ)(c + γ) zw
//
// L and R are one sum of points each; many proofs are checked together by summing theirs with
// random factors, which needs one pairing for each tau and one more.

import Commitments
public import Fields
import Polynomials

/// Checks that a proof holds for a circuit and public signals. Throws why it does not.
///
/// Stricter than snarkjs, so that a statement has one proof of one form: no point may be infinity,
/// and numbers, being ``Fr`` and ``Fq``, are below their primes. A coordinate between r and q is
/// accepted; snarkjs's Solidity verifier refuses it, which befalls an honest prover once in 2^127.
public func verify(
    _ key: VerificationKey, publicSignals: [Fr], proof: PlonkProof
) throws(PlonkError) {
    let claim = try PlonkClaim(key, publicSignals: publicSignals, proof: proof)
    guard claim.holds else { throw .proofDoesNotHold }
}

/// A proof reduced to the pairing equation that decides it: e(L, G2) = e(R, tau G2).
struct PlonkClaim {
    /// The circuit.
    let key: VerificationKey
    /// What the generator and the key's commitments are multiplied by in L.
    let keyFactors: [Fr]
    /// The proof's points in L, and their factors.
    let left: (points: [G1Affine], factors: [Fr])
    /// The proof's points in R, and their factors.
    let right: (points: [G1Affine], factors: [Fr])
    /// Everything that the equation depends on, hashed: the circuit, the signals and the proof.
    let digest: Fr

    /// Checks the form of a proof and reduces it.
    init(
        _ key: VerificationKey, publicSignals: [Fr], proof: PlonkProof
    ) throws(PlonkError) {
        guard key.publicCount > 0 else { throw .noPublicSignals }
        guard publicSignals.count == key.publicCount else {
            throw .wrongPublicCount(expected: key.publicCount, actual: publicSignals.count)
        }
        try proof.checkPoints()
        let challenges = PlonkChallenges(key, publicSignals, proof)
        guard let domain = EvaluationDomain(log2Size: key.power),
            let lagrange = domain.lagrange(count: key.publicCount, at: challenges.xi)
        else { throw .challengeInDomain }
        let factors = PlonkFactors(
            key, proof, challenges, publicSignals: publicSignals, lagrange: lagrange,
            raised: domain.raised(challenges.xi))
        self.key = key
        keyFactors = factors.ofKey
        left = (proof.points, factors.ofProof)
        right = ([proof.wxi, proof.wxiw], [Fr.one, challenges.u])
        var transcript = Transcript()
        // The challenges cover the key's commitments, the signals and the proof. They do not cover
        // the rest of the key, and whoever registers keys chooses that too: with k1 left out, it
        // could be chosen after the weights of a batch, so that two false claims cancel.
        for value in [challenges.beta, challenges.v, challenges.u] { transcript.append(value) }
        for value in [key.k1, key.k2, Fr(UInt64(key.power))] { transcript.append(value) }
        transcript.append(key.tauG2)
        digest = transcript.challenge()
    }

    /// Whether the equation holds.
    var holds: Bool {
        let leftSum = MultiScalar.g1(
            key.points + left.points, keyFactors + left.factors, threads: 1)
        let rightSum = MultiScalar.g1(right.points, right.factors, threads: 1)
        let points = G1Projective.normalize([leftSum, -rightSum])
        return Pairing.isOne(productOf: [(points[0], G2Affine.generator), (points[1], key.tauG2)])
    }
}

extension VerificationKey {
    /// The generator and the commitments: the points of L that are not the prover's.
    var points: [G1Affine] { [G1Affine.generator] + commitments }
}

/// What each point is multiplied by in L.
private struct PlonkFactors {
    /// For the generator, Qm, Ql, Qr, Qo, Qc, S1, S2, S3.
    let ofKey: [Fr]
    /// For A, B, C, Z, T1, T2, T3, Wxi, Wxiw.
    let ofProof: [Fr]

    /// `lagrange` are the first Lagrange polynomials at ξ, `raised` is ξⁿ.
    init(
        _ key: VerificationKey, _ proof: PlonkProof, _ challenges: PlonkChallenges,
        publicSignals: [Fr], lagrange: [Fr], raised: Fr
    ) {
        let (beta, gamma, alpha) = (challenges.beta, challenges.gamma, challenges.alpha)
        let (xi, v, u) = (challenges.xi, challenges.v, challenges.u)
        let (a, b, c) = (proof.evaluationA, proof.evaluationB, proof.evaluationC)
        let (s1, s2, zw) = (proof.evaluationS1, proof.evaluationS2, proof.evaluationZw)

        // α² L1(ξ), the permutation's two products, PI(ξ) and r0.
        let first = alpha.squared() * lagrange[0]
        let betaXi = beta * xi
        let positions =
            alpha * (a + betaXi + gamma) * (b + betaXi * key.k1 + gamma)
            * (c + betaXi * key.k2 + gamma)
        let permuted = alpha * (a + beta * s1 + gamma) * (b + beta * s2 + gamma) * zw
        let publicInput = -zip(publicSignals, lagrange).reduce(Fr.zero) { $0 + $1.0 * $1.1 }
        let constant = publicInput - first - permuted * (c + gamma)

        // Powers of v, and E.
        let v2 = v.squared()
        let (v3, v4) = (v2 * v, v2.squared())
        let v5 = v4 * v
        let evaluations = v * a + v2 * b + v3 * c + v4 * s1 + v5 * s2 + u * zw - constant

        let vanishing = raised - Fr.one
        ofKey = [-evaluations, a * b, a, b, c, Fr.one, v4, v5, -(beta * permuted)]
        ofProof = [
            v, v2, v3, positions + first + u, -vanishing, -(vanishing * raised),
            -(vanishing * raised.squared()), xi, u * xi * key.root,
        ]
    }
}
