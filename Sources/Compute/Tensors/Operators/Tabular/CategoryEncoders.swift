// LabelEncoder, CategoryMapper and OneHotEncoder: categories to labels, numbers or indicators.

/// Each element replaced by the value that belongs to it.
enum LabelEncoderOperator: TabularOperator {
    static let name = "ai.onnx.ml.LabelEncoder"
    static let attributeNames = [
        "classes_strings", "default_float", "default_int64", "default_string", "default_tensor",
        "keys_floats", "keys_int64s", "keys_strings", "keys_tensor", "values_floats",
        "values_int64s", "values_strings", "values_tensor",
    ]

    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        let type = try call.type(0)
        let attributes = call.attributes
        let keys: Tensor
        let values: Tensor
        if attributes["classes_strings"] != nil {
            // Version 1: texts and their places, either way.
            for name in ["keys_floats", "keys_int64s", "keys_strings", "keys_tensor"] {
                try call.refuse(name)
            }
            let texts = try list(attributes.textValues("classes_strings"))
            let places = try list((0..<texts.shape.elementCount).map(Int64.init))
            let isText = type.element == .string
            (keys, values) = isText ? (texts, places) : (places, texts)
        } else {
            keys = try tensor(attributes, "keys")
            values = try tensor(attributes, "values")
        }
        try requireLength("values_*", values.shape.elementCount, keys.shape.elementCount)
        guard type.element == keys.type.element else {
            throw .wrongElementType(
                index: 0, actual: type.element, expected: [keys.type.element])
        }
        guard let lookup = CategoryKeys(keys) else {
            throw .wrongAttribute(
                name: "keys_tensor", reason: "holds \(keys.type.element.name)")
        }
        return CategoryMapping(
            keys: lookup, values: values, fallback: try fallback(attributes, values.type.element),
            type: TensorType(values.type.element, type.shape))
    }

    /// The one attribute `prefix_…` that is given, as a tensor.
    private static func tensor(
        _ attributes: Attributes, _ prefix: String
    ) throws(OperatorError) -> Tensor {
        var found: [Tensor] = []
        let texts = try attributes.textValues(prefix + "_strings")
        let integers = try attributes.intValues(prefix + "_int64s")
        let floats = try attributes.floatValues(prefix + "_floats")
        if !texts.isEmpty { found.append(try list(texts)) }
        if !integers.isEmpty { found.append(try list(integers.map(Int64.init))) }
        if !floats.isEmpty { found.append(try list(floats)) }
        if let tensor = try attributes.tensor(prefix + "_tensor") { found.append(tensor) }
        guard let first = found.first else { throw .missingAttribute(name: prefix + "_tensor") }
        guard found.count == 1 else {
            throw .wrongAttribute(name: prefix + "_tensor", reason: "is given more than once")
        }
        return first
    }

    /// What elements become that are no key, a tensor of one element.
    private static func fallback(
        _ attributes: Attributes, _ element: ElementType
    ) throws(OperatorError) -> Tensor {
        if let tensor = try attributes.tensor("default_tensor") {
            guard tensor.shape.elementCount == 1, tensor.type.element == element else {
                throw .wrongAttribute(
                    name: "default_tensor", reason: "is not one \(element.name)")
            }
            return tensor
        }
        switch element {
        case .string:
            return Tensor(
                [try attributes.string("default_string", default: "_Unused")], shape: [])
        case .float32:
            return Tensor([try attributes.float("default_float", default: -0.0)], shape: [])
        case .float64: return Tensor(float64s: [-0.0], shape: [])
        case .int64:
            return Tensor([Int64(try attributes.int("default_int64", default: -1))], shape: [])
        case .int32: return Tensor([Int32(-1)], shape: [])
        case .int16: return Tensor([Int16(-1)], shape: [])
        default:
            throw .wrongAttribute(name: "values_tensor", reason: "holds \(element.name)")
        }
    }
}

private func list(_ values: [String]) throws(OperatorError) -> Tensor {
    Tensor(values, shape: try Shape([values.count]))
}

private func list(_ values: [Int64]) throws(OperatorError) -> Tensor {
    Tensor(values, shape: try Shape([values.count]))
}

