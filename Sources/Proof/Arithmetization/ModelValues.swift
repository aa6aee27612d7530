// The values of a program's tensors that relations start from: weights out of a model, inputs as
// int16 or indices.

import Models
public import Tensors

extension ProgramRelations {
    /// The values of each tensor of weights, in row-major order.
    public func weightValues() throws(ArithmetizationError) -> [(tensor: Int, values: [Int64])] {
        var all: [(tensor: Int, values: [Int64])] = []
        for (value, tensor) in weights {
            let constant: Tensor?
            do { constant = try model.constant(value) } catch {
                throw .unreadable(node: "constant \(value)")
            }
            guard let integers = constant?.wholeNumbers else {
                throw .unreadable(node: "constant \(value)")
            }
            all.append((tensor, integers))
        }
        return all
    }
}

extension Tensor {
    /// The elements as integers, where they are integers.
    public var wholeNumbers: [Int64]? {
        if let values = int8s { return values.map { Int64($0) } }
        if let values = int16s { return values.map { Int64($0) } }
        if let values = int32s { return values.map { Int64($0) } }
        return int64s
    }
}
