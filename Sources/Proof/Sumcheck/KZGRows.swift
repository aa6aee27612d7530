// Rows committed as polynomials (Kate, Zaverucha, Goldberg, ASIACRYPT 2010), in the Lagrange basis
// of the group H of the R-th roots of unity: C = Σ v_j [L_j] + ρ [Z], Z = X^R − 1. The blinding
// factor ρ hides the row perfectly and leaves its values on H as they are.
//
// The closing argument (Documentation/zkml.md, section 7). With Lagrange interpolations of the
// public factors, the claim says that a polynomial P sums up to a total c over H, which a running
// sum U shows:
//
//     U(ωX) − U(X) − P(X) + c/R = Z(X) (Q0(X) + X^(R+2) Q1(X))
//
// At a random ξ, A is opened to a and U at ωξ to u; then the equation is linear in what is
// committed, and its commitment is opened to 0 at ξ. Encoded: [U] [Q0] [Q1] a u [Wξ] [Wωξ]; where
// nothing is hidden, P is linear, and there are no Q1 and a. Points are x ‖ y, 32 little-endian
// bytes each, all zero for infinity.

public import Base
public import Fields
import Polynomials

/// What commitments of rows are checked with.
public struct KZGRows: RowScheme {
    /// The logarithm of the size R of a row.
    public let rowBits: Int
    /// τ times the generator of the second group.
    public let tauG2: G2Affine
    private let preparedTau: PreparedG2
    private let preparedGenerator: PreparedG2
    private let domain: EvaluationDomain

    /// Rows of 2^rowBits values, committed under the reference string of `tauG2`; `nil` unless that
    /// is a point of the second curve other than infinity, and rowBits 0 to 28.
    public init?(rowBits: Int, tauG2: G2Affine) {
        guard (0...28).contains(rowBits), let domain = EvaluationDomain(log2Size: rowBits),
            !tauG2.isInfinity, tauG2.isOnCurve
        else { return nil }
        self.rowBits = rowBits
        self.tauG2 = tauG2
        self.domain = domain
        preparedTau = PreparedG2(tauG2)
        preparedGenerator = PreparedG2(G2Affine.generator)
    }

    /// The messages of the closing argument.
    public struct Closing: Equatable, Sendable {
        /// [U].
        public var runningSum: G1Affine
        /// [Q0] and, where the proof hides, [Q1].
        public var quotients: [G1Affine]
        /// a = A(ξ), where the proof hides.
        public var left: Fr?
        /// u = U(ωξ).
        public var nextSum: Fr
        /// [Wξ] and [Wωξ].
        public var openings: [G1Affine]

        /// These messages.
        public init(
            runningSum: G1Affine, quotients: [G1Affine], left: Fr?, nextSum: Fr,
            openings: [G1Affine]
        ) {
            self.runningSum = runningSum
            self.quotients = quotients
            self.left = left
            self.nextSum = nextSum
            self.openings = openings
        }
    }

    public var identity: Bytes {
        var bytes: Bytes = [UInt8(rowBits)]
        for coordinate in [tauG2.x.c0, tauG2.x.c1, tauG2.y.c0, tauG2.y.c1] {
            bytes += coordinate.canonicalLittleEndian
        }
        return bytes
    }

    public static var commitmentSize: Int { 64 }

    public static func closingSize(hiding: Bool) -> Int { hiding ? 5 * 64 + 2 * 32 : 4 * 64 + 32 }

    public static func commitment(encoded bytes: ArraySlice<UInt8>) -> G1Affine? {
        guard bytes.count == 64, let x = Fq(canonicalLittleEndian: bytes.prefix(32)),
            let y = Fq(canonicalLittleEndian: bytes.suffix(32))
        else { return nil }
        let point = G1Affine(x: x, y: y)
        return point.isOnCurve ? point : nil
    }

    public static func append(_ commitment: G1Affine, to bytes: inout Bytes) {
        bytes += commitment.x.canonicalLittleEndian
        bytes += commitment.y.canonicalLittleEndian
    }

