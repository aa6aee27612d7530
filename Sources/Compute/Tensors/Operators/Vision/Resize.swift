// Resize and Upsample: what the node asks for (scales, sizes, regions, modes), checked, and the two
// ways to carry it out. Where a place of the output lies in the input is in
// ResizeCoordinates.swift, the weights of its neighbours in ResizeWeights.swift.

/// The operators on images and other grids.
enum VisionFamily {
    static let operators: [any Operator.Type] = [
        AffineGridOperator.self,
        Col2ImOperator.self,
        ConvTransposeOperator.self,
        DeformConvOperator.self,
        GridSampleOperator.self,
        MaxUnpoolOperator.self,
        NonMaxSuppressionOperator.self,
        ResizeOperator.self,
        RoiAlignOperator.self,
        UpsampleOperator.self,
    ]
}

/// A checked resizing: the axes that change and how.
struct ResizePlan {
    /// How values between elements are made.
    enum Mode { case nearest, linear, cubic }

    var mode = Mode.nearest
    var rounding = NearestRounding.floor
    var cubicCoefficient: Float = -0.75
    var excludesOutside = false
    var isAntialiased = false
    /// What places outside a region get in tf_crop_and_resize.
    var extrapolation: Float = 0
    /// One for each axis of the input; `nil` for an axis that is copied.
    var axes: [ResizeAxis?] = []
    let input: Shape
    /// The shape of the result.
    private(set) var output: Shape

    /// Starts with nothing to do.
    init(_ input: Shape) {
        self.input = input
        output = input
        axes = [ResizeAxis?](repeating: nil, count: input.rank)
    }

    /// Sets axis `axis`, unless that changes nothing.
    mutating func set(_ axis: Int, _ resized: ResizeAxis) throws(OperatorError) {
        if !resized.isIdentity { axes[axis] = resized }
        var dimensions = output.dimensions
        dimensions[axis] = resized.output
        output = try Shape(dimensions)
        guard resized.input > 0 || output.elementCount == 0 else {
            throw .shapeMismatch(reason: "nothing to resize", shapes: [input.dimensions])
        }
    }

    /// The axes to interpolate along, in order: those that shrink first, so that nothing in between
    /// is larger than input and output.
    var order: [Int] {
        let changed = axes.indices.filter { axes[$0] != nil }
        func shrinks(_ axis: Int) -> Bool {
            axes[axis].map { $0.output < $0.input } ?? false
        }
        return changed.filter(shrinks) + changed.filter { !shrinks($0) }
    }

    /// The most terms that an element of the result of interpolating along `axis` has.
    func terms(_ axis: ResizeAxis) -> Int {
        let few = mode == .cubic ? 4 : 2
        guard isAntialiased, axis.scale < 1 else { return few }
        return few * (min(Int(1 / axis.scale), axis.input) + 1)
    }

    /// Multiply-adds of all passes.
    var multiplyAdds: UInt64 {
        guard output.elementCount > 0, mode != .nearest else { return 0 }
        var count = UInt64(input.elementCount)
        var total: UInt64 = 0
        for axis in order {
            guard let resized = axes[axis] else { continue }
            count = count / UInt64(max(resized.input, 1)) * UInt64(resized.output)
            let cost = count.multipliedSaturating(terms(resized))
            total = total.addingReportingOverflow(cost).overflow ? .max : total + cost
        }
        return total
    }

    /// The result for `tensor`.
    func run(_ tensor: Tensor) throws(OperatorError) -> Tensor {
        guard output.elementCount > 0 else {
            return Tensor.zero(tensor.type.element).repeated(output)
        }
        if mode == .nearest {
            let maps = axes.enumerated().map { axis, resized in
                resized?.nearest(rounding) ?? Array(0..<input.dimensions[axis])
            }
            let outside = try Tensor([extrapolation], shape: .scalar).cast(to: tensor.type.element)
            return tensor.mapped(maps, fill: outside, shape: output)
        }
        switch tensor.storage {
        case .float32(let values):
            return Tensor(interpolated(values) { $0 }, shape: output)
        case .float64(let values):
            return Double.tensor(interpolated(values) { Double($0) }, output)
        case .int32, .uint32, .int64, .uint64:
            return try run(try tensor.cast(to: .float64)).cast(to: tensor.type.element)
        default:
            return try run(try tensor.cast(to: .float32)).cast(to: tensor.type.element)
        }
    }

