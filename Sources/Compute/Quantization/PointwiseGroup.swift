// Functions of one number: nodes that compute, element by element, from one activation and single
// constants. However many there are, together they are one function, and become one table.

import Models
import Tensors

/// Nodes that together are a function of one number.
struct PointwiseGroup {
    /// The value that goes in.
    let input: Int
    /// The nodes, in their order.
    let nodes: [Int]
    /// The value that comes out.
    let output: Int

    private static let functions = [
        "Abs", "Acos", "Acosh", "Add", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Celu", "Clip",
        "Cos", "Cosh", "Div", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish",
        "LeakyRelu", "Log", "Max", "Min", "Mish", "Mul", "Neg", "Pow", "PRelu", "Reciprocal",
        "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus",
        "Softsign", "Sqrt", "Sub", "Swish", "Tan", "Tanh", "ThresholdedRelu",
    ]
    /// Most nodes of a group.
    private static let maximumNodes = 32

    /// The largest group that begins with the node numbered `first`; `nil` when the node is no
    /// function of one number.
    init?(startingAt first: Int, _ graph: FloatGraph) throws(QuantizationError) {
        guard let input = PointwiseGroup.inputs(of: first, [], graph), input.count == 1 else {
            return nil
        }
        let source = input[0]
        var nodes = [first]
        var made = Array(graph.nodes[first].outputs)
        for index in graph.nodes.indices.dropFirst(first + 1)
        where nodes.count < PointwiseGroup.maximumNodes {
            guard let inputs = PointwiseGroup.inputs(of: index, made, graph),
                inputs.allSatisfy({ $0 == source }),
                graph.nodes[index].inputs.contains(where: { $0.map(made.contains) ?? false })
                    || !inputs.isEmpty
            else { continue }
            nodes.append(index)
            made += graph.nodes[index].outputs
        }
        self.input = source
        // The last node of which nothing that it needs is read elsewhere.
        for last in nodes.reversed() {
            let part = PointwiseGroup.ancestors(of: last, in: nodes, graph)
            guard part.contains(first) else { continue }
            let escaping = part.dropLast().contains { index in
                graph.nodes[index].outputs.contains { graph.escapes($0, from: part) }
            }
            guard !escaping else { continue }
            self.nodes = part
            output = graph.nodes[last].outputs.lowerBound
            return
        }
        return nil
    }

    /// The values that a node reads beside single constants and values of `made`; `nil` when it is
    /// no function of single numbers.
    private static func inputs(of index: Int, _ made: [Int], _ graph: FloatGraph) -> [Int]? {
        let node = graph.nodes[index]
        guard functions.contains(node.place.operatorName), node.outputs.count == 1,
            node.known == nil, graph.type(node.outputs.lowerBound).element == .float32
        else { return nil }
        let shape = graph.shape(node.outputs.lowerBound)
        var inputs: [Int] = []
        for case .some(let value) in node.inputs {
            if graph.isConstant(value) {
                guard graph.shape(value).elementCount == 1 else { return nil }
            } else {
                guard graph.shape(value) == shape, graph.type(value).element == .float32 else {
                    return nil
                }
                if !made.contains(value), !inputs.contains(value) { inputs.append(value) }
            }
        }
        return inputs
    }

    /// The nodes of `nodes` that the node `last` needs, and itself, in their order.
    private static func ancestors(of last: Int, in nodes: [Int], _ graph: FloatGraph) -> [Int] {
        var needed = [last]
        var open = [last]
        while let index = open.popLast() {
            for case .some(let value) in graph.nodes[index].inputs {
                guard let maker = graph.maker(of: value), nodes.contains(maker),
                    !needed.contains(maker)
                else { continue }
                needed.append(maker)
                open.append(maker)
            }
        }
        return needed.sorted()
    }

    /// The function's values for `arguments`, as the float model computes them.
    func values(
        _ arguments: [Float], _ graph: FloatGraph
    ) throws(QuantizationError) -> [Float] {
        var results: [(value: Int, tensor: Tensor)] = [
            (input, Tensor(arguments, shape: [arguments.count]))
        ]
        for index in nodes {
            let node = graph.nodes[index]
            var inputs: [Tensor?] = []
            for value in node.inputs {
                guard let value else {
                    inputs.append(nil)
                    continue
                }
                if let made = results.first(where: { $0.value == value }) {
                    inputs.append(made.tensor)
                } else {
                    inputs.append(try graph.constant(value)?.reshaped(to: .scalar))
                }
            }
            guard case .tensor(let operation) = node.operation else { return [] }
            var call = node.call
            call.inputTypes = inputs.map { $0?.type }
            call.constants = inputs
            do throws(OperatorError) {
                let outputs = try operation.run(call, inputs)
                results.append((node.outputs.lowerBound, outputs[0]))
            } catch {
                throw .model(.refused(node.place, error))
            }
        }
        return results.last?.tensor.float32s ?? []
    }
}
