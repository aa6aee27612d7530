// Gemm, and what it shares with MatMul. Every output element follows the dot rule: a chain of fused
// multiply-adds from +0, k ascending, in blocks of 256 whose sums are added ascending. It depends
// on nothing but its row and its column. ONNX Gemm 7 to 22.

import CKernels

/// The products of matrices.
enum MatrixFamily {
    static let operators: [any Operator.Type] = [
        GemmOperator.self,
        MatMulOperator.self,
    ]
}

/// alpha · A' B' + beta · C, where ' is an optional transposition.
enum GemmOperator: PackingOperator {
    static let name = "Gemm"
    static let attributeNames = ["alpha", "beta", "broadcast", "transA", "transB"]
    static let inputCount = 2...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let element = try call.factorElement()
        let form = try PreparedGemm(call, kernels: .scalar)
        return [TensorType(element, form.shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let form = try? PreparedGemm(call, kernels: .scalar) else {
            return work
        }
        work.multiplyAdds = UInt64(form.m).multipliedSaturating(form.n, form.k)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let form = try PreparedGemm(call, kernels: kernels)
        guard try call.factorElement() == .float32 else {
            return [try AnyGemm(form, inputs).result()]
        }
        return form.compute(inputs)
    }

    static func packing(_ call: OperatorCall) throws(OperatorError) -> PackedInput? {
        guard try call.factorElement() == .float32 else { return nil }
        let gemm = try PreparedGemm(call, kernels: .scalar)
        return PackedInput(
            index: 1,
            form: MatrixForm(rows: gemm.k, columns: gemm.n, isTransposed: gemm.transposesB))
    }

    static func prepare(
        _ call: OperatorCall, packed: PackedMatrix?, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        guard try call.factorElement() == .float32 else { return nil }
        return try PreparedGemm(call, kernels: kernels, packed: packed)
    }
}

/// A Gemm with its sizes checked and its constant B packed.
struct PreparedGemm: EpilogueTaking {
    let call: OperatorCall
    let kernels: Kernels
    let m: Int
    let n: Int
    let k: Int
    let shape: Shape
    let transposesA: Bool
    let transposesB: Bool
    let alpha: Float
    let beta: Float
    private let packed: PackedMatrix?
    /// The shape of C; `nil` without C.
    private let biasShape: Shape?
    var epilogue = Epilogue.none
    var columnBiasCount: Int? { biasShape == nil ? n : nil }
    var packedInputs: [Int] { packed == nil ? [] : [1] }
    var packedByteCount: Int { packed?.byteCount ?? 0 }

    init(
        _ call: OperatorCall, kernels: Kernels, packed: PackedMatrix? = nil
    ) throws(OperatorError) {
        self.call = packed != nil ? call.dropping([1]) : call
        self.kernels = kernels
        self.packed = packed
        let a = try call.type(0).shape
        let b = try call.type(1).shape
        transposesA = try call.attributes.flag("transA", default: false)
        transposesB = try call.attributes.flag("transB", default: false)
        alpha = try call.attributes.float("alpha", default: 1)
        beta = try call.attributes.float("beta", default: 1)
        guard a.rank == 2, b.rank == 2,
            a.dimensions[transposesA ? 0 : 1] == b.dimensions[transposesB ? 1 : 0]
        else {
            throw .shapeMismatch(
                reason: "the factors do not fit", shapes: [a.dimensions, b.dimensions])
        }
        m = a.dimensions[transposesA ? 1 : 0]
        k = a.dimensions[transposesA ? 0 : 1]
        n = b.dimensions[transposesB ? 0 : 1]
        shape = try Shape([m, n])
        if call.hasInput(2) {
            let type = try call.type(2)
            guard type.element == (try call.type(0).element) else {
                throw .wrongElementType(
                    index: 2, actual: type.element, expected: [try call.type(0).element])
            }
            let c = type.shape
            // Before opset 7 C broadcast only where the attribute said so.
            if call.opset >= 7 { try call.refuse("broadcast") }
            let broadcasts = try call.attributes.flag("broadcast", default: call.opset >= 7)
            guard try Shape.broadcast(c, shape) == shape, broadcasts || c == shape else {
                throw .shapeMismatch(
                    reason: "C does not broadcast to the product",
                    shapes: [c.dimensions, shape.dimensions])
            }
            biasShape = c
        } else if call.opset < 11 {
            throw .missingInput(index: 2)
        } else {
            biasShape = nil
        }
    }

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        var inputs = inputs
        let addend = try epilogue.takeAddend(from: &inputs, shape: shape)
        try call.checkTypes(of: inputs, packed: packedInputs)
        return compute(inputs, addend: addend)
    }

