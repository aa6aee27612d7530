// The prover's state between the rounds.

import Fields
import Plonk
import Polynomials

struct ProvingRounds {
    private let prover: CircuitProver
    private let values: WireValues
    private let blinding: [Fr]
    private let workspace = KernelWorkspace()
    let publicSignals: [Fr]
    /// The columns a, b, c on the rows; empty once the running product is made.
    private var rows: [[Fr]]
    /// The columns a, b, c by coefficients, two more than rows.
    private var columns: [[Fr]]
    /// The running product by coefficients, three more than rows.
    private var product: [Fr] = []
    /// The parts of the quotient by coefficients.
    private var quotient: [[Fr]] = []
    private var beta = Fr.zero
    private var gamma = Fr.zero
    private var alpha = Fr.zero
    private var xi = Fr.zero
    private var v = Fr.zero
    /// A, B, C, Z, T1, T2, T3 as far as they are made.
    private var points: [G1Affine] = []
    private var evaluations: [Fr] = []

    private var key: VerificationKey { prover.verificationKey }
    private var domain: EvaluationDomain { prover.transform.domain }
    private var threads: Int { prover.threads }
    private var vectors: ScalarVectors { prover.vectors }

    /// Fills the columns.
    init(_ prover: CircuitProver, _ values: WireValues, _ blinding: BlindingFactors) {
        self.prover = prover
        self.values = values
        self.blinding = blinding.values
        publicSignals = Array(values.values[1...prover.verificationKey.publicCount])
        rows = prover.wires.map { values.column($0, rows: prover.transform.domain.size) }
        columns = rows
        for column in columns.indices {
            prover.transform.interpolate(
                &columns[column], threads: prover.threads, workspace: workspace)
            ProvingRounds.blind(
                &columns[column],
                [self.blinding[2 * column + 1], self.blinding[2 * column]])
        }
    }

    /// Adds (factors[0] + factors[1] X + …)(Xⁿ - 1), which is zero on the rows.
    private static func blind(_ coefficients: inout [Fr], _ factors: [Fr]) {
        for (index, factor) in factors.enumerated() { coefficients[index] -= factor }
        coefficients += factors
    }

    /// Round 1.
    mutating func commitToWires() {
        points = columns.map { prover.commitment(to: $0, workspace) }
        (beta, gamma) = PlonkChallenges.betaGamma(
            key, publicSignals, points[0], points[1], points[2])
    }

    /// Makes the running product: z = 1 on the first row; from each row to the next it is
    /// multiplied by the row's (value + β place + γ) over the columns and divided by (value + β
    /// target + γ).
    mutating func multiplyUp() throws(ProvingError) {
        let size = domain.size
        var numerators: [Fr] = []
        var denominators: [Fr] = []
        for (column, factor) in [Fr.one, key.k1, key.k2].enumerated() {
            vectors.add(gamma, to: &rows[column])
            var places = vectors.powers(of: domain.root, from: beta * factor, count: size)
            vectors.add(rows[column], to: &places)
            var targets = prover.permutation[column]
            prover.transform.evaluate(&targets, threads: threads, workspace: workspace)
            vectors.add(targets, times: beta, to: &rows[column])
            targets = rows[column]
            rows[column] = []
            if column == 0 {
                (numerators, denominators) = (places, targets)
            } else {
                vectors.multiply(&numerators, by: places)
                vectors.multiply(&denominators, by: targets)
            }
        }
        vectors.invert(&denominators)
        vectors.multiply(&numerators, by: denominators)
        denominators = []
        let last = vectors.replaceByProductsBefore(&numerators)
        guard last == Fr.one else {
            throw .inconsistentKey("its permutation does not follow its wires")
        }
        product = numerators
        prover.transform.interpolate(&product, threads: threads, workspace: workspace)
        ProvingRounds.blind(&product, [blinding[8], blinding[7], blinding[6]])
    }

    /// Round 2.
    mutating func commitToProduct() {
        points.append(prover.commitment(to: product, workspace))
        alpha = PlonkChallenges.alpha(beta, gamma, points[3])
    }

