// Building programs: importers, converters and tests say what they want in any order, and the
// builder numbers the values, lays out the weights and drops what no output needs.

import Base
public import Tensors

/// Collects inputs, constants and nodes, and makes a checked ``Model`` of them.
public struct ProgramBuilder: Sendable {
    /// A value of the program that is being built.
    public enum Value: Hashable, Sendable {
        /// An input, by its position among the inputs.
        case input(Int)
        /// A constant, by the order in which it was added.
        case constant(Int)
        /// An output of a node, by the order in which the node was added.
        case output(node: Int, index: Int)
    }

    private struct Constant: Sendable {
        var name: String
        var type: TensorType
        var bytes: ArraySlice<UInt8>
    }

    fileprivate struct Node: Sendable {
        var name: String
        var operatorName: String
        var inputs: [Value?]
        var outputCount: Int
        var attributes: [ProgramAttribute]
        var bodies: [ProgramBody]
        var captures: [Value]
    }

    private let opset: Int
    private let name: String
    /// What the program promises of its operators.
    public var profile = ProgramProfile.none
    private var inputs: [ValueDeclaration] = []
    private var constants: [Constant] = []
    private var nodes: [Node] = []
    private var outputs: [(name: String, value: Value)] = []

    /// Starts a program of operator set `opset`, which must be in ``Model/supportedOpsets``.
    public init(opset: Int, name: String = "") {
        precondition(
            Int(Model.supportedOpsets.lowerBound)...Int(Model.supportedOpsets.upperBound) ~= opset,
            "operator set \(opset) is supported")
        self.opset = opset
        self.name = name
    }

    /// Adds an input.
    ///
    /// - Parameter type: the input's type; `nil` for one known only in a run.
    public mutating func addInput(_ name: String, _ type: TensorType?) -> Value {
        var declaration = ValueDeclaration()
        declaration.name = name
        declaration.type = TypeDeclaration(type)
        inputs.append(declaration)
        return .input(inputs.count - 1)
    }

    /// Adds a constant whose little-endian elements are `bytes`; their count must fit the type.
    public mutating func addConstant(
        _ name: String, _ type: TensorType, bytes: ArraySlice<UInt8>
    ) -> Value {
        precondition(bytes.count == type.byteCount, "a constant's bytes fit its type")
        constants.append(Constant(name: name, type: type, bytes: bytes))
        return .constant(constants.count - 1)
    }

    /// Adds a constant.
    public mutating func addConstant(_ name: String, _ tensor: Tensor) -> Value {
        addConstant(name, tensor.type, bytes: tensor.littleEndianBytes[...])
    }

