// The verifier's random choices, each a hash of what the prover said before (Fiat, Shamir 1986), in
// the order of snarkjs 0.7. Prover and verifier make them by the same code.

import Commitments
public import Fields

/// The challenges of one proof.
public struct PlonkChallenges: Equatable, Sendable {
    /// Folds a wire and its position.
    public var beta: Fr
    /// Shifts what is folded.
    public var gamma: Fr
    /// Separates the identities.
    public var alpha: Fr
    /// Where polynomials are evaluated.
    public var xi: Fr
    /// Separates the openings at ξ.
    public var v: Fr
    /// Separates the openings at ξ and at ξ w.
    public var u: Fr

    /// β and γ: from the key, the public signals and the commitments to the wires.
    public static func betaGamma(
        _ key: VerificationKey, _ publicSignals: [Fr], _ a: G1Affine, _ b: G1Affine, _ c: G1Affine
    ) -> (beta: Fr, gamma: Fr) {
        var transcript = Transcript()
        for commitment in key.commitments { transcript.append(commitment) }
        for signal in publicSignals { transcript.append(signal) }
        for point in [a, b, c] { transcript.append(point) }
        let beta = transcript.challenge()
        transcript.append(beta)
        return (beta, transcript.challenge())
    }

    /// α: from β, γ and the commitment to the running product.
    public static func alpha(_ beta: Fr, _ gamma: Fr, _ z: G1Affine) -> Fr {
        var transcript = Transcript()
        transcript.append(beta)
        transcript.append(gamma)
        transcript.append(z)
        return transcript.challenge()
    }

    /// ξ: from α and the commitments to the quotient.
    public static func xi(_ alpha: Fr, _ t1: G1Affine, _ t2: G1Affine, _ t3: G1Affine) -> Fr {
        var transcript = Transcript()
        transcript.append(alpha)
        for point in [t1, t2, t3] { transcript.append(point) }
        return transcript.challenge()
    }

    /// v: from ξ and the evaluations.
    public static func v(_ xi: Fr, _ evaluations: [Fr]) -> Fr {
        var transcript = Transcript()
        transcript.append(xi)
        for value in evaluations { transcript.append(value) }
        return transcript.challenge()
    }

    /// u: from the proofs of the openings.
    public static func u(_ wxi: G1Affine, _ wxiw: G1Affine) -> Fr {
        var transcript = Transcript()
        transcript.append(wxi)
        transcript.append(wxiw)
        return transcript.challenge()
    }

    /// All challenges of a proof.
    public init(_ key: VerificationKey, _ publicSignals: [Fr], _ proof: PlonkProof) {
        (beta, gamma) = PlonkChallenges.betaGamma(
            key, publicSignals, proof.a, proof.b, proof.c)
        alpha = PlonkChallenges.alpha(beta, gamma, proof.z)
        xi = PlonkChallenges.xi(alpha, proof.t1, proof.t2, proof.t3)
        v = PlonkChallenges.v(xi, proof.evaluations)
        u = PlonkChallenges.u(proof.wxi, proof.wxiw)
    }
}
