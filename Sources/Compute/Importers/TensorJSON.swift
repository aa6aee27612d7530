// Tensors as JSON, for people and scripts. Read:
//
//     {"input": {"shape": [1, 2], "type": "float32", "data": [0.5, "NaN"]}}   flat, row-major
//     {"input": [[0.5, 1]]}                                                  nested, type implied
//     [[0.5, 1]]                                                             a model's only input
//
// Written: the first form. Floats are written with the fewest digits that read back as the same
// number; NaN and the infinities, which JSON numbers cannot say, are strings.

public import Base
public import Models
public import Tensors
public import Wire

/// Reads and writes tensors as JSON.
public enum TensorJSON {
    /// The JSON of named tensors, in order.
    public static func json(of tensors: [NamedTensor]) -> JSONValue {
        .object(tensors.map { JSONMember($0.name, json(of: $0.tensor)) })
    }

    /// The JSON of one tensor: shape, type and flat data.
    public static func json(of tensor: Tensor) -> JSONValue {
        .object([
            "shape": .array(tensor.shape.dimensions.map { .number(String($0)) }),
            "type": .string(tensor.type.element.name),
            "data": .array(elements(of: tensor)),
        ])
    }

    /// Reads tensors for `inputs`: an object with a member for each, or one bare array when there
    /// is one input. Members for unknown names are kept, so that the machine can name them.
    public static func tensors(
        from bytes: Bytes, for inputs: [Model.Port]
    ) throws(ImportError) -> [NamedTensor] {
        let value: JSONValue
        do throws(WireError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .wrongJSON(reason: "\(error)")
        }
        if case .object(let members) = value {
            var tensors: [NamedTensor] = []
            for member in members {
                let port = inputs.first { $0.name == member.name }
                let tensor = try tensor(from: member.value, as: port?.type, named: member.name)
                tensors.append(NamedTensor(name: member.name, tensor: tensor))
            }
            return tensors
        }
        guard inputs.count == 1, let port = inputs.first else {
            throw .wrongJSON(
                reason: "it must be an object with the members "
                    + inputs.map { "\"\($0.name)\"" }.joined(separator: ", "))
        }
        let tensor = try tensor(from: value, as: port.type, named: port.name)
        return [NamedTensor(name: port.name, tensor: tensor)]
    }

    /// Reads one tensor.
    ///
    /// - Parameters:
    ///   - type: the type of nested arrays, which do not say their element type; nested arrays of
    ///     an unknown type are read as float32.
    ///   - name: the tensor's name, for the error.
    static func tensor(
        from value: JSONValue, as type: TensorType?, named name: String
    ) throws(ImportError) -> Tensor {
        func failure(_ reason: String) -> ImportError {
            .wrongJSON(reason: "tensor \"\(name)\" \(reason)")
        }
        guard case .object(let members) = value else {
            var flat: [JSONValue] = []
            let dimensions = try flatten(value, into: &flat, failure)
            return try tensor(
                flat, type?.element ?? .float32, try shape(dimensions, failure), failure)
        }
        for member in members where !["shape", "type", "data"].contains(member.name) {
            throw failure("has an unknown member \"\(member.name)\"")
        }
        guard let data = value["data"] else { throw failure("has no \"data\"") }
        var element = type?.element ?? .float32
        if let label = value["type"] {
            guard let text = label.text, let known = ElementType(name: text) else {
                throw failure("has an unknown \"type\"")
            }
            element = known
        }
        var flat: [JSONValue] = []
        let nested = try flatten(data, into: &flat, failure)
        guard let declared = value["shape"] else {
            return try tensor(flat, element, try shape(nested, failure), failure)
        }
        var dimensions: [Int] = []
        for dimension in declared.elements ?? [.null] {
            guard case .number(let text) = dimension, let size = Int(text) else {
                throw failure("has a \"shape\" that is not a list of integers")
            }
            dimensions.append(size)
        }
        let shape = try shape(dimensions, failure)
        guard flat.count == shape.elementCount else {
            throw failure(
                "has \(flat.count) elements; shape \(dimensions) needs "
                    + "\(shape.elementCount)")
        }
        return try tensor(flat, element, shape, failure)
    }

    private static func shape(
        _ dimensions: [Int], _ failure: (String) -> ImportError
    ) throws(ImportError) -> Shape {
        do throws(OperatorError) {
            return try Shape(dimensions)
        } catch {
            throw failure("has an impossible shape \(dimensions)")
        }
    }

    /// Appends the elements of nested arrays and gives their dimensions. The recursion is bounded
    /// by the depth that the JSON parser admits.
    private static func flatten(
        _ value: JSONValue, into flat: inout [JSONValue], _ failure: (String) -> ImportError
    ) throws(ImportError) -> [Int] {
        guard let elements = value.elements else {
            flat.append(value)
            return []
        }
        var inner: [Int]?
        for element in elements {
            let dimensions = try flatten(element, into: &flat, failure)
            guard inner == nil || inner == dimensions else {
                throw failure("has rows of different lengths")
            }
            inner = dimensions
        }
        return [elements.count] + (inner ?? [])
    }
}
