// A MatMul ready to run: where in memory each matrix of the batch begins and how it is stepped
// through is worked out once.

import CKernels

/// A prepared call that can read its inputs, or write its output, in another order of axes than a
/// Transpose beside it would: the Transpose then need not run.
public protocol TransposeTaking: PreparedOperator {
    /// The call with its input `index` taken from a tensor of type `type` as Transpose with the
    /// axes `order` would give it; `nil` when the kernel cannot step so.
    func reading(_ index: Int, by order: [Int], of type: TensorType) -> Self?
    /// The call with its output as Transpose with the axes `order` would give it, or `nil`.
    func writing(by order: [Int]) -> Self?
}

extension OperatorRegistry {
    /// The order of axes of a call of Transpose; `nil` for another operator.
    public static func axisOrder(_ name: String, _ call: OperatorCall) -> [Int]? {
        guard name == TransposeOperator.name, case .some(.some(let type)) = call.inputTypes.first
        else { return nil }
        return try? TransposeOperator.order(call, type.shape)
    }
}

/// A MatMul with its walk over the batch planned and its constant right factors packed.
struct PreparedMatMul: EpilogueTaking, TransposeTaking {
    /// The axes of one tensor in the order in which the product takes them.
    private struct View {
        /// The tensor's shape, its axes in the order of the product.
        let shape: Shape
        /// The strides of those axes.
        let strides: [Int]

        init(_ shape: Shape) {
            self.shape = shape
            strides = shape.strides
        }

        /// A tensor of shape `stored`; axis i of the product is axis order[i] of it.
        init?(_ stored: Shape, order: [Int]) {
            guard order.count == stored.rank, order.count >= 2,
                let shape = try? Shape(order.map { stored.dimensions[$0] })
            else { return nil }
            self.shape = shape
            let strides = stored.strides
            self.strides = order.map { strides[$0] }
        }

        /// How a matrix of the last two axes lies: whether column by column, and the step from one
        /// row or column to the next; `nil` when neither has its elements side by side, and for
        /// a vector.
        var layout: (isTransposed: Bool, step: Int)? {
            guard shape.rank >= 2 else { return nil }
            let (row, column) = (strides[shape.rank - 2], strides[shape.rank - 1])
            if column == 1 || shape.dimensions[shape.rank - 1] <= 1 { return (false, row) }
            if row == 1 || shape.dimensions[shape.rank - 2] <= 1 { return (true, column) }
            return nil
        }

        /// Where each matrix begins.
        var starts: [Int] {
            var starts = [0]
            for (extent, stride) in zip(shape.dimensions, strides).dropLast(2) {
                starts = starts.flatMap { start in (0..<extent).map { start + $0 * stride } }
            }
            return starts
        }
    }

    private(set) var call: OperatorCall
    let kernels: Kernels
    private let sizes: MatMulSizes
    private let packed: PackedMatrix?
    private var left: View
    private var right: View
    /// How the result lies in the output; `nil` when it is the output.
    private var result: View?
    private var outputShape: Shape
    private var places: [ProductPlace] = []
    var epilogue = Epilogue.none
    var columnBiasCount: Int? { sizes.n }
    var packedInputs: [Int] { packed == nil ? [] : [1] }
    var packedByteCount: Int { packed?.byteCount ?? 0 }

    init(
        _ call: OperatorCall, kernels: Kernels, packed: PackedMatrix? = nil
    ) throws(OperatorError) {
        self.call = packed != nil ? call.dropping([1]) : call
        self.kernels = kernels
        self.packed = packed
        sizes = try MatMulSizes(call)
        left = View(try call.type(0).shape)
        right = View(try call.type(1).shape)
        outputShape = sizes.shape
        findPlaces()
    }

    /// Works out where the factors and the result of each product begin.
    private mutating func findPlaces() {
        let lefts = sizes.joinsRows ? [0] : left.starts
        let rights = right.starts
        let results = result?.starts
        places = sizes.pairs.enumerated().map { index, pair in
            ProductPlace(
                a: lefts[pair.left], b: packed.map { pair.right * $0.step } ?? rights[pair.right],
                c: results?[index] ?? index * sizes.m * sizes.n)
        }
    }

    func reading(_ index: Int, by order: [Int], of type: TensorType) -> PreparedMatMul? {
        guard type.element == .float32, let view = View(type.shape, order: order),
            view.layout != nil, !sizes.joinsRows, index == 0 || packed == nil
        else { return nil }
        var changed = self
        if index == 0 {
            guard view.shape == left.shape else { return nil }
            changed.left = view
        } else {
            guard view.shape == right.shape else { return nil }
            changed.right = view
        }
        changed.call.inputTypes[index] = type
        changed.findPlaces()
        return changed
    }

    func writing(by order: [Int]) -> PreparedMatMul? {
        // Axis p of the output is axis order[p] of the product, so the product's axis order[p] has
        // the output's stride p. Rows must stay rows.
        guard order.count == sizes.shape.rank, left.shape.rank >= 2, right.shape.rank >= 2,
            order.last == order.count - 1, !sizes.joinsRows, epilogue == .none,
            let output = try? Shape(order.map { sizes.shape.dimensions[$0] })
        else { return nil }
        var inverse = order
        for (place, axis) in order.enumerated() { inverse[axis] = place }
        guard let view = View(output, order: inverse) else { return nil }
        var changed = self
        changed.result = view
        changed.outputShape = output
        changed.findPlaces()
        return changed
    }

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        var inputs = inputs
        let addend = try epilogue.takeAddend(from: &inputs, shape: outputShape)
        try call.checkTypes(of: inputs, packed: packedInputs)
        return compute(inputs, addend: addend)
    }

    func compute(_ inputs: [Tensor?], addend: [Float]? = nil) -> [Tensor] {
        var steps = EpilogueValues(addend: addend, activation: epilogue.activation)
        if let bias = epilogue.columnBias {
            steps.axis = .columns
            steps.bias = bias
        }
        let a = plain(inputs.required(0), left, vectorStep: sizes.k)
        let b: RightFactor =
            packed.map { .packed($0) }
            ?? .plain(plain(inputs.required(1), right, vectorStep: 1))
        let values = Kernels.floats(outputShape.elementCount) { output in
            kernels.products(
                sizes.m, sizes.n, sizes.k, a, b, at: places, into: output,
                resultStep: result?.layout.map { max($0.step, sizes.n) }, epilogue: steps)
        }
        return [Tensor(canonical: values, shape: outputShape)]
    }

    /// The matrices of a factor; the rows of one that is a vector are `vectorStep` apart.
    private func plain(_ tensor: Tensor, _ view: View, vectorStep: Int) -> PlainMatrix {
        let layout = view.layout ?? (false, vectorStep)
        return PlainMatrix(
            values: tensor.floats, isTransposed: layout.isTransposed, step: layout.step)
    }
}
