// The quotient t = N / (Xⁿ - 1), where N is zero on every row when the witness satisfies:
//
//     N = qm a b + ql a + qr b + qo c + qc + PI
//         + α ((a + βX + γ)(b + β k1 X + γ)(c + β k2 X + γ) z
//              - (a + β S1 + γ)(b + β S2 + γ)(c + β S3 + γ) z(wX))
//         + α² L1 (z - 1)
//
// t has 3n + 6 coefficients: blocks t0, t1, t2 of n, and a top of six. Three facts save work.
//
// Since L1 = (Xⁿ - 1) / (n (X - 1)), the last line contributes α²/n (z - 1)/(X - 1), a division by
// coefficients.
//
// The top of t is the top of N: N = t Xⁿ - t, and t has nothing from 3n + 6 on. It comes from the
// top coefficients of the four factors.
//
// On the coset g H with g = u, u², u³, where u is the 4n-th root of unity, Xⁿ is the constant uⁿ =
// i, -1, -i (i² = -1). There t is t0 + Xⁿ t1 + X²ⁿ t2 + X³ⁿ top, so n values on each of the three
// give, once the top is taken off, three equations for each coefficient of t0, t1, t2. So no
// polynomial is ever evaluated at 4n points.

import Fields
import Plonk
import Polynomials

struct Quotient {
    private let prover: CircuitProver
    /// a, b, c with two coefficients more than rows.
    private let columns: [[Fr]]
    /// z with three coefficients more than rows.
    private let product: [Fr]
    /// Qc + PI.
    private let constants: [Fr]
    private let beta: Fr
    private let gamma: Fr
    private let alpha: Fr
    private let workspace: KernelWorkspace

    private var size: Int { prover.transform.domain.size }
    private var vectors: ScalarVectors { prover.vectors }

    init(
        _ prover: CircuitProver, columns: [[Fr]], product: [Fr], publicSignals: [Fr], beta: Fr,
        gamma: Fr, alpha: Fr, _ workspace: KernelWorkspace
    ) {
        self.prover = prover
        self.columns = columns
        self.product = product
        self.beta = beta
        self.gamma = gamma
        self.alpha = alpha
        self.workspace = workspace
        var constants = [Fr](repeating: Fr.zero, count: prover.transform.domain.size)
        for (row, signal) in publicSignals.enumerated() { constants[row] = -signal }
        prover.transform.interpolate(
            &constants, threads: prover.threads, workspace: workspace)
        prover.vectors.add(prover.selectors[4], to: &constants)
        self.constants = constants
    }

    /// t0, t1, and t2 with the top.
    func parts() -> [[Fr]] {
        guard let root = Fr.rootOfUnity(log2: prover.transform.domain.log2Size + 2),
            let imaginary = Fr.rootOfUnity(log2: 2), let half = Fr(2).inverted(),
            let halfOverI = (Fr(2) * imaginary).inverted()
        else { preconditionFailure("the rows of a key have a root of four times their number") }
        let top = top()
        var shift = root
        var raised = imaginary
        var sums: [[Fr]] = []
        for _ in 0..<3 {
            sums.append(remainder(onCosetOf: shift, raised: raised, top: top))
            shift *= root
            raised *= imaginary
        }
        // With i, -1, -i in turn for Xⁿ: sums[0] = t0 + i t1 - t2, sums[1] = t0 - t1 + t2,
        // sums[2] = t0 - i t1 - t2.
        var middle = sums[0]
        vectors.subtract(sums[2], from: &middle)
        vectors.scale(&middle, by: halfOverI)
        var low = sums[0]
        vectors.add(sums[2], to: &low)
        vectors.scale(&low, by: half)
        vectors.add(middle, to: &sums[1])
        var high = sums[1]
        vectors.subtract(low, from: &high)
        vectors.scale(&high, by: half)
        vectors.add(sums[1], to: &low)
        vectors.scale(&low, by: half)
        high += top
        addFirstRow(&low, &middle)
        return [low, middle, high]
    }

    /// Adds α²/n (z - 1)/(X - 1).
    private func addFirstRow(_ low: inout [Fr], _ middle: inout [Fr]) {
        var line = product
        line[0] -= Fr.one
        _ = vectors.divide(&line, byLinearFactorWithRoot: Fr.one)
        let factor = alpha.squared() * prover.transform.domain.inverseSize
        for index in size..<line.count { middle[index - size] += line[index] * factor }
        line.removeLast(line.count - size)
        vectors.add(line, times: factor, to: &low)
    }

