// ConvTranspose: every input element spreads over a window of the output. Seen from the output, an
// element is the dot, over (channel of the group, kernel position row-major), of the weights and
// the input elements that meet in it: only those, no zeros in between. Output places whose kernel
// positions are the same ones share a matrix of weights, and are computed together as a product.

/// The transpose of a convolution.
enum ConvTransposeOperator: Operator {
    static let name = "ConvTranspose"
    static let attributeNames = [
        "auto_pad", "dilations", "group", "kernel_shape", "output_padding", "output_shape", "pads",
        "strides",
    ]
    static let inputCount = 2...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .float32, .float64)
        try call.requireSameElement(0, 1)
        if call.hasInput(2) { try call.requireSameElement(0, 2) }
        let plan = try TransposedWindows(call)
        return [TensorType(x.element, plan.shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let plan = try? TransposedWindows(call) else { return work }
        // Every input element meets every weight of its channel.
        let weights = UInt64(plan.features).multipliedSaturating(plan.kernel.reduce(1, *))
        work.multiplyAdds = weights.multipliedSaturating(
            call.optionalType(0)?.shape.elementCount ?? 0)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let rule = TransposeRule(
            plan: try TransposedWindows(call), inputs: inputs, kernels: kernels)
        return [try inputs.required(0).type.element.computing(rule)]
    }
}

private struct TransposeRule: FloatingRule {
    let plan: TransposedWindows
    let inputs: [Tensor?]
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let x = try Element.converting(inputs.required(0))
        let w = try Element.converting(inputs.required(1))
        var bias: [Element]?
        if let tensor = inputs.optional(2) { bias = try Element.converting(tensor) }
        return Element.tensor(plan.run(x, w, bias, using: kernels), plan.shape)
    }
}

/// Places along an axis of the output that the same kernel positions meet.
private struct PlaceClass {
    /// The places, ascending.
    var places: [Int] = []
    /// The kernel positions, ascending.
    let positions: [Int]
    /// For each of `places` the input element under the first kernel position.
    var firsts: [Int] = []
    /// How far the input element moves from one of `positions` to the next.
    let steps: [Int]
}

/// The geometry of a transposed convolution.
struct TransposedWindows {
    /// Images, channels, groups, and features of a group.
    let images: Int
    let channels: Int
    let groups: Int
    let features: Int
    let input: [Int]
    let kernel: [Int]
    let output: [Int]
    let shape: Shape
    private let strides: [Int]
    private let dilations: [Int]
    private let begins: [Int]

    /// Reads the attributes and checks them against the shapes.
    init(_ call: OperatorCall) throws(OperatorError) {
        let x = try call.type(0).shape.dimensions
        let w = try call.type(1).shape.dimensions
        let group = try call.attributes.int("group", default: 1)
        guard x.count >= 3, w.count == x.count, group >= 1, w[0] == x[1], x[1] % group == 0 else {
            throw .shapeMismatch(reason: "weights for each channel", shapes: [x, w])
        }
        images = x[0]
        channels = x[1]
        groups = group
        features = w[1]
        input = Array(x[2...])
        kernel = Array(w[2...])
        let rank = input.count
        if let named = try call.spatialList("kernel_shape", rank, minimum: 1), named != kernel {
            throw .wrongAttribute(name: "kernel_shape", reason: "is not the weight's")
        }
        guard kernel.allSatisfy({ $0 > 0 }) else {
            throw .shapeMismatch(reason: "a kernel has elements", shapes: [w])
        }
        let ones = [Int](repeating: 1, count: rank)
        strides = try call.spatialList("strides", rank, minimum: 1) ?? ones
        dilations = try call.spatialList("dilations", rank, minimum: 1) ?? ones
        (output, begins) = try TransposedWindows.place(call, input, kernel, strides, dilations)
        shape = try Shape([images, try Shape.product(features, group)] + output)
        if call.hasInput(2) {
            let bias = try call.type(2).shape.dimensions
            guard bias == [features * group] else {
                throw .shapeMismatch(reason: "a bias for each feature", shapes: [bias])
            }
        }
    }

    /// The output's extents and the elements cut off before each axis.
    private static func place(
        _ call: OperatorCall, _ input: [Int], _ kernel: [Int], _ strides: [Int], _ dilations: [Int]
    ) throws(OperatorError) -> (output: [Int], begins: [Int]) {
        let rank = input.count
        let zeros = [Int](repeating: 0, count: 2 * rank)
        let more = try call.spatialList("output_padding", rank, minimum: 0) ?? zeros
        let pads = try call.spatialList("pads", 2 * rank, minimum: 0) ?? zeros
        let named = try call.spatialList("output_shape", rank, minimum: 0)
        let automatic = try call.attributes.choice(
            "auto_pad", of: "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER")
        var output: [Int] = []
        var begins: [Int] = []
        for axis in 0..<rank {
            // Factors of at most 2³¹: nothing overflows.
            let whole =
                strides[axis] * (input[axis] - 1) + more[axis]
                + (kernel[axis] - 1) * dilations[axis] + 1
            guard input[axis] > 0 else {
                throw .shapeMismatch(reason: "nothing to spread", shapes: [input])
            }
            let isSame = automatic == "SAME_UPPER" || automatic == "SAME_LOWER"
            if named != nil || isSame {
                let extent = named?[axis] ?? input[axis] * strides[axis]
                let total = max(whole - extent, 0)
                output.append(extent)
                begins.append(automatic == "SAME_UPPER" ? total / 2 : total - total / 2)
            } else {
                let isPadded = automatic == "NOTSET"
                let begin = isPadded ? pads[axis] : 0
                output.append(whole - begin - (isPadded ? pads[axis + rank] : 0))
                begins.append(begin)
            }
        }
        return (output, begins)
    }

