// Graphs within graphs become bodies. An ONNX subgraph reads names of the graphs around it; a body
// reads nothing but its inputs and the captures of its node. So every name from outside becomes a
// capture, and constants of a subgraph move out to the program, whose weights hold them.

import Base
import Models
import Tensors

/// A body while its nodes are collected; values are numbered when the captures are complete.
struct BodyBuilder {
    /// A value of the body.
    enum Value {
        case input(Int)
        case capture(Int)
        case output(node: Int, index: Int)
    }

    private struct Node {
        var node: ProgramNode
        var inputs: [Value?]
        var captures: [Value]
    }

    /// A body that gives back its one input.
    static var passingThrough: BodyBuilder {
        var body = BodyBuilder(inputs: [""])
        body.addOutput(.input(0))
        return body
    }

    let inputCount: Int
    var values: [String: Value] = [:]
    private var nodes: [Node] = []
    private var outputs: [Value] = []

    init(inputs: [String]) {
        inputCount = inputs.count
        for (index, name) in inputs.enumerated() { values[name] = .input(index) }
    }

    /// Adds a node and gives the values of its outputs.
    mutating func add(
        _ node: ProgramNode, _ inputs: [Value?], captures: [Value]
    ) -> [Value] {
        var given = inputs
        while let last = given.last, last == nil { given.removeLast() }
        nodes.append(Node(node: node, inputs: given, captures: captures))
        return (0..<Int(node.outputCount)).map { .output(node: nodes.count - 1, index: $0) }
    }

    mutating func addOutput(_ value: Value) { outputs.append(value) }

    /// The body of a node with `captureCount` captures.
    func finished(captureCount: Int) -> ProgramBody {
        var firsts: [Int] = []
        var next = inputCount + captureCount
        for node in nodes {
            firsts.append(next)
            next += Int(node.node.outputCount)
        }
        func reference(_ value: Value) -> UInt32 {
            switch value {
            case .input(let index): Program.reference(to: index)
            case .capture(let index): Program.reference(to: inputCount + index)
            case .output(let node, let index): Program.reference(to: firsts[node] + index)
            }
        }
        var body = ProgramBody()
        body.inputCount = UInt32(inputCount)
        body.nodes = nodes.map { entry in
            var node = entry.node
            node.inputs = entry.inputs.map { $0.map(reference) ?? 0 }
            node.captures = entry.captures.map(reference)
            return node
        }
        body.outputs = outputs.map(reference)
        return body
    }
}

extension GraphConverter {
    /// The bodies of a node, in the order in which programs hold them. Names that they read from
    /// outside are added to `captures`. The recursion is as deep as graphs nest.
    mutating func convertBodies(
        of node: ONNXNode, _ place: NodePlace, captures: inout [String]
    ) throws(ImportError) -> [ProgramBody] {
        guard let control = ControlOperator(rawValue: node.qualifiedName) else { return [] }
        var builders: [BodyBuilder] = []
        for name in control.bodyNames {
            guard let graph = node.attributes.first(where: { $0.name == name })?.graphs.first else {
                if control.hasOptionalBodies {
                    builders.append(.passingThrough)
                    continue
                }
                throw .unsupportedNode(place, reason: "it has no graph \"\(name)\"")
            }
            builders.append(try convertBody(graph, place, captures: &captures))
        }
        return builders.map { $0.finished(captureCount: captures.count) }
    }

    private mutating func convertBody(
        _ graph: ONNXGraph, _ place: NodePlace, captures: inout [String]
    ) throws(ImportError) -> BodyBuilder {
        guard !graph.hasSparseInitializers else {
            throw .unsupportedFeature("sparse initializers")
        }
        let constants = Set(graph.initializers.map(\.name))
        var body = BodyBuilder(
            inputs: graph.inputs.map(\.name).filter { !constants.contains($0) })
        for tensor in graph.initializers {
            let name = try liftInitializer(tensor, place)
            body.values[tensor.name] = capture(name, &captures)
        }
        for index in try TopologicalOrder(graph).nodes {
            try add(graph.nodes[index], graph.place(ofNode: index), to: &body, &captures)
        }
        for output in graph.outputs {
            body.addOutput(value(named: output.name, in: body, &captures))
        }
        return body
    }

    private mutating func add(
        _ node: ONNXNode, _ place: NodePlace, to body: inout BodyBuilder,
        _ captures: inout [String]
    ) throws(ImportError) {
        if node.qualifiedName == "Constant" {
            let name = lift(try addConstantNode(node, place))
            for output in node.outputs { body.values[output] = capture(name, &captures) }
            return
        }
        var inputs: [BodyBuilder.Value?] = []
        for name in node.inputs {
            inputs.append(name.isEmpty ? nil : value(named: name, in: body, &captures))
        }
        if isPassedThrough(node) {
            guard let first = inputs.first, let source = first, let output = node.outputs.first
            else { throw .unsupportedNode(place, reason: "it needs an input and an output") }
            body.values[output] = source
            return
        }
        var inner: [String] = []
        var made = ProgramNode()
        made.bodies = try convertBodies(of: node, place, captures: &inner)
        made.name = GraphConverter.label(node.name)
        made.operatorName = node.qualifiedName
        var outputs = node.outputs
        while let last = outputs.last, last.isEmpty { outputs.removeLast() }
        made.outputCount = UInt32(outputs.count)
        made.attributes = try attributes(of: node, place)
            .map { ProgramAttribute($0.0, $0.1) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var captured: [BodyBuilder.Value] = []
        for name in inner { captured.append(value(named: name, in: body, &captures)) }
        for (name, value) in zip(outputs, body.add(made, inputs, captures: captured))
        where !name.isEmpty { body.values[name] = value }
    }

    private func value(
        named name: String, in body: BodyBuilder, _ captures: inout [String]
    ) -> BodyBuilder.Value {
        body.values[name] ?? capture(name, &captures)
    }

    private func capture(_ name: String, _ captures: inout [String]) -> BodyBuilder.Value {
        if let index = captures.firstIndex(of: name) { return .capture(index) }
        captures.append(name)
        return .capture(captures.count - 1)
    }
}