    /// One pass for each axis, then the extrapolation value where any coordinate is outside.
    private func interpolated<Real: BinaryFloatingPoint>(
        _ values: [Real], _ weight: (Float) -> Real
    ) -> [Real] {
        var values = values
        var dimensions = input.dimensions
        for axis in order {
            guard let resized = axes[axis] else { continue }
            let rows = weights(resized).map { row in
                row.map { (place: $0.place, weight: weight($0.weight)) }
            }
            let inner = dimensions[(axis + 1)...].reduce(1, *)
            let outer = dimensions[..<axis].reduce(1, *)
            values = pass(values, rows, outer: outer, extent: dimensions[axis], inner: inner)
            dimensions[axis] = resized.output
        }
        let strides = output.strides
        for (axis, resized) in axes.enumerated() {
            guard let resized, resized.region != nil else { continue }
            let isOutside = (0..<resized.output).map { resized.coordinate($0) == nil }
            guard isOutside.contains(true) else { continue }
            for index in values.indices where isOutside[index / strides[axis] % resized.output] {
                values[index] = weight(extrapolation)
            }
        }
        return values
    }

    private func pass<Real: BinaryFloatingPoint>(
        _ values: [Real], _ rows: [[(place: Int, weight: Real)]], outer: Int, extent: Int,
        inner: Int
    ) -> [Real] {
        var results = [Real](repeating: 0, count: outer * rows.count * inner)
        for block in 0..<outer {
            for (index, row) in rows.enumerated() {
                let target = (block * rows.count + index) * inner
                for (term, (place, weight)) in row.enumerated() {
                    let source = (block * extent + place) * inner
                    if term == 0 {
                        for step in 0..<inner {
                            results[target + step] = weight * values[source + step]
                        }
                    } else {
                        for step in 0..<inner {
                            results[target + step] += weight * values[source + step]
                        }
                    }
                }
            }
        }
        return results
    }
}

/// The input with its axes stretched or shrunk.
enum ResizeOperator: Operator {
    static let name = "Resize"
    static let attributeNames = [
        "antialias", "axes", "coordinate_transformation_mode", "cubic_coeff_a", "exclude_outside",
        "extrapolation_value", "keep_aspect_ratio_policy", "mode", "nearest_mode",
    ]
    static let inputCount = 1...4
    static let outputCount = 1...1