private func list(_ values: [Float]) throws(OperatorError) -> Tensor {
    Tensor(values, shape: try Shape([values.count]))
}

/// A look-up that gives a value for each element.
private struct CategoryMapping: TabularForm {
    let keys: CategoryKeys
    let values: Tensor
    let fallback: Tensor
    let type: TensorType

    var outputTypes: [TensorType] { [type] }
    var work: Work {
        Work(elements: UInt64(type.shape.elementCount).multipliedSaturating(keys.comparisonCount))
    }

    func compute(_ inputs: [Tensor?], using kernels: Kernels) throws(OperatorError) -> [Tensor] {
        [keys.mapped(inputs.required(0), to: values, else: fallback)]
    }
}

/// Texts to integers or integers to texts.
enum CategoryMapperOperator: TabularOperator {
    static let name = "ai.onnx.ml.CategoryMapper"
    static let attributeNames = [
        "cats_int64s", "cats_strings", "default_int64", "default_string",
    ]

    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        let type = try call.type(0, of: .string, .int64)
        let attributes = call.attributes
        let texts = try list(attributes.textValues("cats_strings"))
        let integers = try list(attributes.intValues("cats_int64s").map(Int64.init))
        try requireLength("cats_int64s", integers.shape.elementCount, texts.shape.elementCount)
        let isText = type.element == .string
        guard let keys = CategoryKeys(isText ? texts : integers) else {
            throw .wrongInputType(index: 0)
        }
        let fallback =
            isText
            ? Tensor([Int64(try attributes.int("default_int64", default: -1))], shape: [])
            : Tensor([try attributes.string("default_string", default: "_Unused")], shape: [])
        return CategoryMapping(
            keys: keys, values: isText ? integers : texts, fallback: fallback,
            type: TensorType(isText ? .int64 : .string, type.shape))
    }
}

/// One more axis with a 1 at the place of the element's category.
enum OneHotEncoderOperator: TabularOperator {
    static let name = "ai.onnx.ml.OneHotEncoder"
    static let attributeNames = ["cats_int64s", "cats_strings", "zeros"]

    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        let type = try call.type(0, of: .string, .int64, .int32, .float32, .float64)
        let texts = try call.attributes.textValues("cats_strings")
        let integers = try call.attributes.intValues("cats_int64s")
        let isText = type.element == .string
        guard isText ? integers.isEmpty : texts.isEmpty else {
            throw .wrongAttribute(
                name: isText ? "cats_int64s" : "cats_strings", reason: "is not of the input's type")
        }
        guard !(texts.isEmpty && integers.isEmpty) else {
            throw .missingAttribute(name: isText ? "cats_strings" : "cats_int64s")
        }
        let count = max(texts.count, integers.count)
        return Form(
            keys: isText
                ? .texts(CategoryLookup(texts))
                : .int64s(CategoryLookup(integers.map(Int64.init))),
            count: count, mayBeUnknown: try call.attributes.flag("zeros", default: true),
            type: TensorType(.float32, try Shape(type.shape.dimensions + [count])))
    }

    private struct Form: TabularForm {
        let keys: CategoryKeys
        let count: Int
        let mayBeUnknown: Bool
        let type: TensorType

        var outputTypes: [TensorType] { [type] }
        var work: Work {
            let elements = UInt64(type.shape.elementCount)
            return Work(
                elements: elements
                    &+ (elements / UInt64(count)).multipliedSaturating(keys.comparisonCount))
        }

        func compute(
            _ inputs: [Tensor?], using kernels: Kernels
        ) throws(OperatorError) -> [Tensor] {
            var input = inputs.required(0)
            if input.type.element != .string { input = try input.cast(to: .int64) }
            var results = [Float](repeating: 0, count: type.shape.elementCount)
            for (index, place) in keys.places(of: input).enumerated() {
                if let place {
                    results[index * count + place] = 1
                } else if !mayBeUnknown {
                    throw .wrongInputValue(
                        index: 0, reason: "element \(index) is of an unknown category")
                }
            }
            return [Tensor(results, shape: type.shape)]
        }
    }
}
