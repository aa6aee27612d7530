// Operators that move values: views where they can be, copies where they must be.

extension RelationBuilder {
    /// A tensor with the quantity's values, in axes of its own: `axes` are joined to one each.
    private mutating func copy(
        _ name: String, _ x: Quantity, _ extents: [Int], _ maps: [AxisMap]
    ) -> Quantity {
        let number = tensor(name, extents)
        let own = x.extents.indices.map { AxisMap.same($0) }
        let expression = IntegerRelation(
            name, free: x.extents, linears: x.terms(1, own), constants: constants(x.constant))
        var relation = expression
        relation.linears.append(LinearTerm(-1, View(number, maps)))
        add(relation)
        add(.define(tensor: number, expression))
        return Quantity(number, extents, range: x.range)
    }

    /// The quantity, or a copy of it, that is zero outside of `axes`.
    public mutating func whole(_ x: Quantity, axes: [Int]) -> Quantity {
        if x.constant == 0, axes.allSatisfy({ x.isZeroOutside[$0] }) { return x }
        return copy("copy", x, x.extents, x.extents.indices.map { .same($0) })
    }

    /// The values in row-major order under other extents.
    public mutating func reshaped(_ name: String, _ x: Quantity, _ extents: [Int]) -> Quantity {
        if let view = x.reshaped(extents) { return view }
        let flat = copy(
            name, x, [x.count], [.flat(Array(x.extents.indices), extents: x.extents)])
        guard let view = flat.reshaped(extents) else {
            preconditionFailure("one axis splits into any of the same count")
        }
        return view
    }

    /// y = R(x).
    public mutating func rescaled(
        _ name: String, _ x: Quantity, _ rescaling: Rescaling
    ) -> Quantity {
        let maps = x.extents.indices.map { AxisMap.same($0) }
        let relation = IntegerRelation(
            name, free: x.extents, linears: x.terms(1, maps), constants: constants(x.constant))
        return rescale(name, relation, bounds: x.bounds, rescaling)
    }

    /// The rounded mean over axes, which keep one index each: Σ + ⌊d/2⌋ = y d + r, 0 ≤ r < d.
    public mutating func mean(_ name: String, _ x: Quantity, over axes: [Int]) -> Quantity {
        let kept = x.extents.indices.filter { !axes.contains($0) }
        // A relation of one index, where no axis stays.
        let free = kept.isEmpty ? [1] : kept.map { x.extents[$0] }
        var maps = [AxisMap](repeating: .constant(0), count: x.extents.count)
        for (index, axis) in kept.enumerated() { maps[axis] = .same(index) }
        for (index, axis) in axes.enumerated() { maps[axis] = .same(free.count + index) }
        let summed = axes.map { x.extents[$0] }
        let count = Int128(summed.reduce(1, *))
        let least = Int128(x.range.lowerBound)
        let dividend = IntegerRelation(
            name, free: free, summed: summed,
            linears: x.terms(1, maps, summed: summed.indices.map { free.count + $0 }),
            constants: constants(count * (x.constant - least) + count / 2))
        let divisor = IntegerRelation(name, free: free, constants: [ConstantTerm(count)])
        let quotient = divide(
            name, dividend, by: divisor,
            quotientBits: bitCount(Int128(x.range.upperBound) - least),
            divisorBits: bitCount(count))
        var value = Quantity(
            extents: free, addends: argument(quotient, free.count).addends, constant: least,
            range: x.range)
        if least != 0 {
            value = copy("\(name), value", value, free, free.indices.map { .same($0) })
        }
        // The axes that were summed, with one index each.
        var extents = x.extents
        for axis in axes { extents[axis] = 1 }
        return value.viewed(
            extents, kept.isEmpty ? [.constant(0)] : kept.map { .same($0) },
            isZeroOutside: extents.map { _ in false })
    }
}

extension Quantity {
    /// Axes of one index repeated, and axes put before, up to `extents`.
    public func expanded(_ extents: [Int]) -> Quantity {
        let x = leading(extents.count)
        let maps = x.extents.enumerated().map { $1 == 1 ? AxisMap.constant(0) : .same($0) }
        return x.viewed(
            extents, maps,
            isZeroOutside: extents.indices.map {
                x.extents[$0] == extents[$0] && x.isZeroOutside[$0]
            })
    }
}
