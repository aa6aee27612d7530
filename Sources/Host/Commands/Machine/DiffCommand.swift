// aivm diff: where two runs went apart.

import Base
import Wire

extension CommandLineInterface {
    static let diffCommand = Command(
        name: "diff", summary: "Name the first node where two runs differ.",
        discussion: """
            Compares two files that 'aivm run --trace' wrote, on one machine or two. Different
            models or inputs are said first; kernels, threads and times may differ freely. The
            exit code is 0 when the runs are equal and 1 when they differ.
            """,
        arguments: [
            Argument(name: "A.json", help: "The trace of one run."),
            Argument(name: "B.json", help: "The trace of the other."),
        ],
        run: diff)

    private static func diff(_ invocation: Invocation) throws {
        let traces = try invocation.arguments.map { path in
            try RunTrace(fileBytes: try readFile(path, limit: 256 << 20), path: path)
        }
        let difference = TraceDifference(traces[0], traces[1])
        Output(invocation).show(difference.json) { difference.text }
        if !difference.isEqual { throw CommandFailure("the runs differ", .refused) }
    }
}

/// What tells two traces apart.
struct TraceDifference: Equatable {
    let modelIDs: [Hash256]
    /// Inputs that have different hashes or types, or that only one run has.
    let differentInputs: [String]
    let nodeCounts: [Int]
    /// The first node whose hash differs, as each run has it; one run may have no such node.
    let first: (index: Int, nodes: [RunTrace.Node?])?

    init(_ a: RunTrace, _ b: RunTrace) {
        modelIDs = [a.modelID, b.modelID]
        nodeCounts = [a.nodes.count, b.nodes.count]
        var names: [String] = []
        for input in a.inputs where !b.inputs.contains(input) { names.append(input.name) }
        for input in b.inputs where !a.inputs.contains(input) && !names.contains(input.name) {
            names.append(input.name)
        }
        differentInputs = names
        let index = zip(a.nodes, b.nodes).enumerated().first { $1.0.hash != $1.1.hash }?.offset
        let common = min(a.nodes.count, b.nodes.count)
        if let index = index ?? (a.nodes.count == b.nodes.count ? nil : common) {
            func node(_ trace: RunTrace) -> RunTrace.Node? {
                trace.nodes.indices.contains(index) ? trace.nodes[index] : nil
            }
            first = (index, [node(a), node(b)])
        } else {
            first = nil
        }
    }

    /// Whether model, inputs and every node's outputs are the same.
    var isEqual: Bool {
        modelIDs[0] == modelIDs[1] && differentInputs.isEmpty && first == nil
    }

    static func == (left: TraceDifference, right: TraceDifference) -> Bool {
        left.json == right.json
    }

    var json: JSONValue {
        .object([
            "equal": .bool(isEqual), "same_model": .bool(modelIDs[0] == modelIDs[1]),
            "different_inputs": .array(differentInputs.map { .string($0) }),
            "node_counts": .array(nodeCounts.map { .number(String($0)) }),
            "first_difference": first.map { first in
                .object([
                    "index": .number(String(first.index)),
                    "a": first.nodes[0]?.json ?? .null, "b": first.nodes[1]?.json ?? .null,
                ])
            } ?? .null,
        ])
    }

    var text: String {
        var lines: [String] = []
        if modelIDs[0] != modelIDs[1] {
            lines.append("different models: A \(modelIDs[0].hex)")
            lines.append("                  B \(modelIDs[1].hex)")
        }
        if !differentInputs.isEmpty {
            lines.append("different inputs: \(differentInputs.joined(separator: ", "))")
        }
        guard let first else {
            lines.append("equal: all \(grouped(nodeCounts[0])) nodes have the same hashes")
            return lines.joined(separator: "\n")
        }
        lines.append("first difference: node \(first.index)")
        var rows = [["", "name", "operator", "outputs", "hash"]]
        for (label, node) in zip(["A", "B"], first.nodes) {
            guard let node else {
                rows.append([label, "the run has no such node"])
                continue
            }
            rows.append([
                label, node.name, node.operatorName, node.outputs.joined(separator: ", "),
                node.hash.hex,
            ])
        }
        return (lines + [table(rows)]).joined(separator: "\n")
    }
}
