// What ties the two sums together. The first comes down to values of arguments, each a linear form
// of the vector; powers of γ fold them, and the linear forms of the relations, to one form K, whose
// value is the claim of the second sum.

import Fields

/// All values as one linear form of the vector.
public struct PlaceForm<F: SumcheckField>: Sendable {
    /// The forms that K is the sum of, with their factors.
    public var forms: [(factor: F, form: LinearForm<F>)]
    /// The factors of the values: left and right arguments by turns, then the linear forms.
    public var factors: [F]
    /// What the constants of the forms add to the folded value.
    public var constant: F

    /// K at `place`.
    @specialized(where F == Fr)
    func value(at place: [F], _ system: RelationSystem) -> F {
        var sum = F.zero
        for (factor, form) in forms { sum += factor * form.value(at: place, system) }
        return sum
    }
}

extension FirstSum {
    /// The forms of all values, folded by γ.
    @specialized(where F == Fr)
    public func placeForm(_ challenges: SumcheckChallenges<F>) -> PlaceForm<F> {
        let factors = challenges.gamma.powers(2 * products.count + 1)
        var form = PlaceForm<F>(forms: [], factors: factors, constant: F.zero)
        for (index, product) in products.enumerated() {
            let (left, right) = product.bound(at: challenges.point)
            form.forms.append((factors[2 * index], left))
            form.forms.append((factors[2 * index + 1], right))
            form.constant += factors[2 * index] * left.constantValue
            form.constant += factors[2 * index + 1] * right.constantValue
        }
        let last = factors[2 * products.count]
        form.forms += linears.map { (last, $0) }
        return form
    }

    /// The factor of left · right of each product in the value of the sum at `point`.
    @specialized(where F == Fr)
    public func productFactors(at point: [F]) -> [F] {
        guard let half = F(2).inverted() else {
            preconditionFailure("two is not zero in a field of this protocol")
        }
        return products.map {
            $0.coefficient * half.raised(to: variableCount - $0.variableCount)
                * $0.equality(at: point)
        }
    }
}

extension ClosingClaim {
    /// Adds the checks of both sums' beginnings and ends to the claim, folded by powers of δ:
    ///
    ///     linear forms − ε1 Σ g1             = − constant − total of the first sum
    ///     Σ factors · left · right + ε1 g1(r) = claim of the first sum
    ///     Σ γ · values + ε2 Σ g2             = total of the second sum + γ-folded constants
    ///     K(s) w(s) + ε2 g2(s)               = claim of the second sum − K(s) · open value
    mutating func hide(
        _ sum: FirstSum<F>, _ form: PlaceForm<F>, _ ends: SumEnds<F>,
        _ challenges: SumcheckChallenges<F>, _ delta: F
    ) {
        let count = sum.products.count
        let square = delta.squared()
        let cube = square * delta
        products = sum.productFactors(at: challenges.point).map { delta * $0 }
        left = (0...count).map { square * form.factors[2 * $0] }
        left[count] += F.one
        right = (0..<count).map { square * form.factors[2 * $0 + 1] }
        let firstSums: [F] = Mask.sumFactors(
            variables: sum.variableCount, degree: Mask.firstDegree)
        let firstValues = Mask.valueFactors(at: challenges.point, degree: Mask.firstDegree)
        mask1 = zip(firstSums, firstValues).map {
            challenges.epsilon1 * (delta * $1 - $0)
        }
        let secondSums: [F] = Mask.sumFactors(
            variables: challenges.place.count, degree: Mask.secondDegree)
        let secondValues = Mask.valueFactors(at: challenges.place, degree: Mask.secondDegree)
        mask2 = zip(secondSums, secondValues).map {
            challenges.epsilon2 * (square * $0 + cube * $1)
        }
        factor = cube * factor
        total =
            cube * total - sum.constant - ends.first.total + delta * ends.first.claim
            + square * (ends.second.total + form.constant)
    }
}
