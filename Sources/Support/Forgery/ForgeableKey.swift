// Proofs without witnesses, for tests. Who knows tau can prove anything: every commitment of the
// key and of the proof is a known multiple of the generator, so the verifier's equation
//
//     (tau - ξ) Wxi + u (tau - ξ w) Wxiw = K0 + u K1
//
// is one in the field, and the two openings solve it. So a test has as many different valid proofs
// as it wants in a millisecond each, and shows why chains refuse keys from strings for development.

import Base
import Cryptography
public import Fields
public import Plonk
import Polynomials

/// A key of a circuit that means nothing, whose tau is known.
public struct ForgeableKey: Sendable {
    /// The key.
    public let key: VerificationKey
    /// tau.
    public let tau: Fr
    /// What the key's commitments are multiples of the generator by.
    public let logarithms: [Fr]

    private static let generator = FixedBaseTable(G1Affine.generator)
    private static let secondGenerator = FixedBaseTable(G2Affine.generator)

    /// A key that follows from `name`, with the tau that follows from `setup`.
    public init(
        _ name: String, publicCount: Int = 1, power: Int = 5, setup: String = "setup",
        k1: Fr = Fr(2), isUnsafe: Bool = false
    ) throws(PlonkError) {
        tau = ForgeableKey.scalar("tau of \(setup)")
        logarithms = VerificationKey.commitmentNames.map { ForgeableKey.scalar("\(name) \($0)") }
        key = try VerificationKey(
            publicCount: publicCount, power: power, k1: k1, k2: Fr(3),
            commitments: ForgeableKey.generator.times(all: logarithms),
            tauG2: ForgeableKey.secondGenerator.times(tau).affine, isUnsafe: isUnsafe)
    }

    /// A scalar that follows from `text`.
    public static func scalar(_ text: String) -> Fr {
        let words = SHA256.hash(Bytes(text.utf8)).words
        return Fr(reducing: UInt256(words.0, words.1, words.2, words.3))
    }

    /// The points that are these multiples of the generator.
    public static func points(_ scalars: [Fr]) -> [G1Affine] { generator.times(all: scalars) }

    /// A proof that holds for `publicSignals`, one of many as `name` says.
    public func proof(of publicSignals: [Fr], _ name: String = "") -> PlonkProof {
        let logarithms = (0..<7).map { ForgeableKey.scalar("\(name) point \($0)") }
        return proof(of: publicSignals, logarithms: logarithms, name)
    }

    /// A proof whose first seven points are these multiples of the generator. It holds, or, with
    /// `countsZ` false, it is wrong by what Z adds to the equation.
    public func proof(
        of publicSignals: [Fr], logarithms points: [Fr], _ name: String, countsZ: Bool = true
    ) -> PlonkProof {
        let evaluations = (0..<6).map { ForgeableKey.scalar("\(name) evaluation \($0)") }
        let first = ForgeableKey.points(points)
        let (beta, gamma) = PlonkChallenges.betaGamma(
            key, publicSignals, first[0], first[1], first[2])
        let alpha = PlonkChallenges.alpha(beta, gamma, first[3])
        let xi = PlonkChallenges.xi(alpha, first[4], first[5], first[6])
        let v = PlonkChallenges.v(xi, evaluations)
        guard let domain = EvaluationDomain(log2Size: key.power),
            let lagrange = domain.lagrange(count: key.publicCount, at: xi),
            let inverse = (tau - xi).inverted(),
            let nextInverse = (tau - xi * key.root).inverted()
        else { preconditionFailure("a hash is none of a few values") }

        let (a, b, c) = (evaluations[0], evaluations[1], evaluations[2])
        let (s1, s2, zw) = (evaluations[3], evaluations[4], evaluations[5])
        let start = alpha.squared() * lagrange[0]
        let shift = beta * xi
        let positions =
            alpha * (a + shift + gamma) * (b + shift * key.k1 + gamma)
            * (c + shift * key.k2 + gamma)
        let shuffled = alpha * (a + beta * s1 + gamma) * (b + beta * s2 + gamma) * zw
        let signals = zip(publicSignals, lagrange).reduce(Fr.zero) { $0 + $1.0 * $1.1 }
        let constant = -signals - start - shuffled * (c + gamma)
        let raised = domain.raised(xi)
        let vanishing = raised - Fr.one

        // The powers of v open A, B, C, S1, S2.
        var known = constant + a * b * logarithms[0] + a * logarithms[1] + b * logarithms[2]
        known += c * logarithms[3] + logarithms[4] - beta * shuffled * logarithms[7]
        let opened = [points[0], points[1], points[2], logarithms[5], logarithms[6]]
        var factor = v
        for (point, value) in zip(opened, [a, b, c, s1, s2]) {
            known += factor * (point - value)
            factor *= v
        }
        known -= vanishing * (points[4] + raised * points[5] + raised.squared() * points[6])
        if countsZ { known += (positions + start) * points[3] }
        let openings = ForgeableKey.points([
            known * inverse, ((countsZ ? points[3] : Fr.zero) - zw) * nextInverse,
        ])
        guard let proof = PlonkProof(points: first + openings, evaluations: evaluations) else {
            preconditionFailure("seven points and two")
        }
        return proof
    }
}
