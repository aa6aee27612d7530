// What rows are committed with: the powers of τ that a reference string gives, and the same points
// in the Lagrange basis of the R-th roots of unity. Who knows τ, as in development, computes the
// latter at once; prepared files of a ceremony have them; from bare powers they come by an inverse
// Fourier transform over points.

public import Commitments
public import Fields
import Parallel
import Polynomials
public import Sumcheck

/// Why no key could be made.
public enum RowKeyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The reference string has too few powers.
    case tooFewPowers(needed: Int, available: Int)
    /// Rows of 2^bits values are not among 2^4 to 2^16.
    case wrongRowSize(bits: Int)
    /// The Lagrange points that came along are not those of the powers.
    case wrongLagrangePoints

    public var description: String {
        switch self {
        case .tooFewPowers(let needed, let available):
            "rows need \(needed) powers of tau, \(available) are there; take a larger string"
        case .wrongRowSize(let bits): "rows of 2^\(bits) values; they have 2^4 to 2^16"
        case .wrongLagrangePoints:
            "the Lagrange points of the string are not those of its powers; prepare it again"
        }
    }
}

/// What a prover commits to rows with.
public struct RowKey: Sendable {
    /// What the verifier uses.
    public let scheme: KZGRows
    /// [1], [τ], … to [τ^(R + 7)].
    public let powers: [G1Affine]
    /// [L_0] to [L_(R−1)].
    public let lagrange: [G1Affine]
    /// [Z] and [X Z].
    public let vanishing: [G1Affine]
    /// Whether somebody may know τ.
    public let isUnsafe: Bool
    let domain: EvaluationDomain

    /// The powers that rows of 2^rowBits values need.
    public static func powerCount(rowBits: Int) -> Int { 1 << rowBits + 8 }

    /// The key for rows of 2^rowBits values.
    ///
    /// - Parameter lagrange: [L_0] to [L_(R−1)] where the caller has them. They are compared with
    ///   the powers at a random place, in two sums of R points. Without them the key takes some
    ///   30 µs · R log R, divided among the threads.
    public init(
        _ string: StructuredReferenceString, rowBits: Int, lagrange: [G1Affine]? = nil,
        threads: Int = 1
    ) throws(RowKeyError) {
        guard (4...16).contains(rowBits), let domain = EvaluationDomain(log2Size: rowBits) else {
            throw .wrongRowSize(bits: rowBits)
        }
        let count = 1 << rowBits + 8
        guard string.powers.count >= count else {
            throw .tooFewPowers(needed: count, available: string.powers.count)
        }
        let powers = Array(string.powers.prefix(count))
        if let lagrange {
            guard RowKey.isBasis(lagrange, of: powers, domain, threads: threads) else {
                throw .wrongLagrangePoints
            }
        }
        try self.init(
            powers: powers,
            lagrange: lagrange ?? RowKey.lagrange(powers, domain, threads: threads),
            tauG2: string.tauG2, isUnsafe: string.isUnsafe, domain: domain)
    }

    /// The key of a τ that the caller knows: **for development only**.
    public static func forDevelopment(tau: Fr, rowBits: Int) throws(RowKeyError) -> RowKey {
        guard (4...16).contains(rowBits), let domain = EvaluationDomain(log2Size: rowBits),
            let values = domain.lagrange(count: domain.size, at: tau)
        else { throw .wrongRowSize(bits: rowBits) }
        let string = StructuredReferenceString.forDevelopment(tau: tau, count: domain.size + 8)
        return try RowKey(
            powers: string.powers,
            lagrange: FixedBaseTable(G1Affine.generator).times(all: values), tauG2: string.tauG2,
            isUnsafe: true, domain: domain)
    }

    private init(
        powers: [G1Affine], lagrange: [G1Affine], tauG2: G2Affine, isUnsafe: Bool,
        domain: EvaluationDomain
    ) throws(RowKeyError) {
        guard let scheme = KZGRows(rowBits: domain.log2Size, tauG2: tauG2) else {
            throw .wrongRowSize(bits: domain.log2Size)
        }
        self.scheme = scheme
        self.powers = powers
        self.lagrange = lagrange
        self.isUnsafe = isUnsafe
        self.domain = domain
        vanishing = (0..<2).map {
            (G1Projective(powers[domain.size + $0]) - powers[$0]).affine
        }
    }

    /// Whether a polynomial of random values has the same commitment in both bases, which others
    /// than the Lagrange points give it with a probability of 1/r.
    private static func isBasis(
        _ lagrange: [G1Affine], of powers: [G1Affine], _ domain: EvaluationDomain, threads: Int
    ) -> Bool {
        guard lagrange.count == domain.size,
            let transform = NumberTheoreticTransform(log2Size: domain.log2Size)
        else { return false }
        var generator = SystemRandomNumberGenerator()
        let values = generator.scalars(domain.size)
        var coefficients = values
        transform.interpolate(&coefficients)
        let prefix = Array(powers.prefix(domain.size))
        return MultiScalar.g1(lagrange, values, threads: threads)
            == MultiScalar.g1(prefix, coefficients, threads: threads)
    }

    /// [L_j] = 1/R Σ_i ω^(−ij) [τ^i]: the inverse transform of the first R powers.
    static func lagrange(
        _ powers: [G1Affine], _ domain: EvaluationDomain, threads: Int
    ) -> [G1Affine] {
        let size = domain.size
        var points = powers.prefix(size).map { G1Projective($0) }
        var reversed = 0
        for index in 0..<size {
            if index < reversed { points.swapAt(index, reversed) }
            var bit = size >> 1
            while bit > 0, reversed & bit != 0 {
                reversed ^= bit
                bit >>= 1
            }
            reversed |= bit
        }
        guard let inverseRoot = domain.root.inverted() else {
            preconditionFailure("a root of unity has an inverse")
        }
        let factors = inverseRoot.powers(max(1, size / 2))
        var half = 1
        while half < size {
            let stride = size / (2 * half)
            let (before, width) = (points, half)
            let upper = mapInParallel(size / 2, threads: threads) { pair in
                let offset = pair % width
                let point = before[pair / width * 2 * width + width + offset]
                return offset > 0 ? point.times(factors[offset * stride]) : point
            }
            for (pair, high) in upper.enumerated() {
                let index = pair / half * 2 * half + pair % half
                let low = points[index]
                points[index] = low + high
                points[index + half] = low - high
            }
            half *= 2
        }
        let sums = points
        return JacobianPoint.normalize(
            mapInParallel(size, threads: threads) { sums[$0].times(domain.inverseSize) })
    }
}
