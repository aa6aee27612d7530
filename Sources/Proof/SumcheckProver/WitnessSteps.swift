// Computes a trace, step by step, from weights and input.

import Fields
public import Sumcheck

extension Witness {
    /// Carries out the steps that were made with the relations. Weights and input are set.
    @specialized(where F == Fr)
    public mutating func run(
        _ steps: [WitnessStep], tables: [LookupTable]
    ) throws(SumcheckError) {
        for step in steps {
            switch step {
            case .define(let tensor, let expression):
                set(tensor, to: values(of: expression))
            case .limbs(let planes, let expression):
                try set(planes, to: values(of: expression), expression.name)
            case .rescale(let step): try rescale(step)
            case .lookup(let table, let index, let values):
                try look(up: index, tables[table], values)
            case .divide(let step): try divide(step)
            case .maximum(let step): try maximum(step)
            case .inverseRoot(let step): try inverseRoot(step)
            case .oneHot(let indices, let tensor): try oneHot(indices, tensor)
            case .trees(let step): try walk(step)
            }
        }
    }

    /// Sets limbs to numbers, which must fit them.
    private mutating func set(
        _ planes: LimbPlanes, to values: [Int64], _ name: String
    ) throws(SumcheckError) {
        let bits = planes.widths.reduce(0, +)
        for (index, value) in values.enumerated() {
            guard value >= 0, bits >= 63 || value >> Int64(bits) == 0 else {
                throw .brokenRelation(name, index: index)
            }
        }
        var shift: Int64 = 0
        for (tensor, width) in zip(planes.tensors, planes.widths) {
            let mask = Int64(1) << Int64(width) - 1
            setBytes(tensor) { UInt8(truncatingIfNeeded: (values[$0] >> shift) & mask) }
            shift += Int64(width)
        }
    }

    private mutating func setWide(
        _ planes: LimbPlanes, to values: [Int128], _ name: String
    ) throws(SumcheckError) {
        let bits = planes.widths.reduce(0, +)
        for (index, value) in values.enumerated() {
            guard value >= 0, value >> Int128(bits) == 0 else {
                throw .brokenRelation(name, index: index)
            }
        }
        var shift: Int128 = 0
        for (tensor, width) in zip(planes.tensors, planes.widths) {
            let mask = Int128(1) << Int128(width) - 1
            setBytes(tensor) { UInt8(truncatingIfNeeded: (values[$0] >> shift) & mask) }
            shift += Int128(width)
        }
    }

    private mutating func setBytes(_ tensor: Int, _ body: (Int) -> UInt8) {
        let declaration = system.tensors[tensor]
        let (item, offset) = homes[tensor]
        guard case .bytes(var bytes) = items[item] else {
            preconditionFailure("limbs are bytes")
        }
        items[item] = .bytes([])
        declaration.forEachPlace { bytes[offset + $1] = body($0) }
        items[item] = .bytes(bytes)
    }

    private mutating func rescale(_ step: RescaleStep) throws(SumcheckError) {
        let half: Int64 = step.shift == 0 ? 0 : 1 << Int64(step.shift - 1)
        let name = step.expression.name
        let values = self.values(of: step.expression)
        let shift = Int64(step.shift)
        let mask = Int64(1) << shift - 1
        var quotients = values
        var rests = values
        for index in values.indices {
            let value = values[index] + half
            quotients[index] = value >> shift
            rests[index] = value & mask
        }
        let clamped = quotients.map { min(max($0, step.minimum), step.maximum) }
        if let rest = step.rest { try set(rest, to: rests, name) }
        if let over = step.over {
            try set(over, to: quotients.map { max(0, $0 - step.maximum) }, name)
        }
        if let under = step.under {
            try set(under, to: quotients.map { max(0, step.minimum - $0) }, name)
        }
        if let limbs = step.limbs {
            try set(limbs, to: clamped.map { $0 - step.minimum }, name)
        }
        if let value = step.value { set(value, to: clamped) }
        if let digits = step.digits {
            let bits = Int64(digits.lowBits)
            set(digits.high, to: clamped.map { $0 >> bits })
            set(digits.low, to: clamped.map { $0 & (Int64(1) << bits - 1) })
        }
    }

    private mutating func look(
        up index: Int, _ table: LookupTable, _ values: [Int]
    ) throws(SumcheckError) {
        let first = table.columns[0][0]
        let indices = integers(index)
        for (place, value) in indices.enumerated() {
            guard value >= first, value - first < Int64(table.count) else {
                throw .brokenRelation(table.name, index: place)
            }
        }
        for (column, tensor) in values.enumerated() {
            set(tensor, to: indices.map { table.columns[column + 1][Int($0 - first)] })
        }
    }

