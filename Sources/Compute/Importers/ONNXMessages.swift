// The parts of onnx.proto that programs are made of, read from hostile bytes. Field numbers are
// those of ONNX's `onnx.proto` (IR version 3 to 13); what is not listed here is skipped when it
// cannot change the result, and refused otherwise. No message is read recursively: subgraphs are
// refused where they stand.

import Base
import Models
import Tensors
import Wire

/// `ModelProto`.
struct ONNXModel {
    var irVersion: Int64?
    var producer = ""
    /// Versions of the operator sets, by domain; `""` and `ai.onnx` are the default domain.
    var opsets: [(domain: String, version: Int64)] = []
    var graph: ONNXGraph?
    var hasFunctions = false
}

/// `GraphProto`.
struct ONNXGraph {
    var name = ""
    var nodes: [ONNXNode] = []
    var initializers: [ONNXTensor] = []
    var hasSparseInitializers = false
    var inputs: [ONNXValue] = []
    var outputs: [ONNXValue] = []
}

/// `NodeProto`.
struct ONNXNode {
    var name = ""
    var operatorName = ""
    var domain = ""
    var inputs: [String] = []
    var outputs: [String] = []
    var attributes: [ONNXAttribute] = []
}

/// `AttributeProto`.
struct ONNXAttribute {
    var name = ""
    var type: Int64 = 0
    var float: UInt32?
    var int: Int64?
    var string: ArraySlice<UInt8>?
    var tensor: ONNXTensor?
    var floats: [UInt32] = []
    var ints: [Int64] = []
    var strings: [ArraySlice<UInt8>] = []
    var isReference = false
    /// What the attribute holds that programs cannot, such as a subgraph.
    var unsupported: String?
}

/// `TensorProto`.
struct ONNXTensor {
    var name = ""
    var dimensions: [Int64] = []
    var dataType: Int64 = 0
    var rawData: ArraySlice<UInt8>?
    var floatData: [UInt32] = []
    /// `int32_data` and `int64_data`; a tensor uses one of them.
    var int32Data: [Int64] = []
    var int64Data: [Int64] = []
    var isSegmented = false
    var isExternal = false
    var externalData: [(key: String, value: String)] = []
}

/// `ValueInfoProto`.
struct ONNXValue {
    var name = ""
    /// ONNX number of the element type; `nil` when the value is not a tensor.
    var elementType: Int64?
    /// Dimensions; `nil` when the shape is not declared.
    var dimensions: [ONNXDimension]?
    /// What the value is instead of a tensor.
    var unsupported: String?
}

/// `TensorShapeProto.Dimension`.
enum ONNXDimension: Equatable {
    case fixed(Int64)
    case symbolic(String)
    case unknown
}

/// Reads the messages. Counts are compared with `limits` while they grow.
struct ONNXReader {
    let limits: ModelLimits

    func model(_ bytes: ArraySlice<UInt8>) throws(ImportError) -> ONNXModel {
        var model = ONNXModel()
        try fields(of: bytes, "ModelProto") { (field) throws(ImportError) in
            switch field.number {
            case 1: model.irVersion = try field.integer("ModelProto")
            case 2: model.producer = try field.text("ModelProto")
            case 7:
                guard model.graph == nil else { throw field.malformed("ModelProto") }
                model.graph = try graph(try field.bytes("ModelProto"))
            case 8:
                var domain = ""
                var version: Int64 = 0
                let bytes = try field.bytes("ModelProto")
                try fields(of: bytes, "OperatorSetIdProto") { (field) throws(ImportError) in
                    switch field.number {
                    case 1: domain = try field.text("OperatorSetIdProto")
                    case 2: version = try field.integer("OperatorSetIdProto")
                    default: break
                    }
                }
                try append((domain, version), to: &model.opsets, "operator sets")
            case 25: model.hasFunctions = true
            default: break
            }
        }
        return model
    }