    /// The six coefficients of t from 3n on.
    private func top() -> [Fr] {
        /// The highest six coefficients of a polynomial below degree `count`, highest first.
        func highest(_ coefficients: [Fr], below count: Int) -> [Fr] {
            (0..<6).map {
                let index = count - 1 - $0
                return index < coefficients.count ? coefficients[index] : Fr.zero
            }
        }
        func product(_ left: [Fr], _ right: [Fr]) -> [Fr] {
            Array(Polynomial.product(left, right).prefix(6))
        }
        // βX and γ are far below the top.
        let wires = columns.map { highest($0, below: size + 2) }
        let permuted = zip(wires, prover.permutation).map { wire, targets in
            zip(wire, highest(targets, below: size + 2)).map { $0 + beta * $1 }
        }
        let running = highest(self.product, below: size + 3)
        let root = prover.transform.domain.root
        // wᵏ for k = n + 2, n + 1, …, which are w², w, ….
        var power = root.squared()
        let next = running.map { coefficient in
            defer { power *= prover.transform.domain.inverseRoot }
            return coefficient * power
        }
        let straight = wires.reduce(running, product)
        let turned = permuted.reduce(next, product)
        return zip(straight, turned).map { alpha * ($0 - $1) }.reversed()
    }

    /// t0 + c t1 + c² t2 for c = `raised`, the constant that Xⁿ is on the coset of `shift`.
    private func remainder(onCosetOf shift: Fr, raised: Fr, top: [Fr]) -> [Fr] {
        var wires = columns.map { values(of: $0, shift, raised) }
        var sum = gates(wires, shift, raised)
        for column in wires.indices { vectors.add(gamma, to: &wires[column]) }
        // z and z(wX), which is z one place further on.
        var running = values(of: product, shift, raised)
        vectors.scale(&running, by: alpha)
        var straight = running
        var turned = Array(running[1...]) + [running[0]]
        running = []
        for (column, factor) in [Fr.one, prover.verificationKey.k1, prover.verificationKey.k2]
            .enumerated()
        {
            var places = vectors.powers(
                of: prover.transform.domain.root, from: beta * factor * shift, count: size)
            vectors.add(wires[column], to: &places)
            vectors.multiply(&straight, by: places)
            let targets = values(of: prover.permutation[column], shift, raised)
            vectors.add(targets, times: beta, to: &wires[column])
            vectors.multiply(&turned, by: wires[column])
            wires[column] = []
        }
        vectors.add(straight, to: &sum)
        vectors.subtract(turned, from: &sum)
        prover.transform.interpolate(
            &sum, onCosetOf: shift, threads: prover.threads, workspace: workspace)
        guard let inverse = (raised - Fr.one).inverted() else {
            preconditionFailure("the coset is not the rows")
        }
        vectors.scale(&sum, by: inverse)
        let cube = raised.squared() * raised
        for (index, coefficient) in top.enumerated() { sum[index] -= cube * coefficient }
        return sum
    }

    /// qm a b + ql a + qr b + qo c + qc + PI on a coset, where `wires` are a, b, c.
    private func gates(_ wires: [[Fr]], _ shift: Fr, _ raised: Fr) -> [Fr] {
        var sum = values(of: constants, shift, raised)
        for index in 1..<4 {
            let selector = values(of: prover.selectors[index], shift, raised)
            vectors.addProducts(selector, wires[index - 1], to: &sum)
        }
        var products = values(of: prover.selectors[0], shift, raised)
        vectors.multiply(&products, by: wires[0])
        vectors.addProducts(products, wires[1], to: &sum)
        return sum
    }

    /// The values of a polynomial on the coset of `shift`, where Xⁿ is `raised`.
    private func values(of coefficients: [Fr], _ shift: Fr, _ raised: Fr) -> [Fr] {
        var values = Array(coefficients.prefix(size))
        for index in size..<coefficients.count {
            values[index - size] += raised * coefficients[index]
        }
        prover.transform.evaluate(
            &values, onCosetOf: shift, threads: prover.threads, workspace: workspace)
        return values
    }
}
