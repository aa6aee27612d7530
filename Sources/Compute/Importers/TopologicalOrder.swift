// An order in which the nodes of an ONNX graph can run. The file should already be in one, and then
// it is kept; a file that is not is sorted, always the same way; a cycle is an error.

import Models

/// Sorts the nodes of a graph.
struct TopologicalOrder {
    /// The node that makes each value, by the value's name.
    let producers: [String: Int]
    /// Positions of the nodes in the file, in the order in which they run.
    private(set) var nodes: [Int] = []

    private enum State { case untouched, open, done }

    /// Depth-first, from each node in the order of the file, with a stack of its own: the depth of
    /// a hostile graph must not become the depth of the machine's stack.
    init(_ graph: ONNXGraph) throws(ImportError) {
        var producers: [String: Int] = [:]
        for (index, node) in graph.nodes.enumerated() {
            for output in node.outputs where !output.isEmpty {
                guard producers.updateValue(index, forKey: output) == nil else {
                    throw .repeatedValue(name: output)
                }
            }
        }
        self.producers = producers
        var states = [State](repeating: .untouched, count: graph.nodes.count)
        for root in graph.nodes.indices where states[root] == .untouched {
            var stack = [(node: root, nextInput: 0)]
            states[root] = .open
            while let (node, nextInput) = stack.last {
                let inputs = graph.nodes[node].reads
                guard nextInput < inputs.count else {
                    states[node] = .done
                    nodes.append(node)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].nextInput += 1
                guard let producer = producers[inputs[nextInput]] else { continue }
                switch states[producer] {
                case .done: continue
                case .untouched:
                    states[producer] = .open
                    stack.append((producer, 0))
                case .open:
                    let start = stack.firstIndex { $0.node == producer } ?? 0
                    // The stack runs from reader to maker; the error reads from maker to reader.
                    throw .cycle(stack[start...].reversed().map { graph.place(ofNode: $0.node) })
                }
            }
        }
    }

    /// Which nodes the outputs of the graph need.
    func needed(in graph: ONNXGraph) -> [Bool] {
        var needed = [Bool](repeating: false, count: graph.nodes.count)
        for output in graph.outputs {
            if let producer = producers[output.name] { needed[producer] = true }
        }
        for node in nodes.reversed() where needed[node] {
            for input in graph.nodes[node].reads {
                if let producer = producers[input] { needed[producer] = true }
            }
        }
        return needed
    }
}

extension ONNXGraph {
    /// The node at `index` of the file, as errors name it.
    func place(ofNode index: Int) -> NodePlace {
        NodePlace(
            index: index, name: nodes[index].name, operatorName: nodes[index].qualifiedName)
    }
}
