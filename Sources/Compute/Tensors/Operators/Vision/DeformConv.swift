// DeformConv: a convolution whose windows read the image at places of their own (Dai et al.,
// "Deformable convolutional networks", 2017; with a mask Zhu et al., 2018).

/// Two spatial axes; every term of a window is moved by an offset, read between its four neighbours
/// (zero outside the image) and scaled by a mask. Then the dot, over (channel of the group, kernel
/// position), of the weights and these values, and the bias added.
enum DeformConvOperator: Operator {
    static let name = "DeformConv"
    static let attributeNames = [
        "dilations", "group", "kernel_shape", "offset_group", "pads", "strides",
    ]
    static let inputCount = 3...5
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .float32, .float64)
        for index in 1..<call.inputTypes.count where index < 3 || call.hasInput(index) {
            try call.requireSameElement(0, index)
        }
        return [TensorType(x.element, try DeformedWindows(call).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let plan = try? DeformedWindows(call) else { return work }
        let terms = UInt64(plan.channels).multipliedSaturating(plan.taps)
        let points = UInt64(plan.images).multipliedSaturating(plan.height * plan.width)
        // A dot for each output element, and eight operations for each value that is read.
        work.multiplyAdds = terms.multipliedSaturating(Int(clamping: points))
            .multipliedSaturating(plan.features / plan.groups + 8)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let rule = DeformedRule(plan: try DeformedWindows(call), inputs: inputs, kernels: kernels)
        return [try inputs.required(0).type.element.computing(rule)]
    }
}

private struct DeformedRule: FloatingRule {
    let plan: DeformedWindows
    let inputs: [Tensor?]
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let lists = inputs.map { $0.flatMap(Element.values) }
        return Element.tensor(plan.run(lists, using: kernels), plan.shape)
    }
}

/// The geometry of a deformable convolution.
struct DeformedWindows {
    let images: Int
    let channels: Int
    let features: Int
    let groups: Int
    /// Extents of the output.
    let height: Int
    let width: Int
    /// Kernel positions.
    let taps: Int
    let shape: Shape
    private let offsetGroups: Int
    private let geometry: WindowGeometry

    init(_ call: OperatorCall) throws(OperatorError) {
        let x = try call.type(0).shape.dimensions
        let w = try call.type(1).shape.dimensions
        let offset = try call.type(2).shape.dimensions
        groups = try call.attributes.int("group", default: 1)
        offsetGroups = try call.attributes.int("offset_group", default: 1)
        guard x.count == 4, w.count == 4, groups >= 1, offsetGroups >= 1,
            x[1] % groups == 0, x[1] / groups == w[1], w[0] % groups == 0,
            x[1] % offsetGroups == 0, w[2] > 0, w[3] > 0
        else { throw .shapeMismatch(reason: "images, weights and groups", shapes: [x, w]) }
        let kernel = Array(w[2...])
        if let named = try call.spatialList("kernel_shape", 2, minimum: 1), named != kernel {
            throw .wrongAttribute(name: "kernel_shape", reason: "is not the weight's")
        }
        geometry = try WindowGeometry(
            call, input: Array(x[2...]), kernel: kernel, channels: x[1], isPooling: false)
        (images, channels, features) = (x[0], x[1], w[0])
        (height, width) = (geometry.output[0], geometry.output[1])
        taps = kernel[0] * kernel[1]
        shape = try Shape([images, features, height, width])
        let masks = try Shape.product(offsetGroups, taps)
        guard offset == [images, 2 * masks, height, width] else {
            throw .shapeMismatch(
                reason: "an offset for each term", shapes: [offset, shape.dimensions])
        }
        if call.hasInput(3), try call.type(3).shape.dimensions != [features] {
            throw .shapeMismatch(reason: "a bias for each feature", shapes: [[features]])
        }
        if call.hasInput(4), try call.type(4).shape.dimensions != [images, masks, height, width] {
            throw .shapeMismatch(reason: "a mask for each term", shapes: [[images, masks]])
        }
    }

