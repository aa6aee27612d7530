// From hostile tensor messages to tensors and back. Against a schema every request has exactly one
// canonical form: the model's order, each name once, the exact types, canonical NaNs. Commitments,
// state and receipts use that form only, so the same request always gives the same bytes.

import Base
public import Models
import Tensors

extension TensorSet {
    /// The set of `tensors`, in this order.
    public init(_ tensors: [NamedTensor]) {
        self.init(
            tensors.map { named in
                TensorEntry(
                    name: named.name,
                    elementType: UInt32(bitPattern: named.tensor.type.element.rawValue),
                    dimensions: named.tensor.shape.dimensions.map { UInt64($0) },
                    data: named.tensor.littleEndianBytes)
            })
    }

    /// The tensors, checked on their own: known element types, sane shapes, bytes that fit.
    public func namedTensors() throws(VerificationError) -> [NamedTensor] {
        var result: [NamedTensor] = []
        result.reserveCapacity(tensors.count)
        for entry in tensors {
            result.append(NamedTensor(name: entry.name, tensor: try entry.tensor()))
        }
        return result
    }

    /// The canonical form of this set for a model with these inputs: its entries may come in any
    /// order.
    ///
    /// - Throws: `wrongTensors` unless there is exactly one tensor of the right type per input.
    public func canonical(
        for schemas: [TensorSchema]
    ) throws(VerificationError) -> TensorSet {
        TensorSet(try tensors(for: schemas))
    }

    /// The tensors of this set in the order of `schemas`.
    func tensors(for schemas: [TensorSchema]) throws(VerificationError) -> [NamedTensor] {
        guard tensors.count == schemas.count else {
            throw .wrongTensors(
                "\(tensors.count) tensors instead of \(schemas.count): "
                    + schemas.prefix(8).map { "\"\($0.name)\"" }.joined(separator: ", "))
        }
        var places: [String: Int] = [:]
        for (index, entry) in tensors.enumerated() {
            guard places.updateValue(index, forKey: entry.name) == nil else {
                throw .wrongTensors("input \"\(entry.name.prefix(100))\" is given twice")
            }
        }
        var result: [NamedTensor] = []
        result.reserveCapacity(schemas.count)
        for schema in schemas {
            guard let entry = places[schema.name].map({ tensors[$0] }) else {
                throw .wrongTensors("input \"\(schema.name)\" is missing")
            }
            // Names are compared as text; what goes on is the schema's own spelling.
            let given = TensorSchema(
                name: schema.name, elementType: entry.elementType, dimensions: entry.dimensions)
            guard given == schema else {
                throw .wrongTensors(
                    "\"\(schema.name)\" must be \(schema.typeText), not \(given.typeText)")
            }
            result.append(NamedTensor(name: schema.name, tensor: try entry.tensor()))
        }
        return result
    }
}

extension TensorEntry {
    /// The tensor, with canonical NaNs.
    func tensor() throws(VerificationError) -> Tensor {
        let schema = TensorSchema(name: name, elementType: elementType, dimensions: dimensions)
        let type = try schema.tensorType()
        do throws(OperatorError) {
            return try Tensor(type: type, littleEndianBytes: data[...])
        } catch {
            throw .wrongTensors("\"\(name)\": \(error)")
        }
    }
}