    /// Makes the quotient and its three parts, whose seams are blinded.
    mutating func divide() {
        quotient = Quotient(
            prover, columns: columns, product: product, publicSignals: publicSignals, beta: beta,
            gamma: gamma, alpha: alpha, workspace
        ).parts()
        let (b10, b11) = (blinding[9], blinding[10])
        quotient[0].append(b10)
        quotient[1][0] -= b10
        quotient[1].append(b11)
        quotient[2][0] -= b11
    }

    /// Round 3.
    mutating func commitToQuotient() {
        points += quotient.map { prover.commitment(to: $0, workspace) }
        xi = PlonkChallenges.xi(alpha, points[4], points[5], points[6])
    }

    /// Round 4, and the quotients of round 5: at ξ and at ξ w.
    mutating func open() throws(ProvingError) -> (atXi: [Fr], atXiw: [Fr]) {
        let (s1, s2) = (prover.permutation[0], prover.permutation[1])
        evaluations = (columns + [s1, s2]).map { vectors.value(of: $0, at: xi) }
        let zw = vectors.value(of: product, at: xi * domain.root)
        evaluations.append(zw)
        v = PlonkChallenges.v(xi, evaluations)

        var sum = linearization()
        var power = v
        for (polynomial, value) in zip(columns + [s1, s2], evaluations) {
            vectors.add(polynomial, times: power, to: &sum)
            sum[0] -= power * value
            power *= v
        }
        columns = []
        let remainder = vectors.divide(&sum, byLinearFactorWithRoot: xi)
        guard remainder.isZero else { throw fault() }
        sum.removeLast()

        product[0] -= zw
        _ = vectors.divide(&product, byLinearFactorWithRoot: xi * domain.root)
        product.removeLast()
        return (sum, product)
    }

    /// Round 5.
    func commitToOpenings(_ openings: (atXi: [Fr], atXiw: [Fr])) -> PlonkProof {
        let last = [openings.atXi, openings.atXiw].map { prover.commitment(to: $0, workspace) }
        guard let proof = PlonkProof(points: points + last, evaluations: evaluations) else {
            preconditionFailure("seven points are made before the last two")
        }
        return proof
    }

    /// What the verifier can put together from commitments: zero at ξ when the witness satisfies.
    private mutating func linearization() -> [Fr] {
        let (a, b, c) = (evaluations[0], evaluations[1], evaluations[2])
        let (s1, s2, zw) = (evaluations[3], evaluations[4], evaluations[5])
        guard let lagrange = domain.lagrange(count: publicSignals.count, at: xi) else {
            preconditionFailure("a hash is no root of unity of the rows")
        }
        let raised = domain.raised(xi)
        let first = alpha.squared() * lagrange[0]
        let betaXi = beta * xi
        let positions =
            alpha * (a + betaXi + gamma) * (b + betaXi * key.k1 + gamma)
            * (c + betaXi * key.k2 + gamma)
        let permuted = alpha * (a + beta * s1 + gamma) * (b + beta * s2 + gamma) * zw

        // The quotient's last part is the longest polynomial of all.
        var sum = quotient[2]
        vectors.scale(&sum, by: raised)
        vectors.add(quotient[1], to: &sum)
        vectors.scale(&sum, by: raised)
        vectors.add(quotient[0], to: &sum)
        vectors.scale(&sum, by: Fr.one - raised)
        quotient = []
        vectors.add(product, times: positions + first, to: &sum)
        vectors.add(prover.permutation[2], times: -(permuted * beta), to: &sum)
        for (selector, factor) in zip(prover.selectors, [a * b, a, b, c, Fr.one]) {
            vectors.add(selector, times: factor, to: &sum)
        }
        let publicInput = zip(publicSignals, lagrange).reduce(Fr.zero) { $0 - $1.0 * $1.1 }
        sum[0] += publicInput - first - permuted * (c + gamma)
        return sum
    }

    /// Why the identity does not hold.
    private func fault() -> ProvingError {
        values.unsatisfiedGate(
            wires: prover.wires, selectors: prover.selectors, publicCount: publicSignals.count,
            prover.transform)
            ?? .inconsistentKey("its polynomials do not follow its gates")
    }
}
