// An integer program as relations (Documentation/zkml.md, section 4). Prover and verifier make them
// from the same checked model, node by node. A proof speaks of what lies between the edges: of what
// Quantize makes of the input, and of what Dequantize, or the program itself, gives out.
//
// Operands that are constants of the program are weights, whatever their type; constants that only
// say shapes, axes or bounds are read here and are public, as the relations are.

public import Models
public import Sumcheck
import Tensors

/// Why a program has no relations.
public enum ArithmetizationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// 1: the program does not keep to the integer profile.
    case notInteger
    /// 2: an operator, or a form of it, has no relations yet.
    case unsupported(node: String, reason: String)
    /// 3: a node that was checked cannot be read; a bug of whoever checked it.
    case unreadable(node: String)
    /// 4: reading the program, or verifying proofs about it, takes more steps than the limit.
    case tooMuchWork(limit: Int)
    /// 5: the relations of the program consist of more numbers than the limit.
    case tooLarge(limit: Int)

    /// The stable number of the case.
    public var code: UInt32 {
        switch self {
        case .notInteger: 1
        case .unsupported: 2
        case .unreadable: 3
        case .tooMuchWork: 4
        case .tooLarge: 5
        }
    }

    public var description: String {
        switch self {
        case .notInteger:
            "only programs of the integer profile can be proved; make one with `model quantize`"
        case .unsupported(let node, let reason): "\(node) cannot be proved yet: \(reason)"
        case .unreadable(let node): "\(node) cannot be read"
        case .tooMuchWork(let limit): "it asks more than \(limit) steps of a verifier"
        case .tooLarge(let limit): "its relations have more than \(limit) numbers"
        }
    }
}

/// The relations of a program, and where its values are.
public struct ProgramRelations: Sendable {
    /// Relations, tensors, tables, and the steps that compute the trace.
    public private(set) var builder = RelationBuilder()
    /// Tensors of the inputs: the value of the program that each holds, and its number.
    public internal(set) var inputs: [(value: Int, tensor: Int)] = []
    /// Tensors of the outputs likewise.
    public internal(set) var outputs: [(value: Int, tensor: Int)] = []
    /// Tensors of the weights: the constant that each holds, and its number.
    public internal(set) var weights: [(value: Int, tensor: Int)] = []
    /// What is known of each value.
    var quantities: [Quantity?]
    /// The tensor of each value that is a weight.
    private var weightTensors: [Int?]
    let model: Model

    /// The relations of a checked model.
    public init(_ model: Model) throws(ArithmetizationError) {
        var budget = WorkBudget(limit: .max)
        try self.init(model, budget: &budget, maximumNumbers: .max)
    }

    /// The relations of a checked model that somebody else wrote: nothing is built before its work
    /// is spent, so that a few bytes of program are never much work.
    ///
    /// - Parameters:
    ///   - budget: pays for building the relations, and for what each adds to
    ///     ``RelationSystem/verificationWork``.
    ///   - maximumNumbers: bounds the memory that they take, whatever the budget is.
    /// - Throws: `tooMuchWork` when the budget is not enough, `tooLarge` when the memory is not.
    public init(
        _ model: Model, budget: inout WorkBudget,
        maximumNumbers: Int = ProgramRelations.maximumNumbers
    ) throws(ArithmetizationError) {
        guard model.profile == .integer else { throw .notInteger }
        self.model = model
        for (index, type) in model.valueTypes.enumerated()
        where !model.constantRange.contains(index) {
            guard let type else { throw .unreadable(node: "value \(index)") }
            guard type.shape.dimensions.allSatisfy({ $0 >= 1 }) else {
                throw .unsupported(node: "value \(index)", reason: "it has no elements")
            }
        }
        quantities = [Quantity?](repeating: nil, count: model.valueTypes.count)
        weightTensors = [Int?](repeating: nil, count: model.valueTypes.count)
        var counter = WorkCounter(budget: budget, maximumNumbers: maximumNumbers)
        defer { budget = counter.budget }
        for (index, type) in model.valueTypes.prefix(model.program.inputs.count).enumerated() {
            guard let type, type.element != .float32 else { continue }
            try counter.spend(work(of: type))
            try addInput(index, type, name: model.program.inputs[index].name)
            try counter.spend(on: builder)
        }
        for node in model.nodes {
            try counter.spend(buildingWork(of: node))
            try add(node)
            try counter.spend(on: builder)
        }
        try addOutputs(&counter)
    }

