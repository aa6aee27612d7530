// Operators on each feature or each row of a table: Scaler, Normalizer, Imputer, Binarizer.

import CKernels

/// (x − offset) · scale, offset and scale one for all features or one for each.
enum ScalerOperator: TabularOperator {
    static let name = "ai.onnx.ml.Scaler"
    static let attributeNames = ["offset", "scale"]

    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        let type = try call.tabularType()
        let features = try type.shape.featureCount()
        let offset = try call.attributes.floatValues("offset")
        let scale = try call.attributes.floatValues("scale")
        return Form(
            type: TensorType(.float32, type.shape),
            offset: try FeatureValues(offset, "offset", features, default: 0),
            scale: try FeatureValues(scale, "scale", features, default: 1))
    }

    private struct Form: TabularForm {
        let type: TensorType
        let offset: FeatureValues<Float>
        let scale: FeatureValues<Float>

        var outputTypes: [TensorType] { [type] }
        var work: Work { Work(elements: UInt64(type.shape.elementCount) * 2) }

        func compute(
            _ inputs: [Tensor?], using kernels: Kernels
        ) throws(OperatorError) -> [Tensor] {
            let input = inputs.required(0)
            if let doubles = input.float64s {
                return [Tensor(scaled(doubles).map { Float($0) }, shape: type.shape)]
            }
            return [Tensor(scaled(Float.converted(input)), shape: type.shape)]
        }

        private func scaled<Scalar: Real>(_ values: [Scalar]) -> [Scalar] {
            values.enumerated().map { index, value in
                (value - Scalar(offset[index])) * Scalar(scale[index])
            }
        }
    }
}

/// Values for the features of a table: one for all, or one for each.
struct FeatureValues<Value: Sendable>: Sendable {
    let values: [Value]

    /// - Parameter fallback: the value when none are given.
    /// - Throws: `wrongAttribute` for another count than one or `features`.
    init(
        _ values: [Value], _ name: String, _ features: Int, default fallback: Value? = nil
    ) throws(OperatorError) {
        if values.isEmpty, let fallback {
            self.values = [fallback]
            return
        }
        guard values.count == 1 || (values.count == features && features > 0) else {
            throw .wrongAttribute(
                name: name, reason: "has \(values.count) entries for \(features) features")
        }
        self.values = values
    }

    /// The value for element `index` of a table.
    subscript(index: Int) -> Value { values[values.count == 1 ? 0 : index % values.count] }
}

extension Shape {
    /// The features of a table: the extent of the last axis. Throws `shapeMismatch` for a scalar.
    fileprivate func featureCount() throws(OperatorError) -> Int {
        guard let features = dimensions.last else {
            throw .shapeMismatch(reason: "a table has features", shapes: [dimensions])
        }
        return features
    }
}

/// Each row divided by its largest element, the sum of magnitudes or the root of the sum of
/// squares.
enum NormalizerOperator: TabularOperator {
    static let name = "ai.onnx.ml.Normalizer"
    static let attributeNames = ["norm"]

    /// The norms ONNX has.
    private enum Norm: String {
        case largest = "MAX"
        case magnitudes = "L1"
        case squares = "L2"
    }

    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        let type = try call.tabularType()
        let name = try call.attributes.string("norm", default: "MAX")
        guard let norm = Norm(rawValue: name) else {
            throw .wrongAttribute(name: "norm", reason: "is \"\(name.prefix(40))\"")
        }
        return Form(
            table: try TableShape(type.shape), norm: norm,
            type: TensorType(.float32, type.shape))
    }

    private struct Form: TabularForm {
        let table: TableShape
        let norm: Norm
        let type: TensorType

        var outputTypes: [TensorType] { [type] }
        var work: Work {
            Work(
                elements: UInt64(type.shape.elementCount) * 3, functions: UInt64(table.rows))
        }

        func compute(
            _ inputs: [Tensor?], using kernels: Kernels
        ) throws(OperatorError) -> [Tensor] {
            var values = Float.converted(inputs.required(0))
            guard table.features > 0 else { return [Tensor(values, shape: type.shape)] }
            let norms = norms(values, kernels)
            for index in values.indices {
                let norm = norms[index / table.features]
                if norm != 0 { values[index] /= norm }
            }
            return [Tensor(values, shape: type.shape)]
        }

        private func norms(_ values: [Float], _ kernels: Kernels) -> [Float] {
            func sums(_ terms: [Float]) -> [Float] {
                kernels.sums(ofRows: terms, length: table.features, rowCount: table.rows)
            }
            switch norm {
            case .magnitudes: return sums(values.map(\.magnitude))
            case .squares:
                return kernels.unary(Int32(AIVM_SQUARE_ROOT), sums(values.map { $0 * $0 }))
            case .largest:
                var norms = [Float](repeating: -.greatestFiniteMagnitude, count: table.rows)
                for (index, value) in values.enumerated()
                where value > norms[index / table.features] {
                    norms[index / table.features] = value
                }
                return norms
            }
        }
    }
}

