// Operators that are not sums of products alone: tables, maxima, divisions, Softmax, Normalize,
// Gather.

extension RelationBuilder {
    /// y = table[i + 2^(n−1)] for i = clamp(⌊(x M + h) / 2^s⌋) to n bits with sign.
    public mutating func tabulate(
        _ name: String, _ x: Quantity, entries: [Int64], _ rescaling: Rescaling
    ) -> Quantity {
        let half = Int64(entries.count / 2)
        var toIndex = rescaling
        toIndex.range = -half...half - 1
        let maps = x.extents.indices.map { AxisMap.same($0) }
        let relation = IntegerRelation(
            "\(name), index", free: x.extents, linears: x.terms(1, maps),
            constants: constants(x.constant))
        let index = rescale(
            "\(name), index", relation, bounds: x.bounds, toIndex, isLookedUp: true)
        let rows = entries.indices.map { Int64($0) - half }
        let number = table(LookupTable("table of \(name)", columns: [rows, entries]))
        return look(
            name, up: index, in: number,
            range: (entries.min() ?? 0)...(entries.max() ?? 0))
    }

    /// The second column of the table's row that has `index` in the first.
    mutating func look(
        _ name: String, up index: Quantity, in table: Int, range: ClosedRange<Int64>
    ) -> Quantity {
        let maps = index.extents.indices.map { AxisMap.same($0) }
        let value = tensor(name, index.extents)
        let y = Quantity(value, index.extents, range: range)
        add(
            Lookup(
                name, table: table, axes: index.extents,
                arguments: [index.argument(maps), y.argument(maps)]))
        add(.lookup(table: table, index: index.addends[0].view.tensor, values: [value]))
        return y
    }

    /// The largest of the values of `expression` over its free axes from `keptCount` on. A selector
    /// is zero where maximum − value is not, and its sum is one.
    mutating func maximum(
        _ name: String, _ expression: IntegerRelation, keptCount: Int, range: ClosedRange<Int64>
    ) -> Quantity {
        maximumAndSelector(name, expression, keptCount: keptCount, range: range).value
    }

    private mutating func maximumAndSelector(
        _ name: String, _ expression: IntegerRelation, keptCount: Int, range: ClosedRange<Int64>
    ) -> (value: Quantity, selector: Int) {
        let free = Array(expression.axes.prefix(expression.freeCount))
        let kept = Array(free.prefix(keptCount))
        let number = tensor("\(name), largest", kept)
        let selector = tensor("\(name), which", free, .trace, .signedByte)
        let width = Int128(range.upperBound) - Int128(range.lowerBound)
        let gaps = planes("\(name), gaps", free, bits: bitCount(width))
        let keptMaps = kept.indices.map { AxisMap.same($0) }
        let allMaps = free.indices.map { AxisMap.same($0) }
        // maximum − value − gap = 0.
        var relation = expression
        for index in relation.products.indices { relation.products[index].coefficient *= -1 }
        for index in relation.linears.indices { relation.linears[index].coefficient *= -1 }
        for index in relation.constants.indices { relation.constants[index].coefficient *= -1 }
        relation.name = "\(name), gaps"
        relation.linears.append(LinearTerm(1, View(number, keptMaps)))
        relation.linears += terms(gaps, -1, free.count)
        relations.append(relation)
        relations.append(
            IntegerRelation(
                "\(name), the chosen has no gap", free: free,
                products: [
                    ProductTerm(
                        1, Argument([Addend(1, View(selector, allMaps))], constant: 0),
                        argument(gaps, free.count))
                ]))
        relations.append(
            IntegerRelation(
                "\(name), one is chosen", free: kept, summed: Array(free.dropFirst(keptCount)),
                linears: [
                    LinearTerm(1, View(selector, allMaps), summed: Array(keptCount..<free.count))
                ], constants: [ConstantTerm(-1)]))
        add(
            .maximum(
                MaximumStep(
                    expression: expression, keptCount: keptCount, maximum: number,
                    selector: selector, gaps: gaps)))
        return (Quantity(number, kept, range: range), selector)
    }