    /// Adds a node that reads values added before it. Returns its outputs.
    ///
    /// - Parameters:
    ///   - inputs: the inputs; `nil` for one that is omitted. Omissions at the end are dropped.
    ///   - attributes: names and values in any order.
    ///   - bodies: the bodies of a node of control flow.
    ///   - captures: what the bodies read beside their inputs.
    public mutating func addNode(
        _ operatorName: String, _ inputs: [Value?], name: String = "", outputCount: Int = 1,
        attributes: [(String, AttributeValue)] = [], bodies: [ProgramBody] = [],
        captures: [Value] = []
    ) -> [Value] {
        var given = inputs
        while let last = given.last, last == nil { given.removeLast() }
        let sorted = attributes.map { ProgramAttribute($0.0, $0.1) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        nodes.append(
            Node(
                name: name, operatorName: operatorName, inputs: given, outputCount: outputCount,
                attributes: sorted, bodies: bodies, captures: captures))
        return (0..<outputCount).map { .output(node: nodes.count - 1, index: $0) }
    }

    /// Gives out `value` under `name`.
    public mutating func addOutput(_ name: String, _ value: Value) {
        outputs.append((name, value))
    }

    /// Drops nodes and constants that no output needs, numbers the rest and checks the model.
    ///
    /// - Throws: what ``Model/init(program:weights:limits:)`` throws.
    public func build(limits: ModelLimits = .default) throws(ModelError) -> Model {
        try build(numbering: [], limits: limits).model
    }

    /// As ``build(limits:)``, and the number that each of `values` has in the program; `nil` for
    /// one that was dropped.
    ///
    /// - Throws: what ``Model/init(program:weights:limits:)`` throws.
    public func build(
        numbering values: [Value], limits: ModelLimits = .default
    ) throws(ModelError) -> (model: Model, numbers: [Int?]) {
        let needed = neededParts()
        var program = Program()
        program.arithmeticVersion = 1
        program.opset = UInt32(opset)
        program.name = name
        program.profile = profile.rawValue
        program.inputs = inputs
        var numbering = Numbering(
            constants: [Int?](repeating: nil, count: constants.count),
            firstOutputs: [Int?](repeating: nil, count: nodes.count))
        var next = inputs.count
        var weights = Bytes()
        for (index, constant) in constants.enumerated() where needed.constants[index] {
            numbering.constants[index] = next
            next += 1
            weights += Bytes(
                repeating: 0, count: -weights.count & (WeightLayout.alignment - 1))
            var declaration = ConstantDeclaration()
            declaration.name = constant.name
            declaration.type = TypeDeclaration(constant.type)
            declaration.offset = UInt64(weights.count)
            declaration.byteCount = UInt64(constant.bytes.count)
            program.constants.append(declaration)
            weights += constant.bytes
            try limits.check(.weightBytes, weights.count, of: "the model")
        }
        for (index, node) in nodes.enumerated() where needed.nodes[index] {
            program.nodes.append(node.numbered(numbering))
            numbering.firstOutputs[index] = next
            next += node.outputCount
        }
        var inference = ProgramInference(
            program, weights: WeightCursor(weights), limits: limits)
        let types = try inference.run().valueTypes
        for (name, value) in outputs {
            let number = numbering[value]
            var declaration = OutputDeclaration()
            declaration.name = name
            declaration.value = Program.reference(to: number)
            declaration.type = TypeDeclaration(types[number])
            program.outputs.append(declaration)
        }
        let model = try Model(program: program, weights: weights, limits: limits)
        return (model, values.map { numbering.number(of: $0) })
    }

    /// Which constants and nodes the outputs need, following the nodes backwards.
    private func neededParts() -> (constants: [Bool], nodes: [Bool]) {
        var neededConstants = [Bool](repeating: false, count: constants.count)
        var neededNodes = [Bool](repeating: false, count: nodes.count)
        func mark(_ value: Value) {
            switch value {
            case .input: break
            case .constant(let index): neededConstants[index] = true
            case .output(let node, _): neededNodes[node] = true
            }
        }
        for output in outputs { mark(output.value) }
        for (index, node) in nodes.enumerated().reversed() where neededNodes[index] {
            for case .some(let value) in node.inputs { mark(value) }
            for value in node.captures { mark(value) }
        }
        return (neededConstants, neededNodes)
    }

    /// The numbers that values have in the finished program.
    fileprivate struct Numbering {
        var constants: [Int?]
        var firstOutputs: [Int?]

        /// The number of `value`; `nil` when it was dropped.
        func number(of value: Value) -> Int? {
            switch value {
            case .input(let index): index
            case .constant(let index): constants[index]
            case .output(let node, let index): firstOutputs[node].map { $0 + index }
            }
        }

        subscript(value: Value) -> Int {
            switch value {
            case .input(let index): return index
            case .constant(let index):
                guard let number = constants[index] else {
                    preconditionFailure("a needed constant has a number")
                }
                return number
            case .output(let node, let index):
                guard let first = firstOutputs[node] else {
                    preconditionFailure("a node reads only values added before it")
                }
                return first + index
            }
        }
    }
}

extension ProgramBuilder.Node {
    fileprivate func numbered(_ numbering: ProgramBuilder.Numbering) -> ProgramNode {
        var node = ProgramNode()
        node.name = name
        node.operatorName = operatorName
        node.inputs = inputs.map { $0.map { Program.reference(to: numbering[$0]) } ?? 0 }
        node.outputCount = UInt32(outputCount)
        node.attributes = attributes
        node.bodies = bodies
        node.captures = captures.map { Program.reference(to: numbering[$0]) }
        return node
    }
}
