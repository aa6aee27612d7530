// Rescaling, with which nearly every operator of the profile ends:
//
//     a M + h = q 2^s + r,   0 ≤ r < 2^s,   y = min(max(q, minimum), maximum)
//
// In relations, q = y + over − under with over (maximum − y) = 0 and under (y − minimum) = 0. All
// of r, over, under, y − minimum and, unless limbs have exactly that range, maximum − y are limbs.
// So q and r are integers within bounds, the first equation has one solution for each a, and the
// field does not wrap.

/// The numbers of a rescaling.
public struct Rescaling: Equatable, Sendable {
    /// M: one for all, or one for each index of an axis.
    public var multipliers: [Int64]
    /// The free axis that multipliers go along, where there are several.
    public var axis: Int
    /// s.
    public var shift: Int
    /// The bounds of the result.
    public var range: ClosedRange<Int64>

    /// A rescaling.
    public init(
        multipliers: [Int64], axis: Int = 0, shift: Int,
        range: ClosedRange<Int64> = -32768...32767
    ) {
        self.multipliers = multipliers
        self.axis = axis
        self.shift = shift
        self.range = range
    }

    /// h.
    var half: Int128 { shift == 0 ? 0 : Int128(1) << Int128(shift - 1) }

    /// What q can be for accumulators of `bounds`.
    func quotients(_ bounds: ClosedRange<Int128>) -> ClosedRange<Int128> {
        let products = multipliers.flatMap {
            [Int128($0) * bounds.lowerBound, Int128($0) * bounds.upperBound]
        }
        let low = ((products.min() ?? 0) + half) >> Int128(shift)
        let high = ((products.max() ?? 0) + half) >> Int128(shift)
        return low...high
    }
}

/// Where the results of a relation go: a tensor's extents, and maps to them from the free axes.
struct Target {
    var extents: [Int]
    var maps: [AxisMap]

    /// An index for each combination of the free axes.
    init(_ expression: IntegerRelation) {
        extents = Array(expression.axes.prefix(expression.freeCount))
        maps = extents.indices.map { .same($0) }
    }

    init(extents: [Int], maps: [AxisMap]) {
        self.extents = extents
        self.maps = maps
    }
}

extension RelationBuilder {
    /// The rescaled value of an accumulator within `bounds`. Where `isLookedUp`, a lookup that the
    /// caller adds binds the result to its range.
    mutating func rescale(
        _ name: String, _ accumulator: IntegerRelation, bounds: ClosedRange<Int128>,
        _ rescaling: Rescaling, isLookedUp: Bool = false, target: Target? = nil
    ) -> Quantity {
        let target = target ?? Target(accumulator)
        let extents = target.extents
        let range = rescaling.range
        var step = RescaleStep(
            expression: scaled(accumulator, rescaling), shift: rescaling.shift,
            minimum: range.lowerBound, maximum: range.upperBound)
        if isLookedUp || range.lowerBound != 0 { step.value = tensor(name, extents) }
        if !isLookedUp {
            let width = Int128(range.upperBound) - Int128(range.lowerBound)
            step.limbs = planes(name, extents, bits: bitCount(width))
        }
        let quantity: Quantity
        if let value = step.value {
            quantity = Quantity(value, extents, range: range)
        } else {
            let sum = step.limbs.map { argument($0, extents.count) }
            quantity = Quantity(
                extents: extents, addends: sum?.addends ?? [], constant: 0, range: range)
        }
        rescale(name, quantity, bounds: bounds, rescaling, target, &step)
        bindLimbs(name, quantity, step)
        return quantity
    }

    /// The rescaled value of an accumulator within `bounds`, as high · 2^lowBits + low. Lookups
    /// that the caller adds bind both; the accumulator times M is not negative.
    mutating func rescaleToDigits(
        _ name: String, _ accumulator: IntegerRelation, bounds: ClosedRange<Int128>,
        _ rescaling: Rescaling, lowBits: Int
    ) -> (high: Quantity, low: Quantity) {
        let target = Target(accumulator)
        let extents = target.extents
        let last = rescaling.range.upperBound
        let high = tensor("\(name), high", extents)
        let low = tensor("\(name), low", extents)
        var step = RescaleStep(
            expression: scaled(accumulator, rescaling), shift: rescaling.shift, minimum: 0,
            maximum: last, digits: Digits(high: high, low: low, lowBits: lowBits))
        let maps = extents.indices.map { AxisMap.same($0) }
        let quantity = Quantity(
            extents: extents,
            addends: [
                Addend(Int128(1) << Int128(lowBits), View(high, maps)), Addend(1, View(low, maps)),
            ], constant: 0, range: rescaling.range)
        rescale(name, quantity, bounds: bounds, rescaling, target, &step)
        return (
            Quantity(high, extents, range: 0...last >> Int64(lowBits)),
            Quantity(low, extents, range: 0...Int64(1) << Int64(lowBits) - 1)
        )
    }

