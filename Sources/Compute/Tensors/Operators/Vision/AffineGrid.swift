// AffineGrid: the coordinates, for GridSample, of an image or volume under an affine map.

/// For every place of the size (N, C, H, W or N, C, D, H, W) the map θ of its centre: the axes run
/// over −1 ... 1, the innermost first in θ's columns and in the result.
enum AffineGridOperator: Operator {
    static let name = "AffineGrid"
    static let attributeNames = ["align_corners"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let theta = try call.type(0, of: .float32, .float64)
        let size = try call.constantIndices(1)
        let axes = size.count - 2
        guard axes == 2 || axes == 3, theta.shape.dimensions == [size[0], axes, axes + 1] else {
            throw .shapeMismatch(
                reason: "a map for each image", shapes: [theta.shape.dimensions, size])
        }
        _ = try call.attributes.flag("align_corners", default: false)
        return [TensorType(theta.element, try Shape([size[0]] + size[2...] + [axes]))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.multiplyAdds = 4 * UInt64(outputs.first?.shape.elementCount ?? 0)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let shape = try outputTypes(call.knowing(inputs))[0].shape
        let aligns = try call.attributes.flag("align_corners", default: false)
        guard shape.elementCount > 0 else {
            return [Tensor.zero(inputs.required(0).type.element).repeated(shape)]
        }
        switch inputs.required(0).storage {
        case .float64(let theta): return [Double.tensor(grid(theta, shape, aligns), shape)]
        default:
            return [Tensor(grid(inputs.required(0).floats, shape, aligns), shape: shape)]
        }
    }

    private static func grid<Real: BinaryFloatingPoint>(
        _ theta: [Real], _ shape: Shape, _ alignsCorners: Bool
    ) -> [Real] {
        let extents = Array(shape.dimensions[1..<shape.rank - 1])
        let axes = extents.count
        let places = extents.map { extent -> [Real] in
            let step = 2 / (alignsCorners ? Real(extent) - 1 : Real(extent))
            let first: Real = alignsCorners ? -1 : -1 + step / 2
            // A single place with aligned corners is the first corner.
            return (0..<extent).map { $0 == 0 ? first : first + Real($0) * step }
        }
        var results: [Real] = []
        results.reserveCapacity(shape.elementCount)
        let strides = Shape.products(extents)
        for n in 0..<shape.dimensions[0] {
            for index in 0..<extents.reduce(1, *) {
                for row in 0..<axes {
                    let base = (n * axes + row) * (axes + 1)
                    var sum: Real = 0
                    for column in 0..<axes {
                        let axis = axes - 1 - column
                        let place = places[axis][index / strides[axis] % extents[axis]]
                        let term = theta[base + column] * place
                        sum = column == 0 ? term : sum + term
                    }
                    results.append(sum + theta[base + axes])
                }
            }
        }
        return results
    }
}
