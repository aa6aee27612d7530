// The verifier, section 5 of Documentation/plonk-native.md. A proof is reduced to an equation of
// pairings e(R, tau G2) = e(L, G2); several equations are checked at once by summing them with
// random factors.

public import Fields
import Polynomials

/// Gives the coefficients of a key's claims, one for each exposed cell, from λ. They may depend on
/// everything that was said before λ was drawn.
public typealias ClaimCoefficients = (Fr) -> [[Fr]]

extension NativeKey {
    /// Checks that a proof holds for this circuit and public signals. Throws why it does not.
    ///
    /// - Parameters:
    ///   - transcript: what was said before; the prover must have started from the same.
    ///   - coefficients: of the claims, whose sums are in the proof.
    /// - Returns: what was said, with the proof.
    @discardableResult
    public func verify(
        _ proof: NativeProof, publicSignals: [Fr], transcript: ProofTranscript = .native,
        coefficients: ClaimCoefficients = { _ in [] }
    ) throws(NativeError) -> ProofTranscript {
        let equation = try NativeEquation(
            self, proof, publicSignals: publicSignals, transcript: transcript,
            coefficients: coefficients)
        guard equation.holds else { throw .proofDoesNotHold }
        return equation.transcript
    }
}

/// A proof reduced to e(R, tau G2) = e(L, G2).
public struct NativeEquation: Sendable {
    /// tau G2.
    public let tauG2: G2Affine
    /// Everything that was said.
    public let transcript: ProofTranscript
    let left: (points: [G1Affine], factors: [Fr])
    let right: (points: [G1Affine], factors: [Fr])

    /// Checks the form of a proof and reduces it; the equation is left to check.
    public init(
        _ key: NativeKey, _ proof: NativeProof, publicSignals: [Fr],
        transcript: ProofTranscript = .native, coefficients: ClaimCoefficients = { _ in [] }
    ) throws(NativeError) {
        let shape = key.shape
        guard publicSignals.count == shape.publicCount else {
            throw .wrongPublicCount(expected: shape.publicCount, actual: publicSignals.count)
        }
        guard proof.fits(shape) else {
            throw .wrongProofLength(
                expected: NativeProof.byteCount(shape), actual: proof.bytes.count)
        }
        for point in proof.points where point.isInfinity || !point.isOnCurve {
            throw .pointOffCurve("a proof")
        }
        var conversation = NativeConversation(key, publicSignals: publicSignals, transcript)
        conversation.say(advice: proof.advice)
        conversation.say(multiplicities: proof.multiplicities)
        let given =
            try shape.exposed.isEmpty
            ? [] : shape.checked(coefficients(conversation.challenges.lambda))
        conversation.say(claims: proof.claims, coefficients: given)
        conversation.say(running: proof.running)
        conversation.say(quotient: proof.quotient)
        conversation.say(values: proof.values)
        conversation.say(openings: proof.openings)
        let challenges = conversation.challenges
        guard let domain = EvaluationDomain(log2Size: shape.log2Rows),
            let publicValues = shape.publicValues(
                publicSignals, given, proof.claims, challenges, domain)
        else { throw .challengeInDomain }
        let raised = domain.raised(challenges.xi)
        guard let inverse = (raised - Fr.one).inverted() else { throw .challengeInDomain }
        let quotient =
            shape.combinedIdentity(
                OpenedValues(proof.values, shape), publicValues, challenges) * inverse
        tauG2 = key.tauG2
        self.transcript = conversation.transcript
        left = NativeEquation.left(key, proof, challenges, raised: raised, quotient: quotient)
        right = (proof.openings, [Fr.one, challenges.u])
    }

    /// ξ W + u w ξ W' + F - E G1.
    private static func left(
        _ key: NativeKey, _ proof: NativeProof, _ challenges: NativeChallenges, raised: Fr,
        quotient: Fr
    ) -> (points: [G1Affine], factors: [Fr]) {
        let shape = key.shape
        let (here, next) = (shape.openedHere, shape.openedNext)
        var factorsHere = ScalarVectors(threads: 1).powers(
            of: challenges.v, from: Fr.one, count: here.count + 1)
        var factorsNext = ScalarVectors(threads: 1).powers(
            of: challenges.v, from: challenges.u, count: next.count)
        // E: all values times their factors.
        var values = factorsHere[here.count] * quotient
        for (value, factor) in zip(proof.values, factorsHere.dropLast() + factorsNext) {
            values += value * factor
        }
        // F: advice and running columns may be opened at both points.
        let ofQuotient = factorsHere.removeLast()
        for (column, factor) in zip(next, factorsNext) {
            guard let place = here.firstIndex(of: column) else { continue }
            factorsHere[place] += factor
        }
        factorsNext = []
        let committed =
            proof.advice + key.fixed + key.permutation + proof.multiplicities + proof.running
        let pieces = ScalarVectors(threads: 1).powers(
            of: raised, from: ofQuotient, count: shape.pieceCount)
        let xi = challenges.xi
        return (
            [G1Affine.generator] + committed + proof.quotient + proof.openings,
            [-values] + factorsHere + pieces + [xi, challenges.u * key.root * xi]
        )
    }

    /// Whether the equation holds.
    public var holds: Bool {
        let sums = G1Projective.normalize([
            MultiScalar.g1(right.points, right.factors, threads: 1),
            -MultiScalar.g1(left.points, left.factors, threads: 1),
        ])
        return Pairing.isOne(productOf: [(sums[0], tauG2), (sums[1], G2Affine.generator)])
    }

    /// Whether all `equations` about one tau hold, but for a chance below 2^-124 that one does not.
    /// The factors are drawn from everything all provers said.
    public static func allHold(_ equations: [NativeEquation]) -> Bool {
        guard let first = equations.first else { return true }
        guard equations.allSatisfy({ $0.tauG2 == first.tauG2 }) else {
            return equations.allSatisfy(\.holds)
        }
        var transcript = ProofTranscript(domain: "AIVM native PLONK batch v1")
        for equation in equations {
            var said = equation.transcript
            transcript.append("proof", [said.challenge("digest")])
        }
        var left: (points: [G1Affine], factors: [Fr]) = ([], [])
        var right: (points: [G1Affine], factors: [Fr]) = ([], [])
        for equation in equations {
            let factor = transcript.challenge("factor")
            left.points += equation.left.points
            left.factors += equation.left.factors.map { $0 * factor }
            right.points += equation.right.points
            right.factors += equation.right.factors.map { $0 * factor }
        }
        return NativeEquation(tauG2: first.tauG2, transcript, left, right).holds
    }

    private init(
        tauG2: G2Affine, _ transcript: ProofTranscript,
        _ left: (points: [G1Affine], factors: [Fr]), _ right: (points: [G1Affine], factors: [Fr])
    ) {
        self.tauG2 = tauG2
        self.transcript = transcript
        self.left = left
        self.right = right
    }
}