    /// The index of the largest value along the last axis, or of the least one; of equal ones the
    /// first, or the last. Compared are value · n + n − 1 − index, no two of which are equal: the
    /// selector is one at one index, and zero elsewhere.
    public mutating func largestIndex(
        _ name: String, _ x: Quantity, least: Bool = false, prefersLast: Bool = false
    ) -> Quantity {
        let rank = x.extents.count
        let count = Int128(x.extents[rank - 1])
        let maps = x.extents.indices.map { AxisMap.same($0) }
        let factor = least ? -count : count
        let indices = (0..<x.extents[rank - 1]).map { Int128($0) }
        let order = prefersLast ? indices : indices.reversed()
        let expression = IntegerRelation(
            name, free: x.extents, linears: x.terms(factor, maps),
            constants: constants(factor * x.constant) + [
                ConstantTerm(1, scales: [Scale(axis: rank - 1, values: order)])
            ])
        let ends = [factor * x.bounds.lowerBound, factor * x.bounds.upperBound].sorted()
        let (_, selector) = maximumAndSelector(
            name, expression, keptCount: rank - 1,
            range: Int64(clamping: ends[0])...Int64(clamping: ends[1] + count - 1))
        let kept = Array(x.extents.dropLast())
        let index = tensor("\(name), index", kept)
        define(
            index,
            IntegerRelation(
                "\(name), index", free: kept, summed: [x.extents[rank - 1]],
                linears: [
                    LinearTerm(
                        1, View(selector, maps), summed: [rank - 1],
                        scales: [Scale(axis: rank - 1, values: indices)])
                ]))
        return Quantity(index, kept, range: 0...Int64(count - 1))
    }

    /// The largest of each window of x, of [B, C, …]; padding takes no part, and a window of
    /// padding alone has the least int16.
    public mutating func maximumPool(
        _ name: String, _ x: Quantity, _ windows: [WindowAxis]
    ) -> Quantity? {
        guard windows.indices.allSatisfy({ x.isPadded(2 + $0, windows[$0]) }) else { return nil }
        let kept = Array(x.extents.prefix(2)) + windows.map(\.places)
        let free = kept + windows.map(\.kernel)
        var maps: [AxisMap] = [.same(0), .same(1)]
        for (axis, window) in windows.enumerated() {
            maps.append(
                .window(
                    place: 2 + axis, stride: window.stride, kernel: kept.count + axis,
                    dilation: window.dilation, padding: window.padding))
        }
        var range = x.range
        var expression = IntegerRelation(
            name, free: free, linears: x.terms(1, maps), constants: constants(x.constant))
        let isInside = windows.indices.allSatisfy {
            var inside = x
            inside.isZeroOutside[2 + $0] = false
            return inside.isPadded(2 + $0, windows[$0])
        }
        if !isInside {
            // Padding counts as the least value: least − least · [inside].
            let isAlone = windows.indices.contains { axis in
                windows[axis].counts(of: x.extents[2 + axis], withPadding: false).contains(0)
            }
            if isAlone { range = min(-32768, range.lowerBound)...range.upperBound }
            let least = Int128(range.lowerBound)
            expression.constants += constants(least)
            expression.constants.append(
                ConstantTerm(-least, inside: Inside(extents: x.extents, maps: maps)))
        }
        return maximum(name, expression, keptCount: kept.count, range: range)
    }

