// How the time of a proof grows with the model: perceptrons of 16 thousand to 16 million
// parameters, convolutional networks over pictures of growing size.

import Fields
import Foundation
import Sumcheck
import SumcheckProver

/// The times of one size, in seconds.
struct ZKMLPoint {
    var size: Int
    var places: Int
    var trace: Double
    var plain: Double
    var hiding: Double
    var verify: Double
    var bytes: Int
}

/// Perceptrons of two layers of d² parameters each.
func sweepPerceptrons() throws -> [ZKMLPoint] {
    try [90, 181, 362, 724, 1448, 2896].map { width in
        try zkmlPoint(2 * width * width, ZKMLModel.perceptron([width, width, width]))
    }
}

/// Two convolutions with pools, and a dense layer, over pictures of width times width.
func sweepConvolutions() throws -> [ZKMLPoint] {
    try [8, 16, 32, 64, 96].map { width in
        try zkmlPoint(width * width, ZKMLModel.convolutional(width: width))
    }
}

private func zkmlPoint(_ size: Int, _ model: ZKMLModel) throws -> ZKMLPoint {
    let system = try model.builder.system()
    let key = try RowKey.forDevelopment(tau: Fr(0xA1_F3_57), rowBits: system.layout.rowBits)
    let start = ContinuousClock.now
    let witness = try model.witness(system)
    let trace = (ContinuousClock.now - start).seconds
    let weights = key.commit(.weights, of: witness, threads: 2, random: SystemElements.next)
    func times(hiding: Bool) throws -> (prove: Double, verify: Double, bytes: Int) {
        let request = ProofRequest<KZGRows>(
            context: [], weights: weights, input: hiding ? .secret : .open, output: .open,
            hiding: hiding)
        var least = Double.infinity
        var made: (ProofStatement<KZGRows>, SumcheckProof<KZGRows>)?
        for _ in 0..<5 {
            let start = ContinuousClock.now
            made = try key.prove(witness, request, threads: 2, random: SystemElements.next)
            least = min(least, (ContinuousClock.now - start).seconds)
        }
        guard let made else { throw BenchmarkFailure("no proof") }
        let verify = try leastSeconds(rounds: 3, perRound: 0.05) {
            try key.scheme.verify(made.1, of: made.0, system: system)
        }
        return (least, verify, made.1.encoded.count)
    }
    let plain = try times(hiding: false)
    let hiding = try times(hiding: true)
    return ZKMLPoint(
        size: size, places: system.layout.rows.count << system.layout.rowBits, trace: trace,
        plain: plain.prove, hiding: hiding.prove, verify: hiding.verify, bytes: hiding.bytes)
}

/// Field elements from the system's generator.
enum SystemElements {
    static func next() -> Fr {
        var generator = SystemRandomNumberGenerator()
        return generator.scalar()
    }
}

/// Two plots side by side, both axes logarithmic.
func zkmlPlot(_ perceptrons: [ZKMLPoint], _ convolutions: [ZKMLPoint]) -> String {
    var svg = """
        <svg xmlns="http://www.w3.org/2000/svg" width="860" height="360" \
        font-family="sans-serif" font-size="12">
        <rect width="100%" height="100%" fill="white"/>

        """
    svg += panel(perceptrons, left: 60, "Perceptrons: parameters")
    svg += panel(convolutions, left: 490, "Convolutional networks: pixels")
    svg += "</svg>\n"
    return svg
}

private func panel(_ points: [ZKMLPoint], left: Double, _ title: String) -> String {
    let (top, width, height) = (40.0, 330.0, 260.0)
    let series: [(name: String, color: String, values: [Double])] = [
        ("prove, zero knowledge", "#b23a48", points.map(\.hiding)),
        ("prove", "#c9a227", points.map(\.plain)), ("trace", "#888", points.map(\.trace)),
        ("verify", "#2a7f62", points.map(\.verify)),
    ]
    let all = series.flatMap(\.values)
    let low = floor(log10(all.min() ?? 1e-3))
    let high = ceil(log10(all.max() ?? 1))
    let first = log10(Double(points.first?.size ?? 1))
    let last = log10(Double(points.last?.size ?? 10))
    func x(_ size: Int) -> Double {
        left + width * (log10(Double(size)) - first) / max(last - first, 1e-9)
    }
    func y(_ seconds: Double) -> Double {
        top + height * (high - log10(seconds)) / max(high - low, 1)
    }
    func number(_ value: Double) -> String { String((value * 10).rounded() / 10) }
    var svg = "<text x=\"\(left)\" y=\"20\" font-size=\"14\">\(title)</text>\n"
    for power in Int(low)...Int(high) {
        let line = y(Foundation.pow(10, Double(power)))
        svg += """
            <line x1="\(left)" y1="\(number(line))" x2="\(left + width)" y2="\(number(line))" \
            stroke="#ddd"/>
            <text x="\(left - 6)" y="\(number(line + 4))" text-anchor="end">\
            \(text(Foundation.pow(10, Double(power + 3)))) ms</text>

            """
    }
    for point in points {
        svg += """
            <text x="\(number(x(point.size)))" y="\(top + height + 18)" text-anchor="middle">\
            \(short(point.size))</text>

            """
    }
    for (index, one) in series.enumerated() {
        let line = zip(points, one.values).map { "\(number(x($0.size))),\(number(y($1)))" }
        svg += """
            <polyline points="\(line.joined(separator: " "))" fill="none" stroke="\(one.color)" \
            stroke-width="2"/>
            <text x="\(left + Double(index % 2) * 170)" \
            y="\(top + height + 36 + Double(index / 2) * 16)" fill="\(one.color)">\(one.name)</text>

            """
    }
    return svg
}

/// 16K, 1.0M.
func short(_ value: Int) -> String {
    if value >= 1_000_000 { return "\((Double(value) / 1e5).rounded() / 10)M" }
    return value >= 10_000 ? "\(value / 1_000)K" : "\(value)"
}
