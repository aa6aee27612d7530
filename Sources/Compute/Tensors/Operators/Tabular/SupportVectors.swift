// The kernels of support vector machines, and SVMRegressor. Everything is binary32: products by the
// dot rule, sums of squares by the reduction rule, exp and tanh correctly rounded.

import CKernels

/// A kernel function between rows and a fixed set of vectors.
struct VectorKernel: Sendable {
    /// The functions ONNX has.
    enum Kind: String, Sendable {
        case linear = "LINEAR"
        case polynomial = "POLY"
        case radial = "RBF"
        case sigmoid = "SIGMOID"
    }

    /// The largest exponent of the polynomial kernel.
    private static let largestDegree: Float = 64

    let kind: Kind
    let vectorCount: Int
    let features: Int
    private let gamma: Float
    private let offset: Float
    private let degree: Int
    private let vectors: [Float]
    private let packed: PackedMatrix?

    /// The kernel of the attributes `kernel_type` and `kernel_params` with `vectors`, `count` rows
    /// of `features`.
    ///
    /// - Parameter kind: the kernel in the place of the one that the attributes name.
    init(
        _ attributes: Attributes, vectors: [Float], name: String, count: Int, features: Int,
        kind: Kind? = nil, isPacking: Bool
    ) throws(OperatorError) {
        let typeName = try attributes.string("kernel_type", default: "LINEAR")
        guard let named = Kind(rawValue: typeName) else {
            throw .wrongAttribute(name: "kernel_type", reason: "is \"\(typeName.prefix(40))\"")
        }
        self.kind = kind ?? named
        let parameters = try attributes.floatValues("kernel_params")
        if !parameters.isEmpty { try requireLength("kernel_params", parameters.count, 3) }
        gamma = parameters.isEmpty ? 0 : parameters[0]
        offset = parameters.isEmpty ? 0 : parameters[1]
        let degree = parameters.isEmpty ? 0 : parameters[2]
        if self.kind == .polynomial {
            guard degree >= 0, degree <= VectorKernel.largestDegree,
                degree == degree.rounded(.towardZero)
            else {
                throw .wrongAttribute(
                    name: "kernel_params", reason: "has the degree \(degree), not 0 to 64")
            }
            self.degree = Int(degree)
        } else {
            self.degree = 0
        }
        let (expected, overflow) = count.multipliedReportingOverflow(by: features)
        guard count > 0, features > 0, !overflow else {
            throw .wrongAttribute(
                name: name, reason: "holds \(count) vectors of \(features) features")
        }
        try requireLength(name, vectors.count, expected)
        vectorCount = count
        self.features = features
        self.vectors = vectors
        packed =
            isPacking && self.kind != .radial
            ? PackedMatrix(vectors, rows: features, columns: count, isTransposed: true) : nil
    }

    /// The work for `rows` rows.
    func work(_ rows: Int) -> Work {
        let values = UInt64(rows).multipliedSaturating(vectorCount)
        let products = values.multipliedSaturating(features)
        var work = Work(elements: values)
        if kind == .radial {
            work.elements = products.multipliedSaturating(3)
        } else {
            work.multiplyAdds = products
        }
        if kind == .polynomial { work.elements = values.multipliedSaturating(2 + degree) }
        if kind == .radial || kind == .sigmoid { work.functions = values }
        return work
    }

    /// The kernel of each of `rowCount` rows with each vector.
    func values(_ rows: [Float], rowCount: Int, using kernels: Kernels) -> [Float] {
        if kind == .radial { return radialValues(rows, rowCount, kernels) }
        guard let packed else { preconditionFailure("a form that computes is packed") }
        let products = kernels.rowProducts(rows, rows: rowCount, packed)
        guard kind != .linear else { return products }
        let shifted = products.map { gamma * $0 + offset }
        guard kind == .polynomial else { return kernels.unary(Int32(AIVM_TANH), shifted) }
        return shifted.map { base in
            if degree == 0 { return 1 }
            var power = base
            for _ in 1..<max(degree, 1) { power = power * base }
            return power
        }
    }

    private func radialValues(_ rows: [Float], _ rowCount: Int, _ kernels: Kernels) -> [Float] {
        var sums: [Float] = []
        sums.reserveCapacity(rowCount * vectorCount)
        var squares = [Float](repeating: 0, count: vectors.count)
        for row in 0..<rowCount {
            let start = row * features
            for vector in 0..<vectorCount {
                let base = vector * features
                for feature in 0..<features {
                    let difference = rows[start + feature] - vectors[base + feature]
                    squares[base + feature] = difference * difference
                }
            }
            sums += kernels.sums(ofRows: squares, length: features, rowCount: vectorCount)
        }
        return kernels.unary(Int32(AIVM_EXPONENTIAL), sums.map { -gamma * $0 })
    }
}

/// One number from the kernels of a row with the support vectors.
enum SVMRegressorOperator: TabularOperator {
    static let name = "ai.onnx.ml.SVMRegressor"
    static let attributeNames = [
        "coefficients", "kernel_params", "kernel_type", "n_supports", "n_targets", "one_class",
        "post_transform", "rho", "support_vectors",
    ]

    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        let attributes = call.attributes
        let table = try TableShape(try call.tabularType().shape)
        guard try ScoreTransform(attributes) == .none else {
            throw .unsupported(reason: "SVMRegressor with a post_transform")
        }
        let coefficients = try attributes.floatValues("coefficients")
        let rho = try attributes.floatValues("rho")
        try requireLength("rho", rho.count, 1)
        let count = try attributes.int("n_supports", default: 0)
        let kernel: VectorKernel
        if count > 0 {
            try requireLength("coefficients", coefficients.count, count)
            kernel = try VectorKernel(
                attributes, vectors: try attributes.floatValues("support_vectors"),
                name: "support_vectors", count: count, features: table.features,
                isPacking: isPacking)
        } else {
            kernel = try VectorKernel(
                attributes, vectors: coefficients, name: "coefficients", count: 1,
                features: table.features, kind: .linear, isPacking: isPacking)
        }
        return Form(
            table: table, kernel: kernel,
            coefficients: count > 0
                ? PackedMatrix(coefficients, rows: coefficients.count, columns: 1) : nil,
            rho: rho[0], isOneClass: try attributes.flag("one_class", default: false),
            type: TensorType(.float32, try table.with(columns: 1)))
    }

    private struct Form: TabularForm {
        let table: TableShape
        let kernel: VectorKernel
        /// `nil` when the coefficients are the kernel's only vector.
        let coefficients: PackedMatrix?
        let rho: Float
        let isOneClass: Bool
        let type: TensorType

        var outputTypes: [TensorType] { [type] }
        var work: Work {
            kernel.work(table.rows)
                + Work(
                    multiplyAdds: UInt64(table.rows).multipliedSaturating(kernel.vectorCount),
                    elements: UInt64(table.rows).multipliedSaturating(2))
        }

        func compute(
            _ inputs: [Tensor?], using kernels: Kernels
        ) throws(OperatorError) -> [Tensor] {
            var results = kernel.values(
                Float.converted(inputs.required(0)), rowCount: table.rows, using: kernels)
            if let coefficients {
                results = kernels.rowProducts(results, rows: table.rows, coefficients)
            }
            results = results.map { $0 + rho }
            if isOneClass { results = results.map { $0 > 0 ? 1 : -1 } }
            return [Tensor(results, shape: type.shape)]
        }
    }
}
