// The walk over an ONNX graph that builds the program: inputs, then initializers, then nodes in the
// order in which they run. Values are looked up by name once and are program values from then on.

import Base
import Models
import Tensors

/// Converts one graph.
struct GraphConverter {
    private let graph: ONNXGraph
    private let opset: Int
    private let options: ImportOptions
    var limits: ModelLimits { options.limits }
    private var externalData: ExternalData
    var builder: ProgramBuilder
    private var values: [String: ProgramBuilder.Value] = [:]
    private var report = ImportReport()
    /// How many constants of bodies have been moved out to the program.
    private var liftedCount = 0
    /// Which values come from operators for tables.
    private(set) var tabular = TabularValues()
    /// The names that a node or an output of the graph reads.
    private let readNames: Set<String>
    /// The names of constants that are one truth value, false.
    private let falseNames: Set<String>

    /// Names are for people: longer ones, and ones with control characters, are left out.
    private static let maximumNameBytes = 256

    init(
        _ graph: ONNXGraph, opset: Int, options: ImportOptions, externalData: ExternalData
    ) {
        self.graph = graph
        self.opset = opset
        self.options = options
        self.externalData = externalData
        builder = ProgramBuilder(opset: opset, name: GraphConverter.label(graph.name))
        readNames = Set(graph.outputs.map(\.name)).union(graph.nodes.lazy.flatMap(\.reads))
        let constants = graph.nodes.filter { $0.operatorName == "Constant" && $0.isFalseConstant }
        falseNames = Set(graph.initializers.filter(\.isFalse).map(\.name))
            .union(constants.flatMap(\.outputs))
    }

    mutating func convert() throws(ImportError) -> ImportedModel {
        let order = try TopologicalOrder(graph)
        let needed = order.needed(in: graph)
        try checkOperators(order.nodes.filter { needed[$0] })
        try addInputs(order.producers)
        try addInitializers(order.producers, neededNodes: needed)
        for index in order.nodes {
            guard needed[index] else {
                report.droppedNodes += 1
                continue
            }
            try addNode(index)
        }
        for output in graph.outputs {
            guard let value = values[output.name] else {
                throw .undefinedOutput(name: output.name)
            }
            builder.addOutput(output.name, value)
            report.classLabels[output.name] = tabular.labels[output.name]
        }
        let model: Model
        do throws(ModelError) {
            model = try builder.build(limits: options.limits)
        } catch {
            throw .model(error)
        }
        for (declared, computed) in zip(graph.outputs, model.outputs) {
            try check(declared, computed)
        }
        return ImportedModel(model: model, report: report)
    }

    // MARK: Inputs

    private mutating func addInputs(_ producers: [String: Int]) throws(ImportError) {
        let initializers = Set(graph.initializers.map(\.name))
        // Before format version 4 every initializer was listed as an input too.
        for input in graph.inputs where !initializers.contains(input.name) {
            let owner = "input \"\(input.name)\""
            if input.unsupported != nil {
                try define(input.name, builder.addInput(input.name, nil), producers)
                continue
            }
            guard let number = input.elementType else {
                throw .wrongTensor(owner, reason: "it has no type")
            }
            let element = try elementType(numbered: number, of: owner)
            var dimensions = options.shapes[input.name] ?? []
            if options.shapes[input.name] == nil {
                guard let declared = input.dimensions else {
                    throw .wrongTensor(owner, reason: "it has no declared shape")
                }
                for (axis, dimension) in declared.enumerated() {
                    dimensions.append(resolve(dimension, unnamed: "\(input.name).\(axis)"))
                }
            }
            let shape: Shape
            do throws(OperatorError) {
                shape = try Shape(dimensions)
            } catch {
                throw .wrongTensor(owner, reason: "shape \(dimensions) is impossible (\(error))")
            }
            try define(
                input.name, builder.addInput(input.name, TensorType(element, shape)), producers)
        }
        let known = report.dimensions.map(\.name)
        for name in options.dimensions.keys.sorted() where !known.contains(name) {
            throw .unknownDimension(name: name, known: known)
        }
    }

    private mutating func resolve(_ dimension: ONNXDimension, unnamed: String) -> Int {
        let name: String
        switch dimension {
        case .fixed(let size): return Int(size)
        case .symbolic(let symbol): name = symbol
        case .unknown: name = unnamed
        }
        let value = options.dimensions[name]
        if !report.dimensions.contains(where: { $0.name == name }) {
            report.dimensions.append(
                .init(name: name, value: value ?? 1, isDefault: value == nil))
        }
        return value ?? 1
    }

    /// Defines a value that no node makes.
    private mutating func define(
        _ name: String, _ value: ProgramBuilder.Value, _ producers: [String: Int]
    ) throws(ImportError) {
        guard producers[name] == nil, values.updateValue(value, forKey: name) == nil else {
            throw .repeatedValue(name: name)
        }
    }

