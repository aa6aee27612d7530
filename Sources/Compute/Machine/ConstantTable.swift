// The constants of a model while its nodes are made ready. One pass over the weights gives each its
// form: decoded where a run reads it, packed where only a product does, so that large weights lie
// in memory once, and never as bytes. What is decoded only for nodes that pack it in their own way
// is let go after the last of them.

import Base
import Models
import Tensors

/// Constants in the forms that the nodes of a model ask for, by value number.
struct ConstantTable {
    private let constants: Range<Int>
    /// The value table at the start of a run: the constants that a run reads in their places, all
    /// else empty.
    private(set) var values: [RuntimeValue?]
    /// The input that each node reads packed.
    private var packedInputs: [PackedInput?] = []
    /// The packed forms of each constant. Nodes that ask for the same one share it.
    private var packed: [[(form: MatrixForm, matrix: PackedMatrix)]]
    /// How many places that read each value are not ready yet.
    private var readersLeft: [Int]
    private var isKept: [Bool]

    /// Reads the weights of `pending`.
    ///
    /// - Returns: the constants, and the model that has been verified in the same pass.
    static func load(
        _ pending: PendingModel
    ) throws(MachineError) -> (ConstantTable, Model) {
        var table = ConstantTable(pending.unverified)
        var readings = table.readings(of: pending.unverified)
        do throws(ModelError) {
            var next = 0
            let model = try pending.load { (start, piece) throws(ModelError) in
                let end = start + piece.count
                while next < readings.count, readings[next].range.lowerBound < end {
                    let range = readings[next].range.clamped(to: start..<end)
                    let offset = piece.startIndex - start
                    let place = offset + range.lowerBound..<offset + range.upperBound
                    readings[next].take(piece[place])
                    guard readings[next].range.upperBound <= end else { return }
                    try table.finish(readings[next])
                    readings[next].release()
                    next += 1
                }
            }
            // Constants without elements may lie behind the last byte.
            for reading in readings[next...] { try table.finish(reading) }
            return (table, model)
        } catch {
            throw .invalidModel(error)
        }
    }

    private init(_ model: Model) {
        constants = model.constantRange
        packed = constants.map { _ in [] }
        let count = model.valueTypes.count
        values = [RuntimeValue?](repeating: nil, count: count)
        readersLeft = [Int](repeating: 0, count: count)
        isKept = [Bool](repeating: false, count: count)
        for output in model.program.outputs { isKept[Int(output.value) - 1] = true }
        for node in model.nodes {
            for case .some(let value) in node.inputs { readersLeft[value] += 1 }
        }
    }

    /// The constants in the order in which they lie in the weights, with the forms asked for.
    private mutating func readings(of model: Model) -> [ConstantReading] {
        var readings = constants.map { value in
            guard let type = model.valueTypes[value] else {
                preconditionFailure("constants have types")
            }
            let start = Int(model.program.constants[value - constants.lowerBound].offset)
            return ConstantReading(
                value: value, type: type, range: start..<start + type.byteCount)
        }
        var isRead = constants.map { isKept[$0] }
        packedInputs = model.nodes.map { packedInput(of: $0) }
        for (node, packedInput) in zip(model.nodes, packedInputs) {
            for (position, input) in node.inputs.enumerated() {
                guard let input, constants.contains(input) else { continue }
                if let packedInput, packedInput.index == position {
                    readings[input - constants.lowerBound].pack(packedInput.form)
                } else if node.known == nil {
                    isRead[input - constants.lowerBound] = true
                }
            }
            for case let value in node.captures where constants.contains(value) {
                isRead[value - constants.lowerBound] = true
            }
        }
        var packings = MatrixPacking.packings(readings.flatMap(\.forms))[...]
        for index in readings.indices {
            if isRead[index] { readings[index].decode() }
            let count = readings[index].forms.count
            readings[index].packings = Array(packings.prefix(count))
            packings = packings.dropFirst(count)
        }
        return readings
    }

    /// The input that `node` reads packed.
    private func packedInput(of node: CheckedNode) -> PackedInput? {
        guard case .tensor(let kind) = node.operation, node.known == nil, node.outputTypes != nil,
            let packing = kind as? any PackingOperator.Type,
            node.call.inputTypes.allSatisfy({ $0 == nil || $0?.element == .float32 }),
            let input = try? packing.packing(node.call),
            let value = node.inputs[input.index], constants.contains(value)
        else { return nil }
        return input
    }

    /// Takes over a constant whose bytes have all come.
    private mutating func finish(_ reading: ConstantReading) throws(ModelError) {
        if let tensor = try reading.tensor(constant: reading.value - constants.lowerBound) {
            values[reading.value] = .tensor(tensor)
        }
        for (form, packing) in zip(reading.forms, reading.packings) {
            packed[reading.value - constants.lowerBound].append((form, packing.packed))
        }
    }

    /// The constant numbered `value`, decoded; `nil` for a value that is none, or only packed.
    func tensor(_ value: Int) -> Tensor? { values[value]?.tensor }

    /// What `node`, which has that number, reads packed.
    func packed(for node: CheckedNode, numbered index: Int) -> PackedMatrix? {
        guard let input = packedInputs[index], let value = node.inputs[input.index] else {
            return nil
        }
        return packed[value - constants.lowerBound].first { $0.form == input.form }?.matrix
    }

    /// Bytes of all packed forms.
    var packedByteCount: Int { packed.joined().reduce(0) { $0 + $1.matrix.byteCount } }

    /// Notes that a step is ready: what it reads in a run is kept.
    mutating func finish(_ step: PreparedStep) {
        for value in step.node.captures { isKept[value] = true }
        for (position, input) in step.node.inputs.enumerated() {
            guard let input else { continue }
            if step.reads(position) { isKept[input] = true }
            readersLeft[input] -= 1
            if readersLeft[input] == 0, !isKept[input] { values[input] = nil }
        }
    }
}