    private func graph(_ bytes: ArraySlice<UInt8>) throws(ImportError) -> ONNXGraph {
        let place = "GraphProto"
        var graph = ONNXGraph()
        try fields(of: bytes, place) { (field) throws(ImportError) in
            switch field.number {
            case 1:
                guard graph.nodes.count < limits.maximumNodes else {
                    throw .tooMany("nodes", limit: limits.maximumNodes)
                }
                graph.nodes.append(try node(try field.bytes(place)))
            case 2: graph.name = try field.text(place)
            case 5:
                try append(
                    try tensor(try field.bytes(place)), to: &graph.initializers, "initializers")
            case 11: try append(try value(try field.bytes(place)), to: &graph.inputs, "inputs")
            case 12: try append(try value(try field.bytes(place)), to: &graph.outputs, "outputs")
            case 15: graph.hasSparseInitializers = true
            default: break
            }
        }
        return graph
    }

    private func node(_ bytes: ArraySlice<UInt8>) throws(ImportError) -> ONNXNode {
        let place = "NodeProto"
        var node = ONNXNode()
        try fields(of: bytes, place) { (field) throws(ImportError) in
            switch field.number {
            case 1: try append(try field.text(place), to: &node.inputs, "inputs of a node")
            case 2: try append(try field.text(place), to: &node.outputs, "outputs of a node")
            case 3: node.name = try field.text(place)
            case 4: node.operatorName = try field.text(place)
            case 5:
                try append(
                    try attribute(try field.bytes(place)), to: &node.attributes,
                    "attributes of a node")
            case 7: node.domain = try field.text(place)
            default: break
            }
        }
        return node
    }

    private func attribute(_ bytes: ArraySlice<UInt8>) throws(ImportError) -> ONNXAttribute {
        let place = "AttributeProto"
        var attribute = ONNXAttribute()
        try fields(of: bytes, place) { (field) throws(ImportError) in
            switch field.number {
            case 1: attribute.name = try field.text(place)
            case 2: attribute.float = try field.bits32(place)
            case 3: attribute.int = try field.integer(place)
            case 4: attribute.string = try field.bytes(place)
            case 5: attribute.tensor = try tensor(try field.bytes(place))
            case 6, 11: attribute.unsupported = "a subgraph"
            case 7: try field.appendBits32(to: &attribute.floats, place)
            case 8: try field.appendIntegers(to: &attribute.ints, place)
            case 9: try append(try field.bytes(place), to: &attribute.strings, "strings")
            case 10: attribute.unsupported = "a list of tensors"
            case 14, 15: attribute.unsupported = "a type"
            case 20: attribute.type = try field.integer(place)
            case 21: attribute.isReference = true
            case 22, 23: attribute.unsupported = "a sparse tensor"
            default: break
            }
        }
        return attribute
    }

    private func tensor(_ bytes: ArraySlice<UInt8>) throws(ImportError) -> ONNXTensor {
        let place = "TensorProto"
        var tensor = ONNXTensor()
        try fields(of: bytes, place) { (field) throws(ImportError) in
            switch field.number {
            case 1: try field.appendIntegers(to: &tensor.dimensions, place)
            case 2: tensor.dataType = try field.integer(place)
            case 3: tensor.isSegmented = true
            case 4: try field.appendBits32(to: &tensor.floatData, place)
            case 5: try field.appendIntegers(to: &tensor.int32Data, place)
            case 7: try field.appendIntegers(to: &tensor.int64Data, place)
            case 8: tensor.name = try field.text(place)
            case 9: tensor.rawData = try field.bytes(place)
            case 13:
                let entry = try keyAndValue(try field.bytes(place))
                try append(entry, to: &tensor.externalData, "external data entries")
            case 14: tensor.isExternal = try field.integer(place) == 1
            default: break
            }
        }
        return tensor
    }

    private func keyAndValue(
        _ bytes: ArraySlice<UInt8>
    ) throws(ImportError) -> (key: String, value: String) {
        var entry = (key: "", value: "")
        try fields(of: bytes, "StringStringEntryProto") { (field) throws(ImportError) in
            switch field.number {
            case 1: entry.key = try field.text("StringStringEntryProto")
            case 2: entry.value = try field.text("StringStringEntryProto")
            default: break
            }
        }
        return entry
    }
}