    /// The quotient of dividend = quotient · divisor + rest, 0 ≤ rest < divisor, for a dividend
    /// that is not negative and a divisor of at most `divisorBits` bits, whose expression has no
    /// products and sums over nothing.
    mutating func divide(
        _ name: String, _ dividend: IntegerRelation, by divisor: IntegerRelation,
        quotientBits: Int, divisorBits: Int
    ) -> LimbPlanes {
        let free = Array(dividend.axes.prefix(dividend.freeCount))
        let quotient = planes("\(name), quotient", free, bits: quotientBits)
        let rest = planes("\(name), rest", free, bits: divisorBits)
        let slack = planes("\(name), slack", free, bits: divisorBits)
        var relation = dividend
        relation.linears += terms(rest, -1, free.count)
        for term in divisor.linears {
            relation.products.append(
                ProductTerm(
                    -term.coefficient, argument(quotient, free.count),
                    Argument([Addend(1, term.view)], constant: 0), scales: term.scales))
        }
        for term in divisor.constants {
            relation.linears += terms(quotient, -term.coefficient, free.count).map {
                LinearTerm($0.coefficient, $0.view, scales: term.scales)
            }
        }
        add(relation)
        var room = divisor
        room.name = "\(name), rest below divisor"
        room.constants.append(ConstantTerm(-1))
        room.linears += terms(rest, -1, free.count) + terms(slack, -1, free.count)
        add(room)
        add(
            .divide(
                DivideStep(
                    dividend: dividend, divisor: divisor, quotient: quotient, rest: rest,
                    slack: slack)))
        return quotient
    }

    /// The rounded mean of each window of x, of [B, C, …]: Σ + ⌊d/2⌋ = y d + r for the d elements
    /// that count, which are those inside, or all of the window where `countsPadding`.
    public mutating func averagePool(
        _ name: String, _ x: Quantity, _ windows: [WindowAxis], countsPadding: Bool
    ) -> Quantity? {
        guard windows.indices.allSatisfy({ x.isPadded(2 + $0, windows[$0]) }) else { return nil }
        let free = Array(x.extents.prefix(2)) + windows.map(\.places)
        var maps: [AxisMap] = [.same(0), .same(1)]
        var counts: [[Int128]] = []
        for (axis, window) in windows.enumerated() {
            maps.append(
                .window(
                    place: 2 + axis, stride: window.stride, kernel: free.count + axis,
                    dilation: window.dilation, padding: window.padding))
            counts.append(
                window.counts(of: x.extents[2 + axis], withPadding: countsPadding).map {
                    max($0, 1)
                })
        }
        // Windows may have less than the least value where zeros count.
        var x = x
        if !windows.indices.allSatisfy({ windows[$0].staysInside(x.extents[2 + $0]) }) {
            x.range = min(x.range.lowerBound, 0)...max(x.range.upperBound, 0)
        }
        let kernels = windows.map(\.kernel)
        let sum = IntegerRelation(
            name, free: free, summed: kernels,
            linears: x.terms(1, maps, summed: kernels.indices.map { free.count + $0 }),
            constants: constants(x.constant * Int128(kernels.reduce(1, *))))
        return mean(name, sum, x, counts: counts)
    }

    /// The quotient of a sum by a product of counts along the axes from 2 on.
    private mutating func mean(
        _ name: String, _ sum: IntegerRelation, _ x: Quantity, counts: [[Int128]]
    ) -> Quantity {
        let free = Array(sum.axes.prefix(sum.freeCount))
        let scales = counts.enumerated().map { Scale(axis: 2 + $0, values: $1) }
        // y − least is a quotient of numbers that are not negative: Σ + ⌊d/2⌋ − least · d.
        var divisor = IntegerRelation(name, free: free)
        divisor.constants = [ConstantTerm(1, scales: scales)]
        let least = Int128(x.range.lowerBound)
        var dividend = sum
        dividend.constants.append(ConstantTerm(-least, scales: scales))
        // ⌊c d / 2⌋ = ⌊c/2⌋ d + (c mod 2) ⌊d/2⌋, axis by axis.
        for axis in counts.indices {
            dividend.constants.append(
                ConstantTerm(
                    1,
                    scales: counts.indices.map { other in
                        Scale(
                            axis: 2 + other,
                            values: counts[other].map {
                                other < axis ? $0 % 2 : other == axis ? $0 / 2 : $0
                            })
                    }))
        }
        let largest = counts.reduce(Int128(1)) { $0 * ($1.max() ?? 1) }
        let width = Int128(x.range.upperBound) - least
        let quotient = divide(
            name, dividend, by: divisor, quotientBits: bitCount(width),
            divisorBits: bitCount(largest))
        let planes = argument(quotient, constant: least, free.count)
        let value = Quantity(
            extents: free, addends: planes.addends, constant: least, range: x.range)
        if least == 0 { return value }
        let number = tensor(name, free)
        let own = free.indices.map { AxisMap.same($0) }
        define(
            number,
            IntegerRelation(
                "\(name), value", free: free, linears: value.terms(1, own),
                constants: constants(least)))
        return Quantity(number, free, range: x.range)
    }

