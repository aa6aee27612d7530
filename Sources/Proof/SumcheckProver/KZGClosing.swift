// The prover of the closing argument (Documentation/zkml.md, section 7): columns and folded row as
// polynomials, the running sum of the claim over H, and the quotient by Z. The quotient has degree
// 2 R, its highest coefficient is known, and so 2 R values on a coset suffice for it.

public import Fields
import Polynomials
public import Sumcheck

/// A polynomial with its blinding: coefficients of degree below R, plus (b0 + b1 X + …) Z.
private struct BlindedPolynomial {
    /// All coefficients.
    var coefficients: [Fr]

    /// The polynomial that has `values` on H, the rest being zero.
    init(_ values: [Fr], blinders: [Fr], _ transform: NumberTheoreticTransform) {
        let size = transform.domain.size
        coefficients = values + [Fr](repeating: Fr.zero, count: size - values.count)
        transform.interpolate(&coefficients)
        coefficients += [Fr](repeating: Fr.zero, count: blinders.count)
        for (index, blinder) in blinders.enumerated() {
            coefficients[index] -= blinder
            coefficients[size + index] += blinder
        }
    }
}

/// Values on the coset g·H' of twice as many roots.
private struct CosetValues {
    let transform: NumberTheoreticTransform
    let shift: Fr

    /// The values of a polynomial of degree below 2 R + 4.
    func values(_ coefficients: [Fr]) -> [Fr] {
        let size = transform.domain.size
        var folded = Array(coefficients.prefix(size))
        folded += [Fr](repeating: Fr.zero, count: size - folded.count)
        if coefficients.count > size {
            // X^(2R + i) is shift^(2R) X^i on the coset.
            let power = transform.domain.raised(shift)
            for (index, coefficient) in coefficients.dropFirst(size).enumerated() {
                folded[index] += power * coefficient
            }
        }
        transform.evaluate(&folded, onCosetOf: shift)
        return folded
    }
}

extension RowKey {
    private func commit(_ coefficients: [Fr], threads: Int) -> G1Affine {
        MultiScalar.g1(
            powers.span.extracting(0..<coefficients.count), coefficients.span, threads: threads
        ).affine
    }

    public func close(
        _ claim: ClosingClaim<Fr>, row: [Fr], rowBlinder: Fr, columns: ColumnValues<Fr>?,
        transcript: inout SumcheckTranscript, threads: Int, random: () -> Fr
    ) throws(SumcheckError) -> KZGRows.Closing {
        guard let small = NumberTheoreticTransform(log2Size: domain.log2Size),
            let large = NumberTheoreticTransform(log2Size: domain.log2Size + 1)
        else { throw .wrongRowSize(bits: domain.log2Size) }
        var work = ClosingWork(
            key: self, claim: claim, row: row, rowBlinder: rowBlinder, columns: columns,
            small: small, large: large)
        let isHiding = columns != nil
        work.makeRunningSum(blinders: isHiding ? [random(), random(), random()] : [])
        work.makeQuotients(blinder: isHiding ? random() : nil)
        let runningSum = commit(work.runningSum, threads: threads)
        let quotients = work.quotients.map { commit($0, threads: threads) }
        let xi = ClosingChallenges.xi(
            runningSum: runningSum, quotients: quotients, &transcript)
        guard !domain.vanishing(at: xi).isZero else { throw .unusableChallenge }
        let left = isHiding ? Polynomial.value(of: work.left, at: xi) : nil
        let nextSum = Polynomial.value(of: work.runningSum, at: domain.root * xi)
        let nu = ClosingChallenges.nu(left: left, nextSum: nextSum, &transcript)
        let openings = [
            work.opening(at: xi, left: left ?? Fr.zero, nu: nu),
            work.openingOfSum(at: domain.root * xi),
        ].map { commit($0, threads: threads) }
        return KZGRows.Closing(
            runningSum: runningSum, quotients: quotients, left: left, nextSum: nextSum,
            openings: openings)
    }
}

/// The polynomials of a closing argument.
private struct ClosingWork {
    let claim: ClosingClaim<Fr>
    let domain: EvaluationDomain
    let coset: CosetValues
    let small: NumberTheoreticTransform
    /// Pairs of a public polynomial and a committed one, whose products are summed.
    private var linear: [(factors: [Fr], committed: [Fr])] = []
    /// Values of the pairs on H.
    private var onDomain: [(factors: [Fr], values: [Fr])] = []
    /// q, A and B; empty where nothing is hidden.
    private var products: [Fr] = []
    private(set) var left: [Fr] = []
    private var right: [Fr] = []
    private(set) var runningSum: [Fr] = []
    private(set) var quotients: [[Fr]] = []
    /// Values of A and B on H.
    private var cells: (left: [Fr], right: [Fr]) = ([], [])

    init(
        key: RowKey, claim: ClosingClaim<Fr>, row: [Fr], rowBlinder: Fr,
        columns: ColumnValues<Fr>?, small: NumberTheoreticTransform,
        large: NumberTheoreticTransform
    ) {
        self.claim = claim
        self.small = small
        domain = key.domain
        coset = CosetValues(transform: large, shift: Fr.multiplicativeGenerator)
        let size = key.domain.size
        func interpolated(_ values: [Fr], _ blinders: [Fr] = []) -> [Fr] {
            BlindedPolynomial(values, blinders: blinders, small).coefficients
        }
        let equality = Equality.table(claim.columnPoint[...], scale: claim.factor)
        precondition(equality.count == size, "the column point has the row's variables")
        add(equality, row, interpolated(equality), interpolated(row, [rowBlinder]))
        guard let columns else { return }
        left = interpolated(columns.left, columns.leftBlinders)
        right = interpolated(columns.right, [columns.rightBlinder])
        products = interpolated(claim.products)
        cells = (columns.left, columns.right)
        add(claim.left, columns.left, interpolated(claim.left), left)
        add(claim.right, columns.right, interpolated(claim.right), right)
        add(
            claim.mask1, columns.mask1, interpolated(claim.mask1),
            interpolated(columns.mask1, [columns.mask1Blinder]))
        add(
            claim.mask2, columns.mask2, interpolated(claim.mask2),
            interpolated(columns.mask2, [columns.mask2Blinder]))
    }

