// Where a program's floats become the integers that a proof speaks of, and integers become floats
// again. Both ways are computed by whoever reads a statement: they are cheap and exact.

public import Models
public import Tensors

extension ProgramRelations {
    /// The integers of each tensor of the relations' inputs, out of the program's inputs.
    ///
    /// - Parameter ports: a tensor for each input of the program, in its order and of its type.
    /// - Throws: `unreadable` when a tensor is not what the program says.
    public func inputIntegers(
        of ports: [Tensor]
    ) throws(ArithmetizationError) -> [[Int64]] {
        var quantizing = [CheckedNode?](repeating: nil, count: model.valueTypes.count)
        for node in model.nodes where node.place.operatorName == "aivm.integer.Quantize" {
            quantizing[node.outputs.lowerBound] = node
        }
        var integers: [[Int64]] = []
        for (value, _) in inputs {
            var tensor = value < ports.count ? ports[value] : nil
            if let node = quantizing[value], let port = node.inputs[0], port < ports.count {
                tensor = try result(of: node, on: ports[port])
            }
            guard let values = tensor?.wholeNumbers, tensor?.type == model.valueTypes[value] else {
                throw .unreadable(node: "input \(value)")
            }
            integers.append(values)
        }
        return integers
    }

    /// The program's outputs, out of the integers of each tensor of the relations' outputs.
    ///
    /// - Throws: `unreadable` when there are not as many integers as the tensors have, or one is
    ///   beyond its type.
    public func outputTensors(
        of integers: [[Int64]]
    ) throws(ArithmetizationError) -> [NamedTensor] {
        var tensors: [NamedTensor] = []
        guard integers.count == outputs.count else { throw .unreadable(node: "the outputs") }
        for (output, (port, values)) in zip(outputs, zip(model.program.outputs, integers)) {
            var tensor = try self.tensor(values, of: output.value)
            if let node = dequantizing(port: Int(port.value) - 1) {
                tensor = try result(of: node, on: tensor)
            }
            tensors.append(NamedTensor(name: port.name, tensor: tensor))
        }
        return tensors
    }

    /// The integers that give these outputs; `nil` when none do. A float is its integer times a
    /// scale, rounded, so the nearest integer to the quotient is the only one that can give it.
    ///
    /// - Parameter ports: a tensor for each output of the program, in its order and of its type.
    public func outputIntegers(of ports: [Tensor]) throws(ArithmetizationError) -> [[Int64]]? {
        guard ports.count == outputs.count else { return nil }
        var integers: [[Int64]] = []
        for (index, tensor) in ports.enumerated() {
            if let whole = tensor.wholeNumbers {
                integers.append(whole)
                continue
            }
            guard let floats = tensor.float32s,
                let node = dequantizing(port: Int(model.program.outputs[index].value) - 1)
            else { return nil }
            let ones = [Int64](repeating: 1, count: floats.count)
            let unit = try result(of: node, on: try self.tensor(ones, of: outputs[index].value))
            guard let scales = unit.float32s, scales.count == floats.count else { return nil }
            integers.append(
                zip(floats, scales).map { float, scale in
                    let quotient = (float / scale).rounded(.toNearestOrEven)
                    return abs(quotient) <= 32768 ? Int64(quotient) : 0
                })
        }
        let again = try outputTensors(of: integers).map(\.tensor.littleEndianBytes)
        return again == ports.map(\.littleEndianBytes) ? integers : nil
    }

    /// The node that makes an output float, if one does.
    private func dequantizing(port value: Int) -> CheckedNode? {
        model.nodes.first {
            $0.outputs.lowerBound == value && $0.place.operatorName == "aivm.integer.Dequantize"
        }
    }

    private func result(
        of node: CheckedNode, on tensor: Tensor
    ) throws(ArithmetizationError) -> Tensor {
        guard case .tensor(let operation) = node.operation else {
            throw .unreadable(node: "\(node.place)")
        }
        do {
            guard let result = try operation.run(node.call, [tensor]).first else {
                throw ArithmetizationError.unreadable(node: "\(node.place)")
            }
            return result
        } catch {
            throw .unreadable(node: "\(node.place)")
        }
    }

    private func tensor(
        _ values: [Int64], of value: Int
    ) throws(ArithmetizationError) -> Tensor {
        let unreadable = ArithmetizationError.unreadable(node: "value \(value)")
        guard let type = model.valueTypes[value], values.count == type.shape.elementCount else {
            throw unreadable
        }
        func exact<Element: FixedWidthInteger>(
            _: Element.Type
        ) throws(ArithmetizationError) -> [Element] {
            var result: [Element] = []
            for value in values {
                guard let element = Element(exactly: value) else { throw unreadable }
                result.append(element)
            }
            return result
        }
        switch type.element {
        case .int8: return Tensor(try exact(Int8.self), shape: type.shape)
        case .int16: return Tensor(try exact(Int16.self), shape: type.shape)
        case .int32: return Tensor(try exact(Int32.self), shape: type.shape)
        case .int64: return Tensor(values, shape: type.shape)
        default: throw unreadable
        }
    }
}