    public static func closing(
        encoded bytes: ArraySlice<UInt8>, hiding: Bool, offset: Int
    ) throws(SumcheckError) -> Closing {
        var rest = bytes
        var place = offset
        func point() throws(SumcheckError) -> G1Affine {
            guard let point = commitment(encoded: rest.prefix(64)) else {
                throw .wrongCommitment(offset: place)
            }
            rest = rest.dropFirst(64)
            place += 64
            return point
        }
        func scalar() throws(SumcheckError) -> Fr {
            guard let scalar = Fr(encoded: rest.prefix(32)) else {
                throw .wrongElement(offset: place)
            }
            rest = rest.dropFirst(32)
            place += 32
            return scalar
        }
        let runningSum = try point()
        var quotients = [try point()]
        if hiding { quotients.append(try point()) }
        let left = hiding ? try scalar() : nil
        return Closing(
            runningSum: runningSum, quotients: quotients, left: left, nextSum: try scalar(),
            openings: [try point(), try point()])
    }

    public static func append(_ closing: Closing, to bytes: inout Bytes) {
        append(closing.runningSum, to: &bytes)
        closing.quotients.forEach { append($0, to: &bytes) }
        closing.left?.appendEncoded(to: &bytes)
        closing.nextSum.appendEncoded(to: &bytes)
        closing.openings.forEach { append($0, to: &bytes) }
    }

    public func verify(
        _ closing: Closing, of claim: ClosingClaim<Fr>, rows: [G1Affine?],
        columns: HiddenColumns<G1Affine>?, transcript: inout SumcheckTranscript
    ) throws(SumcheckError) {
        var points = rows.compactMap { $0 } + closing.quotients + closing.openings
        points.append(closing.runningSum)
        if let columns {
            points += [columns.mask1, columns.left, columns.right, columns.mask2]
        }
        guard closing.openings.count == 2, closing.quotients.count == (columns == nil ? 1 : 2),
            (closing.left == nil) == (columns == nil), rows.count == claim.rowWeights.count,
            points.allSatisfy(\.isOnCurve)
        else { throw .wrongClosing }
        let challenges = ClosingChallenges(closing, &transcript)
        var sum = try opened(closing, claim, rows, columns, challenges)
        // At ωξ, weighed by μ: U − u.
        sum.add(closing.runningSum, challenges.mu)
        sum.constant -= challenges.mu * closing.nextSum
        // e(D + ξ Wξ + μ ωξ Wωξ, G2) = e(Wξ + μ Wωξ, τ G2).
        sum.add(closing.openings[0], challenges.xi)
        sum.add(closing.openings[1], challenges.mu * domain.root * challenges.xi)
        let quotient =
            G1Projective(closing.openings[0])
            + G1Projective(closing.openings[1]).times(challenges.mu)
        let holds = Pairing.isOne(productOf: [
            (sum.value, preparedGenerator), ((-quotient).affine, preparedTau),
        ])
        guard holds else { throw .wrongClosing }
    }

    /// What is opened to 0 at ξ: the identity with the values put in, and ν (A − a).
    func opened(
        _ closing: Closing, _ claim: ClosingClaim<Fr>, _ rows: [G1Affine?],
        _ columns: HiddenColumns<G1Affine>?, _ challenges: ClosingChallenges
    ) throws(SumcheckError) -> PointSum {
        let values = try publicValues(claim, at: challenges.xi)
        var sum = PointSum()
        addIdentity(closing, claim, values, rows, columns, challenges, &sum)
        if let columns, let left = closing.left {
            sum.add(columns.left, challenges.nu)
            sum.constant -= challenges.nu * left
        }
        return sum
    }

