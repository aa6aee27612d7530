// ArrayFeatureExtractor picks features of every row; FeatureVectorizer puts tables side by side.

/// The elements at given places along the last axis.
enum ArrayFeatureExtractorOperator: Operator {
    static let name = "ai.onnx.ml.ArrayFeatureExtractor"
    static let isNativeForHalf = true
    static let attributeNames: [String] = []
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let count = try call.type(1, of: .int64).shape.elementCount
        guard !type.shape.dimensions.isEmpty else {
            throw .shapeMismatch(reason: "a table has features", shapes: [[]])
        }
        // A vector is a table of one row.
        let leading = type.shape.rank == 1 ? [1] : Array(type.shape.dimensions.dropLast())
        return [TensorType(type.element, try Shape(leading + [count]))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let extent = input.shape.dimensions.last ?? 0
        var places: [Int] = []
        for index in inputs.required(1).int64s ?? [] {
            guard index >= 0, index < extent else {
                throw .indexOutOfRange(index: Int(index), count: extent)
            }
            places.append(Int(index))
        }
        let leading = input.shape.rank == 1 ? [1] : Array(input.shape.dimensions.dropLast())
        let shape = try Shape(leading + [places.count])
        let rule = Selection(places: places, extent: extent)
        return [input.rearranged(by: rule, shape: shape)]
    }

    private struct Selection: Rearrangement {
        let places: [Int]
        let extent: Int

        func apply<Element>(_ values: [Element]) -> [Element] {
            guard extent > 0, !places.isEmpty else { return [] }
            var results: [Element] = []
            results.reserveCapacity(values.count / extent * places.count)
            for start in stride(from: 0, to: values.count, by: extent) {
                for place in places { results.append(values[start + place]) }
            }
            return results
        }
    }
}

/// Tables side by side, each cut or filled with zeros to a given width.
enum FeatureVectorizerOperator: TabularOperator {
    static let name = "ai.onnx.ml.FeatureVectorizer"
    static let attributeNames = ["inputdimensions"]
    static let inputCount = 1...1024

    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        var tables: [TableShape] = []
        for index in call.inputTypes.indices {
            let shape = try call.tabularType(index).shape
            let table = try TableShape(shape)
            guard table.rows == tables.first?.rows ?? table.rows else {
                throw .shapeMismatch(
                    reason: "tables side by side have as many rows",
                    shapes: [[tables[0].rows], shape.dimensions])
            }
            tables.append(table)
        }
        var widths = try call.attributes.intValues("inputdimensions")
        if widths.isEmpty { widths = tables.map(\.features) }
        try requireLength("inputdimensions", widths.count, tables.count)
        var total = 0
        for width in widths {
            let (sum, overflow) = total.addingReportingOverflow(width)
            guard width >= 0, !overflow else {
                throw .wrongAttribute(name: "inputdimensions", reason: "holds \(width)")
            }
            total = sum
        }
        return Form(
            tables: tables, widths: widths,
            type: TensorType(.float32, try tables[0].with(columns: total)))
    }

    private struct Form: TabularForm {
        let tables: [TableShape]
        let widths: [Int]
        let type: TensorType

        var outputTypes: [TensorType] { [type] }
        var work: Work { Work(elements: UInt64(type.shape.elementCount)) }

        func compute(
            _ inputs: [Tensor?], using kernels: Kernels
        ) throws(OperatorError) -> [Tensor] {
            let total = type.shape.dimensions.last ?? 0
            var results = [Float](repeating: 0, count: type.shape.elementCount)
            var column = 0
            for (index, table) in tables.enumerated() {
                let values = Float.converted(inputs.required(index))
                let width = min(table.features, widths[index])
                for row in 0..<table.rows {
                    for place in 0..<width {
                        results[row * total + column + place] =
                            values[row * table.features + place]
                    }
                }
                column += widths[index]
            }
            return [Tensor(results, shape: type.shape)]
        }
    }
}