    /// The slices of `data` along `axis` that indices name, clamped to what is there: Embedding.
    public mutating func gather(
        _ name: String, _ data: Quantity, axis: Int = 0, indices: Quantity
    ) -> Quantity {
        let rows = data.extents[axis]
        let free = indices.extents
        var indices = indices
        if indices.range.lowerBound < 0 || indices.range.upperBound >= Int64(rows) {
            let maps = free.indices.map { AxisMap.same($0) }
            indices = rescale(
                "\(name), clamped",
                IntegerRelation(
                    name, free: free, linears: indices.terms(1, maps),
                    constants: constants(indices.constant)),
                bounds: indices.bounds,
                Rescaling(multipliers: [1], shift: 0, range: 0...Int64(rows) - 1))
        }
        let hot = tensor("\(name), rows", free + [rows], .trace, .limb(bits: 1))
        let maps = free.indices.map { AxisMap.same($0) }
        let hotMaps = maps + [.same(free.count)]
        relations.append(
            IntegerRelation(
                "\(name), one row", free: free, summed: [rows],
                linears: [LinearTerm(1, View(hot, hotMaps), summed: [free.count])],
                constants: [ConstantTerm(-1)]))
        relations.append(
            IntegerRelation(
                "\(name), the named row", free: free, summed: [rows],
                linears: [
                    LinearTerm(
                        1, View(hot, hotMaps), summed: [free.count],
                        scales: [Scale(axis: free.count, values: (0..<rows).map { Int128($0) })])
                ] + indices.terms(-1, maps), constants: constants(-indices.constant)))
        add(.oneHot(indices: indices, tensor: hot))
        // Axes before, of the indices, and behind; the axis that is gathered along is summed over.
        let before = Array(data.extents.prefix(axis))
        let behind = Array(data.extents.dropFirst(axis + 1))
        let all = before + free + behind
        let value = tensor(name, all)
        let hotAxes = free.indices.map { AxisMap.same(axis + $0) } + [.same(all.count)]
        let dataAxes =
            before.indices.map { AxisMap.same($0) } + [.same(all.count)]
            + behind.indices.map { AxisMap.same(axis + free.count + $0) }
        define(
            value,
            IntegerRelation(
                name, free: all, summed: [rows],
                products: [
                    ProductTerm(
                        1, Argument([Addend(1, View(hot, hotAxes))], constant: 0),
                        data.argument(dataAxes), summed: [all.count])
                ]))
        return Quantity(value, all, range: data.range)
    }
}

extension WindowAxis {
    /// How many elements of each window count on an axis of `extent`: those inside, or inside of
    /// the padding.
    func counts(of extent: Int, withPadding: Bool) -> [Int128] {
        let range =
            withPadding ? -padding..<max(-padding, extent + paddingBehind) : 0..<extent
        return (0..<places).map { place in
            // Elements k with low ≤ k · dilation < high: those below high but not below low.
            let start = place * stride - padding
            func below(_ bound: Int) -> Int {
                bound <= 0 ? 0 : min(kernel, (bound - 1) / dilation + 1)
            }
            return Int128(below(range.upperBound - start) - below(range.lowerBound - start))
        }
    }

    /// Whether no window leaves an axis of `extent`.
    func staysInside(_ extent: Int) -> Bool {
        padding <= 0 && (places - 1) * stride + (kernel - 1) * dilation - padding < extent
    }
}

extension Quantity {
    /// The bounds of the values.
    var bounds: ClosedRange<Int128> { Int128(range.lowerBound)...Int128(range.upperBound) }
}