    /// U(ωξ) − U − P + c/R − Z(ξ) (Q0 + ξ^(R+2) Q1), where A is a, at ξ.
    private func addIdentity(
        _ closing: Closing, _ claim: ClosingClaim<Fr>, _ values: ClaimValues, _ rows: [G1Affine?],
        _ columns: HiddenColumns<G1Affine>?, _ challenges: ClosingChallenges, _ sum: inout PointSum
    ) {
        sum.constant += closing.nextSum + claim.total * domain.inverseSize
        sum.add(closing.runningSum, -Fr.one)
        if let columns, let left = closing.left {
            sum.constant -= values.left * left
            sum.add(columns.right, -(values.products * left + values.right))
            sum.add(columns.mask1, -values.mask1)
            sum.add(columns.mask2, -values.mask2)
        }
        let factor = -(claim.factor * values.equality)
        for (row, weight) in zip(rows, claim.rowWeights) {
            if let row, !weight.isZero { sum.add(row, factor * weight) }
        }
        sum.add(closing.quotients[0], -values.vanishing)
        if closing.quotients.count > 1 {
            let xi = challenges.xi
            let shift = domain.raised(xi) * xi.squared()
            sum.add(closing.quotients[1], -(values.vanishing * shift))
        }
    }

    /// The public polynomials of the claim at ξ.
    private func publicValues(
        _ claim: ClosingClaim<Fr>, at xi: Fr
    ) throws(SumcheckError) -> ClaimValues {
        guard let lagrange = domain.lagrange(count: domain.size, at: xi) else {
            throw .unusableChallenge
        }
        func value(_ factors: [Fr]) -> Fr {
            var sum = Fr.zero
            for (factor, basis) in zip(factors, lagrange) { sum += factor * basis }
            return sum
        }
        return ClaimValues(
            products: value(claim.products), left: value(claim.left), right: value(claim.right),
            mask1: value(claim.mask1), mask2: value(claim.mask2),
            equality: value(Equality.table(claim.columnPoint[...])),
            vanishing: domain.vanishing(at: xi))
    }
}

/// The challenges of the closing argument.
public struct ClosingChallenges: Sendable {
    /// Where the identity is checked.
    public let xi: Fr
    /// What separates the two openings at ξ.
    public let nu: Fr
    /// What separates openings at ξ and ωξ.
    public let mu: Fr

    /// ξ, from the transcript and the commitments.
    public static func xi(
        runningSum: G1Affine, quotients: [G1Affine], _ transcript: inout SumcheckTranscript
    ) -> Fr {
        transcript.append("quotients", [runningSum] + quotients, KZGRows.self)
        return transcript.challenge("xi")
    }

    /// ν, from the transcript and the values.
    public static func nu(
        left: Fr?, nextSum: Fr, _ transcript: inout SumcheckTranscript
    ) -> Fr {
        transcript.append("openings", elements: (left.map { [$0] } ?? []) + [nextSum])
        return transcript.challenge("nu")
    }

    /// These challenges.
    init(xi: Fr, nu: Fr, mu: Fr) {
        (self.xi, self.nu, self.mu) = (xi, nu, mu)
    }

    /// All of them, as the messages come.
    init(_ closing: KZGRows.Closing, _ transcript: inout SumcheckTranscript) {
        xi = ClosingChallenges.xi(
            runningSum: closing.runningSum, quotients: closing.quotients, &transcript)
        nu = ClosingChallenges.nu(left: closing.left, nextSum: closing.nextSum, &transcript)
        transcript.append("witnesses", closing.openings, KZGRows.self)
        mu = transcript.challenge("mu")
    }
}

/// The public polynomials of a claim at one point.
private struct ClaimValues {
    var products: Fr, left: Fr, right: Fr, mask1: Fr, mask2: Fr, equality: Fr, vanishing: Fr
}

/// A sum of multiples of points while it is collected.
struct PointSum {
    var points: [G1Affine] = []
    var scalars: [Fr] = []
    /// The multiple of the generator.
    var constant = Fr.zero

    mutating func add(_ point: G1Affine, _ scalar: Fr) {
        points.append(point)
        scalars.append(scalar)
    }

    var value: G1Affine {
        MultiScalar.g1(points + [G1Affine.generator], scalars + [constant], threads: 1).affine
    }
}
