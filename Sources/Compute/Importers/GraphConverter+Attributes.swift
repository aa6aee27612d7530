// Attributes of ONNX nodes as operators see them.

import Base
import Models
import Tensors

extension GraphConverter {
    /// The value of an attribute. Files of the first format versions leave the kind out; then the
    /// field that is there tells it.
    func value(
        of attribute: ONNXAttribute, _ place: NodePlace
    ) throws(ImportError) -> AttributeValue {
        func failure(_ reason: String) -> ImportError {
            .unsupportedNode(place, reason: "attribute \(attribute.name) \(reason)")
        }
        if let unsupported = attribute.unsupported {
            throw failure("holds \(unsupported), which is not supported")
        }
        guard !attribute.isReference else { throw failure("refers to a function's attribute") }
        switch attribute.type == 0 ? attribute.impliedType : attribute.type {
        case 1: return .float(attribute.float ?? 0)
        case 2: return .int(attribute.int ?? 0)
        case 3: return .string(try text(attribute.string ?? [], failure))
        case 4:
            guard let tensor = attribute.tensor else { throw failure("holds no tensor") }
            return .tensor(try self.tensor(tensor, "attribute \(attribute.name) of \(place)"))
        case 6: return .floats(attribute.floats)
        case 7: return .ints(attribute.ints)
        case 8:
            return .strings(
                try attribute.strings.map { (string) throws(ImportError) in
                    try text(string, failure)
                })
        default: throw failure("has an unsupported kind")
        }
    }

    private func text(
        _ bytes: ArraySlice<UInt8>, _ failure: (String) -> ImportError
    ) throws(ImportError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw failure("is not UTF-8")
        }
        return text
    }

    private func tensor(_ tensor: ONNXTensor, _ owner: String) throws(ImportError) -> Tensor {
        guard !tensor.isExternal else {
            throw .wrongTensor(owner, reason: "external data is for initializers only")
        }
        let type = try tensor.type(of: owner, limits)
        var none = ExternalData(ONNXImporter.refuseExternalData)
        let bytes = try tensor.bytes(type, of: owner, &none)
        do throws(OperatorError) {
            return try Tensor(type: type, littleEndianBytes: bytes)
        } catch {
            throw .wrongTensor(owner, reason: "\(error)")
        }
    }
}

extension ONNXAttribute {
    /// The kind that the fields imply, by its ONNX number.
    var impliedType: Int64 {
        if float != nil { return 1 }
        if int != nil { return 2 }
        if string != nil { return 3 }
        if tensor != nil { return 4 }
        if !floats.isEmpty { return 6 }
        return strings.isEmpty ? 7 : 8
    }
}

extension ONNXNode {
    /// Whether a `Constant` node makes one truth value, false.
    var isFalseConstant: Bool {
        attributes.first { $0.name == "value" }?.tensor?.isFalse ?? false
    }
}

extension ONNXTensor {
    /// Whether the tensor is one truth value, false.
    var isFalse: Bool {
        dataType == Int64(ElementType.bool.rawValue) && dimensions.allSatisfy { $0 == 1 }
            && !isExternal && (rawData.map { $0.elementsEqual([0]) } ?? (int32Data == [0]))
    }
}
