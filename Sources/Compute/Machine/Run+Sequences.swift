// Sequences and optional values. ONNX SequenceAt, SequenceConstruct, SequenceEmpty, SequenceErase,
// SequenceInsert, SequenceLength 11; SplitToSequence 11 to 24, ConcatFromSequence 11; Optional 15,
// OptionalHasElement and OptionalGetElement 15 to 18.

import Models
import Tensors

extension Run {
    /// Carries out an operator on sequences or optional values.
    mutating func carryOut(
        _ control: ControlOperator, _ node: CheckedNode, _ inputs: [RuntimeValue?]
    ) throws(MachineError) -> RuntimeValue {
        let place = node.place
        let first = inputs.first ?? nil
        switch control {
        case .sequenceEmpty: return .sequence([])
        case .sequenceConstruct:
            var values: [RuntimeValue] = []
            for input in inputs { values.append(.tensor(try tensor(input, place))) }
            return .sequence(values)
        case .sequenceLength:
            let count = Int64(try sequence(first, place).count)
            return .tensor(Tensor([count], shape: []))
        case .sequenceAt:
            let values = try sequence(first, place)
            return values[try position(inputs[1], count: values.count, place)]
        case .sequenceInsert:
            var values = try sequence(first, place)
            let value = RuntimeValue.tensor(try tensor(inputs[1], place))
            let given = inputs.count > 2 ? inputs[2] : nil
            let index =
                given == nil
                ? values.count
                : try position(given, count: values.count, isEndIncluded: true, place)
            values.insert(value, at: index)
            return .sequence(values)
        case .sequenceErase:
            var values = try sequence(first, place)
            let given = inputs.count > 1 ? inputs[1] : nil
            let last = RuntimeValue.tensor(Tensor([-1 as Int64], shape: []))
            values.remove(at: try position(given ?? last, count: values.count, place))
            return .sequence(values)
        case .splitToSequence: return try splitToSequence(node, inputs)
        case .concatFromSequence: return try concatFromSequence(node, try sequence(first, place))
        case .optional:
            guard let first else { return .optional(nil) }
            guard first.depth < RuntimeValue.maximumDepth else {
                throw .operatorFailed(place, .tooLarge(reason: "values nest too deep"))
            }
            return .optional(first)
        case .optionalHasElement:
            let isThere =
                if case .optional(let value) = first { value != nil } else { first != nil }
            return .tensor(Tensor([isThere], shape: []))
        case .optionalGetElement:
            guard case .optional(let value) = try present(first, place) else {
                return try present(first, place)
            }
            guard let value else {
                throw .operatorFailed(
                    place, .wrongInputValue(index: 0, reason: "the optional value is absent"))
            }
            return value
        case .branch, .loop, .scan, .sequenceMap, .flexAttention:
            throw .inconsistentOperator(place)
        }
    }

    private func splitToSequence(
        _ node: CheckedNode, _ inputs: [RuntimeValue?]
    ) throws(MachineError) -> RuntimeValue {
        let source = try tensor(inputs.first ?? nil, node.place)
        do throws(OperatorError) {
            let axis = try source.shape.axis(try node.call.attributes.int("axis", default: 0))
            let extent = source.shape.dimensions[axis]
            let given = inputs.count > 1 ? inputs[1]?.tensor : nil
            var isKept = true
            var extents: [Int]
            if let given {
                extents = try node.call.pieces(given, extent)
            } else {
                isKept = try node.call.attributes.flag("keepdims", default: true)
                extents = [Int](repeating: 1, count: extent)
            }
            var pieces: [RuntimeValue] = []
            var start = 0
            for count in extents {
                var piece = try source.piece(axis, start: start, count: count, kernels)
                if !isKept {
                    var dimensions = piece.shape.dimensions
                    dimensions.remove(at: axis)
                    piece = piece.reshaped(to: try Shape(dimensions))
                }
                pieces.append(.tensor(piece))
                start += count
            }
            return .sequence(pieces)
        } catch {
            throw .operatorFailed(node.place, error)
        }
    }

    private func concatFromSequence(
        _ node: CheckedNode, _ values: [RuntimeValue]
    ) throws(MachineError) -> RuntimeValue {
        var tensors: [Tensor] = []
        for value in values { tensors.append(try tensor(value, node.place)) }
        let isNew: Bool
        let axis: Int
        do throws(OperatorError) {
            isNew = try node.call.attributes.flag("new_axis", default: false)
            axis = try node.call.attributes.int("axis")
        } catch {
            throw .operatorFailed(node.place, error)
        }
        return .tensor(
            isNew
                ? try stack(tensors, axis: axis, node)
                : try node.apply("Concat", tensors, [("axis", .int(Int64(axis)))], kernels))
    }

    // MARK: What nodes ask of their inputs

    func present(
        _ value: RuntimeValue?, _ place: NodePlace
    ) throws(MachineError) -> RuntimeValue {
        guard let value else { throw .operatorFailed(place, .missingInput(index: 0)) }
        return value
    }

