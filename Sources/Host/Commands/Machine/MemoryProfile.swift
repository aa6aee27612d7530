// How many bytes of tensors are alive while each node of a model runs, in the order of a traced
// run: inputs, intermediate values and outputs; weights are counted apart.

import Foundation
import Models
import Tensors

/// The live bytes of a model over its nodes.
struct MemoryProfile {
    /// A value alive at some node.
    struct LiveValue: Equatable {
        /// An input, or the node that makes the value.
        var origin: String
        var type: String
        var byteCount: Int
    }

    /// The bytes alive while each node runs, its outputs included.
    let liveBytes: [Int]
    /// The bytes of the inputs, which are there before the first node.
    let inputBytes: Int
    /// The first node at which most bytes are alive; `nil` when the inputs alone are as large.
    let peakNode: Int?
    /// What is alive there, largest first.
    let largestSet: [LiveValue]

    /// Follows the values of `model`. Those whose types only a run tells count nothing.
    init(_ model: Model) {
        func size(_ value: Int) -> Int { model.valueTypes[value]?.byteCount ?? 0 }
        var live = Set(model.inputs.indices)
        let inputs = live.reduce(0) { $0 + size($1) }
        var bytes = inputs
        var peak = (node: Int?.none, bytes: inputs, set: live)
        var profile: [Int] = []
        for (index, node) in model.nodes.enumerated() {
            live.formUnion(node.outputs)
            bytes += node.outputs.reduce(0) { $0 + size($1) }
            profile.append(bytes)
            if bytes > peak.bytes { peak = (index, bytes, live) }
            live.subtract(node.releases)
            bytes -= node.releases.reduce(0) { $0 + size($1) }
        }
        liveBytes = profile
        inputBytes = inputs
        peakNode = peak.node
        largestSet = peak.set.sorted { (size($1), $0) < (size($0), $1) }.compactMap { value in
            guard let type = model.valueTypes[value] else { return nil }
            return LiveValue(
                origin: MemoryProfile.origin(of: value, in: model), type: type.description,
                byteCount: type.byteCount)
        }
    }

    private static func origin(of value: Int, in model: Model) -> String {
        if value < model.inputs.count { return "input \"\(model.inputs[value].name)\"" }
        let maker = model.nodes.first { $0.outputs.contains(value) }
        return maker?.place.description ?? "value \(value)"
    }

    /// Most bytes alive at one time.
    var peakBytes: Int { max(inputBytes, liveBytes.max() ?? 0) }
}

extension MemoryProfile {
    /// A drawing of the live bytes over the nodes, as SVG.
    ///
    /// - Parameter title: one line above it.
    func svg(title: String) -> String {
        let (width, height, left, right, top, bottom) = (860.0, 360.0, 90.0, 20.0, 50.0, 45.0)
        let count = Double(max(1, liveBytes.count))
        let scale = (height - top - bottom) / Double(max(1, peakBytes))
        func x(_ node: Int) -> String {
            decimal(left + Double(node) * (width - left - right) / count, 1)
        }
        func y(_ bytes: Int) -> String { decimal(height - bottom - Double(bytes) * scale, 1) }
        var path = "M\(x(0)) \(y(0))"
        for (node, bytes) in liveBytes.enumerated() {
            path += "L\(x(node)) \(y(bytes))L\(x(node + 1)) \(y(bytes))"
        }
        path += "L\(x(liveBytes.count)) \(y(0))Z"
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="10" y="22" font-size="15">\(escaped(title))</text>

            """
        for quarter in 0...4 {
            let bytes = peakBytes / 4 * quarter
            svg += """
                <line x1="\(left)" y1="\(y(bytes))" x2="\(width - right)" y2="\(y(bytes))" \
                stroke="#ddd"/>
                <text x="\(left - 6)" y="\(y(bytes))" text-anchor="end">\(sizeText(bytes))</text>

                """
        }
        svg += "<path d=\"\(path)\" fill=\"#2a7f62\" fill-opacity=\"0.6\" stroke=\"#2a7f62\"/>\n"
        if let peakNode {
            svg += """
                <line x1="\(x(peakNode))" y1="\(top - 6)" x2="\(x(peakNode))" \
                y2="\(height - bottom)" stroke="#b23a48" stroke-dasharray="4 3"/>
                <text x="\(x(peakNode))" y="\(top - 10)" text-anchor="middle" fill="#b23a48">\
                node \(peakNode): \(sizeText(peakBytes))</text>

                """
        }
        svg += """
            <text x="\(left)" y="\(height - bottom + 18)">0</text>
            <text x="\(width - right)" y="\(height - bottom + 18)" text-anchor="end">\
            \(liveBytes.count)</text>
            <text x="\(width / 2)" y="\(height - 10)" text-anchor="middle">node</text>
            </svg>

            """
        return svg
    }

    private func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "<", with: "&lt;")
    }
}
