// A float model as the lowering sees it: who makes and who reads each value, and what is constant.

import Models
import Tensors

/// The graph of a static model.
struct FloatGraph {
    let model: Model
    /// The node that makes each value; `nil` for inputs and constants.
    private let makers: [Int?]
    /// The nodes that read each value, ascending; a node that reads it twice is there twice.
    private let readers: [[Int]]
    private let isGivenOut: [Bool]
    private let known: [Tensor?]
    /// Whether each value follows from constants alone.
    private let isFixed: [Bool]

    /// - Throws: `notStatic`; `unsupported` for control flow; `unsupportedInput`.
    init(_ model: Model) throws(QuantizationError) {
        self.model = model
        let count = model.valueTypes.count
        var makers = [Int?](repeating: nil, count: count)
        var readers = [[Int]](repeating: [], count: count)
        var known = [Tensor?](repeating: nil, count: count)
        for (index, node) in model.nodes.enumerated() {
            guard case .tensor = node.operation else {
                throw .unsupported(
                    node.place, nearest: "control flow must be unrolled before export")
            }
            guard node.outputTypes != nil else { throw .notStatic(node.place) }
            for value in node.outputs { makers[value] = index }
            for case .some(let value) in node.inputs { readers[value].append(index) }
            for (value, tensor) in zip(node.outputs, node.known ?? []) { known[value] = tensor }
        }
        guard model.isStatic else { throw .notStatic(nil) }
        for port in model.inputs {
            guard let type = port.type else { throw .notStatic(nil) }
            guard [.float32, .int32, .int64].contains(type.element) else {
                throw .unsupportedInput(port.name, type.element)
            }
        }
        var isFixed = (0..<count).map { model.constantRange.contains($0) || known[$0] != nil }
        for node in model.nodes where !node.inputs.isEmpty {
            guard case .tensor(let kind) = node.operation, !kind.isRandom else { continue }
            let follows = node.inputs.allSatisfy { $0.map { isFixed[$0] } ?? true }
            for value in node.outputs where follows { isFixed[value] = true }
        }
        self.isFixed = isFixed
        self.makers = makers
        self.readers = readers
        self.known = known
        var isGivenOut = [Bool](repeating: false, count: count)
        for output in model.program.outputs { isGivenOut[Int(output.value) - 1] = true }
        self.isGivenOut = isGivenOut
    }

    /// The nodes.
    var nodes: [CheckedNode] { model.nodes }

    /// The node that makes `value`.
    func maker(of value: Int) -> Int? { makers[value] }

    /// The nodes that read `value`.
    func readers(of value: Int) -> [Int] { readers[value] }

    /// The one node that reads `value`, when nothing else does and it is not given out.
    func onlyReader(of value: Int) -> Int? {
        guard !isGivenOut[value], readers[value].count == 1 else { return nil }
        return readers[value][0]
    }

    /// Whether something outside of `nodes` reads `value`.
    func escapes(_ value: Int, from nodes: [Int]) -> Bool {
        isGivenOut[value] || !readers[value].allSatisfy { nodes.contains($0) }
    }

    /// Whether `value` does not depend on the inputs.
    func isConstant(_ value: Int) -> Bool { isFixed[value] }

    /// The value of a constant, computed where it follows from others; `nil` when it is none.
    func constant(_ value: Int) throws(QuantizationError) -> Tensor? {
        if let tensor = known[value] { return tensor }
        guard isFixed[value] else { return nil }
        guard model.constantRange.contains(value) else { return try computed(value, depth: 0) }
        do throws(ModelError) {
            return try model.constant(value)
        } catch {
            throw .model(error)
        }
    }

    /// A constant that nodes compute from others: at most a few one after the other.
    private func computed(_ value: Int, depth: Int) throws(QuantizationError) -> Tensor? {
        guard let maker = makers[value], depth < 16,
            case .tensor(let kind) = model.nodes[maker].operation
        else { return nil }
        let node = model.nodes[maker]
        var inputs: [Tensor?] = []
        for case let input in node.inputs {
            guard let input else {
                inputs.append(nil)
                continue
            }
            let isMade = known[input] == nil && !model.constantRange.contains(input)
            inputs.append(
                isMade ? try computed(input, depth: depth + 1) : try constant(input))
        }
        var call = node.call
        call.constants = inputs
        do throws(OperatorError) {
            return try kind.run(call, inputs)[value - node.outputs.lowerBound]
        } catch {
            throw .model(.refused(node.place, error))
        }
    }

    /// The numbers of a constant and its shape; `nil` when it is none, or holds none.
    func numbers(_ value: Int) throws(QuantizationError) -> (values: [Double], shape: Shape)? {
        guard let tensor = try constant(value), let values = tensor.doubles else { return nil }
        return (values, tensor.shape)
    }

    /// The number of a constant of one element.
    func number(_ value: Int?) throws(QuantizationError) -> Double? {
        guard let value, let numbers = try numbers(value), numbers.values.count == 1 else {
            return nil
        }
        return numbers.values[0]
    }

    /// The shape of `value`.
    func shape(_ value: Int) -> Shape { type(value).shape }

    /// The type of `value`.
    func type(_ value: Int) -> TensorType {
        guard let type = model.valueTypes[value] else {
            preconditionFailure("the values of a static model have types")
        }
        return type
    }
}

extension Tensor {
    /// The elements as numbers; `nil` for texts and truth values.
    var doubles: [Double]? {
        switch type.element {
        case .float32: float32s?.map { Double($0) }
        case .float64: float64s
        case .int64: int64s?.map { Double($0) }
        case .int32: int32s?.map { Double($0) }
        case .int16: int16s?.map { Double($0) }
        case .int8: int8s?.map { Double($0) }
        case .uint16: uint16s?.map { Double($0) }
        case .uint8: uint8s?.map { Double($0) }
        default: nil
        }
    }
}