/// Every element that equals a value, replaced.
enum ImputerOperator: TabularOperator {
    static let name = "ai.onnx.ml.Imputer"
    static let attributeNames = [
        "imputed_value_floats", "imputed_value_int64s", "replaced_value_float",
        "replaced_value_int64",
    ]

    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        let type = try call.tabularType()
        let features = try type.shape.featureCount()
        let attributes = call.attributes
        if type.element.isInteger {
            let isNarrow = type.element == .int32
            let values = try attributes.intValues("imputed_value_int64s")
            for value in values where isNarrow && Int32(exactly: value) == nil {
                throw .wrongAttribute(name: "imputed_value_int64s", reason: "holds \(value)")
            }
            return Form(
                type: type, floats: nil, replacedFloat: 0,
                integers: try FeatureValues(values, "imputed_value_int64s", features),
                replacedInteger: try attributes.int("replaced_value_int64", default: 0))
        }
        let values = try attributes.floatValues("imputed_value_floats")
        return Form(
            type: type, floats: try FeatureValues(values, "imputed_value_floats", features),
            replacedFloat: try attributes.float("replaced_value_float", default: 0),
            integers: nil, replacedInteger: 0)
    }

    private struct Form: TabularForm {
        let type: TensorType
        let floats: FeatureValues<Float>?
        let replacedFloat: Float
        let integers: FeatureValues<Int>?
        let replacedInteger: Int

        var outputTypes: [TensorType] { [type] }
        var work: Work { Work(elements: UInt64(type.shape.elementCount)) }

        func compute(
            _ inputs: [Tensor?], using kernels: Kernels
        ) throws(OperatorError) -> [Tensor] {
            let input = inputs.required(0)
            let shape = type.shape
            switch input.storage {
            case .float32(let values): return [Tensor(imputed(values), shape: shape)]
            case .float64(let values):
                return [Tensor(float64s: imputed(values), shape: shape)]
            case .int32(let values): return [Tensor(imputed(values), shape: shape)]
            case .int64(let values): return [Tensor(imputed(values), shape: shape)]
            default: throw .wrongInputType(index: 0)
            }
        }

        private func imputed<Scalar: Real>(_ values: [Scalar]) -> [Scalar] {
            guard let floats else { return values }
            let replaced = Scalar(replacedFloat)
            return values.enumerated().map { index, value in
                value == replaced || (value.isNaN && replaced.isNaN)
                    ? Scalar(floats[index]) : value
            }
        }

        private func imputed<Integer: FixedWidthInteger>(_ values: [Integer]) -> [Integer] {
            guard let integers else { return values }
            return values.enumerated().map { index, value in
                Int(value) == replacedInteger
                    ? Integer(truncatingIfNeeded: integers[index]) : value
            }
        }
    }
}

/// 1 above the threshold, else 0.
enum BinarizerOperator: TabularOperator {
    static let name = "ai.onnx.ml.Binarizer"
    static let attributeNames = ["threshold"]

    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        Form(
            type: try call.tabularType(),
            threshold: Double(try call.attributes.float("threshold", default: 0)))
    }

    private struct Form: TabularForm {
        let type: TensorType
        let threshold: Double

        var outputTypes: [TensorType] { [type] }
        var work: Work { Work(elements: UInt64(type.shape.elementCount)) }

        func compute(
            _ inputs: [Tensor?], using kernels: Kernels
        ) throws(OperatorError) -> [Tensor] {
            guard let result = try type.element.applying(Rule(input: inputs.required(0), threshold))
            else { throw .wrongInputType(index: 0) }
            return [result]
        }
    }

    private struct Rule: NumericRule {
        let input: Tensor
        let threshold: Double

        init(input: Tensor, _ threshold: Double) {
            self.input = input
            self.threshold = threshold
        }

        func apply<Element: NumericElement>(
            _ type: Element.Type
        ) throws(OperatorError) -> Tensor {
            let values = Element.values(of: input) ?? []
            return Element.tensor(
                values.map { $0.double > threshold ? .one : .zero }, input.shape)
        }
    }
}
