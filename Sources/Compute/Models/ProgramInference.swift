// The walk over a program that gives every value its type, and refuses what no machine may run.
//
// The program may come from an enemy. Every number in it is compared with a limit before it is
// used, every reference with the values before it, and every node is given to its operator's own
// type inference, which checks attributes and shapes.

import Base
import Tensors

/// What inference finds in a program.
struct InferredProgram {
    /// The type of every value: inputs, constants, node outputs.
    var valueTypes: [TensorType] = []
    /// The call of every node.
    var calls: [OperatorCall] = []
    /// The operator of every node.
    var operators: [any Operator.Type] = []
}

/// Infers the types of one program.
struct ProgramInference {
    /// Constants of at most this many elements are known to shape inference: operators that take a
    /// shape, axes or split sizes as an input need the values.
    static let maximumKnownElements = 1 << 16

    let program: Program
    let weights: Bytes
    let limits: ModelLimits
    private var result = InferredProgram()
    /// The value of each constant that shape inference may look at, by value number minus inputs.
    private var known: [Tensor?] = []

    init(_ program: Program, weights: Bytes, limits: ModelLimits) {
        self.program = program
        self.weights = weights
        self.limits = limits
    }

    /// Checks everything but the outputs.
    mutating func run() throws(ModelError) -> InferredProgram {
        guard program.arithmeticVersion == 1 else {
            throw .unsupportedArithmetic(version: program.arithmeticVersion)
        }
        guard Model.supportedOpsets.contains(program.opset) else {
            throw .unsupportedOpset(program.opset, supported: Model.supportedOpsets)
        }
        try limits.check(.weightBytes, weights.count, of: "the model")
        try limits.check(.nodes, program.nodes.count, of: "the program")
        try checkName(program.name, of: "the program", mayBeEmpty: true)
        try addInputs()
        try addConstants()
        for index in program.nodes.indices { try addNode(index) }
        return result
    }

    private mutating func addInputs() throws(ModelError) {
        try limits.check(.values, program.inputs.count, of: "the program")
        var names: Set<String> = []
        for (index, input) in program.inputs.enumerated() {
            let owner = "input \(index)"
            try checkName(input.name, of: owner, mayBeEmpty: false)
            guard names.insert(input.name).inserted else {
                throw .duplicateName(of: "inputs", input.name)
            }
            try addValue(try input.type.tensorType(of: owner, limits))
        }
    }

    private mutating func addConstants() throws(ModelError) {
        try limits.check(.values, program.constants.count, of: "the program")
        var types: [TensorType] = []
        for (index, constant) in program.constants.enumerated() {
            let owner = "constant \(index)"
            try checkName(constant.name, of: owner, mayBeEmpty: true)
            let type = try constant.type.tensorType(of: owner, limits)
            types.append(type)
            try addValue(type)
        }
        try WeightLayout.check(program.constants, types, weights)
        for (index, type) in types.enumerated() {
            // A bool byte other than 0 and 1 is refused here, whatever the constant's size.
            guard
                type.shape.elementCount <= ProgramInference.maximumKnownElements
                    || type.element == .bool
            else {
                known.append(nil)
                continue
            }
            let start = Int(program.constants[index].offset)
            do throws(OperatorError) {
                known.append(
                    try Tensor(
                        type: type, littleEndianBytes: weights[start..<start + type.byteCount]))
            } catch {
                throw .wrongTensor(of: "constant \(index)", error)
            }
        }
    }

    private mutating func addValue(_ type: TensorType) throws(ModelError) {
        result.valueTypes.append(type)
        try limits.check(.values, result.valueTypes.count, of: "the program")
    }

    private mutating func addNode(_ index: Int) throws(ModelError) {
        let node = program.nodes[index]
        let place = NodePlace(index: index, name: node.name, operatorName: node.operatorName)
        try checkName(node.operatorName, of: "the operator of node \(index)", mayBeEmpty: false)
        try checkName(node.name, of: "node \(index)", mayBeEmpty: true)
        guard let operation = OperatorRegistry.find(node.operatorName) else {
            throw .unknownOperator(place)
        }
        try limits.check(.values, Int(node.outputCount), of: place.description)
        let call = try call(of: node, place)
        let types: [TensorType]
        do throws(OperatorError) {
            types = try operation.validatedOutputTypes(call)
        } catch {
            throw .refused(place, error)
        }
        for type in types {
            try limits.check(.rank, type.shape.rank, of: place.description)
            try limits.check(.elements, type.shape.elementCount, of: place.description)
            try addValue(type)
        }
        result.calls.append(call)
        result.operators.append(operation)
    }

    private func call(
        of node: ProgramNode, _ place: NodePlace
    ) throws(ModelError) -> OperatorCall {
        var types: [TensorType?] = []
        var constants: [Tensor?] = []
        for (position, reference) in node.inputs.enumerated() {
            let isLast = position == node.inputs.count - 1
            guard Int(reference) <= result.valueTypes.count, !(isLast && reference == 0) else {
                throw .invalidReference(place, input: position, reference: reference)
            }
            guard reference > 0 else {
                types.append(nil)
                constants.append(nil)
                continue
            }
            let value = Int(reference) - 1
            types.append(result.valueTypes[value])
            let constant = value - program.inputs.count
            constants.append(known.indices.contains(constant) ? known[constant] : nil)
        }
        return OperatorCall(
            attributes: try attributes(of: node, place), opset: Int(program.opset),
            inputTypes: types, constants: constants, outputCount: Int(node.outputCount))
    }

    private func attributes(
        of node: ProgramNode, _ place: NodePlace
    ) throws(ModelError) -> Attributes {
        var pairs: [(String, AttributeValue)] = []
        var previous: String?
        for attribute in node.attributes {
            if let previous, !previous.utf8.lexicographicallyPrecedes(attribute.name.utf8) {
                throw .attributesOutOfOrder(place, attribute: attribute.name)
            }
            previous = attribute.name
            guard let value = try attribute.value(place, limits) else {
                throw .emptyAttribute(place, attribute: attribute.name)
            }
            pairs.append((attribute.name, value))
        }
        do throws(OperatorError) {
            return try Attributes(pairs)
        } catch {
            throw .refused(place, error)
        }
    }

    /// Checks the outputs of a program whose values have been inferred.
    func checkOutputs(_ inferred: InferredProgram) throws(ModelError) {
        guard !program.outputs.isEmpty else { throw .noOutputs }
        try limits.check(.values, program.outputs.count, of: "the outputs")
        var names: Set<String> = []
        for (index, output) in program.outputs.enumerated() {
            let owner = "output \(index)"
            try checkName(output.name, of: owner, mayBeEmpty: false)
            guard names.insert(output.name).inserted else {
                throw .duplicateName(of: "outputs", output.name)
            }
            guard output.value > 0, Int(output.value) <= inferred.valueTypes.count else {
                throw .invalidOutput(name: output.name, reference: output.value)
            }
            let declared = try output.type.tensorType(of: owner, limits)
            let type = inferred.valueTypes[Int(output.value) - 1]
            guard declared == type else {
                throw .wrongOutputType(name: output.name, declared: declared, inferred: type)
            }
        }
    }

    private func checkName(
        _ name: String, of owner: String, mayBeEmpty: Bool
    ) throws(ModelError) {
        try limits.check(.nameBytes, name.utf8.count, of: owner)
        let isPrintable = name.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
        }
        guard isPrintable, mayBeEmpty || !name.isEmpty else { throw .invalidName(of: owner) }
    }
}