    /// The output for X, W, offset, B and mask.
    func run<Real: FloatingElement>(_ inputs: [[Real]?], using kernels: Kernels) -> [Real] {
        func input(_ index: Int) -> [Real]? { index < inputs.count ? inputs[index] : nil }
        let (x, w, offset) = (input(0) ?? [], input(1) ?? [], input(2) ?? [])
        let points = height * width
        let perGroup = channels / groups
        let terms = perGroup * taps
        let outputs = features / groups
        var results = [Real](repeating: 0, count: shape.elementCount)
        guard shape.elementCount > 0 else { return results }
        // About a million values at a time.
        let most = max((1 << 20) / max(terms, 1), 1)
        for image in 0..<images {
            for group in 0..<groups {
                for start in stride(from: 0, to: points, by: most) {
                    let part = start..<min(start + most, points)
                    let values = columns(x, offset, input(4), image, group, part)
                    let factor = Real.factor(
                        values, offset: 0, rows: terms, columns: part.count, isTransposed: false,
                        leftRows: outputs)
                    let product = Real.product(
                        outputs, part.count, terms, w, offset: group * outputs * terms, factor,
                        kernels)
                    for feature in 0..<outputs {
                        let number = group * outputs + feature
                        for point in part {
                            let value = product[feature * part.count + point - start]
                            results[(image * features + number) * points + point] =
                                input(3).map { value + $0[number] } ?? value
                        }
                    }
                }
            }
        }
        return results
    }

    /// The values that the windows of `part` read: a row for each (channel, kernel position).
    private func columns<Real: FloatingElement>(
        _ x: [Real], _ offset: [Real], _ mask: [Real]?, _ image: Int, _ group: Int,
        _ part: Range<Int>
    ) -> [Real] {
        let perGroup = channels / groups
        let points = height * width
        let plane = geometry.input[0] * geometry.input[1]
        var values: [Real] = []
        values.reserveCapacity(perGroup * taps * part.count)
        for channel in group * perGroup..<(group + 1) * perGroup {
            let base = (image * channels + channel) * plane
            let offsetGroup = channel / (channels / offsetGroups)
            for tap in 0..<taps {
                let term = (image * offsetGroups + offsetGroup) * taps + tap
                let (row, column) = (tap / geometry.kernel[1], tap % geometry.kernel[1])
                for point in part {
                    let top =
                        point / width * geometry.strides[0] - geometry.padsBegin[0]
                        + row * geometry.dilations[0]
                    let left =
                        point % width * geometry.strides[1] - geometry.padsBegin[1]
                        + column * geometry.dilations[1]
                    let value = sample(
                        x, base, Real(top) + offset[2 * term * points + point],
                        Real(left) + offset[(2 * term + 1) * points + point])
                    values.append(mask.map { value * $0[term * points + point] } ?? value)
                }
            }
        }
        return values
    }

    /// The image between its four neighbours: along the row first, then between the rows. A
    /// neighbour outside is 0, and so is a place that is no number or beyond all neighbours.
    private func sample<Real: FloatingElement>(_ x: [Real], _ base: Int, _ y: Real, _ z: Real)
        -> Real
    {
        let (rows, columns) = (geometry.input[0], geometry.input[1])
        guard y > -1, z > -1, y < Real(rows), z < Real(columns) else { return 0 }
        let (top, left) = (y.rounded(.down), z.rounded(.down))
        let (low, right) = (y - top, z - left)
        func element(_ row: Int, _ column: Int) -> Real {
            guard row >= 0, row < rows, column >= 0, column < columns else { return 0 }
            return x[base + row * columns + column]
        }
        let (row, column) = (Int(top), Int(left))
        let upper = (1 - right) * element(row, column) + right * element(row, column + 1)
        let lower = (1 - right) * element(row + 1, column) + right * element(row + 1, column + 1)
        return (1 - low) * upper + low * lower
    }
}