    func tensor(_ value: RuntimeValue?, _ place: NodePlace) throws(MachineError) -> Tensor {
        guard case .tensor(let tensor) = try present(value, place) else {
            throw .wrongValueKind(
                of: "\(place): an input", expected: "a tensor", actual: value?.kind ?? "")
        }
        return tensor
    }

    func sequence(
        _ value: RuntimeValue?, _ place: NodePlace
    ) throws(MachineError) -> [RuntimeValue] {
        guard case .sequence(let values) = try present(value, place) else {
            throw .wrongValueKind(
                of: "\(place): an input", expected: "a sequence", actual: value?.kind ?? "")
        }
        return values
    }

    func truth(_ value: RuntimeValue?, _ place: NodePlace) throws(MachineError) -> Bool {
        guard let values = try tensor(value, place).bools, values.count == 1 else {
            throw .operatorFailed(
                place, .wrongInputValue(index: 0, reason: "a condition is one truth value"))
        }
        return values[0]
    }

    func integer(_ value: RuntimeValue?, _ place: NodePlace) throws(MachineError) -> Int64 {
        let tensor = try tensor(value, place)
        if let values = tensor.int64s, values.count == 1 { return values[0] }
        if let values = tensor.int32s, values.count == 1 { return Int64(values[0]) }
        throw .operatorFailed(
            place, .wrongInputValue(index: 0, reason: "a count or position is one integer"))
    }

    private func position(
        _ value: RuntimeValue?, count: Int, isEndIncluded: Bool = false, _ place: NodePlace
    ) throws(MachineError) -> Int {
        let index = try integer(value, place)
        guard index >= -Int64(count), index < Int64(count) + (isEndIncluded ? 1 : 0) else {
            throw .operatorFailed(place, .indexOutOfRange(index: Int(index), count: count))
        }
        return index < 0 ? Int(index) + count : Int(index)
    }

    /// Tensors of one type side by side along a new axis. Without any, `float32[0]`: nothing says
    /// what the elements would have been.
    func stack(
        _ tensors: some Collection<Tensor>, axis: Int, _ node: CheckedNode
    ) throws(MachineError) -> Tensor {
        guard let first = tensors.first else { return Tensor([Float](), shape: [0]) }
        let shape: Shape
        do throws(OperatorError) {
            let place = axis < 0 ? axis + first.shape.rank + 1 : axis
            guard place >= 0, place <= first.shape.rank else {
                throw .axisOutOfRange(axis: axis, rank: first.shape.rank + 1)
            }
            var dimensions = first.shape.dimensions
            dimensions.insert(1, at: place)
            shape = try Shape(dimensions)
        } catch {
            throw .operatorFailed(node.place, error)
        }
        var slices: [Tensor] = []
        for tensor in tensors {
            guard tensor.type == first.type else {
                throw .operatorFailed(
                    node.place,
                    .shapeMismatch(
                        reason: "stacked tensors have one type",
                        shapes: [first.shape.dimensions, tensor.shape.dimensions]))
            }
            slices.append(tensor.reshaped(to: shape))
        }
        return try node.apply("Concat", slices, [("axis", .int(Int64(axis)))], kernels)
    }
}

extension OperatorCall {
    /// The extents that SplitToSequence cuts `extent` into: one number for equal pieces, the last
    /// one smaller, or the pieces themselves.
    fileprivate func pieces(_ split: Tensor, _ extent: Int) throws(OperatorError) -> [Int] {
        let integers = split.int64s ?? split.int32s?.map(Int64.init)
        guard let integers, split.shape.rank <= 1 else {
            throw .wrongInputValue(index: 1, reason: "is no list of integers")
        }
        if split.shape.rank == 0 {
            guard integers[0] > 0 else {
                throw .wrongInputValue(index: 1, reason: "a piece of \(integers[0])")
            }
            let size = Int(min(integers[0], Int64(max(extent, 1))))
            let whole = [Int](repeating: size, count: extent / size)
            return extent % size == 0 ? whole : whole + [extent % size]
        }
        var rest = extent
        for piece in integers {
            guard piece >= 0, piece <= Int64(rest) else {
                throw .wrongInputValue(index: 1, reason: "the pieces do not add up to \(extent)")
            }
            rest -= Int(piece)
        }
        guard rest == 0 else {
            throw .wrongInputValue(index: 1, reason: "the pieces do not add up to \(extent)")
        }
        return integers.map { Int($0) }
    }
}

extension Tensor {
    /// `count` slices along `axis` from `start` on.
    fileprivate func piece(
        _ axis: Int, start: Int, count: Int, _ kernels: Kernels
    ) throws(OperatorError) -> Tensor {
        guard let slice = OperatorRegistry.find("Slice") else {
            preconditionFailure("Slice is registered")
        }
        let lists = [start, start + count, axis].map { Tensor([Int64($0)], shape: [1]) }
        let inputs = [self] + lists
        let call = OperatorCall(opset: 13, inputTypes: inputs.map(\.type), constants: inputs)
        return try slice.run(call, inputs, using: kernels)[0]
    }
}