    private mutating func add(
        _ factors: [Fr], _ values: [Fr], _ factorPolynomial: [Fr], _ polynomial: [Fr]
    ) {
        onDomain.append((factors, values))
        linear.append((factorPolynomial, polynomial))
    }

    /// U(1) = 0, U(ωx) = U(x) + P(x) − c/R.
    mutating func makeRunningSum(blinders: [Fr]) {
        let size = domain.size
        var summands = [Fr](repeating: -(claim.total * domain.inverseSize), count: size)
        for (factors, values) in onDomain {
            for (index, (factor, value)) in zip(factors, values).enumerated() {
                summands[index] += factor * value
            }
        }
        for (index, factor) in claim.products.enumerated() {
            summands[index] += factor * cells.left[index] * cells.right[index]
        }
        var sum = Fr.zero
        for index in 0..<size {
            let summand = summands[index]
            summands[index] = sum
            sum += summand
        }
        runningSum = BlindedPolynomial(summands, blinders: blinders, small).coefficients
    }

    /// (U(ωX) − U(X) − P(X) + c/R) / Z, in one part or two.
    mutating func makeQuotients(blinder: Fr?) {
        let size = domain.size
        var next = runningSum
        let kernels = ScalarKernels(threads: 1)
        var span = next.mutableSpan
        kernels.scale(&span, byPowersOf: domain.root, from: Fr.one)
        kernels.subtract(runningSum.span, from: &span)
        next[0] += claim.total * domain.inverseSize
        var values = coset.values(next)
        for (factors, committed) in linear {
            let a = coset.values(factors)
            let b = coset.values(committed)
            for index in values.indices { values[index] -= a[index] * b[index] }
        }
        var leading = Fr.zero
        if !left.isEmpty {
            let (q, a, b) = (coset.values(products), coset.values(left), coset.values(right))
            for index in values.indices { values[index] -= q[index] * a[index] * b[index] }
            // Of degree (R − 1) + (R + 1) + R, less R.
            leading = -(products[size - 1] * left[size + 1] * right[size])
        }
        divideByVanishing(&values)
        // leading · X^(2R) is a constant on the coset.
        let constant = leading * coset.transform.domain.raised(coset.shift)
        for index in values.indices { values[index] -= constant }
        coset.transform.interpolate(&values, onCosetOf: coset.shift)
        values.append(leading)
        guard let blinder else {
            quotients = [Array(values.prefix(size + 1))]
            return
        }
        // Q0 + b X^(R+2) and Q1 − b.
        var low = Array(values.prefix(size + 2))
        var high = Array(values.dropFirst(size + 2))
        low.append(blinder)
        high[0] -= blinder
        quotients = [low, high]
    }

    /// Divides values on the coset by those of Z, which are two.
    private func divideByVanishing(_ values: inout [Fr]) {
        let power = domain.raised(coset.shift)
        guard let even = (power - Fr.one).inverted(), let odd = (-power - Fr.one).inverted() else {
            preconditionFailure("the coset has no root of unity of the domain")
        }
        for index in values.indices { values[index] *= index & 1 == 0 ? even : odd }
    }

    /// The quotient of the identity, with A's value put in, and of ν (A − a), by X − ξ.
    func opening(at xi: Fr, left value: Fr, nu: Fr) -> [Fr] {
        let size = domain.size
        var sum = [Fr](repeating: Fr.zero, count: size + 4)
        func add(_ polynomial: [Fr], times factor: Fr) {
            Fr.add(polynomial.span, times: factor, to: &sum, at: 0, threads: 1)
        }
        add(runningSum, times: -Fr.one)
        for (factors, committed) in linear {
            add(committed, times: -Polynomial.value(of: factors, at: xi))
        }
        if !left.isEmpty {
            // The pair of A is a constant at ξ; what is left of A is ν A.
            let factor = Polynomial.value(of: linear[1].factors, at: xi)
            add(left, times: factor + nu)
            add(right, times: -(Polynomial.value(of: products, at: xi) * value))
        }
        let vanishing = domain.vanishing(at: xi)
        add(quotients[0], times: -vanishing)
        if quotients.count > 1 {
            let shift = domain.raised(xi) * xi.squared()
            add(quotients[1], times: -(vanishing * shift))
        }
        _ = divide(&sum, by: xi)
        sum.removeLast()
        return sum
    }

    /// Replaces a polynomial by its quotient by X − root.
    private func divide(_ coefficients: inout [Fr], by root: Fr) -> Fr {
        var span = coefficients.mutableSpan
        return ScalarKernels(threads: 1).divide(&span, byLinearFactorWithRoot: root)
    }

    /// The quotient of U − u by X − ωξ.
    func openingOfSum(at point: Fr) -> [Fr] {
        var sum = runningSum
        _ = divide(&sum, by: point)
        sum.removeLast()
        return sum
    }
}
