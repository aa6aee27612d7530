// DFT and STFT: discrete Fourier transforms by their definition, in float64: with the cosines and
// sines of 2πj / N, j < N, a result is the sum over n ascending of re · cos and im · sin, each
// operation rounded. N² operations, any N alike.

import CKernels

/// The transform of one length.
struct FourierTransform {
    let length: Int
    private let cosines: [Double]
    private let sines: [Double]

    init(_ length: Int, _ kernels: Kernels) {
        self.length = length
        let angles = (0..<length).map { Double.turn * Double($0) / Double(length) }
        cosines = kernels.unary64(Int32(AIVM_COSINE), angles)
        sines = kernels.unary64(Int32(AIVM_SINE), angles)
    }

    /// Number `k` of the transform of the signal, at most `length` complex numbers (zeros follow):
    /// Σ (re + i·im) · (cos ∓ i·sin), the upper sign forwards.
    func value(_ k: Int, _ re: [Double], _ im: [Double], isInverse: Bool) -> (Double, Double) {
        var (real, imaginary) = (0.0, 0.0)
        var place = 0
        for index in re.indices {
            let (c, s) = (cosines[place], isInverse ? -sines[place] : sines[place])
            real = real + re[index] * c + im[index] * s
            imaginary = imaginary + im[index] * c - re[index] * s
            place += k
            if place >= length { place -= length }
        }
        return (real, imaginary)
    }
}

/// What a DFT node asks for.
private struct TransformPlan {
    let axis: Int
    let length: Int
    let isInverse: Bool
    let isOneSided: Bool
    let input: Shape
    let output: Shape

    init(_ call: OperatorCall) throws(OperatorError) {
        input = try call.type(0).shape
        isInverse = try call.attributes.flag("inverse", default: false)
        isOneSided = try call.attributes.flag("onesided", default: false)
        var named: Int
        if call.opset < 20 {
            try call.requireInputs(1...2)
            named = try call.attributes.int("axis", default: 1)
        } else {
            try call.refuse("axis")
            named = call.hasInput(2) ? try call.constantIndex(2) : -2
        }
        named = try input.axis(named)
        axis = named
        let parts = input.dimensions.last ?? 0
        guard axis < input.rank - 1, parts == 1 || parts == 2 else {
            throw .shapeMismatch(reason: "real or complex numbers last", shapes: [input.dimensions])
        }
        let extent = input.dimensions[axis]
        // A one-sided spectrum comes from twice as many numbers, less its two ends.
        var length = isInverse && isOneSided ? 2 * (extent - 1) : extent
        if call.hasInput(1) { length = try call.constantIndex(1) }
        guard length >= 1, length <= 1 << 24 else {
            throw .wrongInputValue(index: 1, reason: "a transform of \(length)")
        }
        self.length = length
        var dimensions = input.dimensions
        dimensions[axis] = isOneSided && !isInverse ? length / 2 + 1 : length
        dimensions[input.rank - 1] = isOneSided && isInverse ? 1 : 2
        output = try Shape(dimensions)
    }

    /// The transform of all rows along the axis.
    func run(_ values: [Double], _ kernels: Kernels) -> [Double] {
        var results = [Double](repeating: 0, count: output.elementCount)
        guard !results.isEmpty else { return results }
        let transform = FourierTransform(length, kernels)
        let (parts, width) = (input.dimensions[input.rank - 1], output.dimensions[input.rank - 1])
        let inner = input.elementCount(ofAxes: axis + 1..<input.rank - 1)
        let outer = input.elementCount(ofAxes: 0..<axis)
        let (from, to) = (input.dimensions[axis], output.dimensions[axis])
        for row in 0..<outer * inner {
            let (block, column) = (row / inner, row % inner)
            var re: [Double] = []
            var im: [Double] = []
            for index in 0..<min(from, isInverse && isOneSided ? length / 2 + 1 : length) {
                let place = ((block * from + index) * inner + column) * parts
                re.append(values[place])
                im.append(parts == 2 ? values[place + 1] : 0)
            }
            if isInverse, isOneSided { complete(&re, &im) }
            for k in 0..<to {
                var (real, imaginary) = transform.value(k, re, im, isInverse: isInverse)
                if isInverse {
                    real /= Double(length)
                    imaginary /= Double(length)
                }
                let place = ((block * to + k) * inner + column) * width
                results[place] = real
                if width == 2 { results[place + 1] = imaginary }
            }
        }
        return results
    }

