// Functions of rows: Softmax and Normalize, integer for integer as in
// Documentation/integer-profile.md.

/// The numbers of a Softmax.
public struct SoftmaxNumbers: Equatable, Sendable {
    /// M and s of the exponent.
    public var multiplier: Int64, shift: Int
    /// The tables of the upper and the lower limb.
    public var high: [Int64], low: [Int64]
    /// p and k.
    public var productShift: Int, fractionBits: Int

    /// These numbers.
    public init(
        multiplier: Int64, shift: Int, high: [Int64], low: [Int64], productShift: Int,
        fractionBits: Int
    ) {
        self.multiplier = multiplier
        self.shift = shift
        self.high = high
        self.low = low
        self.productShift = productShift
        self.fractionBits = fractionBits
    }
}

/// The numbers of a Normalize.
public struct NormalizeNumbers: Equatable, Sendable {
    /// Whether the mean is taken off.
    public var centred: Bool
    /// E and k.
    public var epsilon: Int64, fractionBits: Int
    /// The last rescaling.
    public var rescaling: Rescaling

    /// These numbers.
    public init(centred: Bool, epsilon: Int64, fractionBits: Int, rescaling: Rescaling) {
        self.centred = centred
        self.epsilon = epsilon
        self.fractionBits = fractionBits
        self.rescaling = rescaling
    }
}

extension RelationBuilder {
    /// Softmax along the last axis.
    public mutating func softmax(
        _ name: String, _ x: Quantity, _ numbers: SoftmaxNumbers
    ) -> Quantity {
        let free = x.extents
        let rank = free.count
        let maps = free.indices.map { AxisMap.same($0) }
        let rowMaps = Array(maps.dropLast())
        let m = maximum(
            name,
            IntegerRelation(
                name, free: free, linears: x.terms(1, maps), constants: constants(x.constant)),
            keptCount: rank - 1, range: x.range)
        // t = u 2^b + v, clamped at the end of the tables only, because m − x is never negative.
        let lowBits = bitCount(Int128(numbers.low.count - 1))
        let last = Int64(numbers.high.count << lowBits) - 1
        let difference = IntegerRelation(
            "\(name), exponent", free: free,
            linears: m.terms(1, rowMaps) + x.terms(-1, maps),
            constants: constants(m.constant - x.constant))
        let width = Int128(x.range.upperBound) - Int128(x.range.lowerBound)
        let (u, v) = rescaleToDigits(
            "\(name), exponent", difference, bounds: 0...width,
            Rescaling(multipliers: [numbers.multiplier], shift: numbers.shift, range: 0...last),
            lowBits: lowBits)
        let highTable = table(
            LookupTable(
                "\(name), upper limb",
                columns: [numbers.high.indices.map { Int64($0) }, numbers.high]))
        let lowTable = table(
            LookupTable(
                "\(name), lower limb",
                columns: [numbers.low.indices.map { Int64($0) }, numbers.low]))
        let upper = look("\(name), upper factor", up: u, in: highTable, range: 0...65536)
        let lower = look("\(name), lower factor", up: v, in: lowTable, range: 0...65536)
        let e = rescale(
            "\(name), power",
            IntegerRelation(
                "\(name), power", free: free,
                products: [ProductTerm(1, upper.argument(maps), lower.argument(maps))]),
            bounds: 0...1 << 32,
            Rescaling(
                multipliers: [1], shift: numbers.productShift,
                range: 0...Int64(1) << Int64(33 - numbers.productShift) - 1))
        let total = tensor("\(name), total", Array(free.dropLast()))
        define(
            total,
            IntegerRelation(
                "\(name), total", free: Array(free.dropLast()), summed: [free[rank - 1]],
                linears: e.terms(1, maps, summed: [rank - 1])))
        let divisor = IntegerRelation(
            "\(name), divisor", free: free, linears: [LinearTerm(1, View(total, rowMaps))])
        let dividend = IntegerRelation(
            "\(name), share", free: free,
            linears: e.terms(Int128(1) << Int128(numbers.fractionBits), maps))
        let bits = bitCount(Int128(free[rank - 1]) * Int128(e.range.upperBound))
        let quotient = divide(
            "\(name), share", dividend, by: divisor, quotientBits: numbers.fractionBits + 1,
            divisorBits: bits)
        return Quantity(
            extents: free, addends: argument(quotient, rank).addends, constant: 0,
            range: 0...Int64(1) << numbers.fractionBits)
    }