    /// The relation, the step and the gates of a rescaling to `quantity`.
    private mutating func rescale(
        _ name: String, _ quantity: Quantity, bounds: ClosedRange<Int128>, _ rescaling: Rescaling,
        _ target: Target, _ step: inout RescaleStep
    ) {
        let extents = target.extents
        let quotients = rescaling.quotients(bounds)
        let (minimum, maximum) = (Int128(step.minimum), Int128(step.maximum))
        let power = Int128(1) << Int128(rescaling.shift)
        var relation = step.expression
        relation.name = name
        relation.constants += constants(rescaling.half)
        func subtract(_ planes: LimbPlanes, _ factor: Int128) {
            relation.linears += argument(planes, extents.count).placed(target.maps, factor)
        }
        if rescaling.shift > 0 {
            let rest = planes("\(name), rest", extents, bits: rescaling.shift)
            subtract(rest, -1)
            step.rest = rest
        }
        if quotients.upperBound > maximum {
            let bits = bitCount(quotients.upperBound - maximum)
            let over = planes("\(name), over", extents, bits: bits)
            subtract(over, -power)
            step.over = over
        }
        if quotients.lowerBound < minimum {
            let bits = bitCount(minimum - quotients.lowerBound)
            let under = planes("\(name), under", extents, bits: bits)
            subtract(under, power)
            step.under = under
        }
        relation.linears += quantity.terms(-power, target.maps)
        relation.constants += constants(-power * quantity.constant)
        add(relation)
        add(.rescale(step))
        addGates(name, quantity, step)
    }

    /// y = minimum + limbs, and maximum − y in limbs where those of y reach further.
    private mutating func bindLimbs(_ name: String, _ quantity: Quantity, _ step: RescaleStep) {
        guard let limbs = step.limbs else { return }
        let extents = quantity.extents
        let maps = extents.indices.map { AxisMap.same($0) }
        if step.value != nil {
            add(
                IntegerRelation(
                    "\(name) by limbs", free: extents,
                    linears: terms(limbs, 1, extents.count) + quantity.terms(-1, maps),
                    constants: constants(Int128(step.minimum))))
        }
        let width = Int128(step.maximum) - Int128(step.minimum)
        let bits = bitCount(width)
        guard width + 1 != Int128(1) << Int128(bits) else { return }
        let below = IntegerRelation(
            "\(name) below its largest", free: extents, linears: quantity.terms(-1, maps),
            constants: [ConstantTerm(Int128(step.maximum) - quantity.constant)])
        _ = self.limbs("\(name), below", below, bits: bits)
    }

    /// The accumulator times its multipliers.
    private func scaled(
        _ accumulator: IntegerRelation, _ rescaling: Rescaling
    ) -> IntegerRelation {
        var scaled = accumulator
        let factor = rescaling.multipliers.count == 1 ? Int128(rescaling.multipliers[0]) : 1
        let scales =
            rescaling.multipliers.count == 1
            ? [] : [Scale(axis: rescaling.axis, values: rescaling.multipliers.map { Int128($0) })]
        for index in scaled.products.indices {
            scaled.products[index].coefficient *= factor
            scaled.products[index].scales += scales
        }
        for index in scaled.linears.indices {
            scaled.linears[index].coefficient *= factor
            scaled.linears[index].scales += scales
        }
        for index in scaled.constants.indices {
            scaled.constants[index].coefficient *= factor
            scaled.constants[index].scales += scales
        }
        return scaled
    }

    /// over (maximum − y) = 0 and under (y − minimum) = 0.
    private mutating func addGates(_ name: String, _ quantity: Quantity, _ step: RescaleStep) {
        let extents = quantity.extents
        let maps = extents.indices.map { AxisMap.same($0) }
        guard step.minimum < step.maximum else { return }
        if let over = step.over {
            var room = quantity.argument(maps)
            for index in room.addends.indices { room.addends[index].coefficient *= -1 }
            room.constant = Int128(step.maximum) - room.constant
            add(
                IntegerRelation(
                    "\(name), over only at the largest", free: extents,
                    products: [ProductTerm(1, argument(over, extents.count), room)]))
        }
        if let under = step.under {
            var height = quantity.argument(maps)
            height.constant -= Int128(step.minimum)
            add(
                IntegerRelation(
                    "\(name), under only at the least", free: extents,
                    products: [ProductTerm(1, argument(under, extents.count), height)]))
        }
    }
}

extension Argument where Coefficient == Int128 {
    /// Multiples of the addends, at maps of the axes.
    func placed(_ maps: [AxisMap], _ factor: Int128) -> [LinearTerm<Int128>] {
        addends.map {
            LinearTerm(
                factor * $0.coefficient,
                View($0.view.tensor, $0.view.maps.map { $0.after(maps) }))
        }
    }
}
