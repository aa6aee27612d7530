// All relations as one sum (Documentation/zkml.md, section 6). A point τ binds the free axes of
// every relation, powers of λ separate relations. What has two arguments becomes
//
//     Σ_x c_t · eq(point_t, shared axes of x) · left_t(x) · right_t(x)
//
// over the axes that the term sums, the lower bits of x, and the free axes that both arguments
// depend on, the upper bits; a free axis of one argument is bound by τ in that argument. What has
// one view is linear in the vector already and stays outside of the sum. The claim is
//
//     Σ_t Σ_x … = − (value of the linear forms) − constant.
//
// A term of fewer than n1 variables takes part in the first of them and does not depend on the
// others, which double it; its coefficient is halved as often.

import Fields

/// One term of the first sum.
public struct SumProduct<F: SumcheckField>: Sendable {
    /// A factor of the whole, without the halvings.
    public var coefficient: F
    /// The variables of the term; the lowest bit first.
    public var variableCount: Int
    /// The point of eq, for the uppermost of the variables.
    public var equalityPoint: [F]
    /// One factor. Its axes that are variables have no point yet.
    public var left: LinearForm<F>
    /// The other factor.
    public var right: LinearForm<F>
    /// The variables that each axis of the relation is; empty for axes that are none.
    public var variables: [Range<Int>?]

    /// The arguments as forms, once the sum has come down to `point`.
    @specialized(where F == Fr)
    public func bound(at point: [F]) -> (left: LinearForm<F>, right: LinearForm<F>) {
        var (left, right) = (left, right)
        for (axis, range) in variables.enumerated() {
            guard let range else { continue }
            left.axes[axis]?.point = Array(point[range])
            right.axes[axis]?.point = Array(point[range])
        }
        return (left, right)
    }

    /// eq(point, upper variables) at `point`.
    @specialized(where F == Fr)
    public func equality(at point: [F]) -> F {
        Equality.value(
            equalityPoint[...], point[variableCount - equalityPoint.count..<variableCount])
    }
}

/// All relations under their challenges.
public struct FirstSum<F: SumcheckField>: Sendable {
    /// The variables of the sum, n1.
    public var variableCount: Int
    /// Its terms.
    public var products: [SumProduct<F>]
    /// The forms whose values are added outside of the sum.
    public var linears: [LinearForm<F>]
    /// The public constant.
    public var constant: F

    /// The variables of the sum of `relations`.
    static func variableCount<C>(of relations: [Relation<C>]) -> Int {
        relations.reduce(0) { count, relation in
            relation.products.reduce(count) {
                max($0, relation.variableAxes(of: $1).reduce(0) { $0 + relation.axisBits[$1] })
            }
        }
    }

    /// The coordinates of τ that `relations` need.
    static func freeBits<C>(of relations: [Relation<C>]) -> Int {
        relations.reduce(0) { max($0, $1.freeBits) }
    }

    /// All relations of a system under its challenges.
    @specialized(where F == Fr)
    public init(_ system: RelationSystem, _ challenges: SumcheckChallenges<F>) {
        self.init(
            system.allRelations(beta: challenges.beta, kappa: challenges.kappa),
            variableCount: system.firstSumVariables, tau: challenges.tau,
            lambda: challenges.lambda)
    }

    /// Binds `relations` by τ, of at least ``freeBits(of:)`` coordinates, and λ.
    init(_ relations: [Relation<F>], variableCount: Int, tau: [F], lambda: F) {
        self.variableCount = variableCount
        products = []
        linears = []
        constant = F.zero
        var power = F.one
        for relation in relations {
            add(relation, tau: tau, factor: power)
            power = power * lambda
        }
    }

