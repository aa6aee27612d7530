// Everything that must be zero in every row, summed with powers of y: C of section 2 of
// Documentation/plonk-native.md, at one point. The verifier computes it at ξ from the values sent;
// the prover's vectors are compared with it.

public import Fields

/// What the verifier computes itself at ξ.
public struct PublicValues: Sendable {
    /// p(ξ).
    public var instance: Fr
    /// L_0(ξ).
    public var first: Fr
    /// R_j(ξ) for each column; empty without claims.
    public var coefficients: [Fr]
    /// V.
    public var claim: Fr

    /// These values.
    public init(instance: Fr, first: Fr, coefficients: [Fr], claim: Fr) {
        self.instance = instance
        self.first = first
        self.coefficients = coefficients
        self.claim = claim
    }
}

extension TableShape {
    /// 5^j for the columns j: what keeps their positions apart.
    public var columnFactors: [Fr] {
        var factors = [Fr.one]
        while factors.count < adviceCount {
            factors.append(factors[factors.count - 1] * Fr.multiplicativeGenerator)
        }
        return factors
    }

    /// C at ξ. It is Z(ξ) Σ ξ^(i n) t_i(ξ) when the identities hold.
    public func combinedIdentity(
        _ values: OpenedValues, _ publicValues: PublicValues, _ challenges: NativeChallenges
    ) -> Fr {
        func cell(_ query: ColumnQuery) -> Fr {
            switch query.kind {
            case .fixed: values.fixed[query.column]
            case .advice: values.advice[query.column]
            case .next: values.next[query.column]
            case .instance: publicValues.instance
            }
        }
        var terms = identities.map { $0.value(cell) }
        terms.append((values.running[0] - Fr.one) * publicValues.first)
        terms.append(permutationIdentity(values, challenges))
        if let lookup, let place = lookupSumIndex {
            let step = values.runningNext[place] - values.running[place]
            terms.append(lookupIdentity(lookup, step, values.multiplicities, challenges, cell))
        }
        if let place = claimSumIndex {
            var sum = values.runningNext[place] - values.running[place] + publicValues.claim
            for (cell, factor) in zip(values.advice, publicValues.coefficients) {
                sum -= cell * factor
            }
            terms.append(sum)
        }
        // Horner, from the last: Σ y^i I_i.
        return terms.reversed().reduce(Fr.zero) { $0 * challenges.y + $1 }
    }

    /// z(wX) Π (a_j + β s_j + γ) - z Π (a_j + β 5^j X + γ).
    private func permutationIdentity(_ values: OpenedValues, _ challenges: NativeChallenges) -> Fr {
        var moved = values.runningNext[0]
        var placed = values.running[0]
        for (column, factor) in columnFactors.enumerated() {
            let shifted = values.advice[column] + challenges.gamma
            moved *= shifted + challenges.beta * values.permutation[column]
            placed *= shifted + challenges.beta * factor * challenges.xi
        }
        return moved - placed
    }

    /// (φ(wX) - φ) (α + T) Π (α + F_s) + m Π (α + F_s) - (α + T) Σ q_s Π_(s' ≠ s) (α + F_s').
    private func lookupIdentity(
        _ lookup: LookupShape, _ step: Fr, _ multiplicities: Fr, _ challenges: NativeChallenges,
        _ cell: (ColumnQuery) -> Fr
    ) -> Fr {
        func compressed(_ tuple: [Fr]) -> Fr {
            tuple.reversed().reduce(Fr.zero) { $0 * challenges.theta + $1 } + challenges.alpha
        }
        let table = compressed(lookup.table.map { cell(ColumnQuery(.fixed, $0)) })
        var product = Fr.one
        var numerator = Fr.zero
        for slot in lookup.slots {
            let input = compressed(slot.inputs.map { $0.value(cell) })
            numerator = numerator * input + cell(ColumnQuery(.fixed, slot.selector)) * product
            product *= input
        }
        return step * table * product + multiplicities * product - table * numerator
    }
}
