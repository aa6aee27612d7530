// The walk over a program that gives every value its type, and refuses what no machine may run.
//
// The program may come from an enemy. Every number in it is compared with a limit before it is
// used, every reference with the values before it, and every node is given to its operator's own
// type inference, which checks attributes and shapes.

import Base
import Tensors

/// What inference finds in a program.
struct InferredProgram {
    /// The type of every value: inputs, constants, node outputs; `nil` where only a run tells.
    var valueTypes: [TensorType?] = []
    /// The nodes.
    var nodes: [CheckedNode] = []
}

/// Types and known values of the values met so far, in a program or a body.
struct InferenceScope {
    var types: [TensorType?] = []
    var known: [Tensor?] = []
}

/// Infers the types of one program.
struct ProgramInference {
    /// Constants of at most this many elements are known to shape inference: operators that take a
    /// shape, axes or split sizes as an input need the values.
    static let maximumKnownElements = 1 << 16
    /// Most elements of a float32 constant that a checked node keeps.
    static let maximumParameterElements = 1 << 10
    /// Most elements that all nodes computed while a program is checked may have together. What is
    /// beyond is computed in the run: the results are the same.
    static let maximumFoldedElements = 1 << 22
    /// Most bodies within bodies.
    static let maximumBodyDepth = 12

    let program: Program
    private var weights: WeightCursor
    let limits: ModelLimits
    private var result = InferredProgram()
    /// What was read of weights that have not been hashed yet.
    var peeks: [PeekedBytes] { weights.peeks }
    /// Elements that may yet be computed while the program is checked.
    private var foldingBudget = ProgramInference.maximumFoldedElements
    /// Nodes and values of the program and all bodies so far.
    private var nodeCount = 0
    private var valueCount = 0

    init(_ program: Program, weights: WeightCursor, limits: ModelLimits) {
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
        guard ProgramProfile(rawValue: program.profile) != nil else {
            throw .unsupportedProfile(program.profile)
        }
        try limits.check(.weightBytes, weights.count, of: "the model")
        try checkName(program.name, of: "the program", mayBeEmpty: true)
        var scope = InferenceScope()
        try addInputs(to: &scope)
        try addConstants(to: &scope)
        result.nodes = try check(program.nodes, in: &scope, depth: 0)
        result.valueTypes = scope.types
        return result
    }

    private mutating func addInputs(to scope: inout InferenceScope) throws(ModelError) {
        try limits.check(.values, program.inputs.count, of: "the program")
        var names: Set<String> = []
        for (index, input) in program.inputs.enumerated() {
            let owner = "input \(index)"
            try checkName(input.name, of: owner, mayBeEmpty: false)
            guard names.insert(input.name).inserted else {
                throw .duplicateName(of: "inputs", input.name)
            }
            try addValue(try input.type.optionalType(of: owner, limits), nil, to: &scope)
        }
    }

    private mutating func addConstants(to scope: inout InferenceScope) throws(ModelError) {
        try limits.check(.values, program.constants.count, of: "the program")
        var types: [TensorType] = []
        for (index, constant) in program.constants.enumerated() {
            let owner = "constant \(index)"
            try checkName(constant.name, of: owner, mayBeEmpty: true)
            let type = try constant.type.tensorType(of: owner, limits)
            guard type.element.isFixedSize else {
                throw .unknownElementType(of: owner, constant.type.elementType)
            }
            types.append(type)
        }
        try WeightLayout.check(program.constants, types, &weights)
        for (index, type) in types.enumerated() {
            // A bool byte other than 0 and 1 is refused here, whatever the constant's size.
            guard
                type.shape.elementCount <= ProgramInference.maximumKnownElements
                    || type.element == .bool
            else {
                try addValue(type, nil, to: &scope)
                continue
            }
            let start = Int(program.constants[index].offset)
            let bytes = try weights.read(start..<start + type.byteCount)
            let value: Tensor
            do throws(OperatorError) {
                value = try Tensor(type: type, littleEndianBytes: bytes)
            } catch {
                throw .wrongTensor(of: "constant \(index)", error)
            }
            try addValue(type, value, to: &scope)
        }
    }

