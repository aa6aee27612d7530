// What `aivm model inspect` finds out about a model beyond its header: work by operator, memory,
// the plan of a run, and what only a run can tell.

import Importers
import Machine
import Models
import Tensors
import Wire

/// A model looked into.
struct ModelInspection {
    /// All nodes of one operator.
    struct OperatorShare: Equatable {
        var name: String
        var count: Int
        var multiplyAdds: UInt64
        var gas: UInt64
    }

    /// A node whose output types no check can tell, with the reason.
    struct Unknown: Equatable {
        var place: String
        var reason: String
    }

    let model: Model
    let gas: UInt64
    let plan: ExecutionPlan
    let memory: MemoryProfile

    init(_ pending: PendingModel) throws {
        let interpreter = try Interpreter(loading: pending)
        model = interpreter.model
        gas = interpreter.gas
        plan = interpreter.plan
        memory = MemoryProfile(model)
    }

    /// The operators, the one with the most gas first.
    var operators: [OperatorShare] {
        var shares: [String: OperatorShare] = [:]
        for node in model.nodes {
            let name = node.place.operatorName
            var share = shares[name] ?? OperatorShare(name: name, count: 0, multiplyAdds: 0, gas: 0)
            share.count += 1
            share.multiplyAdds = sum(share.multiplyAdds, node.work?.multiplyAdds ?? 0)
            share.gas = sum(share.gas, GasSchedule.version1.gas(for: node))
            shares[name] = share
        }
        return shares.values.sorted { ($1.gas, $0.name) < ($0.gas, $1.name) }
    }

    private func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }

    /// How often each group of nodes becomes one step of an untraced run, most often first.
    var fusedGroups: [(label: String, count: Int)] {
        var counts: [String: Int] = [:]
        for step in plan.steps where step.operatorNames.count > 1 {
            counts[step.operatorNames.joined(separator: "+"), default: 0] += 1
        }
        return counts.map { (label: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.label) < ($0.count, $1.label) }
    }

    /// The nodes from which on types are unknown: not those that only read what such a node makes.
    var unknowns: [Unknown] {
        var unknowns: [Unknown] = []
        for (input, type) in zip(model.inputs, model.valueTypes) where type == nil {
            unknowns.append(
                Unknown(place: "input \"\(input.name)\"", reason: "its shape is not declared"))
        }
        for node in model.nodes where node.outputTypes == nil {
            let reads = node.inputs.compactMap { $0 } + node.captures
            guard reads.allSatisfy({ model.valueTypes[$0] != nil }) else { continue }
            unknowns.append(Unknown(place: node.place.description, reason: reason(node)))
        }
        return unknowns
    }

    private func reason(_ node: CheckedNode) -> String {
        guard case .tensor(let kind) = node.operation else {
            return "control flow, a sequence or an optional value: only a run knows what it gives"
        }
        do throws(OperatorError) {
            _ = try kind.validatedOutputTypes(node.call)
        } catch .needsConstant(let index) {
            return "the shape of its output depends on the values of input \(index)"
        } catch {
            return "\(error)"
        }
        return "its output types are worked out in the run"
    }
}

extension ModelInspection {
    /// The members of the JSON answer beside those of the header.
    var members: [JSONMember] {
        func number(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
        return [
            JSONMember("packed_bytes", number(plan.packedByteCount)),
            JSONMember("decoded_bytes", number(plan.decodedByteCount)),
            JSONMember("peak_live_bytes", number(memory.peakBytes)),
            JSONMember("peak_node", memory.peakNode.map(number) ?? .null),
            JSONMember(
                "largest_live_set",
                .array(
                    memory.largestSet.map {
                        .object([
                            "origin": .string($0.origin), "type": .string($0.type),
                            "bytes": number($0.byteCount),
                        ])
                    })),
            JSONMember("untraced_steps", number(plan.steps.count)),
            JSONMember(
                "fused",
                .object(fusedGroups.map { JSONMember($0.label, number($0.count)) })),
            JSONMember(
                "operators",
                .array(
                    operators.map {
                        .object([
                            "operator": .string($0.name), "count": number($0.count),
                            "multiply_adds": number($0.multiplyAdds), "gas": number($0.gas),
                        ])
                    })),
            JSONMember("is_static", .bool(model.isStatic)),
            JSONMember(
                "unknown",
                .array(
                    unknowns.map {
                        .object(["place": .string($0.place), "reason": .string($0.reason)])
                    })),
        ]
    }

    /// Rows of the header table.
    var rows: [[String]] {
        let bound = model.isStatic ? "" : "at least "
        let place = memory.peakNode.map { "at \(model.nodes[$0].place)" } ?? "before the first node"
        var fused = fusedGroups.prefix(4).map { "\($0.label) ×\($0.count)" }
            .joined(separator: ", ")
        if fusedGroups.count > 4 { fused += ", …" }
        return [
            [
                "made ready",
                "\(sizeText(plan.packedByteCount)) packed for kernels, "
                    + "\(sizeText(plan.decodedByteCount)) of other constants",
            ],
            ["live tensors", "\(bound)\(sizeText(memory.peakBytes)), \(place)"],
            [
                "untraced run",
                "\(grouped(plan.steps.count)) steps" + (fused.isEmpty ? "" : ": \(fused)"),
            ],
        ]
    }

    /// The tables below the header.
    var tables: String {
        var live = [["largest live set", "type", "size"]]
        for value in memory.largestSet.prefix(5) {
            live.append([value.origin, value.type, sizeText(value.byteCount)])
        }
        if memory.largestSet.count > 5 {
            live.append(["and \(memory.largestSet.count - 5) smaller ones"])
        }
        let total = operators.reduce(UInt64(0)) { sum($0, $1.gas) }
        var work = [["operator", "count", "multiply-adds", "share of gas"]]
        for share in operators {
            let part = total > 0 ? 100 * Double(share.gas) / Double(total) : 0
            work.append([
                share.name, grouped(share.count), grouped(share.multiplyAdds),
                decimal(part, 1) + " %",
            ])
        }
        var text = table(live) + "\n\n" + table(work)
        if !unknowns.isEmpty {
            text += "\n\nNot static: gas and memory are compared with their limits in the run.\n"
            text += table(
                [["known in a run", "because"]] + unknowns.map { [$0.place, $0.reason] })
        }
        return text
    }
}
