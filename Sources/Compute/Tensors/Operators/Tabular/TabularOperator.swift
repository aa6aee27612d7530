// The operators of the domain `ai.onnx.ml`: what scikit-learn, LightGBM and XGBoost export. A table
// is a tensor of rows and features; a vector is a table of one row. Attributes hold the whole
// model, so each operator first makes a checked form of its call, and everything else (types, cost,
// results) follows from the form. Versions 1 to 5 of the domain differ only in the attributes they
// have; every operator takes the attributes of all of them. Rules: Documentation/arithmetic.md.

/// The operators of `ai.onnx.ml`.
enum TabularFamily {
    static let operators: [any Operator.Type] = [
        ArrayFeatureExtractorOperator.self,
        BinarizerOperator.self,
        CategoryMapperOperator.self,
        FeatureVectorizerOperator.self,
        ImputerOperator.self,
        LabelEncoderOperator.self,
        LinearClassifierOperator.self,
        LinearRegressorOperator.self,
        NormalizerOperator.self,
        OneHotEncoderOperator.self,
        ScalerOperator.self,
        SVMClassifierOperator.self,
        SVMRegressorOperator.self,
        TreeEnsembleClassifierOperator.self,
        TreeEnsembleOperator.self,
        TreeEnsembleRegressorOperator.self,
    ]
}

/// A call whose attributes were read and checked.
protocol TabularForm: Sendable {
    /// The types of all outputs.
    var outputTypes: [TensorType] { get }
    /// The work, bytes left out.
    var work: Work { get }
    /// Computes all outputs. The inputs have the types of the call that the form was made for.
    func compute(_ inputs: [Tensor?], using kernels: Kernels) throws(OperatorError) -> [Tensor]
}

/// An operator that is computed from a checked form.
protocol TabularOperator: Operator {
    /// Checks the call.
    ///
    /// - Parameter isPacking: whether constants are rearranged for speed; types and cost need not.
    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm
}

extension TabularOperator {
    static var inputCount: ClosedRange<Int> { 1...1 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        Array(try form(call, isPacking: false).outputTypes.prefix(call.outputCount))
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let form = try? form(call, isPacking: false) else { return work }
        work.elements = 0
        return work + form.work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let form = try form(call, isPacking: true)
        return Array(try form.compute(inputs, using: kernels).prefix(call.outputCount))
    }

    static func prepare(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        PreparedTabular(call: call, kernels: kernels, form: try form(call, isPacking: true))
    }
}

/// A form with the kernels that run it.
private struct PreparedTabular: PreparedOperator {
    let call: OperatorCall
    let kernels: Kernels
    let form: any TabularForm

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        try call.checkTypes(of: inputs)
        return Array(try form.compute(inputs, using: kernels).prefix(call.outputCount))
    }
}

/// The extents of a table.
struct TableShape: Sendable {
    let rows: Int
    let features: Int

    /// The table that `shape` is.
    ///
    /// - Throws: `shapeMismatch` unless it has one or two axes.
    init(_ shape: Shape) throws(OperatorError) {
        switch shape.rank {
        case 1: (rows, features) = (1, shape.dimensions[0])
        case 2: (rows, features) = (shape.dimensions[0], shape.dimensions[1])
        default:
            throw .shapeMismatch(
                reason: "a table has rows and features", shapes: [shape.dimensions])
        }
    }

    /// The shape of a table with as many rows and `columns` columns. Throws `tooLarge`.
    func with(columns: Int) throws(OperatorError) -> Shape { try Shape([rows, columns]) }
}

/// binary32 or binary64: what trees compare and add in.
protocol Real: BinaryFloatingPoint, Sendable {
    /// The elements of `tensor`, numbers of any type, each converted to nearest.
    static func converted(_ tensor: Tensor) -> [Self]
    /// The elements of `tensor` when they are of this type or, for binary32, 16-bit floats.
    static func exactly(_ tensor: Tensor) -> [Self]?
    /// The value in binary32, rounded to nearest.
    var float: Float { get }
    /// The tensor of `values`.
    static func tensor(_ values: [Self], _ shape: Shape) -> Tensor
}

extension Float: Real {
    static func converted(_ tensor: Tensor) -> [Float] {
        switch tensor.storage {
        case .float32(let values): values
        case .float64(let values): values.map { Float($0) }
        case .int32(let values): values.map { Float($0) }
        case .int64(let values): values.map { Float($0) }
        default: preconditionFailure("a checked table holds numbers, not \(tensor.type)")
        }
    }

    static func exactly(_ tensor: Tensor) -> [Float]? { tensor.widened.float32s }
    var float: Float { self }
}

extension Double: Real {
    static func converted(_ tensor: Tensor) -> [Double] {
        switch tensor.storage {
        case .float32(let values): values.map { Double($0) }
        case .float64(let values): values
        case .int32(let values): values.map { Double($0) }
        case .int64(let values): values.map { Double($0) }
        default: preconditionFailure("a checked table holds numbers, not \(tensor.type)")
        }
    }

    static func exactly(_ tensor: Tensor) -> [Double]? { tensor.float64s }
    var float: Float { Float(self) }
}

extension OperatorCall {
    /// The type of input `index`, whose elements are of the number types of `ai.onnx.ml`.
    func tabularType(_ index: Int = 0) throws(OperatorError) -> TensorType {
        try type(index, of: .float32, .float64, .int64, .int32)
    }
}

extension Attributes {
    /// The numbers `name`, none when absent. Throws `wrongAttribute` on another kind.
    func floatValues(_ name: String) throws(OperatorError) -> [Float] { try floats(name) ?? [] }

    /// The texts `name`, none when absent. Throws `wrongAttribute` on another kind.
    func textValues(_ name: String) throws(OperatorError) -> [String] { try strings(name) ?? [] }

    /// The integers `name`, none when absent. Throws `wrongAttribute` on another kind.
    func intValues(_ name: String) throws(OperatorError) -> [Int] { try ints(name) ?? [] }
}

extension Kernels {
    /// The products of `rows` rows of `values` with the columns of `matrix`, by the dot rule.
    func rowProducts(_ values: [Float], rows: Int, offset: Int = 0, _ matrix: PackedMatrix)
        -> [Float]
    {
        Kernels.floats(rows * matrix.columns) { output in
            product(
                rows, matrix.columns, matrix.rows, PlainMatrix(values: values, offset: offset),
                .packed(matrix), into: output)
        }
    }
}
