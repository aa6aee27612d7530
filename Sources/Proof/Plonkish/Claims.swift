// Sums of exposed cells, which hand hidden values to another protocol: coefficients by cell, and
// their columns R_j. Section 2 of Documentation/plonk-native.md, round 2.

public import Fields
public import Polynomials

extension TableShape {
    /// `coefficients`, if there is one for each exposed cell.
    public func checked(_ coefficients: [[Fr]]) throws(NativeError) -> [[Fr]] {
        guard coefficients.map(\.count) == exposed.map(\.count) else {
            throw .wrongCoefficients(
                "there are \(coefficients.map(\.count)) for \(exposed.map(\.count)) cells")
        }
        return coefficients
    }

    /// For each exposed cell its part of R_j: the coefficient times κ to the power of its claim.
    public func weightedCells(
        _ coefficients: [[Fr]], kappa: Fr
    ) -> [(cell: TableCell, factor: Fr)] {
        var power = Fr.one
        var weighted: [(TableCell, Fr)] = []
        for (cells, factors) in zip(exposed, coefficients) {
            for (cell, factor) in zip(cells, factors) { weighted.append((cell, factor * power)) }
            power *= kappa
        }
        return weighted
    }

    /// V: the claims times powers of κ, by the number of rows.
    public func combinedClaim(_ claims: [Fr], kappa: Fr, _ domain: EvaluationDomain) -> Fr {
        claims.reversed().reduce(Fr.zero) { $0 * kappa + $1 } * domain.inverseSize
    }

    /// What the verifier computes at ξ; `nil` when ξ is on the domain. A few multiplications for
    /// each public signal and each exposed cell, and one inversion.
    public func publicValues(
        _ publicSignals: [Fr], _ coefficients: [[Fr]], _ claims: [Fr],
        _ challenges: NativeChallenges, _ domain: EvaluationDomain
    ) -> PublicValues? {
        let xi = challenges.xi
        guard let lagrange = domain.lagrange(count: max(publicCount, 1), at: xi) else {
            return nil
        }
        var instance = Fr.zero
        for (signal, value) in zip(publicSignals, lagrange) { instance += signal * value }
        if exposed.isEmpty {
            return PublicValues(
                instance: instance, first: lagrange[0], coefficients: [], claim: Fr.zero)
        }
        // R_j(ξ) = Σ factor L_row(ξ), with L_i(ξ) = w^i (ξ^n - 1) / (n (ξ - w^i)).
        let weighted = weightedCells(coefficients, kappa: challenges.kappa)
        let roots = weighted.map { domain.root.power(UInt64($0.cell.row)) }
        var inverses = roots.map { xi - $0 }
        Fr.invertAll(&inverses)
        let scale = domain.vanishing(at: xi) * domain.inverseSize
        var columns = [Fr](repeating: Fr.zero, count: adviceCount)
        for (index, entry) in weighted.enumerated() {
            columns[entry.cell.column] += entry.factor * roots[index] * inverses[index] * scale
        }
        return PublicValues(
            instance: instance, first: lagrange[0], coefficients: columns,
            claim: combinedClaim(claims, kappa: challenges.kappa, domain))
    }
}
