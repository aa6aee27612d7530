// GridSample: elements of an image, or of a volume of up to six axes, at coordinates that a grid
// gives in −1 ... 1. The arithmetic is that of the image's type where that is float32 or float64,
// else float32 (float64 for 32 and 64 bit integers), each operation rounded.

/// How values between elements are made, and what lies outside.
private struct SamplingModes {
    enum Mode { case nearest, linear, cubic }
    enum Padding { case zeros, border, reflection }

    let mode: Mode
    let padding: Padding
    let alignsCorners: Bool

    init(_ call: OperatorCall) throws(OperatorError) {
        let names = call.opset < 20 ? ("bilinear", "bicubic", 4...4) : ("linear", "cubic", 3...8)
        let name = try call.attributes.choice("mode", of: names.0, names.1, "nearest")
        mode = name == names.0 ? .linear : name == names.1 ? .cubic : .nearest
        switch try call.attributes.choice("padding_mode", of: "zeros", "border", "reflection") {
        case "border": padding = .border
        case "reflection": padding = .reflection
        default: padding = .zeros
        }
        alignsCorners = try call.attributes.flag("align_corners", default: false)
        guard names.2.contains(try call.type(0).shape.rank) else {
            throw .shapeMismatch(
                reason: "images (from opset 20 on of one to six axes)",
                shapes: [try call.type(0).shape.dimensions])
        }
    }
}

/// Elements at coordinates.
enum GridSampleOperator: Operator {
    static let name = "GridSample"
    static let attributeNames = ["align_corners", "mode", "padding_mode"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0)
        let grid = try call.type(1, of: .float32, .float64).shape
        let modes = try SamplingModes(call)
        if modes.mode != .nearest { _ = try call.numericType(0) }
        let axes = x.shape.rank - 2
        guard axes >= 1, grid.rank == axes + 2, grid.dimensions[0] == x.shape.dimensions[0],
            grid.dimensions[axes + 1] == axes
        else {
            throw .shapeMismatch(
                reason: "a coordinate for each axis of the image",
                shapes: [x.shape.dimensions, grid.dimensions])
        }
        let places = Array(grid.dimensions[1...axes])
        let shape = try Shape(Array(x.shape.dimensions[..<2]) + places)
        guard x.shape.elementCount > 0 || shape.elementCount == 0 else {
            throw .shapeMismatch(reason: "nothing to sample", shapes: [x.shape.dimensions])
        }
        return [TensorType(x.element, shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        let axes = max((call.optionalType(0)?.shape.rank ?? 2) - 2, 0)
        let isCubic = (try? SamplingModes(call).mode) == .cubic
        let terms = 1 << (isCubic ? 2 * axes : axes)
        work.multiplyAdds = UInt64(outputs.first?.shape.elementCount ?? 0)
            .multipliedSaturating(2 * terms)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let x = inputs.required(0)
        let shape = try outputTypes(call)[0].shape
        let modes = try SamplingModes(call)
        guard shape.elementCount > 0 else { return [Tensor.zero(x.type.element).repeated(shape)] }
        if modes.mode == .nearest {
            let places = try nearest(inputs.required(1), x.shape, shape, modes)
            let zero = Tensor.zero(x.type.element)
            return [Tensor.rearranged([x, zero], by: PickedOrFill(places: places), shape: shape)]
        }
        let grid = inputs.required(1)
        switch x.storage {
        case .float32(let values):
            let coordinates = try grid.cast(to: .float32).floats
            return [Tensor(sampled(values, x.shape, coordinates, shape, modes), shape: shape)]
        case .float64(let values):
            let coordinates = try Double.converting(grid)
            return [Double.tensor(sampled(values, x.shape, coordinates, shape, modes), shape)]
        default:
            let isWide = x.type.element.byteCount >= 4
            let wide = try x.cast(to: isWide ? .float64 : .float32)
            var changed = call
            changed.inputTypes[0] = wide.type
            let result = try evaluate(changed, [wide, grid], using: kernels)[0]
            return [try result.cast(to: x.type.element)]
        }
    }

    /// For each element of the output the place in X, −1 for zero.
    private static func nearest(
        _ grid: Tensor, _ x: Shape, _ output: Shape, _ modes: SamplingModes
    ) throws(OperatorError) -> [Int] {
        let coordinates = try grid.cast(to: .float32).floats
        let sampler = GridSampler<Float>(x, modes)
        let points = output.elementCount(ofAxes: 2..<output.rank)
        let plane = x.elementCount(ofAxes: 2..<x.rank)
        var places: [Int] = []
        places.reserveCapacity(output.elementCount)
        for n in 0..<output.dimensions[0] {
            let found = (0..<points).map { point in
                sampler.nearest(coordinates, at: (n * points + point) * sampler.extents.count)
            }
            for c in 0..<output.dimensions[1] {
                let base = (n * output.dimensions[1] + c) * plane
                places += found.map { $0 < 0 ? -1 : base + $0 }
            }
        }
        return places
    }

    private static func sampled<Real: BinaryFloatingPoint>(
        _ values: [Real], _ x: Shape, _ coordinates: [Real], _ output: Shape,
        _ modes: SamplingModes
    ) -> [Real] {
        let sampler = GridSampler<Real>(x, modes)
        let points = output.elementCount(ofAxes: 2..<output.rank)
        let plane = x.elementCount(ofAxes: 2..<x.rank)
        let channels = output.dimensions[1]
        var results = [Real](repeating: 0, count: output.elementCount)
        for n in 0..<output.dimensions[0] {
            for point in 0..<points {
                let axes = sampler.axes(
                    coordinates, at: (n * points + point) * sampler.extents.count)
                for c in 0..<channels {
                    let plane = (n * channels + c) * plane
                    results[(n * channels + c) * points + point] = sampler.value(
                        values, plane, axes)
                }
            }
        }
        return results
    }
}

/// Elements of the first source at places, or where a place is −1 the element of the second.
struct PickedOrFill: JointRearrangement {
    let places: [Int]