    /// The whole spectrum of a real signal from its first half: the rest is conjugate, and the ends
    /// are real.
    private func complete(_ re: inout [Double], _ im: inout [Double]) {
        let half = length / 2
        let missing = [Double](repeating: 0, count: half + 1 - re.count)
        re += missing
        im += missing
        im[0] = 0
        if length % 2 == 0 { im[half] = 0 }
        for index in half + 1..<max(length, half + 1) {
            re.append(re[length - index])
            im.append(-im[length - index])
        }
    }
}

/// The transform along one axis, cut or filled up with zeros to `dft_length`; the inverse divides
/// by it. One-sided: only the first half of a spectrum, or a real signal from it.
enum DFTOperator: Operator {
    static let name = "DFT"
    static let attributeNames = ["axis", "inverse", "onesided"]
    static let inputCount = 1...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0, of: .float32, .float64)
        return [TensorType(type.element, try TransformPlan(call).output)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let plan = try? TransformPlan(call) else { return work }
        work.functions = 2 * UInt64(plan.length)
        work.multiplyAdds = UInt64(plan.output.elementCount).multipliedSaturating(4 * plan.length)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let plan = try TransformPlan(call.knowing(inputs))
        let input = inputs.required(0)
        let result = plan.run(try Double.converting(input), kernels)
        return [
            try Tensor(float64s: result, shape: plan.output).cast(to: input.type.element)
        ]
    }
}

/// Transforms of frames of a signal, each multiplied by a window.
enum STFTOperator: Operator {
    static let name = "STFT"
    static let attributeNames = ["onesided"]
    static let inputCount = 2...4
    static let outputCount = 1...1

    private static func plan(
        _ call: OperatorCall
    ) throws(OperatorError) -> (step: Int, length: Int, output: Shape) {
        let signal = try call.type(0, of: .float32, .float64).shape.dimensions
        guard signal.count == 3, signal[2] == 1 || signal[2] == 2 else {
            throw .shapeMismatch(reason: "real or complex signals", shapes: [signal])
        }
        let step = try call.constantIndex(1)
        var length = signal[1]
        if call.hasInput(2) {
            try call.requireSameElement(0, 2)
            let window = try call.type(2).shape
            guard window.rank == 1 else {
                throw .shapeMismatch(reason: "a window", shapes: [window.dimensions])
            }
            length = window.elementCount
        }
        if call.hasInput(3) {
            let named = try call.constantIndex(3)
            guard !call.hasInput(2) || named == length else {
                throw .wrongInputValue(index: 3, reason: "is not the window's length")
            }
            length = named
        }
        guard step >= 1, length >= 1, length <= min(signal[1], 1 << 24) else {
            throw .wrongInputValue(index: 1, reason: "frames of \(length), \(step) apart")
        }
        let isOneSided = try call.attributes.flag("onesided", default: true)
        let output = try Shape([
            signal[0], (signal[1] - length) / step + 1, isOneSided ? length / 2 + 1 : length, 2,
        ])
        return (step, length, output)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(try call.type(0).element, try plan(call).output)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let plan = try? plan(call) else { return work }
        work.functions = 2 * UInt64(plan.length)
        work.multiplyAdds = UInt64(plan.output.elementCount).multipliedSaturating(4 * plan.length)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let (step, length, output) = try plan(call.knowing(inputs))
        let input = inputs.required(0)
        let values = try Double.converting(input)
        var window: [Double]?
        if let tensor = inputs.optional(2) { window = try Double.converting(tensor) }
        let (extent, parts) = (input.shape.dimensions[1], input.shape.dimensions[2])
        let transform = FourierTransform(length, kernels)
        var results: [Double] = []
        results.reserveCapacity(output.elementCount)
        for batch in 0..<output.dimensions[0] {
            for frame in 0..<output.dimensions[1] {
                func part(_ number: Int) -> [Double] {
                    guard number < parts else { return [Double](repeating: 0, count: length) }
                    return (0..<length).map { index in
                        let place = (batch * extent + frame * step + index) * parts + number
                        return window.map { values[place] * $0[index] } ?? values[place]
                    }
                }
                let (re, im) = (part(0), part(1))
                for k in 0..<output.dimensions[2] {
                    let (real, imaginary) = transform.value(k, re, im, isInverse: false)
                    results += [real, imaginary]
                }
            }
        }
        return [try Tensor(float64s: results, shape: output).cast(to: input.type.element)]
    }
}