    private mutating func addValue(
        _ type: TensorType?, _ known: Tensor?, to scope: inout InferenceScope
    ) throws(ModelError) {
        scope.types.append(type)
        scope.known.append(known)
        valueCount += 1
        try limits.check(.values, valueCount, of: "the program")
    }

    /// Checks `nodes`, whose values follow those of `scope`.
    private mutating func check(
        _ nodes: [ProgramNode], in scope: inout InferenceScope, depth: Int
    ) throws(ModelError) -> [CheckedNode] {
        nodeCount += nodes.count
        try limits.check(.nodes, nodeCount, of: "the program")
        var checked: [CheckedNode] = []
        for (index, node) in nodes.enumerated() {
            let place = NodePlace(index: index, name: node.name, operatorName: node.operatorName)
            try checkName(node.operatorName, of: "the operator of node \(index)", mayBeEmpty: false)
            try checkName(node.name, of: "node \(index)", mayBeEmpty: true)
            try limits.check(.values, Int(node.outputCount), of: place.description)
            checked.append(try check(node, place, in: &scope, depth: depth))
        }
        return checked
    }

    private mutating func check(
        _ node: ProgramNode, _ place: NodePlace, in scope: inout InferenceScope, depth: Int
    ) throws(ModelError) -> CheckedNode {
        let operation: NodeOperation
        if let control = ControlOperator(rawValue: node.operatorName) {
            operation = .control(control)
        } else if let found = OperatorRegistry.find(node.operatorName) {
            guard node.bodies.isEmpty, node.captures.isEmpty else {
                throw .refused(place, .unknownAttribute(name: "body"))
            }
            operation = .tensor(found)
        } else {
            throw .unknownOperator(place)
        }
        let inputs = try values(node.inputs, place, in: scope)
        let captures = try self.captures(node.captures, place, in: scope)
        var call = OperatorCall(
            attributes: try attributes(of: node, place), opset: Int(program.opset),
            inputTypes: inputs.map { $0.flatMap { scope.types[$0] } },
            constants: inputs.map { $0.flatMap { scope.known[$0] } },
            outputCount: Int(node.outputCount))
        let areTypesKnown = inputs.allSatisfy { $0 == nil || $0.flatMap { scope.types[$0] } != nil }
        var types: [TensorType]?
        var known: [Tensor]?
        do throws(OperatorError) {
            switch operation {
            case .control(let control): try control.validateForm(call, bodies: node.bodies)
            case .tensor(let kind):
                try kind.validateForm(call)
                if areTypesKnown { types = try outputTypes(of: kind, call, depth) }
                if let types { known = fold(kind, call, inputs, types) }
            }
        } catch {
            throw .refused(place, error)
        }
        if types == nil { call.constants = call.constants.map { _ in nil } }
        if depth == 0, known == nil { dropWeights(from: &call, inputs) }
        let first = scope.types.count
        for index in 0..<Int(node.outputCount) {
            if let type = types?[index] {
                try limits.check(.rank, type.shape.rank, of: place.description)
                try limits.check(.elements, type.shape.elementCount, of: place.description)
            }
            try addValue(types?[index], known?[index], to: &scope)
        }
        var bodies: [CheckedBody] = []
        for body in node.bodies {
            bodies.append(
                try check(body, place, captures: captures, of: scope, depth: depth + 1))
        }
        return CheckedNode(
            place: place, operation: operation, call: call, inputs: inputs,
            outputs: first..<scope.types.count, outputTypes: types, known: known,
            captures: captures, bodies: bodies)
    }

    /// Lets go of float32 constants that are weights rather than parameters: whoever makes the node
    /// ready reads them again, and until then they need not lie in memory.
    private func dropWeights(from call: inout OperatorCall, _ inputs: [Int?]) {
        let constants = program.inputs.count..<program.inputs.count + program.constants.count
        for (index, input) in inputs.enumerated() {
            guard let input, constants.contains(input), let tensor = call.constants[index],
                tensor.type.element == .float32,
                tensor.shape.elementCount > ProgramInference.maximumParameterElements
            else { continue }
            call.constants[index] = nil
        }
    }