    func apply<Element>(_ sources: [[Element]]) -> [Element] {
        let data = sources[0]
        let fill = sources[1][0]
        return places.map { $0 < 0 ? fill : data[$0] }
    }
}

/// One axis at one coordinate: the offsets of its neighbours, −1 for zero, and their weights.
private struct SampledAxis<Real: BinaryFloatingPoint> {
    var offsets: [Int]
    var weights: [Real]
}

/// Reads an image of some extents at coordinates.
private struct GridSampler<Real: BinaryFloatingPoint> {
    /// The extents of the axes, outermost first; a grid names them innermost first.
    let extents: [Int]
    private let strides: [Int]
    private let modes: SamplingModes

    init(_ x: Shape, _ modes: SamplingModes) {
        extents = Array(x.dimensions[2...])
        strides = Array(x.strides[2...])
        self.modes = modes
    }

    /// The coordinate along an axis in elements, moved inside as the padding says. What is not
    /// finite counts as outside (zeros) or as 0.
    private func coordinate(_ normalised: Real, _ extent: Int, rounds: Bool) -> Real? {
        let length = Real(extent)
        var x =
            modes.alignsCorners
            ? (normalised + 1) / 2 * (length - 1) : ((normalised + 1) * length - 1) / 2
        if rounds { x = x.rounded(.toNearestOrEven) }
        let (low, high) = borders(length)
        switch modes.padding {
        // Beyond one element outside every neighbour is zero.
        case .zeros: return x > -4 && x < length + 4 ? x : nil
        case .border: return x.isNaN ? 0 : x < low || x > high ? min(max(x, 0), length - 1) : x
        case .reflection:
            guard x.isFinite else { return 0 }
            return x < low || x > high ? reflected(x, low, high) : x
        }
    }

    private func borders(_ length: Real) -> (low: Real, high: Real) {
        modes.alignsCorners ? (0, length - 1) : (-0.5, length - 0.5)
    }

