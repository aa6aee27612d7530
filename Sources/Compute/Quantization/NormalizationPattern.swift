// Layer normalisation spelt out: exporters of older opsets write ReduceMean, Sub, Pow, ReduceMean,
// Add, Sqrt, Div, Mul, Add. The pattern is found from its square root, forwards and backwards.

import Models
import Tensors

/// A layer normalisation, or a root mean square normalisation, of the last axis.
struct NormalizationPattern {
    /// The value that is normalised.
    let input: Int
    let isCentred: Bool
    let epsilon: Double
    var gain: [Double]?
    var bias: [Double]?
    /// The nodes, in their order.
    var nodes: [Int]
    /// The value that comes out.
    var output: Int

    /// The pattern around the Sqrt node numbered `root`; `nil` when there is none.
    init?(around root: Int, _ graph: FloatGraph) throws(QuantizationError) {
        let node = graph.nodes[root]
        guard node.place.operatorName == "Sqrt", let sum = node.inputs[0],
            let (add, variance, epsilon) = try NormalizationPattern.sum(sum, graph),
            let mean = NormalizationPattern.mean(variance, graph),
            let (square, centred) = try NormalizationPattern.square(mean.input, graph)
        else { return nil }
        var nodes = [root, add, mean.node, square]
        if let maker = graph.maker(of: centred), graph.nodes[maker].place.operatorName == "Sub",
            let x = graph.nodes[maker].inputs[0], let other = graph.nodes[maker].inputs[1],
            let first = NormalizationPattern.mean(other, graph), first.input == x
        {
            nodes += [maker, first.node]
            input = x
            isCentred = true
        } else {
            input = centred
            isCentred = false
        }
        guard graph.type(input).element == .float32, !graph.isConstant(input),
            let (divisions, quotient) = NormalizationPattern.division(
                of: centred, by: node.outputs.lowerBound, graph)
        else { return nil }
        self.epsilon = epsilon
        self.nodes = nodes + divisions
        output = quotient
        try takeAffine(graph)
        self.nodes.sort()
        for index in self.nodes {
            for value in graph.nodes[index].outputs where value != output {
                if graph.escapes(value, from: self.nodes) { return nil }
            }
        }
    }

    /// Takes in a constant gain and a constant bias of the last axis.
    private mutating func takeAffine(_ graph: FloatGraph) throws(QuantizationError) {
        let length = graph.shape(input).dimensions.last ?? 0
        for name in ["Mul", "Add"] {
            guard let next = graph.onlyReader(of: output),
                graph.nodes[next].place.operatorName == name, graph.nodes[next].inputs.count == 2,
                let first = graph.nodes[next].inputs[0], let second = graph.nodes[next].inputs[1],
                let numbers = try graph.numbers(first == output ? second : first),
                numbers.values.count == length, numbers.shape.dimensions.last == length
            else { return }
            if name == "Mul" { gain = numbers.values } else { bias = numbers.values }
            nodes.append(next)
            output = graph.nodes[next].outputs.lowerBound
        }
    }

    /// The Add that makes `value`, what it adds epsilon to, and epsilon.
    private static func sum(
        _ value: Int, _ graph: FloatGraph
    ) throws(QuantizationError) -> (node: Int, variance: Int, epsilon: Double)? {
        guard let maker = graph.maker(of: value), graph.nodes[maker].place.operatorName == "Add"
        else { return nil }
        let inputs = graph.nodes[maker].inputs.compactMap { $0 }
        guard inputs.count == 2 else { return nil }
        if let epsilon = try graph.number(inputs[1]) { return (maker, inputs[0], epsilon) }
        if let epsilon = try graph.number(inputs[0]) { return (maker, inputs[1], epsilon) }
        return nil
    }

    /// The ReduceMean over the last axis that makes `value`, and what it reads.
    private static func mean(_ value: Int, _ graph: FloatGraph) -> (node: Int, input: Int)? {
        guard let maker = graph.maker(of: value),
            graph.nodes[maker].place.operatorName == "ReduceMean",
            let input = graph.nodes[maker].inputs[0],
            let (axes, keeps) = try? Lowering.meanAxes(graph.nodes[maker], graph), keeps,
            axes == [graph.shape(input).rank - 1]
        else { return nil }
        return (maker, input)
    }

    /// The node that squares, and what it squares.
    private static func square(
        _ value: Int, _ graph: FloatGraph
    ) throws(QuantizationError) -> (node: Int, base: Int)? {
        guard let maker = graph.maker(of: value) else { return nil }
        let node = graph.nodes[maker]
        guard node.inputs.count == 2, let first = node.inputs[0] else { return nil }
        switch node.place.operatorName {
        case "Mul": return node.inputs[1] == first ? (maker, first) : nil
        case "Pow": return try graph.number(node.inputs[1]) == 2 ? (maker, first) : nil
        default: return nil
        }
    }

    /// The nodes that divide `value` by `root`, and the quotient.
    private static func division(
        of value: Int, by root: Int, _ graph: FloatGraph
    ) -> (nodes: [Int], quotient: Int)? {
        guard let next = graph.onlyReader(of: root) else { return nil }
        let node = graph.nodes[next]
        switch node.place.operatorName {
        case "Div":
            return node.inputs == [value, root] ? ([next], node.outputs.lowerBound) : nil
        case "Reciprocal":
            let inverse = node.outputs.lowerBound
            guard let last = graph.onlyReader(of: inverse),
                graph.nodes[last].place.operatorName == "Mul",
                graph.nodes[last].inputs == [value, inverse]
                    || graph.nodes[last].inputs == [inverse, value]
            else { return nil }
            return ([next, last], graph.nodes[last].outputs.lowerBound)
        default: return nil
        }
    }
}
