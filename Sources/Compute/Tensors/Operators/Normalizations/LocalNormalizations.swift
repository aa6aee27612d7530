// LpNormalization and LRN: elements divided by the size of their row or of their neighbourhood.
// ONNX LpNormalization 1 to 22, LRN 1 to 13.

import CKernels

/// x / ‖x‖ along one axis, 0 where the norm is 0.
enum LpNormalizationOperator: Operator {
    static let name = "LpNormalization"
    static let attributeNames = ["axis", "p"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.floatingType(0)
        _ = try type.shape.axis(try call.attributes.int("axis", default: -1))
        let order = try call.attributes.int("p", default: 2)
        guard order == 1 || order == 2 else {
            throw .wrongAttribute(name: "p", reason: "\(order) is neither 1 nor 2")
        }
        return [type]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.work(outputs, factor: 3, functions: outputs.first?.shape.elementCount ?? 0)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        guard input.shape.elementCount > 0 else { return [input] }
        let axis = try input.shape.axis(try call.attributes.int("axis", default: -1))
        let reduction: Reduction = try call.attributes.int("p", default: 2) == 1 ? .l1 : .l2
        let rows = AxisRows(input.shape, axes: [axis])
        let norms = try reduction.apply(
            to: input, rows, shape: try Shape([rows.count]), kernels)
        return [
            try input.type.element.computing(
                QuotientRule(input: input, norms: norms, rows: rows, kernels: kernels))
        ]
    }
}

private struct QuotientRule: FloatingRule {
    let input: Tensor
    let norms: Tensor
    let rows: AxisRows
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let norms = try Element.converting(norms)
        var result = Element.binary(
            AIVM_DIVIDE, rows: rows.count, length: rows.length,
            rows.gather(try Element.converting(input)), norms, .oneForEachRow, kernels)
        for (row, norm) in norms.enumerated() where norm == 0 {
            for index in row * rows.length..<(row + 1) * rows.length { result[index] = 0 }
        }
        return Element.tensor(rows.scatter(result), input.shape)
    }
}

/// x / (bias + alpha / size · Σ x²)^beta, the sum over `size` neighbouring channels.
enum LRNOperator: Operator {
    static let name = "LRN"
    static let attributeNames = ["alpha", "beta", "bias", "size"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.floatingType(0)
        guard type.shape.rank >= 2 else {
            throw .shapeMismatch(
                reason: "X has a batch and a channel axis", shapes: [type.shape.dimensions])
        }
        let size = try call.attributes.int("size")
        guard size > 0 else { throw .wrongAttribute(name: "size", reason: "\(size) is below 1") }
        _ = try form(call, type.shape)
        return [type]
    }

    private static func form(
        _ call: OperatorCall, _ shape: Shape
    ) throws(OperatorError) -> LocalResponse {
        LocalResponse(
            size: try call.attributes.int("size"),
            alpha: try call.attributes.float("alpha", default: 0.0001),
            beta: try call.attributes.float("beta", default: 0.75),
            bias: try call.attributes.float("bias", default: 1))
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        let shape = outputs.first?.shape ?? .scalar
        let size = (try? call.attributes.int("size")) ?? 1
        let window = min(size, shape.rank > 1 ? shape.dimensions[1] : 1)
        var work = call.work(outputs, factor: 4, functions: shape.elementCount)
        work.elements += UInt64(shape.elementCount).multipliedSaturating(max(window, 0))
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        guard input.shape.elementCount > 0 else { return [input] }
        let rule = LocalResponseRule(
            input: input, form: try form(call, input.shape), kernels: kernels)
        return [try input.type.element.computing(rule)]
    }
}

private struct LocalResponse {
    let size: Int
    let alpha: Float
    let beta: Float
    let bias: Float
}

private struct LocalResponseRule: FloatingRule {
    let input: Tensor
    let form: LocalResponse
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let x = try Element.converting(input)
        let channels = input.shape.dimensions[1]
        let length = input.shape.elementCount(ofAxes: 2..<input.shape.rank)
        let squares = Element.binary(AIVM_MULTIPLY, x, x, kernels)
        let factor = Element(form.alpha) / Element(form.size)
        var divisors: [Element] = []
        divisors.reserveCapacity(x.count)
        for plane in 0..<x.count / length {
            let channel = plane % channels
            let first = max(channel - (form.size - 1) / 2, 0)
            // Not channel + size / 2, which could overflow.
            let last = channel + min(form.size / 2, channels - 1 - channel)
            let sums = laneSums(
                squares, planes: plane - channel + first...plane - channel + last, length)
            let scaled = Element.binary(AIVM_MULTIPLY, sums, factor, kernels)
            divisors += Element.binary(AIVM_ADD, scaled, Element(form.bias), kernels)
        }
        let powers = Element.powers(divisors, Element(form.beta))
        return Element.tensor(Element.binary(AIVM_DIVIDE, x, powers, kernels), input.shape)
    }

    /// The sum over `planes` of each element by the reduction rule. The terms are squares, never
    /// −0, so that lanes without terms may be left out.
    private func laneSums<Element: FloatingElement>(
        _ squares: [Element], planes: ClosedRange<Int>, _ length: Int
    ) -> [Element] {
        var lanes: [[Element]] = []
        for (position, plane) in planes.enumerated() {
            let terms = Array(squares[plane * length..<(plane + 1) * length])
            if position < 16 {
                lanes.append(terms)
            } else {
                lanes[position & 15] = Element.binary(
                    AIVM_ADD, lanes[position & 15], terms, kernels)
            }
        }
        for distance in [8, 4, 2, 1] {
            for lane in 0..<distance where lane + distance < lanes.count {
                lanes[lane] = Element.binary(
                    AIVM_ADD, lanes[lane], lanes[lane + distance], kernels)
            }
            lanes.removeLast(max(lanes.count - distance, 0))
        }
        return lanes[0]
    }
}