    /// The output types, or `nil` when they depend on a value that only a run brings; also in a
    /// body that a refusal concerns, because a branch that no run takes does no harm.
    private func outputTypes(
        of kind: any Operator.Type, _ call: OperatorCall, _ depth: Int
    ) throws(OperatorError) -> [TensorType]? {
        do throws(OperatorError) {
            return try kind.validatedOutputTypes(call)
        } catch .needsConstant {
            return nil
        } catch {
            if depth > 0 { return nil }
            throw error
        }
    }

    /// The outputs of a cheap node whose inputs are known, so that shapes computed from shapes are
    /// known too; `nil` otherwise. A node that fails here fails in the run, where it is reported.
    private mutating func fold(
        _ kind: any Operator.Type, _ call: OperatorCall, _ inputs: [Int?], _ types: [TensorType]
    ) -> [Tensor]? {
        let isKnown = zip(inputs, call.constants).allSatisfy { $0 == nil || $1 != nil }
        guard isKnown || kind.readsShapesOnly, !kind.isRandom else { return nil }
        let elements = types.reduce(0) { $0 + $1.shape.elementCount }
        guard elements <= min(ProgramInference.maximumKnownElements, foldingBudget) else {
            return nil
        }
        let work = kind.validatedWork(call, outputs: types)
        let cost = work.multiplyAdds / 4 + work.functions + work.elements
        guard cost <= UInt64(foldingBudget) else { return nil }
        foldingBudget -= max(elements, Int(clamping: cost))
        guard kind.readsShapesOnly == false || isKnown else {
            return try? kind.evaluateShapes(call)
        }
        return try? kind.evaluateValidated(call, call.constants, using: .scalar)
    }

    private mutating func check(
        _ body: ProgramBody, _ place: NodePlace, captures: [Int], of outer: InferenceScope,
        depth: Int
    ) throws(ModelError) -> CheckedBody {
        guard depth <= ProgramInference.maximumBodyDepth else {
            throw .refused(
                place, .tooLarge(reason: "bodies \(depth) deep within bodies"))
        }
        try limits.check(.values, Int(body.inputCount), of: place.description)
        var scope = InferenceScope()
        for _ in 0..<Int(body.inputCount) { try addValue(nil, nil, to: &scope) }
        for value in captures { try addValue(outer.types[value], outer.known[value], to: &scope) }
        var nodes = try check(body.nodes, in: &scope, depth: depth)
        var outputs: [Int] = []
        for reference in body.outputs {
            guard reference > 0, Int(reference) <= scope.types.count else {
                throw .invalidReference(place, input: outputs.count, reference: reference)
            }
            outputs.append(Int(reference) - 1)
        }
        let inputCount = Int(body.inputCount)
        let liveness = Liveness(
            nodes, held: 0..<0, inputs: 0..<inputCount + captures.count, outputs: outputs,
            types: scope.types)
        for index in nodes.indices { nodes[index].releases = liveness.releases[index] }
        return CheckedBody(
            inputCount: inputCount, captureCount: captures.count, nodes: nodes, outputs: outputs)
    }

    private func values(
        _ references: [UInt32], _ place: NodePlace, in scope: InferenceScope
    ) throws(ModelError) -> [Int?] {
        var values: [Int?] = []
        for (position, reference) in references.enumerated() {
            let isLast = position == references.count - 1
            guard Int(reference) <= scope.types.count, !(isLast && reference == 0) else {
                throw .invalidReference(place, input: position, reference: reference)
            }
            values.append(reference == 0 ? nil : Int(reference) - 1)
        }
        return values
    }

    private func captures(
        _ references: [UInt32], _ place: NodePlace, in scope: InferenceScope
    ) throws(ModelError) -> [Int] {
        var values: [Int] = []
        for (position, reference) in references.enumerated() {
            guard reference > 0, Int(reference) <= scope.types.count else {
                throw .invalidReference(place, input: position, reference: reference)
            }
            values.append(Int(reference) - 1)
        }
        return values
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
            let declared = try output.type.optionalType(of: owner, limits)
            let type = inferred.valueTypes[Int(output.value) - 1]
            guard declared == type else {
                throw .wrongOutputType(name: output.name, declared: declared, inferred: type)
            }
        }
        if program.profile == ProgramProfile.integer.rawValue {
            try IntegerProfile.check(program, inferred)
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
