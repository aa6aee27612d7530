// Powers of a secret number tau, hidden in the exponents of points: G1, tau G1, tau^2 G1, … and tau
// G2. Who knows tau can forge every proof, so strings are made in ceremonies of many, of whom one
// honest suffices; a string made by one alone is for development and says so wherever it goes.

public import Fields

/// What commitments are made and checked with.
public struct StructuredReferenceString: Sendable {
    /// tau^i G1 for i = 0, 1, …
    public let powers: [G1Affine]
    /// tau G2.
    public let tauG2: G2Affine
    /// Whether somebody may know tau: the string was made for development.
    public let isUnsafe: Bool

    /// The string of `powers` and `tauG2`, which are not checked; see ``check(threads:)``.
    public init(powers: [G1Affine], tauG2: G2Affine, isUnsafe: Bool) {
        self.powers = powers
        self.tauG2 = tauG2
        self.isUnsafe = isUnsafe
    }

    /// Makes a string of `count` powers of a tau that the caller knows: **for development only**.
    /// It is marked as unsafe, and so is every key made from it.
    public static func forDevelopment(tau: Fr, count: Int) -> StructuredReferenceString {
        var exponents: [Fr] = []
        exponents.reserveCapacity(count)
        var power = Fr.one
        for _ in 0..<count {
            exponents.append(power)
            power *= tau
        }
        return StructuredReferenceString(
            powers: FixedBaseTable(G1Affine.generator).times(all: exponents),
            tauG2: G2Projective.generator.times(tau).affine, isUnsafe: true)
    }

    /// Checks that the points are powers of one tau: each on its curve and in its group, the first
    /// the generator, and e(sum ρ^i P_(i+1), G2) = e(sum ρ^i P_i, tau G2), where ρ is a hash of all
    /// points. Points that are no such powers pass for fewer than count of r values of ρ.
    public func check(threads: Int = 1) throws(CommitmentError) {
        guard let first = powers.first else { throw .noPowers }
        guard first == G1Affine.generator else { throw .wrongGenerator }
        guard !tauG2.isInfinity, tauG2.isOnCurve, tauG2.isInSubgroup else { throw .wrongTau }
        var transcript = Transcript()
        for (index, power) in powers.enumerated() {
            guard !power.isInfinity else { throw .powerAtInfinity(index: index) }
            guard power.isOnCurve else { throw .powerOffCurve(index: index) }
            transcript.append(power)
        }
        transcript.append(tauG2)
        let ratio = transcript.challenge()
        var factors = [Fr.one]
        while factors.count < powers.count - 1 {
            factors.append(factors[factors.count - 1] * ratio)
        }
        guard powers.count > 1 else { return }
        // Σ ρ^i P_i without the last, Σ ρ^i P_(i+1) without the first.
        let low = MultiScalar.g1(Array(powers.dropLast()), factors, threads: threads)
        let high = MultiScalar.g1(Array(powers.dropFirst()), factors, threads: threads)
        let holds = Pairing.isOne(productOf: [
            (high.affine, G2Affine.generator), ((-low).affine, tauG2),
        ])
        guard holds else { throw .notPowersOfTau }
    }
}