    private static func plan(_ call: OperatorCall) throws(OperatorError) -> ResizePlan {
        var plan = ResizePlan(try call.type(0).shape)
        if call.opset < 11 {
            try call.requireInputs(2...2)
            for name in attributeNames where name != "mode" { try call.refuse(name) }
            let mode = try call.attributes.choice("mode", of: "nearest", "linear", "cubic")
            guard mode != "cubic" else {
                throw .wrongAttribute(name: "mode", reason: "is cubic, which opset 11 brings")
            }
            plan.mode = mode == "linear" ? .linear : .nearest
            plan.rounding = .asOpset10
            try plan.setScales(try call.scales(1), Array(0..<plan.input.rank), .asymmetric)
            return plan
        }
        if call.opset < 18 { try call.refuse("antialias", "axes", "keep_aspect_ratio_policy") }
        try plan.readModes(call)
        let mode = try CoordinateMode(call)
        let named = try call.attributes.ints("axes") ?? Array(0..<plan.input.rank)
        _ = try plan.input.sortedAxes(named)
        var axes: [Int] = []
        for axis in named { axes.append(try plan.input.axis(axis)) }
        let sizes = try call.optionalIndices(3)
        let scales = call.hasInput(2) ? try call.scales(2) : nil
        var regions: [(start: Float, end: Float)]?
        if mode == .cropAndResize {
            let roi = try call.regions(axes.count)
            regions = roi
        }
        // An empty list stands for an absent input.
        if let sizes, !sizes.isEmpty {
            guard scales?.isEmpty ?? true else {
                throw .wrongInputValue(index: 3, reason: "scales or sizes, not both")
            }
            try plan.setSizes(sizes, axes, mode, try AspectPolicy(call), regions)
        } else if let scales, !scales.isEmpty {
            try plan.setScales(scales, axes, mode, regions)
        } else {
            throw .missingInput(index: 2)
        }
        return plan
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let plan = try plan(call)
        guard plan.mode == .nearest || type.element.isNumeric else {
            throw .wrongElementType(
                index: 0, actual: type.element,
                expected: ElementType.allCases.filter(\.isNumeric))
        }
        return [TensorType(type.element, plan.output)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.multiplyAdds = (try? plan(call))?.multiplyAdds ?? 0
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        [try plan(call.knowing(inputs)).run(inputs.required(0))]
    }
}

/// Resize's forerunner: coordinates divided by the scale, nearest rounded down.
enum UpsampleOperator: Operator {
    static let name = "Upsample"
    static let attributeNames = ["height_scale", "mode", "scales", "width_scale"]
    static let inputCount = 1...2
    static let outputCount = 1...1

    private static func plan(_ call: OperatorCall) throws(OperatorError) -> ResizePlan {
        var plan = ResizePlan(try call.type(0).shape)
        let rank = plan.input.rank
        let scales: [Float]
        if call.opset >= 9 {
            try call.requireInputs(2...2)
            try call.refuse("height_scale", "scales", "width_scale")
            scales = try call.scales(1)
        } else {
            try call.requireInputs(1...1)
            if call.opset >= 7 {
                try call.refuse("height_scale", "width_scale")
                guard let list = try call.attributes.floats("scales") else {
                    throw .missingAttribute(name: "scales")
                }
                scales = list
            } else {
                try call.refuse("scales")
                guard rank == 4 else {
                    throw .shapeMismatch(
                        reason: "an image has four axes", shapes: [plan.input.dimensions])
                }
                // Absent ones are refused as NaN is no scale.
                scales = [
                    1, 1, try call.attributes.float("height_scale", default: .canonicalNaN),
                    try call.attributes.float("width_scale", default: .canonicalNaN),
                ]
            }
        }
        let mode = try call.attributes.choice("mode", of: "nearest", "linear", "bilinear")
        plan.mode = mode == "nearest" ? .nearest : .linear
        for scale in scales where scale < 1 {
            throw .wrongInputValue(index: 1, reason: "a scale is \(scale)")
        }
        try plan.setScales(scales, Array(0..<rank), .asymmetric)
        return plan
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let plan = try plan(call)
        guard plan.mode == .nearest || type.element.isNumeric else {
            throw .wrongElementType(
                index: 0, actual: type.element,
                expected: ElementType.allCases.filter(\.isNumeric))
        }
        return [TensorType(type.element, plan.output)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.multiplyAdds = (try? plan(call))?.multiplyAdds ?? 0
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        [try plan(call.knowing(inputs)).run(inputs.required(0))]
    }
}

extension ResizePlan {
    /// Reads the attributes of opset 11 and later.
    fileprivate mutating func readModes(_ call: OperatorCall) throws(OperatorError) {
        let attributes = call.attributes
        switch try attributes.choice("mode", of: "nearest", "linear", "cubic") {
        case "linear": mode = .linear
        case "cubic": mode = .cubic
        default: mode = .nearest
        }
        rounding = try NearestRounding(call)
        cubicCoefficient = try attributes.float("cubic_coeff_a", default: -0.75)
        excludesOutside = try attributes.flag("exclude_outside", default: false)
        isAntialiased = try attributes.flag("antialias", default: false)
        extrapolation = try attributes.float("extrapolation_value", default: 0)
        guard !isAntialiased || mode != .nearest else {
            throw .wrongAttribute(name: "antialias", reason: "has no meaning for nearest")
        }
    }