    /// The places along an axis of the output, by the kernel positions that meet them.
    private func classes(_ axis: Int) -> [PlaceClass] {
        var found = (0..<output[axis]).map { (positions: [Int](), place: $0, first: 0) }
        // Positions in ascending order, each meeting every input element once.
        for position in 0..<kernel[axis] {
            for element in 0..<input[axis] {
                let place =
                    element * strides[axis] + position * dilations[axis] - begins[axis]
                guard found.indices.contains(place) else { continue }
                if found[place].positions.isEmpty { found[place].first = element }
                found[place].positions.append(position)
            }
        }
        found.sort {
            $0.positions == $1.positions
                ? $0.place < $1.place : $0.positions.lexicographicallyPrecedes($1.positions)
        }
        var classes: [PlaceClass] = []
        for (positions, place, first) in found {
            if classes.last?.positions != positions {
                // A position d further on is met by the element d · dilation / stride before.
                let steps = positions.map {
                    ($0 - (positions.first ?? 0)) * dilations[axis] / strides[axis]
                }
                classes.append(PlaceClass(positions: positions, steps: steps))
            }
            classes[classes.count - 1].places.append(place)
            classes[classes.count - 1].firsts.append(first)
        }
        return classes
    }

    /// The output for input, weights and bias.
    func run<Real: FloatingElement>(
        _ x: [Real], _ w: [Real], _ bias: [Real]?, using kernels: Kernels
    ) -> [Real] {
        var results = [Real](repeating: 0, count: shape.elementCount)
        guard shape.elementCount > 0, channels > 0 else { return biased(results, bias) }
        let axes = output.indices.map(classes)
        var walk = [Int](repeating: 0, count: axes.count)
        repeat {
            let group = zip(axes, walk).map { $0[$1] }
            fill(&results, group, x, w, using: kernels)
        } while TransposedWindows.advance(&walk, axes.map(\.count))
        return biased(results, bias)
    }

    private func biased<Real: FloatingElement>(_ values: [Real], _ bias: [Real]?) -> [Real] {
        guard let bias, !values.isEmpty else { return values }
        let points = output.reduce(1, *)
        return values.indices.map { values[$0] + bias[$0 / points % bias.count] }
    }

    private static func advance(_ walk: inout [Int], _ counts: [Int]) -> Bool {
        for axis in walk.indices.reversed() {
            walk[axis] += 1
            if walk[axis] < counts[axis] { return true }
            walk[axis] = 0
        }
        return false
    }

    /// Computes the places that are in one class along every axis.
    private func fill<Real: FloatingElement>(
        _ results: inout [Real], _ classes: [PlaceClass], _ x: [Real], _ w: [Real],
        using kernels: Kernels
    ) {
        let inputSteps = Shape.products(input)
        let kernelSteps = Shape.products(kernel)
        let outputSteps = Shape.products(output)
        let taps = TransposedWindows.sums(
            classes.enumerated().map { axis, found in
                found.positions.map { $0 * kernelSteps[axis] }
            })
        // The input goes back as the kernel goes on.
        let back = TransposedWindows.sums(
            classes.enumerated().map { axis, found in
                found.steps.map { -$0 * inputSteps[axis] }
            })
        guard !taps.isEmpty else { return }
        let sources = TransposedWindows.sums(
            classes.enumerated().map { axis, found in
                found.firsts.map { $0 * inputSteps[axis] }
            })
        let targets = TransposedWindows.sums(
            classes.enumerated().map { axis, found in
                found.places.map { $0 * outputSteps[axis] }
            })
        let perGroup = channels / groups
        let window = kernel.reduce(1, *)
        let plane = input.reduce(1, *)
        let points = output.reduce(1, *)
        let terms = perGroup * taps.count
        // Rows of about a quarter of a million elements at a time.
        let most = max((1 << 18) / terms, 1)
        for group in 0..<groups {
            var weights: [Real] = []
            weights.reserveCapacity(terms * features)
            for channel in group * perGroup..<(group + 1) * perGroup {
                for tap in taps {
                    for feature in 0..<features {
                        weights.append(w[(channel * features + feature) * window + tap])
                    }
                }
            }
            let factor = Real.factor(
                weights, offset: 0, rows: terms, columns: features, isTransposed: false,
                leftRows: sources.count)
            for image in 0..<images {
                let base = (image * channels + group * perGroup) * plane
                let target = (image * groups + group) * features * points
                for start in stride(from: 0, to: sources.count, by: most) {
                    let rows = start..<min(start + most, sources.count)
                    var left: [Real] = []
                    left.reserveCapacity(rows.count * terms)
                    for row in rows {
                        for channel in 0..<perGroup {
                            let from = base + channel * plane + sources[row]
                            for step in back { left.append(x[from + step]) }
                        }
                    }
                    let product = Real.product(
                        rows.count, features, terms, left, offset: 0, factor, kernels)
                    for row in rows {
                        for feature in 0..<features {
                            results[target + feature * points + targets[row]] =
                                product[(row - start) * features + feature]
                        }
                    }
                }
            }
        }
    }

    /// All sums of one number of each list, row-major.
    private static func sums(_ lists: [[Int]]) -> [Int] {
        lists.reduce([0]) { sums, list in sums.flatMap { sum in list.map { sum + $0 } } }
    }
}
