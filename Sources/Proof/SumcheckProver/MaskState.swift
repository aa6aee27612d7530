// What hides a sum's rounds, as the prover adds it (see Sumcheck's Mask.swift).

import Fields
import Sumcheck

/// A mask while its variables are bound.
struct MaskState<F: ProverField> {
    private(set) var cells: [F] = []
    private var degree = 0
    private var variables = 0
    /// g_0 and the polynomials of the variables that are bound, at their points.
    private var bound = F.zero

    init() {}

    init(variables: Int, degree: Int, _ random: () -> F) {
        self.variables = variables
        self.degree = degree
        cells = (0..<Mask.cellCount(variables: variables, degree: degree)).map { _ in random() }
        bound = cells[0]
    }

    private func coefficients(_ variable: Int) -> ArraySlice<F> {
        cells[1 + variable * degree..<1 + (variable + 1) * degree]
    }

    /// The sum of g over the cube.
    var total: F {
        let factors: [F] = Mask.sumFactors(variables: variables, degree: degree)
        return zip(factors, cells).reduce(F.zero) { $0 + $1.0 * $1.1 }
    }

    /// Adds the round of `factor` times g: 2^(rest) (bound + g_i(X)) + 2^(rest − 1) Σ_later g_j(1).
    func add(to round: inout [F], round variable: Int, factor: F) {
        let rest = variables - variable - 1
        let power = factor * F(2).raised(to: rest)
        round[0] += power * bound
        for (index, coefficient) in coefficients(variable).enumerated() {
            round[index + 1] += power * coefficient
        }
        guard rest > 0 else { return }
        let later = cells[(1 + (variable + 1) * degree)...].reduce(F.zero, +)
        round[0] += factor * F(2).raised(to: rest - 1) * later
    }

    /// Binds the next variable.
    mutating func bind(_ point: F) {
        guard degree > 0, next < variables else { return }
        var value = F.zero
        for coefficient in coefficients(next).reversed() { value = (value + coefficient) * point }
        bound += value
        next += 1
    }

    private var next = 0
}