    /// Sets `axes` by scale: the output has ⌊input · scale⌋ elements, in float32.
    fileprivate mutating func setScales(
        _ scales: [Float], _ axes: [Int], _ mode: CoordinateMode,
        _ regions: [(start: Float, end: Float)]? = nil
    ) throws(OperatorError) {
        guard scales.count == axes.count else {
            throw .wrongInputValue(index: 2, reason: "is not a scale for each axis")
        }
        for (index, axis) in axes.enumerated() {
            let extent = input.dimensions[axis]
            let size = (Float(extent) * scales[index]).rounded(.down)
            guard scales[index] > 0, size <= Float(Shape.maximumElementCount) else {
                throw .wrongInputValue(index: 2, reason: "a scale is \(scales[index])")
            }
            try set(
                axis,
                ResizeAxis(
                    input: extent, output: Int(size), scale: scales[index], mode: mode,
                    region: regions?[index]))
        }
    }

    /// Sets `axes` by size, as the policy allows.
    fileprivate mutating func setSizes(
        _ sizes: [Int], _ axes: [Int], _ mode: CoordinateMode, _ policy: AspectPolicy,
        _ regions: [(start: Float, end: Float)]?
    ) throws(OperatorError) {
        guard sizes.count == axes.count else {
            throw .wrongInputValue(index: 3, reason: "is not a size for each axis")
        }
        var scales: [Float] = []
        for (axis, size) in zip(axes, sizes) {
            let extent = input.dimensions[axis]
            guard size >= 0, size <= Shape.maximumElementCount, extent > 0 || size == 0 else {
                throw .wrongInputValue(index: 3, reason: "a size is \(size)")
            }
            scales.append(extent == 0 ? 1 : Float(size) / Float(extent))
        }
        let shared =
            switch policy {
            case .stretch: Float?.none
            case .notLarger: scales.min()
            case .notSmaller: scales.max()
            }
        for (index, axis) in axes.enumerated() {
            let extent = input.dimensions[axis]
            var size = sizes[index]
            if let shared {
                let rounded = (shared * Float(extent) + 0.5).rounded(.down)
                guard rounded <= Float(Shape.maximumElementCount) else {
                    throw .tooLarge(reason: "a size of \(rounded)")
                }
                size = Int(rounded)
            }
            try set(
                axis,
                ResizeAxis(
                    input: extent, output: size, scale: shared ?? scales[index], mode: mode,
                    region: regions?[index]))
        }
    }
}

/// What sizes mean for the ratio of the axes.
private enum AspectPolicy {
    case stretch, notLarger, notSmaller

    init(_ call: OperatorCall) throws(OperatorError) {
        let name = try call.attributes.choice(
            "keep_aspect_ratio_policy", of: "stretch", "not_larger", "not_smaller")
        self = name == "stretch" ? .stretch : name == "not_larger" ? .notLarger : .notSmaller
    }
}

extension OperatorCall {
    /// The scales in input `index`, float32.
    fileprivate func scales(_ index: Int) throws(OperatorError) -> [Float] {
        let type = try type(index, of: .float32)
        guard type.shape.rank == 1 else {
            throw .wrongInputValue(index: index, reason: "is not a list")
        }
        return try constant(index).floats
    }

    /// The regions in input 1: starts, then ends of each of `count` axes.
    fileprivate func regions(
        _ count: Int
    ) throws(OperatorError) -> [(start: Float, end: Float)] {
        _ = try type(1, of: .float32, .float64)
        let values = try constant(1).cast(to: .float32).floats
        guard values.count == 2 * count, values.allSatisfy(\.isFinite) else {
            throw .wrongInputValue(index: 1, reason: "is not a region for each axis")
        }
        return (0..<count).map { (values[$0], values[$0 + count]) }
    }
}