    // MARK: Constants

    private mutating func addInitializers(
        _ producers: [String: Int], neededNodes: [Bool]
    ) throws(ImportError) {
        var used = Set(graph.outputs.map(\.name))
        for (index, node) in graph.nodes.enumerated() where neededNodes[index] {
            used.formUnion(node.reads)
        }
        for initializer in graph.initializers {
            guard !initializer.name.isEmpty else {
                throw .unsupportedFeature("an initializer without a name")
            }
            guard used.contains(initializer.name) else {
                report.droppedInitializers += 1
                continue
            }
            let value = try addConstant(
                initializer, owner: "initializer \"\(initializer.name)\"",
                name: initializer.name)
            try define(initializer.name, value, producers)
        }
    }

    private mutating func addConstant(
        _ tensor: ONNXTensor, owner: String, name: String
    ) throws(ImportError) -> ProgramBuilder.Value {
        let type = try tensor.type(of: owner, options.limits)
        let bytes = try tensor.bytes(type, of: owner, &externalData)
        guard type.element.isFixedSize else {
            return constantNode(try tensorValue(type, bytes, owner), name: name)
        }
        return builder.addConstant(GraphConverter.label(name), type, bytes: bytes)
    }

    // MARK: Nodes

    /// A constant of texts, which have no place among the weights, as a node.
    private mutating func constantNode(
        _ tensor: Tensor, name: String
    ) -> ProgramBuilder.Value {
        builder.addNode(
            "Constant", [], name: GraphConverter.label(name),
            attributes: [("value", .tensor(tensor))])[0]
    }

    private func tensorValue(
        _ type: TensorType, _ bytes: ArraySlice<UInt8>, _ owner: String
    ) throws(ImportError) -> Tensor {
        do throws(OperatorError) {
            return try Tensor(type: type, littleEndianBytes: bytes)
        } catch {
            throw .wrongTensor(owner, reason: "\(error)")
        }
    }

    private func checkOperators(_ nodes: [Int]) throws(ImportError) {
        var unsupported: [NodePlace] = []
        collectUnsupported(graph, nodes, into: &unsupported)
        guard unsupported.isEmpty else {
            throw .unsupportedOperators(unsupported, supported: OperatorRegistry.names)
        }
    }

    /// The recursion is as deep as graphs nest, which the reader bounds.
    private func collectUnsupported(
        _ graph: ONNXGraph, _ nodes: [Int], into unsupported: inout [NodePlace]
    ) {
        for index in nodes {
            let node = graph.nodes[index]
            let name = node.qualifiedName
            let isKnown =
                GraphConverter.isFolded(name) || OperatorRegistry.find(name) != nil
                || ControlOperator(rawValue: name) != nil
            if !isKnown, !unsupported.contains(where: { $0.operatorName == name }) {
                unsupported.append(graph.place(ofNode: index))
            }
            for body in node.attributes.flatMap(\.graphs) {
                collectUnsupported(body, Array(body.nodes.indices), into: &unsupported)
            }
        }
    }

    /// Whether the importer itself takes care of the operator.
    static func isFolded(_ name: String) -> Bool {
        ["Constant", "Identity", "Dropout", "ai.onnx.ml.ZipMap"].contains(name)
    }

    private mutating func addNode(_ index: Int) throws(ImportError) {
        let node = graph.nodes[index]
        let place = graph.place(ofNode: index)
        var inputs: [ProgramBuilder.Value?] = []
        for name in node.inputs {
            inputs.append(name.isEmpty ? nil : try value(named: name, place))
        }
        if node.qualifiedName == "Constant" {
            for (name, value) in zip(node.outputs, [try addConstantNode(node, place)]) {
                values[name] = value
            }
            return
        }
        tabular.follow(node)
        if isPassedThrough(node) {
            try passThrough(node, inputs, place)
            return
        }
        // Outputs that nobody reads may be left out at the end of the list.
        var outputs = node.outputs
        while let last = outputs.last, last.isEmpty { outputs.removeLast() }
        var captures: [String] = []
        let bodies = try convertBodies(of: node, place, captures: &captures)
        var captured: [ProgramBuilder.Value] = []
        for name in captures { captured.append(try value(named: name, place)) }
        let made = builder.addNode(
            node.qualifiedName, inputs, name: GraphConverter.label(node.name),
            outputCount: outputs.count, attributes: try attributes(of: node, place),
            bodies: bodies, captures: captured)
        for (name, value) in zip(outputs, made) where !name.isEmpty { values[name] = value }
    }