    /// The coordinate reflected at the borders until it is between them.
    private func reflected(_ x: Real, _ low: Real, _ high: Real) -> Real {
        let range = high - low
        guard range > 0 else { return low }
        guard x < low || x > high else { return x }
        let distance = x < low ? low - x : x - high
        let turns = (distance / range).rounded(.towardZero)
        let rest = distance - turns * range
        let isEven = turns.truncatingRemainder(dividingBy: 2) == 0
        // Clamped, for what rounding makes of coordinates far outside.
        return min(max(isEven == (x < low) ? low + rest : high - rest, low), high)
    }

    /// The element at a whole place of an axis; −1 for zero.
    private func element(_ place: Int, _ extent: Int) -> Int {
        if place >= 0, place < extent { return place }
        switch modes.padding {
        case .zeros: return -1
        case .border: return min(max(place, 0), extent - 1)
        case .reflection:
            let (low, high) = borders(Real(extent))
            // What rounding leaves outside is clamped.
            return min(max(Int(reflected(Real(place), low, high)), 0), extent - 1)
        }
    }

    /// The offset of the element nearest to the coordinates at `start`; −1 for zero.
    func nearest(_ coordinates: [Real], at start: Int) -> Int {
        var offset = 0
        for axis in extents.indices {
            let number = coordinates[start + extents.count - 1 - axis]
            guard let x = coordinate(number, extents[axis], rounds: true) else { return -1 }
            let place = element(Int(x), extents[axis])
            guard place >= 0 else { return -1 }
            offset += place * strides[axis]
        }
        return offset
    }

    /// The neighbours and weights along every axis for the coordinates at `start`.
    func axes(_ coordinates: [Real], at start: Int) -> [SampledAxis<Real>] {
        extents.indices.map { axis in
            let number = coordinates[start + extents.count - 1 - axis]
            let extent = extents[axis]
            guard let x = coordinate(number, extent, rounds: false) else {
                return SampledAxis(offsets: [-1], weights: [0])
            }
            let floor = x.rounded(.down)
            let first = Int(floor)
            let rest = x - floor
            let weights = modes.mode == .linear ? [1 - rest, rest] : cubic(rest)
            let before = modes.mode == .linear ? 0 : 1
            let offsets = weights.indices.map { index in
                let place = element(first - before + index, extent)
                return place < 0 ? -1 : place * strides[axis]
            }
            return SampledAxis(offsets: offsets, weights: weights)
        }
    }

    /// The weights of the elements at −1, 0, 1, 2 for a coordinate `x` after element 0: Keys'
    /// kernel with −0.75.
    private func cubic(_ x: Real) -> [Real] {
        let a: Real = -0.75
        return [
            ((a * (x + 1) - 5 * a) * (x + 1) + 8 * a) * (x + 1) - 4 * a,
            ((a + 2) * x - (a + 3)) * x * x + 1,
            ((a + 2) * (1 - x) - (a + 3)) * (1 - x) * (1 - x) + 1,
            ((a * (2 - x) - 5 * a) * (2 - x) + 8 * a) * (2 - x) - 4 * a,
        ]
    }

    /// The value of the plane at `base`: along the innermost axis for each place of the outer ones,
    /// then outwards; a sum starts with its first term and adds the others in order. A weight of 0
    /// and a neighbour that is zero take no part.
    func value(_ values: [Real], _ base: Int, _ axes: [SampledAxis<Real>]) -> Real {
        var offsets = [base]
        for axis in axes {
            offsets = offsets.flatMap { offset in
                axis.offsets.map { offset < 0 || $0 < 0 ? -1 : offset + $0 }
            }
        }
        var level = offsets.map { $0 < 0 ? 0 : values[$0] }
        for axis in axes.reversed() {
            let width = axis.weights.count
            level = stride(from: 0, to: level.count, by: width).map { first in
                var sum: Real = 0
                var isFirst = true
                for index in 0..<width where axis.weights[index] != 0 && axis.offsets[index] >= 0 {
                    let term = axis.weights[index] * level[first + index]
                    sum = isFirst ? term : sum + term
                    isFirst = false
                }
                return sum
            }
        }
        return level[0]
    }
}
