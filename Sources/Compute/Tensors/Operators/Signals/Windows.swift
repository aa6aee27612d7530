// HannWindow, HammingWindow, BlackmanWindow and MelWeightMatrix: the constants of spectral
// analysis. All is computed in float64, each operation rounded, and converted at the end as Cast
// does.

import CKernels

/// The operators of spectral analysis.
enum SignalFamily {
    static let operators: [any Operator.Type] = [
        BlackmanWindowOperator.self,
        DFTOperator.self,
        HammingWindowOperator.self,
        HannWindowOperator.self,
        MelWeightMatrixOperator.self,
        STFTOperator.self,
    ]
}

/// A window that is a sum of cosines.
protocol WindowOperator: Operator {
    /// a₀, a₁, a₂ of (a₀ − a₁ · cos(2πn / N)) + a₂ · cos(4πn / N); the last term is left out when
    /// a₂ is 0.
    static var coefficients: (Double, Double, Double) { get }
}

extension WindowOperator {
    static var attributeNames: [String] { ["output_datatype", "periodic"] }
    static var inputCount: ClosedRange<Int> { 1...1 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let size = try call.constantIndex(0)
        let element = try call.numericOutput()
        _ = try call.attributes.flag("periodic", default: true)
        return [TensorType(element, try Shape([size]))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.functions = 2 * work.elements
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let type = try outputTypes(call.knowing(inputs))[0]
        let size = type.shape.elementCount
        let isPeriodic = try call.attributes.flag("periodic", default: true)
        // A symmetric window of one element is its own middle.
        if size == 1, !isPeriodic {
            return [try Tensor([1 as Float], shape: type.shape).cast(to: type.element)]
        }
        let period = Double(isPeriodic ? size : size - 1)
        let (first, second, third) = coefficients
        func cosines(_ turn: Double) -> [Double] {
            kernels.unary64(Int32(AIVM_COSINE), (0..<size).map { turn * Double($0) / period })
        }
        var values = cosines(Double.turn).map { first - second * $0 }
        if third != 0 {
            values = zip(values, cosines(2 * Double.turn)).map { $0 + third * $1 }
        }
        return [try Tensor(float64s: values, shape: type.shape).cast(to: type.element)]
    }
}

extension OperatorCall {
    /// The type that attribute `output_datatype` names, float32 without it; a number.
    fileprivate func numericOutput() throws(OperatorError) -> ElementType {
        let element = try elementType("output_datatype", default: .float32)
        guard element != .string, element != .bool else {
            throw .wrongAttribute(name: "output_datatype", reason: "is \(element.name)")
        }
        return element
    }
}

/// The Hann window.
enum HannWindowOperator: WindowOperator {
    static let name = "HannWindow"
    static let coefficients = (0.5, 0.5, 0.0)
}

/// The Hamming window with 25/46 and 21/46.
enum HammingWindowOperator: WindowOperator {
    static let name = "HammingWindow"
    static let coefficients = (25.0 / 46, 21.0 / 46, 0.0)
}

/// The Blackman window with 0.42, 0.5 and 0.08.
enum BlackmanWindowOperator: WindowOperator {
    static let name = "BlackmanWindow"
    static let coefficients = (0.42, 0.5, 0.08)
}

/// Triangles, equally wide in mel, that add up bins of a spectrum: a column for each.
enum MelWeightMatrixOperator: Operator {
    static let name = "MelWeightMatrix"
    static let isNativeForHalf = true
    static let attributeNames = ["output_datatype"]
    static let inputCount = 5...5
    static let outputCount = 1...1

    /// The integers and the edges; checked.
    private static func numbers(
        _ call: OperatorCall
    ) throws(OperatorError) -> (bins: Int, length: Int, rate: Int, low: Double, high: Double) {
        let bins = try call.constantIndex(0)
        let length = try call.constantIndex(1)
        let rate = try call.constantIndex(2)
        var edges: [Double] = []
        for index in 3...4 {
            _ = try call.type(index, of: .float32, .float64, .float16, .bfloat16)
            let values = try call.constant(index).cast(to: .float64).float64s ?? []
            guard values.count == 1, values[0].isFinite, values[0] >= 0 else {
                throw .wrongInputValue(index: index, reason: "is not a frequency")
            }
            edges.append(values[0])
        }
        guard bins >= 0, length >= 0, rate > 0, bins <= 1 << 31, length <= 1 << 31 else {
            throw .wrongInputValue(index: 0, reason: "is no count")
        }
        return (bins, length, rate, edges[0], edges[1])
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let numbers = try numbers(call)
        return [
            TensorType(
                try call.numericOutput(), try Shape([numbers.length / 2 + 1, numbers.bins]))
        ]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        // Each triangle is walked once, at most over all rows.
        work.elements = 4 * work.elements
        work.functions = UInt64(outputs.first?.shape.dimensions.last ?? 0) + 4
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let call = call.knowing(inputs)
        let (bins, length, rate, low, high) = try numbers(call)
        let type = try outputTypes(call)[0]
        let rows = type.shape.dimensions[0]
        let edges = centres(bins, length, rate, low, high, kernels)
        var values = [Double](repeating: 0, count: type.shape.elementCount)
        for bin in 0..<bins {
            let (left, centre, right) = (edges[bin], edges[bin + 1], edges[bin + 2])
            if left == centre, centre < rows { values[centre * bins + bin] = 1 }
            if left < centre {
                for row in min(left, rows)..<min(centre + 1, rows) {
                    values[row * bins + bin] = Double(row - left) / Double(centre - left)
                }
            }
            if centre < right {
                for row in min(centre, rows)..<min(right, rows) {
                    values[row * bins + bin] = Double(right - row) / Double(right - centre)
                }
            }
        }
        return [try Tensor(float64s: values, shape: type.shape).cast(to: type.element)]
    }

    /// The rows of the corners of the triangles: with mel(f) = 2595 · (ln(1 + f / 700) / ln 10) and
    /// a step of (mel(high) − mel(low)) / (bins + 2), corner i lies at 700 · (10^((mel(low) + i ·
    /// step) / 2595) − 1), and in row ⌊(length + 1) · that / rate⌋.
    private static func centres(
        _ bins: Int, _ length: Int, _ rate: Int, _ low: Double, _ high: Double, _ kernels: Kernels
    ) -> [Int] {
        let logarithms = kernels.unary64(
            Int32(AIVM_LOGARITHM), [1 + low / 700, 1 + high / 700, 10])
        let first = 2595 * (logarithms[0] / logarithms[2])
        let last = 2595 * (logarithms[1] / logarithms[2])
        let step = (last - first) / Double(bins + 2)
        return (0..<bins + 2).map { index in
            let mel = first + Double(index) * step
            let frequency = 700 * (Double.power(10, mel / 2595) - 1)
            let row = (Double(length + 1) * frequency / Double(rate)).rounded(.down)
            return row >= 0 ? Int(min(row, 0x1p40)) : 0
        }
    }
}