    private func value(
        named name: String, _ place: NodePlace
    ) throws(ImportError) -> ProgramBuilder.Value {
        guard let value = values[name] else { throw .undefinedValue(place, name: name) }
        return value
    }

    /// The attributes of a node but for its graphs and types.
    func attributes(
        of node: ONNXNode, _ place: NodePlace
    ) throws(ImportError) -> [(String, AttributeValue)] {
        var attributes: [(String, AttributeValue)] = []
        let bodyNames = ControlOperator(rawValue: node.qualifiedName)?.bodyNames ?? []
        for attribute in node.attributes
        where !bodyNames.contains(attribute.name) && !attribute.isType {
            guard attribute.graphs.isEmpty else {
                throw .unsupportedNode(
                    place, reason: "attribute \(attribute.name) holds a graph, which it cannot")
            }
            attributes.append((attribute.name, try value(of: attribute, place)))
        }
        return attributes
    }

    /// Moves a constant out of a body. Returns the name under which bodies capture it; no name of
    /// the file starts with a zero byte and is looked up, because none is looked up as this one.
    mutating func lift(_ value: ProgramBuilder.Value) -> String {
        let name = "\u{0}lifted \(liftedCount)"
        liftedCount += 1
        values[name] = value
        return name
    }

    /// Moves an initializer out of a body.
    mutating func liftInitializer(
        _ tensor: ONNXTensor, _ place: NodePlace
    ) throws(ImportError) -> String {
        let owner = "initializer \"\(tensor.name)\" of a body of \(place)"
        return lift(try addConstant(tensor, owner: owner, name: tensor.name))
    }

    /// Whether the output of a node is its input: `Identity`, `ZipMap`, and `Dropout` outside
    /// training.
    func isPassedThrough(_ node: ONNXNode) -> Bool {
        switch node.qualifiedName {
        case "Identity", "ai.onnx.ml.ZipMap": return true
        case "Dropout":
            let isMaskRead = node.outputs.dropFirst().contains {
                !$0.isEmpty && readNames.contains($0)
            }
            let isTraining =
                node.inputs.count > 2 && !node.inputs[2].isEmpty
                && !falseNames.contains(node.inputs[2])
            let isForced = node.attributes.contains { $0.name == "is_test" && $0.int == 0 }
            let isOld = opset < 7 && !node.attributes.contains { $0.name == "is_test" }
            return !isMaskRead && !isTraining && !isForced && !isOld
        default: return false
        }
    }

    private mutating func passThrough(
        _ node: ONNXNode, _ inputs: [ProgramBuilder.Value?], _ place: NodePlace
    ) throws(ImportError) {
        guard let first = inputs.first, let source = first, let output = node.outputs.first else {
            throw .unsupportedNode(place, reason: "it needs an input and an output")
        }
        report.droppedNodes += 1
        values[output] = source
    }

    /// The value of a `Constant` node.
    mutating func addConstantNode(
        _ node: ONNXNode, _ place: NodePlace
    ) throws(ImportError) -> ProgramBuilder.Value {
        guard node.attributes.count == 1, let attribute = node.attributes.first,
            let output = node.outputs.first, node.inputs.isEmpty
        else {
            throw .unsupportedNode(place, reason: "it needs one value and one output")
        }
        let name = GraphConverter.label(output)
        switch (attribute.name, try value(of: attribute, place)) {
        case ("value", .tensor(let tensor)):
            guard tensor.type.element.isFixedSize else { return constantNode(tensor, name: name) }
            return builder.addConstant(name, tensor)
        case ("value_int", .int(let value)):
            return builder.addConstant(name, Tensor([value], shape: []))
        case ("value_ints", .ints(let list)):
            return builder.addConstant(name, Tensor(list, shape: try vector(list.count)))
        case ("value_float", .float(let bits)):
            return builder.addConstant(name, Tensor([Float(bitPattern: bits)], shape: []))
        case ("value_floats", .floats(let list)):
            return builder.addConstant(
                name,
                Tensor(list.map { Float(bitPattern: $0) }, shape: try vector(list.count)))
        case ("value_string", .string(let text)):
            return constantNode(Tensor([text], shape: []), name: name)
        case ("value_strings", .strings(let list)):
            return constantNode(Tensor(list, shape: try vector(list.count)), name: name)
        default:
            throw .unsupportedNode(
                place, reason: "a constant \"\(attribute.name)\" is not supported")
        }
    }

    private func vector(_ count: Int) throws(ImportError) -> Shape {
        do throws(OperatorError) {
            return try Shape([count])
        } catch {
            throw .tooMany("elements of a constant", limit: Shape.maximumElementCount)
        }
    }

    static func label(_ name: String) -> String {
        let isPrintable = name.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
        }
        return isPrintable && name.utf8.count <= maximumNameBytes ? name : ""
    }
}