    private mutating func add(_ relation: Relation<F>, tau: [F], factor: F) {
        var bound: [FormAxis<F>?] = []
        var low = 0
        for (axis, bits) in relation.axisBits.enumerated() {
            let isFree = axis < relation.freeCount
            bound.append(
                FormAxis(
                    extent: relation.axes[axis],
                    point: isFree ? Array(tau[low..<low + bits]) : nil, scale: nil))
            low += isFree ? bits : 0
        }
        func scaled(_ scales: [Scale<F>], summed: [Int]) -> [FormAxis<F>?] {
            var axes = bound
            for scale in scales { axes[scale.axis]?.scale = scale.values }
            for axis in relation.freeCount..<axes.count where !summed.contains(axis) {
                axes[axis] = nil
            }
            return axes
        }
        for term in relation.products {
            let axes = scaled(term.scales, summed: term.summed)
            products.append(product(term, relation, axes, factor: factor))
        }
        for term in relation.linears {
            if relation.freeCount == 0 {
                linears.append(summed(term, relation, factor: factor))
                continue
            }
            var axes = scaled(term.scales, summed: term.summed)
            if let matrix = term.matrix { axes.bind(matrix) }
            linears.append(
                LinearForm(
                    addends: [Addend(factor * term.coefficient, term.view)], constant: F.zero,
                    axes: axes))
        }
        for term in relation.constants {
            let form = LinearForm(
                addends: [], constant: factor * term.coefficient,
                axes: scaled(term.scales, summed: []))
            constant += term.inside.map { form.constantValue(inside: $0) } ?? form.constantValue
        }
    }

    /// A term of a relation without free axes, over the axes that it sums and no others: the sum of
    /// all inverses has axes of every lookup.
    private func summed(
        _ term: LinearTerm<F>, _ relation: Relation<F>, factor: F
    ) -> LinearForm<F> {
        var axes: [FormAxis<F>?] = term.summed.map {
            FormAxis(extent: relation.axes[$0], point: nil, scale: nil)
        }
        func place(_ axis: Int) -> Int {
            guard let place = term.summed.firstIndex(of: axis) else {
                preconditionFailure("a checked term depends on axes that it sums")
            }
            return place
        }
        for scale in term.scales { axes[place(scale.axis)]?.scale = scale.values }
        let maps = term.view.maps.map { map in
            AxisMap(
                offset: map.offset,
                terms: map.terms.map { .init(axis: place($0.axis), stride: $0.stride) })
        }
        return LinearForm(
            addends: [Addend(factor * term.coefficient, View(term.view.tensor, maps))],
            constant: F.zero, axes: axes)
    }

    private func product(
        _ term: ProductTerm<F>, _ relation: Relation<F>, _ axes: [FormAxis<F>?], factor: F
    ) -> SumProduct<F> {
        var coefficient = factor * term.coefficient
        var (left, right) = (axes, axes)
        var variables = [Range<Int>?](repeating: nil, count: axes.count)
        var equalityPoint: [F] = []
        var low = 0
        for axis in relation.variableAxes(of: term) {
            let bits = relation.axisBits[axis]
            variables[axis] = low..<low + bits
            low += bits
            if let point = axes[axis]?.point { equalityPoint += point }
            left[axis]?.point = nil
            right[axis]?.point = nil
            // Factors are taken once, on the left.
            right[axis]?.scale = nil
        }
        for axis in 0..<relation.freeCount where variables[axis] == nil {
            if !term.left.mentions(axis) { left[axis] = nil }
            if !term.right.mentions(axis) { right[axis] = nil }
            if left[axis] == nil, right[axis] == nil, let weights = axes[axis] {
                coefficient = coefficient * weights.total
            }
        }
        return SumProduct(
            coefficient: coefficient, variableCount: low, equalityPoint: equalityPoint,
            left: LinearForm(addends: term.left.addends, constant: term.left.constant, axes: left),
            right: LinearForm(
                addends: term.right.addends, constant: term.right.constant, axes: right),
            variables: variables)
    }
}

extension Array {
    /// Sums a matrix over its free axis, with the axis's weights: what is left are weights of the
    /// other axis.
    fileprivate mutating func bind<F: SumcheckField>(_ matrix: PublicMatrix<F>)
    where Element == FormAxis<F>? {
        guard let rows = self[matrix.row]?.weights, let columns = self[matrix.column]?.extent else {
            return
        }
        var weights = [F](repeating: F.zero, count: columns)
        for entry in matrix.entries { weights[entry.column] += rows[entry.row] * entry.value }
        self[matrix.row] = nil
        self[matrix.column] = FormAxis(extent: columns, point: nil, scale: weights)
    }
}

extension Relation {
    /// The axes that are variables of the first sum for `term`, the one with the lowest bits first:
    /// those that the term sums over, then the free ones that both arguments depend on.
    func variableAxes(of term: ProductTerm<Coefficient>) -> [Int] {
        let shared = (0..<freeCount).filter { term.left.mentions($0) && term.right.mentions($0) }
        return term.summed.reversed() + shared.reversed()
    }
}