    private mutating func divide(_ step: DivideStep) throws(SumcheckError) {
        let dividends = values(of: step.dividend)
        let divisors = values(of: step.divisor)
        let name = step.dividend.name
        for index in dividends.indices where dividends[index] < 0 || divisors[index] < 1 {
            throw .brokenRelation(name, index: index)
        }
        let pairs = zip(dividends, divisors)
        try set(step.quotient, to: pairs.map { $0 / $1 }, name)
        try set(step.rest, to: pairs.map { $0 % $1 }, name)
        try set(step.slack, to: pairs.map { $1 - 1 - $0 % $1 }, name)
    }

    private mutating func maximum(_ step: MaximumStep) throws(SumcheckError) {
        let values = self.values(of: step.expression)
        let extents = step.expression.axes.prefix(step.expression.freeCount)
        let size = extents.dropFirst(step.keptCount).reduce(1, *)
        var largest: [Int64] = []
        var selector = [Int64](repeating: 0, count: values.count)
        var gaps = values
        for start in stride(from: 0, to: values.count, by: size) {
            var best = start
            for index in start..<start + size where values[index] > values[best] { best = index }
            largest.append(values[best])
            selector[best] = 1
            for index in start..<start + size { gaps[index] = values[best] - values[index] }
        }
        set(step.maximum, to: largest)
        set(step.selector, to: selector)
        try set(step.gaps, to: gaps, step.expression.name)
    }

    private mutating func inverseRoot(_ step: InverseRootStep) throws(SumcheckError) {
        let arguments = integers(step.argument)
        let power = Int128(1) << Int128(2 * step.fractionBits)
        let name = system.tensors[step.argument].name
        for (index, argument) in arguments.enumerated() where argument < 1 {
            throw .brokenRelation(name, index: index)
        }
        let pairs = arguments.map { (Int128($0), squareRoot(power / Int128($0))) }
        try setWide(step.root, to: pairs.map(\.1), name)
        setElements(step.product, pairs.map { F($0.0 * $0.1) })
        setElements(step.square, pairs.map { F($0.0 * $0.1 * $0.1) })
        try setWide(step.below, to: pairs.map { power - $0.0 * $0.1 * $0.1 }, name)
        try setWide(
            step.above, to: pairs.map { $0.0 * ($0.1 + 1) * ($0.1 + 1) - power - 1 }, name)
    }

    private mutating func oneHot(
        _ indices: Quantity, _ tensor: Int
    ) throws(SumcheckError) {
        let maps = indices.extents.indices.map { AxisMap.same($0) }
        let argument = indices.argument(maps)
        let expression = IntegerRelation(
            "indices", free: indices.extents,
            linears: argument.addends.map { LinearTerm($0.coefficient, $0.view) },
            constants: [ConstantTerm(argument.constant)])
        let values = self.values(of: expression)
        let rows = system.tensors[tensor].extents[indices.extents.count]
        var hot = [UInt8](repeating: 0, count: values.count * rows)
        for (place, value) in values.enumerated() {
            guard value >= 0, value < Int64(rows) else {
                throw .brokenRelation(system.tensors[tensor].name, index: place)
            }
            hot[place * rows + Int(value)] = 1
        }
        setBytes(tensor) { hot[$0] }
    }
}

extension Witness {
    /// Compares at every node, and counts who comes where.
    private mutating func walk(_ step: TreesStep) throws(SumcheckError) {
        let features = values(of: step.features)
        let thresholds = integers(step.thresholds)
        let (nodes, width) = (step.shape.nodes, step.features.axes[1])
        var compared: [Int64] = []
        var visits: [Int64] = []
        var ends: [Int64] = []
        for row in 0..<step.features.axes[0] {
            var own = [Int64](repeating: 0, count: nodes.count)
            var leaves = [Int64](repeating: 0, count: step.shape.leafCount)
            func arrive(_ reference: Int, _ count: Int64) {
                if reference < 0 {
                    leaves[-1 - reference] += count
                } else {
                    own[reference] += count
                }
            }
            for root in step.shape.roots { arrive(root, 1) }
            for (number, node) in nodes.enumerated() {
                let value = features[row * width + node.feature]
                compared.append(value)
                arrive(value <= thresholds[number] ? node.first : node.second, own[number])
            }
            visits += own
            ends += leaves
        }
        let limits = compared.indices.map { thresholds[$0 % nodes.count] }
        let decisions = zip(compared, limits).map { $0 <= $1 ? Int64(1) : 0 }
        let distances = zip(compared, limits).map { $0 <= $1 ? $1 - $0 : $0 - $1 - 1 }
        set(step.compared, to: compared)
        set(step.decisions, to: decisions)
        try set(step.distances, to: distances, step.features.name)
        set(step.visits, to: visits)
        set(step.turns, to: zip(decisions, visits).map { $0 * $1 })
        set(step.ends, to: ends)
    }
}

/// The largest y with y² ≤ value, by Newton's iteration from above.
func squareRoot(_ value: Int128) -> Int128 {
    if value < 2 { return value }
    var root = Int128(1) << Int128((Int128.bitWidth - value.leadingZeroBitCount + 1) / 2)
    while true {
        let next = (root + value / root) / 2
        if next >= root { return root }
        root = next
    }
}
