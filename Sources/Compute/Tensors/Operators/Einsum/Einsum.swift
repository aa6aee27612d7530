// Einsum: sums of products over labelled axes. A single operand is summed by the reduction rule; a
// pair of operands is a batch of matrix products by the dot rule; more operands are joined from
// left to right. Rules in Documentation/arithmetic.md, section 2, "Einsum". ONNX Einsum 12.

/// Sums of products over labelled axes.
enum EinsumFamily {
    static let operators: [any Operator.Type] = [EinsumOperator.self]
}

enum EinsumOperator: Operator {
    static let name = "Einsum"
    static let opsets = 12...OperatorRegistry.latestOpset
    static let attributeNames = ["equation"]
    static let inputCount = 1...64
    static let outputCount = 1...1

    private static func plan(_ call: OperatorCall) throws(OperatorError) -> EinsumPlan {
        guard call.attributes["equation"] != nil else {
            throw .missingAttribute(name: "equation")
        }
        let text = try call.attributes.string("equation", default: "")
        guard text.utf8.count <= 4096 else {
            throw .wrongAttribute(name: "equation", reason: "has more than 4096 characters")
        }
        var shapes: [Shape] = []
        for index in call.inputTypes.indices { shapes.append(try call.numericType(index).shape) }
        return try EinsumPlan(EinsumEquation(text, ranks: shapes.map(\.rank)), shapes)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let element = try call.numericType(0).element
        if call.inputTypes.count > 1 {
            try call.requireSameElement(1...call.inputTypes.count - 1)
        }
        return [TensorType(element, try plan(call).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.work(outputs, factor: 2, functions: 0)
        if let plan = try? plan(call) {
            work.multiplyAdds = plan.multiplyAdds
            work.elements = (work + Work(elements: plan.movements.multipliedSaturating(2))).elements
        }
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let tensors = inputs.indices.map { inputs.required($0) }
        let plan = try plan(call)
        let element = try call.type(0).element
        if element == .float32 || element == .float64 {
            return [
                try element.computing(
                    FloatEinsum(plan: plan, inputs: tensors, kernels: kernels))
            ]
        }
        guard let result = try element.applying(IntegerEinsum(plan: plan, inputs: tensors)) else {
            throw .wrongInputType(index: 0)
        }
        return [result]
    }
}

/// What an Einsum does with the elements of one type.
private protocol EinsumArithmetic {
    associatedtype Element: NumericElement
    /// The sum of each row of `length` elements.
    func sums(_ rows: [Element], length: Int, count: Int) -> [Element]
    /// The products of `batch` m × k matrices with as many k × n matrices.
    func products(
        _ batch: Int, _ m: Int, _ n: Int, _ k: Int, _ a: [Element], _ b: [Element]
    ) -> [Element]
}

extension EinsumPlan {
    /// The result for `inputs`.
    fileprivate func result<Arithmetic: EinsumArithmetic>(
        of inputs: [Tensor], _ arithmetic: Arithmetic
    ) -> Tensor {
        var values: [Arithmetic.Element] = []
        var labels: [Int] = []
        for (index, operand) in operands.enumerated() {
            let next = self.values(of: inputs[index], operand, arithmetic)
            let nextLabels = Array(operand.labels.dropLast(operand.summedCount))
            guard index > 0 else {
                values = next
                labels = nextLabels
                continue
            }
            let product = products[index - 1]
            values = arithmetic.products(
                count(product.batch), count(product.left), count(product.right),
                count(product.summed),
                arranged(values, labels, as: product.batch + product.left + product.summed),
                arranged(next, nextLabels, as: product.batch + product.summed + product.right))
            labels = product.result
        }
        let order = result.filter(labels.contains)
        return Arithmetic.Element.tensor(arranged(values, labels, as: order), shape)
    }

    private func values<Arithmetic: EinsumArithmetic>(
        of input: Tensor, _ operand: Operand, _ arithmetic: Arithmetic
    ) -> [Arithmetic.Element] {
        let source = Arithmetic.Element.values(of: input) ?? []
        let copy = StridedCopy(
            dimensions: operand.labels.map { extents[$0] }, strides: operand.strides, offset: 0)
        let view = copy.apply(source)
        guard operand.summedCount > 0 else { return view }
        return arithmetic.sums(
            view, length: count(Array(operand.labels.suffix(operand.summedCount))),
            count: count(Array(operand.labels.dropLast(operand.summedCount))))
    }

    /// `values`, which lie in the order `labels`, in the order `wanted`.
    private func arranged<Element>(
        _ values: [Element], _ labels: [Int], as wanted: [Int]
    ) -> [Element] {
        guard labels != wanted else { return values }
        var strides = [Int](repeating: 0, count: extents.count)
        var stride = 1
        for label in labels.reversed() {
            strides[label] = stride
            stride *= extents[label]
        }
        return StridedCopy(
            dimensions: wanted.map { extents[$0] }, strides: wanted.map { strides[$0] }, offset: 0
        ).apply(values)
    }

    /// Elements over `labels`, which were counted when the plan was made or are an input's.
    private func count(_ labels: [Int]) -> Int {
        labels.reduce(1) { $0 * extents[$1] }
    }
}

private struct FloatEinsum: FloatingRule {
    let plan: EinsumPlan
    let inputs: [Tensor]
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        plan.result(of: inputs, FloatArithmetic<Element>(kernels: kernels))
    }
}

private struct FloatArithmetic<Element: FloatingElement>: EinsumArithmetic {
    let kernels: Kernels

    func sums(_ rows: [Element], length: Int, count: Int) -> [Element] {
        Element.sums(ofRows: rows, length: length, rowCount: count, kernels)
    }

    func products(
        _ batch: Int, _ m: Int, _ n: Int, _ k: Int, _ a: [Element], _ b: [Element]
    ) -> [Element] {
        var results: [Element] = []
        guard m > 0, n > 0 else { return results }
        results.reserveCapacity(batch * m * n)
        for index in 0..<batch {
            let factor = Element.factor(
                b, offset: index * k * n, rows: k, columns: n, isTransposed: false, leftRows: m)
            results += Element.product(m, n, k, a, offset: index * m * k, factor, kernels)
        }
        return results
    }
}

private struct IntegerEinsum: NumericRule {
    let plan: EinsumPlan
    let inputs: [Tensor]

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        plan.result(of: inputs, IntegerArithmetic<Element>())
    }
}

private struct IntegerArithmetic<Element: NumericElement>: EinsumArithmetic {
    func sums(_ rows: [Element], length: Int, count: Int) -> [Element] {
        (0..<count).map { rows.laneSum($0 * length..<($0 + 1) * length) }
    }

    func products(
        _ batch: Int, _ m: Int, _ n: Int, _ k: Int, _ a: [Element], _ b: [Element]
    ) -> [Element] {
        var results: [Element] = []
        guard m > 0, n > 0 else { return results }
        results.reserveCapacity(batch * m * n)
        for row in 0..<batch * m {
            let start = row / m * k * n
            for column in 0..<n {
                var total = Element.zero
                for term in 0..<k {
                    total = total.adding(
                        a[row * k + term].multiplied(b[start + term * n + column]))
                }
                results.append(total)
            }
        }
        return results
    }
}
