// The parts of onnx.proto that programs are made of, read from hostile bytes. Field numbers are
// those of ONNX's `onnx.proto` (IR version 3 to 13); what is not listed here is skipped when it
// cannot change the result, and refused otherwise. Graphs within attributes are the only messages
// that nest in themselves; how deep is bounded by `ONNXReader.maximumGraphDepth`.

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
    /// The names that the node's subgraphs read from outside themselves, each once.
    var captured: [String] = []

    /// Every name that must be there before the node runs.
    var reads: [String] { inputs + captured }
    /// The operator with its domain in front, unless that is the default one.
    var qualifiedName: String {
        domain.isEmpty || domain == "ai.onnx" ? operatorName : "\(domain).\(operatorName)"
    }
}

extension ONNXGraph {
    /// The names that the graph reads and does not define, each once, in the order of reading.
    var freeNames: [String] {
        var known = Set(inputs.map(\.name)).union(initializers.map(\.name))
        for node in nodes { known.formUnion(node.outputs) }
        var free: [String] = []
        let reads = nodes.lazy.flatMap(\.reads)
        for name in Array(reads) + outputs.map(\.name)
        where !name.isEmpty && known.insert(name).inserted { free.append(name) }
        return free
    }
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
    /// A graph, at most one.
    var graphs: [ONNXGraph] = []
    /// Whether the attribute holds a type, which programs do not need.
    var isType = false
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
    /// `uint64_data`, which holds uint32 elements too.
    var uint64Data: [UInt64] = []
    /// `double_data`, as bits.
    var doubleData: [UInt64] = []
    var stringData: [ArraySlice<UInt8>] = []
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
    /// Most graphs within graphs.
    static let maximumGraphDepth = 12

    func model(_ bytes: ArraySlice<UInt8>) throws(ImportError) -> ONNXModel {
        var model = ONNXModel()
        try fields(of: bytes, "ModelProto") { (field) throws(ImportError) in
            switch field.number {
            case 1: model.irVersion = try field.integer("ModelProto")
            case 2: model.producer = try field.text("ModelProto")
            case 7:
                guard model.graph == nil else { throw field.malformed("ModelProto") }
                model.graph = try graph(try field.bytes("ModelProto"), depth: 0)
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

    private func graph(
        _ bytes: ArraySlice<UInt8>, depth: Int
    ) throws(ImportError) -> ONNXGraph {
        let place = "GraphProto"
        guard depth <= ONNXReader.maximumGraphDepth else {
            throw .tooMany("graphs within graphs", limit: ONNXReader.maximumGraphDepth)
        }
        var graph = ONNXGraph()
        try fields(of: bytes, place) { (field) throws(ImportError) in
            switch field.number {
            case 1:
                guard graph.nodes.count < limits.maximumNodes else {
                    throw .tooMany("nodes", limit: limits.maximumNodes)
                }
                graph.nodes.append(try node(try field.bytes(place), depth: depth))
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

    private func node(
        _ bytes: ArraySlice<UInt8>, depth: Int
    ) throws(ImportError) -> ONNXNode {
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
                    try attribute(try field.bytes(place), depth: depth), to: &node.attributes,
                    "attributes of a node")
            case 7: node.domain = try field.text(place)
            default: break
            }
        }
        var captured: Set<String> = []
        for graph in node.attributes.flatMap(\.graphs) {
            for name in graph.freeNames where captured.insert(name).inserted {
                node.captured.append(name)
            }
        }
        return node
    }

    private func attribute(
        _ bytes: ArraySlice<UInt8>, depth: Int
    ) throws(ImportError) -> ONNXAttribute {
        let place = "AttributeProto"
        var attribute = ONNXAttribute()
        try fields(of: bytes, place) { (field) throws(ImportError) in
            switch field.number {
            case 1: attribute.name = try field.text(place)
            case 2: attribute.float = try field.bits32(place)
            case 3: attribute.int = try field.integer(place)
            case 4: attribute.string = try field.bytes(place)
            case 5: attribute.tensor = try tensor(try field.bytes(place))
            case 6: attribute.graphs = [try graph(try field.bytes(place), depth: depth + 1)]
            case 7: try field.appendBits32(to: &attribute.floats, place)
            case 8: try field.appendIntegers(to: &attribute.ints, place)
            case 9: try append(try field.bytes(place), to: &attribute.strings, "strings")
            case 10: attribute.unsupported = "a list of tensors"
            case 11: attribute.unsupported = "a list of graphs"
            case 14: attribute.isType = true
            case 15: attribute.unsupported = "a list of types"
            case 20: attribute.type = try field.integer(place)
            case 21: attribute.isReference = true
            case 22, 23: attribute.unsupported = "a sparse tensor"
            default: break
            }
        }
        return attribute
    }

    func tensor(_ bytes: ArraySlice<UInt8>) throws(ImportError) -> ONNXTensor {
        let place = "TensorProto"
        var tensor = ONNXTensor()
        try fields(of: bytes, place) { (field) throws(ImportError) in
            switch field.number {
            case 1: try field.appendIntegers(to: &tensor.dimensions, place)
            case 2: tensor.dataType = try field.integer(place)
            case 3: tensor.isSegmented = true
            case 4: try field.appendBits32(to: &tensor.floatData, place)
            case 5: try field.appendIntegers(to: &tensor.int32Data, place)
            case 6: try append(try field.bytes(place), to: &tensor.stringData, "strings")
            case 7: try field.appendIntegers(to: &tensor.int64Data, place)
            case 10: try field.appendBits64(to: &tensor.doubleData, place)
            case 11:
                var integers: [Int64] = []
                try field.appendIntegers(to: &integers, place)
                tensor.uint64Data += integers.map { UInt64(bitPattern: $0) }
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
