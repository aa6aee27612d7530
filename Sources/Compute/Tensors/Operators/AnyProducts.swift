// MatMul and Gemm of float64 and of integers: the dot rule as it is written, in the elements' own
// type. float32 has kernels (`MatrixProducts.swift`). ONNX Gemm 7 to 13, MatMul 9 to 13.

/// One MatMul of any numeric type.
struct AnyMatMul: NumericRule {
    private let sizes: MatMulSizes
    private let a: Tensor
    private let b: Tensor

    init(_ call: OperatorCall, _ inputs: [Tensor?]) throws(OperatorError) {
        sizes = try MatMulSizes(call)
        a = inputs.required(0)
        b = inputs.required(1)
    }

    /// The product.
    func result() throws(OperatorError) -> Tensor {
        guard let result = try a.type.element.applying(self) else {
            throw .wrongInputType(index: 0)
        }
        return result
    }

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let left = Element.values(of: a), let right = Element.values(of: b) else {
            throw .wrongInputType(index: 1)
        }
        var results: [Element] = []
        results.reserveCapacity(sizes.shape.elementCount)
        for pair in sizes.pairs {
            for row in 0..<sizes.m {
                for column in 0..<sizes.n {
                    results.append(
                        Element.dot(
                            left, from: (pair.left * sizes.m + row) * sizes.k, step: 1, right,
                            from: pair.right * sizes.k * sizes.n + column, step: sizes.n,
                            count: sizes.k))
                }
            }
        }
        return Element.tensor(results, sizes.shape)
    }
}

/// One Gemm of any numeric type. alpha and beta are converted to it as Cast does.
struct AnyGemm: NumericRule {
    private let form: PreparedGemm
    private let inputs: [Tensor?]

    init(_ form: PreparedGemm, _ inputs: [Tensor?]) {
        self.form = form
        self.inputs = inputs
    }

    /// alpha · A' B' + beta · C.
    func result() throws(OperatorError) -> Tensor {
        guard let result = try inputs.required(0).type.element.applying(self) else {
            throw .wrongInputType(index: 0)
        }
        return result
    }

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let a = Element.values(of: inputs.required(0)),
            let b = Element.values(of: inputs.required(1))
        else { throw .wrongInputType(index: 1) }
        let (m, n, k) = (form.m, form.n, form.k)
        var results: [Element] = []
        results.reserveCapacity(m * n)
        for row in 0..<m {
            for column in 0..<n {
                results.append(
                    Element.dot(
                        a, from: form.transposesA ? row : row * k, step: form.transposesA ? m : 1,
                        b, from: form.transposesB ? column * k : column,
                        step: form.transposesB ? 1 : n, count: k))
            }
        }
        if form.alpha != 1 {
            let alpha = Element(floating: Double(form.alpha))
            results = results.map { alpha.multiplied($0) }
        }
        if let c = inputs.optional(2), let addend = Element.values(of: c) {
            let beta = Element(floating: Double(form.beta))
            let scaled = form.beta == 1 ? addend : addend.map { beta.multiplied($0) }
            let plan = BroadcastPlan(form.shape, c.shape, output: form.shape)
            results = plan.map(results, scaled) { $0.adding($1) }
        }
        return Element.tensor(results, form.shape)
    }
}

extension NumericElement {
    /// The dot rule: chains of 256 terms from 0, their sums added ascending.
    fileprivate static func dot(
        _ a: [Self], from start: Int, step: Int, _ b: [Self], from other: Int, step stride: Int,
        count: Int
    ) -> Self {
        var total = Self.zero
        for first in Swift.stride(from: 0, to: count, by: 256) {
            var sum = Self.zero
            for index in first..<min(first + 256, count) {
                sum = sum.addingProduct(of: a[start + index * step], and: b[other + index * stride])
            }
            total = first == 0 ? sum : total.adding(sum)
        }
        return total
    }
}

extension OperatorCall {
    /// The element type of both factors: float32, float64 or 32 and 64 bit integers.
    func factorElement() throws(OperatorError) -> ElementType {
        let a = try type(0, of: .float32, .float64, .int32, .int64, .uint32, .uint64)
        let b = try type(1)
        guard a.element == b.element else {
            throw .wrongElementType(index: 1, actual: b.element, expected: [a.element])
        }
        return a.element
    }
}
