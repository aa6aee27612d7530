// Functions of one number. Multiplying by a constant only changes the scale; adding one is an Add;
// Relu and Clip are bounds; all else is a table of the function's values.

import Models
import Tensors

extension Lowering {
    /// Lowers the functions that begin with a node; `false` when it begins none.
    mutating func lowerPointwise(
        _ index: Int, _ node: CheckedNode
    ) throws(QuantizationError) -> Bool {
        guard let group = try PointwiseGroup(startingAt: index, graph),
            case .activation = values[group.input]
        else { return false }
        let x = try activation(group.input, for: node)
        if let line = try line(group) {
            try lower(group, slope: line.slope, offset: line.offset, x, node)
        } else if group.nodes.count == 1, let bounds = try activationBounds(node) {
            let (minimum, maximum) = integerBounds(bounds.minimum, bounds.maximum, x.scale)
            try emit(
                "Rescale", [x.value], for: group.output, taking: group.nodes, scale: x.scale,
                attributes: [], minimum: minimum, maximum: maximum)
        } else {
            try lowerTable(group, x)
        }
        return true
    }

    /// Slope and offset of a group that adds and multiplies alone.
    private func line(
        _ group: PointwiseGroup
    ) throws(QuantizationError) -> (slope: Double, offset: Double)? {
        let isLinear = group.nodes.allSatisfy {
            ["Add", "Sub", "Mul", "Div", "Neg"].contains(graph.nodes[$0].place.operatorName)
        }
        guard isLinear else { return nil }
        let arguments: [Float] = [0, 1, 2, -5]
        let y = try group.values(arguments, graph).map { Double($0) }
        let (slope, offset) = (y[1] - y[0], y[0])
        for (argument, value) in zip(arguments, y) {
            let expected = slope * Double(argument) + offset
            // A NaN, of a division by zero, is no line.
            guard abs(expected - value) <= 1e-5 * (abs(slope) + abs(offset)) else { return nil }
        }
        return slope == 0 ? nil : (slope, offset)
    }

    /// slope · x + offset.
    private mutating func lower(
        _ group: PointwiseGroup, slope: Double, offset: Double, _ x: Activation,
        _ node: CheckedNode
    ) throws(QuantizationError) {
        if offset == 0 {
            let scale = abs(x.scale * slope)
            guard ActivationScale.usable ~= scale else {
                let output = try outputScale(group.output)
                let ratio = ScaleRatio(x.scale * slope / output)
                try emit(
                    "Rescale", [x.value], for: group.output, taking: group.nodes, scale: output,
                    attributes: Lowering.rescaling([ratio.multiplier], ratio.shift))
                return
            }
            guard slope < 0 else {
                for index in group.nodes { isDone[index] = true }
                values[group.output] = .activation(
                    Activation(value: x.value, scale: scale, limit: x.limit))
                return
            }
            try emit(
                "Rescale", [x.value], for: group.output, taking: group.nodes, scale: scale,
                attributes: Lowering.rescaling([-1], 0))
            return
        }
        let scale = try outputScale(group.output)
        let limit = scale * 65_536
        let addend = constant([min(max(offset, -limit), limit)], .scalar, name: node.place.name)
        let ratios = ScaleRatio.pair(x.scale * slope / scale, addend.scale / scale)
        try emit(
            "Add", [x.value, addend.value], for: group.output, taking: group.nodes, scale: scale,
            attributes: Lowering.rescaling(ratios.multipliers, ratios.shift))
    }

    /// A table of the group's values.
    private mutating func lowerTable(
        _ group: PointwiseGroup, _ x: Activation
    ) throws(QuantizationError) {
        let bits = options.tableBits
        // Arguments that samples come near, twice over, or all there can be; beyond them the
        // function may be anything.
        let possible = x.scale * Double(x.limit)
        let observed = try magnitude(group.input, fallback: possible)
        let reach = min(max(observed, x.scale) * 2, possible)
        var coarse = try samples(group, x, reach: reach)
        let magnitude = coarse.reduce(0) { max($0, abs($1.value)) }
        let rule = try quantization(after: group.output)
        var output = rule?.scale ?? ActivationScale.fitting(magnitude, headroom: 0)
        if ranges != nil, rule == nil {
            // An exponential is far larger at twice the argument than any result observed.
            output = min(output, try outputScale(group.output))
        }
        let (least, most) = (Double(rule?.minimum ?? -32_767), Double(rule?.maximum ?? 32_767))
        coarse = coarse.map { ($0.argument, min(max($0.value, least * output), most * output)) }
        let step = step(coarse, scale: x.scale, bits: bits, tolerance: output)
        let half = 1 << (bits - 1)
        let unit = x.scale * ScaleRatio.power(step)
        let arguments = (-half..<half).map { Float(Double($0) * unit) }
        let table = try group.values(arguments, graph).map {
            Int16(min(max(QuantizedWeights.rounded(Double($0) / output, 32_768), least), most))
        }
        var attributes = Lowering.rescaling([1], step)
        attributes.append(("table", .tensor(Tensor(table, shape: [table.count]))))
        try emit(
            "Table", [x.value], for: group.output, taking: group.nodes, scale: output,
            attributes: attributes)
    }

    /// Some arguments that int16 holds within `reach`, and their values, ascending.
    private func samples(
        _ group: PointwiseGroup, _ x: Activation, reach: Double
    ) throws(QuantizationError) -> [(argument: Double, value: Double)] {
        let step = x.limit <= 4_096 ? 1 : 16
        let arguments = stride(from: -x.limit, through: x.limit, by: step)
            .map { Double($0) * x.scale }.filter { abs($0) <= reach }
        let values = try group.values(arguments.map { Float($0) }, graph)
        return zip(arguments, values).map { ($0, $1.isFinite ? Double($1) : 0) }
    }

    /// The least j such that a table in steps of 2^j · scale follows the samples: beyond its ends
    /// the function must not go on by more than `tolerance`.
    private func step(
        _ samples: [(argument: Double, value: Double)], scale: Double, bits: Int,
        tolerance: Double
    ) -> Int {
        // With j = 16 - bits the table has all of int16.
        for step in 0..<16 - bits {
            let end = scale * ScaleRatio.power(bits - 1 + step)
            guard let first = samples.first(where: { $0.argument >= -end }),
                let last = samples.last(where: { $0.argument < end })
            else { continue }
            let isFlat = samples.allSatisfy { sample in
                if sample.argument < -end { return abs(sample.value - first.value) <= tolerance }
                if sample.argument >= end { return abs(sample.value - last.value) <= tolerance }
                return true
            }
            if isFlat { return step }
        }
        return 16 - bits
    }
}