    func compute(_ inputs: [Tensor?], addend: [Float]? = nil) -> [Tensor] {
        let a = PlainMatrix(values: inputs.required(0).floats, isTransposed: transposesA)
        let factor: RightFactor =
            packed.map { .packed($0) }
            ?? .plain(
                PlainMatrix(values: inputs.required(1).floats, isTransposed: transposesB))
        var steps = EpilogueValues(addend: addend, activation: epilogue.activation)
        let isSimple = alpha == 1 && placeBias(inputs, in: &steps)
        var result = Kernels.floats(m * n) { output in
            kernels.product(
                m, n, k, a, factor, into: output, epilogue: isSimple ? steps : .none)
        }
        if !isSimple { finish(&result, inputs, addend) }
        return [Tensor(canonical: result, shape: shape)]
    }

    /// beta · C as it is added.
    private func scaledBias(_ c: Tensor) -> [Float] {
        guard beta != 1 else { return c.floats }
        let plan = BroadcastPlan(c.shape, .scalar, output: c.shape)
        return kernels.binary(Int32(AIVM_MULTIPLY), c.floats, [beta], plan)
    }

    /// Puts C into the epilogue; false when it has no place there.
    private func placeBias(_ inputs: [Tensor?], in steps: inout EpilogueValues) -> Bool {
        if let bias = epilogue.columnBias {
            steps.axis = .columns
            steps.bias = bias
        }
        guard let biasShape, let c = inputs.optional(2) else { return true }
        let dimensions = biasShape.dimensions
        if dimensions.last == n, biasShape.elementCount == n {
            steps.axis = .columns
        } else if dimensions.count == 2, dimensions == [m, 1] {
            steps.axis = .rows
        } else if biasShape == shape, steps.addend == nil {
            steps.addend = scaledBias(c)
            return true
        } else {
            return false
        }
        steps.bias = scaledBias(c)
        return true
    }

    /// alpha, C and the epilogue as passes of their own.
    private func finish(_ result: inout [Float], _ inputs: [Tensor?], _ addend: [Float]?) {
        if alpha != 1 {
            let plan = BroadcastPlan(shape, .scalar, output: shape)
            result = kernels.binary(Int32(AIVM_MULTIPLY), result, [alpha], plan)
        }
        func add(_ values: [Float], _ valuesShape: Shape) {
            let plan = BroadcastPlan(shape, valuesShape, output: shape)
            result = kernels.binary(Int32(AIVM_ADD), result, values, plan)
        }
        if let biasShape, let c = inputs.optional(2) {
            add(scaledBias(c), biasShape)
        } else if let bias = epilogue.columnBias, let biasShape = try? Shape([n]) {
            add(bias, biasShape)
        }
        if let addend { add(addend, shape) }
        switch epilogue.activation {
        case .none: break
        case .relu: result = kernels.unary(Int32(AIVM_RELU), result)
        case .clip(let low, let high):
            result = result.map { x in
                let raised = x < low ? low : x
                return raised > high ? high : raised
            }
        }
    }
}

extension UInt64 {
    /// The product with `factors`, none negative; stops at the largest value.
    func multipliedSaturating(_ factors: Int...) -> UInt64 {
        var product = self
        for factor in factors {
            let (next, overflow) = product.multipliedReportingOverflow(by: UInt64(factor))
            product = overflow ? .max : next
        }
        return product
    }
}