    /// Changes the builder.
    mutating func build<Result>(_ body: (inout RelationBuilder) -> Result) -> Result {
        body(&builder)
    }

    mutating func addInput(
        _ value: Int, _ type: TensorType, name: String
    ) throws(ArithmetizationError) {
        let range: ClosedRange<Int64> =
            type.element == .int16 ? -32768...32767 : Int64(Int32.min)...Int64(Int32.max)
        let quantity = builder.input(name, type.axes, range: range)
        quantities[value] = quantity
        inputs.append((value, quantity.addends[0].view.tensor))
    }

    private mutating func addOutputs(
        _ counter: inout WorkCounter
    ) throws(ArithmetizationError) {
        // What stands before an edge, where a value has one.
        var edges = [Int?](repeating: nil, count: model.valueTypes.count)
        for node in model.nodes where node.place.operatorName == "aivm.integer.Dequantize" {
            edges[node.outputs.lowerBound] = node.inputs.first ?? nil
        }
        for output in model.program.outputs {
            let named = Int(output.value) - 1
            let value = edges[named] ?? named
            guard let quantity = quantities[value] else {
                throw .unreadable(node: "output \(output.name)")
            }
            try counter.spend(work(of: quantity))
            outputs.append((value, builder.output(output.name, quantity)))
            try counter.spend(on: builder)
        }
    }

    /// A constant as a tensor of weights, once.
    mutating func weight(
        _ value: Int, _ node: CheckedNode
    ) throws(ArithmetizationError) -> Int {
        if let known = weightTensors[value] { return known }
        guard let type = model.valueTypes[value] else { throw .unreadable(node: "\(node.place)") }
        let index = value - model.program.inputs.count
        let name = model.program.constants[index].name
        let tensor = builder.tensor(
            name.isEmpty ? "constant \(index)" : name, type.axes, .weights,
            type.element == .int8 ? .signedByte : .integer)
        weights.append((value, tensor))
        weightTensors[value] = tensor
        return tensor
    }

    /// An operand as a quantity: a value of the program, or a constant as weights.
    mutating func operand(
        _ position: Int, of node: CheckedNode
    ) throws(ArithmetizationError) -> Quantity {
        guard node.inputs.count > position, let value = node.inputs[position] else {
            throw .unreadable(node: "\(node.place)")
        }
        if let quantity = quantities[value] { return quantity }
        guard model.constantRange.contains(value), let type = model.valueTypes[value] else {
            throw .unreadable(node: "\(node.place)")
        }
        let range: ClosedRange<Int64> =
            switch type.element {
            case .int8: -128...127
            case .int16: -32768...32767
            default: Int64(Int32.min)...Int64(Int32.max)
            }
        return Quantity(try weight(value, node), type.axes, range: range)
    }

    /// The tensor of an operand that is a constant; `nil` for an omitted one.
    mutating func weightOperand(
        _ position: Int, of node: CheckedNode
    ) throws(ArithmetizationError) -> Int? {
        guard node.inputs.count > position, let value = node.inputs[position] else { return nil }
        guard model.constantRange.contains(value) else { throw .unreadable(node: "\(node.place)") }
        return try weight(value, node)
    }
}

extension TensorType {
    /// The dimensions, of which there is at least one.
    var axes: [Int] { shape.dimensions.isEmpty ? [1] : shape.dimensions }
}

/// Reads what was checked when the model was made.
func reading<Result>(
    _ node: CheckedNode, _ body: (OperatorCall) throws(OperatorError) -> Result
) throws(ArithmetizationError) -> Result {
    do { return try body(node.call) } catch { throw .unreadable(node: "\(node.place)") }
}
