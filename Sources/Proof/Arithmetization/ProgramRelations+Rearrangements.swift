// Operators that move values and change none: views, which cost nothing, but where values of
// several tensors' axes become one axis, or where what is cut off must be zero afterwards; there
// they are copied.

import Models
import Sumcheck
import Tensors

extension ProgramRelations {
    /// Adds a node that only moves values.
    mutating func addRearrangement(
        _ node: CheckedNode, _ name: String
    ) throws(ArithmetizationError) {
        let x = try operand(0, of: node)
        guard let types = node.outputTypes else { throw .unreadable(node: "\(node.place)") }
        switch name {
        case "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze":
            let label = label(node)
            try set(node, build { $0.reshaped(label, x, types[0].axes) })
        case "Transpose":
            let order = try reading(node) { call throws(OperatorError) in
                try call.attributes.ints("perm") ?? Array(x.extents.indices.reversed())
            }
            try set(node, x.transposed(order))
        case "Slice": try set(node, try slice(node, x))
        case "Split":
            let axis = try axis(node, x, default: 0)
            var start = 0
            for (output, type) in zip(node.outputs, types) {
                let count = type.axes[axis]
                quantities[output] = x.sliced(axis: axis, start: start, step: 1, count: count)
                start += count
            }
        case "Concat":
            let axis = try axis(node, x, default: 0)
            var parts: [Quantity] = []
            for position in node.inputs.indices {
                let part = try operand(position, of: node)
                parts.append(build { $0.whole(part, axes: [axis]) })
            }
            guard let joined = Quantity.concatenated(parts, axis: axis) else {
                throw .unreadable(node: "\(node.place)")
            }
            try set(node, joined)
        case "Expand": try set(node, x.expanded(types[0].axes))
        default:
            throw unsupported(
                node, "there are relations for sums of products, tables, pools, rows and moves")
        }
    }

    private func axis(
        _ node: CheckedNode, _ x: Quantity, default fallback: Int
    ) throws(ArithmetizationError) -> Int {
        let axis = try reading(node) { call throws(OperatorError) in
            try call.attributes.int("axis", default: fallback)
        }
        return axis < 0 ? axis + x.extents.count : axis
    }

    /// Starts, axes and steps are constants; the count along each axis is that of the output.
    private func slice(
        _ node: CheckedNode, _ x: Quantity
    ) throws(ArithmetizationError) -> Quantity {
        func numbers(_ position: Int) -> [Int]? {
            guard node.call.constants.count > position,
                let tensor = node.call.constants[position]
            else { return nil }
            if let wide = tensor.int64s { return wide.map { Int($0) } }
            return tensor.int32s.map { $0.map { Int($0) } }
        }
        guard let starts = numbers(1), let type = node.outputTypes?.first else {
            throw .unreadable(node: "\(node.place)")
        }
        let axes = numbers(3) ?? Array(starts.indices)
        let steps = numbers(4) ?? [Int](repeating: 1, count: starts.count)
        var y = x
        for (index, named) in axes.enumerated() {
            let axis = named < 0 ? named + x.extents.count : named
            let extent = x.extents[axis]
            let least = steps[index] < 0 ? -1 : 0
            let start = starts[index] < 0 ? starts[index] + extent : starts[index]
            y = y.sliced(
                axis: axis,
                start: min(max(start, 0), steps[index] < 0 ? extent - 1 : extent + least),
                step: steps[index], count: type.axes[axis])
        }
        return y
    }
}
