// The trace file: what a traced run did, node by node, so that two runs can be compared without
// either machine. JSON:
//
//     {"format": "aivm-trace/1", "model_id": hex, "kernels": "avx2", "threads": 1,
//      "gas_used": 1, "trace_root": hex,
//      "inputs": [{"name": "x", "type": "float32[1, 2]", "hash": hex}],
//      "nodes": [{"index": 0, "name": "", "operator": "Relu", "outputs": ["float32[1, 2]"],
//                 "hash": hex, "nanoseconds": 1}]}
//
// Hashes are those of `Trace`; the hash of an input is that of a node with this one output. The
// root must follow from the hashes of the nodes, which a reader checks.

import Base
import Machine
import Models
import Tensors
import Wire

/// A traced run.
struct RunTrace: Equatable {
    /// An input of the run.
    struct Input: Equatable {
        var name: String
        var type: String
        var hash: Hash256
    }

    /// A node that ran.
    struct Node: Equatable {
        var index: Int
        var name: String
        var operatorName: String
        /// The types of the outputs; of one that is no tensor, what it is.
        var outputs: [String]
        var hash: Hash256
        var nanoseconds: Int64
    }

    static let format = "aivm-trace/1"

    var modelID: Hash256
    var kernels: String
    var threads: Int
    var gasUsed: UInt64
    var inputs: [Input]
    var nodes: [Node]
    var traceRoot: Hash256 { Trace.root(of: nodes.map(\.hash)) }

    /// The trace of a traced run of `interpreter`, whose steps a recorder noted.
    init(
        _ interpreter: Interpreter, kernels: Kernels, inputs: [NamedTensor],
        _ execution: Execution, _ steps: [StepRecorder.Step]
    ) {
        modelID = interpreter.model.modelID
        self.kernels = kernels.name
        threads = kernels.threads
        gasUsed = execution.gasUsed
        self.inputs = inputs.map {
            Input(
                name: $0.name, type: $0.tensor.type.description,
                hash: Trace.nodeHash(of: [$0.tensor]))
        }
        nodes = zip(steps, execution.nodeHashes).map { step, hash in
            Node(
                index: step.event.place.index, name: step.event.place.name,
                operatorName: step.event.place.operatorName,
                outputs: step.event.outputTypes.map { $0?.description ?? "no tensor" },
                hash: hash, nanoseconds: step.nanoseconds)
        }
    }

    /// The content of the trace file.
    var json: JSONValue {
        .object([
            "format": .string(RunTrace.format), "model_id": .string(modelID.hex),
            "kernels": .string(kernels), "threads": .number(String(threads)),
            "gas_used": .number(String(gasUsed)), "trace_root": .string(traceRoot.hex),
            "inputs": .array(
                inputs.map {
                    .object([
                        "name": .string($0.name), "type": .string($0.type),
                        "hash": .string($0.hash.hex),
                    ])
                }),
            "nodes": .array(nodes.map(\.json)),
        ])
    }
}

extension RunTrace.Node {
    /// The node as it stands in the file.
    var json: JSONValue {
        .object([
            "index": .number(String(index)), "name": .string(name),
            "operator": .string(operatorName), "outputs": .array(outputs.map { .string($0) }),
            "hash": .string(hash.hex), "nanoseconds": .number(String(nanoseconds)),
        ])
    }
}

extension RunTrace {
    /// Reads the content of a trace file.
    ///
    /// - Throws: `CommandFailure` with exit code 65 that says what is wrong.
    init(fileBytes: Bytes, path: String) throws {
        func failure(_ reason: String) -> CommandFailure {
            CommandFailure("\(path) is no trace file: \(reason)", .malformedData)
        }
        let json: JSONValue
        do throws(WireError) {
            json = try JSONValue(parsing: fileBytes, maximumBytes: 256 << 20)
        } catch {
            throw failure("\(error)")
        }
        guard json["format"]?.text == RunTrace.format else {
            throw failure("its \"format\" is not \"\(RunTrace.format)\"")
        }
        func member<Value>(_ name: String, _ read: (JSONValue) -> Value?) throws -> Value {
            guard let value = json[name].flatMap(read) else {
                throw failure("\"\(name)\" is missing or malformed")
            }
            return value
        }
        modelID = try member("model_id", RunTrace.hash)
        kernels = try member("kernels") { $0.text }
        threads = try member("threads") { $0.integer() }
        gasUsed = try member("gas_used") { $0.integer() }
        inputs = try member("inputs") { $0.elements }.enumerated().map { index, value in
            guard let input = Input(value) else { throw failure("input \(index) is malformed") }
            return input
        }
        nodes = try member("nodes") { $0.elements }.enumerated().map { index, value in
            guard let node = Node(value), node.index == index else {
                throw failure("node \(index) is malformed")
            }
            return node
        }
        guard try member("trace_root", RunTrace.hash) == traceRoot else {
            throw failure("its \"trace_root\" does not follow from the hashes of its nodes")
        }
    }

    fileprivate static func hash(_ value: JSONValue) -> Hash256? {
        value.text.flatMap { Bytes(hex: $0) }.flatMap { Hash256($0) }
    }
}

extension RunTrace.Input {
    fileprivate init?(_ json: JSONValue) {
        guard let name = json["name"]?.text, let type = json["type"]?.text,
            let hash = json["hash"].flatMap(RunTrace.hash)
        else { return nil }
        self.init(name: name, type: type, hash: hash)
    }
}

extension RunTrace.Node {
    fileprivate init?(_ json: JSONValue) {
        guard let index = json["index"]?.integer(as: Int.self), let name = json["name"]?.text,
            let operatorName = json["operator"]?.text, let types = json["outputs"]?.elements,
            let hash = json["hash"].flatMap(RunTrace.hash),
            let nanoseconds = json["nanoseconds"]?.integer(as: Int64.self)
        else { return nil }
        let outputs = types.compactMap(\.text)
        guard outputs.count == types.count else { return nil }
        self.init(
            index: index, name: name, operatorName: operatorName, outputs: outputs, hash: hash,
            nanoseconds: nanoseconds)
    }
}