    /// LayerNorm or RMSNorm along the last axis, without scale and bias.
    public mutating func normalize(
        _ name: String, _ x: Quantity, _ numbers: NormalizeNumbers
    ) -> Quantity {
        let free = x.extents
        let rank = free.count
        let rows = Array(free.dropLast())
        let n = Int128(free[rank - 1])
        let maps = free.indices.map { AxisMap.same($0) }
        let rowMaps = Array(maps.dropLast())
        let sum = tensor("\(name), sum", rows)
        define(
            sum,
            IntegerRelation(
                "\(name), sum", free: rows, summed: [free[rank - 1]],
                linears: numbers.centred ? x.terms(1, maps, summed: [rank - 1]) : [],
                constants: constants(numbers.centred ? n * x.constant : 0)))
        let s = Argument([Addend(Int128(1), View(sum, rowMaps))], constant: 0)
        // v = n Σ x² − s² + E.
        let variance = tensor("\(name), variance", rows)
        define(
            variance,
            IntegerRelation(
                "\(name), variance", free: rows, summed: [free[rank - 1]],
                products: [
                    ProductTerm(n, x.argument(maps), x.argument(maps), summed: [rank - 1]),
                    ProductTerm(-1, s, s),
                ], constants: [ConstantTerm(Int128(numbers.epsilon))]))
        let y = inverseRoot(name, variance, rows, numbers.fractionBits)
        var centred = x.argument(maps)
        for index in centred.addends.indices { centred.addends[index].coefficient *= n }
        centred.constant *= n
        centred.addends.append(Addend(-1, View(sum, rowMaps)))
        let root = argument(y, rank - 1)
        let product = IntegerRelation(
            name, free: free, products: [ProductTerm(1, centred, root)])
        // |n x − s| y ≤ √n 2^k.
        var magnitude = Int128(1) << Int128(numbers.fractionBits)
        magnitude *= Int128(1) << Int128((bitCount(n) + 1) / 2)
        return rescale(name, product, bounds: -magnitude...magnitude, numbers.rescaling)
    }

    /// The largest y with y² v ≤ 2^(2k): 2^(2k) − y² v ≥ 0 and (y + 1)² v − 2^(2k) − 1 ≥ 0, by
    /// limbs.
    private mutating func inverseRoot(
        _ name: String, _ variance: Int, _ rows: [Int], _ k: Int
    ) -> LimbPlanes {
        let maps = rows.indices.map { AxisMap.same($0) }
        let root = planes("\(name), root", rows, bits: k + 1)
        let product = tensor("\(name), root times variance", rows, .trace, .field)
        let square = tensor("\(name), root squared times variance", rows, .trace, .field)
        let y = argument(root, rows.count)
        let bits = max(2 * k, 63) + 2
        let below = planes("\(name), below", rows, bits: 2 * k + 1)
        let above = planes("\(name), above", rows, bits: bits)
        func view(_ tensor: Int) -> View { View(tensor, maps) }
        relations.append(
            IntegerRelation(
                "\(name), root times variance", free: rows,
                products: [ProductTerm(1, y, Argument([Addend(1, view(variance))], constant: 0))],
                linears: [LinearTerm(-1, view(product))]))
        relations.append(
            IntegerRelation(
                "\(name), root squared times variance", free: rows,
                products: [ProductTerm(1, y, Argument([Addend(1, view(product))], constant: 0))],
                linears: [LinearTerm(-1, view(square))]))
        let power = Int128(1) << Int128(2 * k)
        relations.append(
            IntegerRelation(
                "\(name), root not too large", free: rows,
                linears: [LinearTerm(-1, view(square))] + terms(below, -1, rows.count),
                constants: [ConstantTerm(power)]))
        relations.append(
            IntegerRelation(
                "\(name), root not too small", free: rows,
                linears: [
                    LinearTerm(1, view(square)), LinearTerm(2, view(product)),
                    LinearTerm(1, view(variance)),
                ] + terms(above, -1, rows.count), constants: [ConstantTerm(-power - 1)]))
        add(
            .inverseRoot(
                InverseRootStep(
                    argument: variance, fractionBits: k, root: root, product: product,
                    square: square, below: below, above: above)))
        return root
    }
}
