// What classifiers and regressors do to scores at the end (`post_transform`). Scores are binary32
// here. The formula of PROBIT is Winitzki's approximation of the inverse error function ("A handy
// approximation for the error function and its inverse", 2008) with a = 0.147, as ONNX Runtime has
// it; SOFTMAX_ZERO is a softmax that leaves scores of zero out.

import CKernels

/// How scores become results.
enum ScoreTransform: String, CaseIterable, Sendable {
    case none = "NONE"
    case softmax = "SOFTMAX"
    case logistic = "LOGISTIC"
    case softmaxZero = "SOFTMAX_ZERO"
    case probit = "PROBIT"

    /// How one score becomes two.
    enum PairForm: Sendable {
        /// 1 − s and s.
        case complement
        /// −s and s.
        case opposite
    }

    /// Scores up to here are zero for SOFTMAX_ZERO.
    private static let zeroBound: Float = 1e-7
    /// 2 / (π · 0.147), rounded after each operation.
    private static let probitOffset: Float = 4.3307467
    /// 1 / 0.147
    private static let probitScale: Float = 6.802721
    /// √2
    private static let squareRootOfTwo: Float = 1.4142135

    /// Reads the attribute `post_transform`.
    init(_ attributes: Attributes) throws(OperatorError) {
        let name = try attributes.string("post_transform", default: "NONE")
        guard let transform = ScoreTransform(rawValue: name) else {
            throw .wrongAttribute(name: "post_transform", reason: "is \"\(name.prefix(40))\"")
        }
        self = transform
    }

    /// The transform with the number that TreeEnsemble gives it.
    init(number: Int) throws(OperatorError) {
        guard ScoreTransform.allCases.indices.contains(number) else {
            throw .wrongAttribute(name: "post_transform", reason: "is \(number)")
        }
        self = ScoreTransform.allCases[number]
    }

    /// The work for `count` scores.
    func work(_ count: Int) -> Work {
        let functions: Int =
            switch self {
            case .none: 0
            case .softmax, .logistic: 1
            case .softmaxZero: 2
            case .probit: 3
            }
        return Work(
            elements: UInt64(count) * 4, functions: UInt64(count) * UInt64(functions))
    }

    /// The transform of rows of `width` scores. A score alone in its row changes by PROBIT only.
    func apply(_ scores: [Float], width: Int, using kernels: Kernels) -> [Float] {
        if width < 2 { return self == .probit ? probit(scores, kernels) : scores }
        return switch self {
        case .none: scores
        case .logistic: kernels.unary(Int32(AIVM_SIGMOID), scores)
        case .softmax: kernels.softmax(ofRows: scores, length: width)
        case .softmaxZero: softmaxZero(scores, width, kernels)
        case .probit: probit(scores, kernels)
        }
    }

    /// Two results for each of `scores`, those of two classes. LOGISTIC gives 1/(1 + exp(s)) and
    /// 1/(1 + exp(−s)), PROBIT the probit and 0, the others the two of `form`.
    func applyToPairs(_ scores: [Float], _ form: PairForm, using kernels: Kernels) -> [Float] {
        switch self {
        case .logistic: kernels.unary(Int32(AIVM_SIGMOID), scores.flatMap { [-$0, $0] })
        case .probit: probit(scores, kernels).flatMap { [$0, 0] }
        case .none, .softmax, .softmaxZero:
            switch form {
            case .complement: scores.flatMap { [1 - $0, $0] }
            case .opposite: scores.flatMap { [-$0, $0] }
            }
        }
    }

    private func probit(_ scores: [Float], _ kernels: Kernels) -> [Float] {
        let arguments = scores.map { 2 * $0 - 1 }
        let logarithms = kernels.unary(
            Int32(AIVM_LOGARITHM), arguments.map { (1 - $0) * (1 + $0) })
        let offsets = logarithms.map { Self.probitOffset + 0.5 * $0 }
        let inner = zip(offsets, logarithms).map { $0 * $0 - Self.probitScale * $1 }
        let roots = kernels.unary(Int32(AIVM_SQUARE_ROOT), inner)
        let magnitudes = kernels.unary(
            Int32(AIVM_SQUARE_ROOT), zip(offsets, roots).map { -$0 + $1 })
        return zip(arguments, magnitudes).map {
            Self.squareRootOfTwo * ($0 < 0 ? -$1 : $1)
        }
    }

    private func softmaxZero(_ scores: [Float], _ width: Int, _ kernels: Kernels) -> [Float] {
        let rowCount = scores.count / width
        var largest = [Float](repeating: -.greatestFiniteMagnitude, count: rowCount)
        for (index, score) in scores.enumerated() where score > largest[index / width] {
            largest[index / width] = score
        }
        func isZero(_ score: Float) -> Bool { !(score.magnitude > Self.zeroBound) }
        var powers = scores
        for index in powers.indices { powers[index] -= largest[index / width] }
        powers = kernels.unary(Int32(AIVM_EXPONENTIAL), powers)
        for index in powers.indices where isZero(scores[index]) { powers[index] = 0 }
        let sums = kernels.sums(ofRows: powers, length: width, rowCount: rowCount)
        let shrinking = kernels.unary(Int32(AIVM_EXPONENTIAL), largest.map { -$0 })
        for index in powers.indices {
            let row = index / width
            let power = isZero(scores[index]) ? scores[index] * shrinking[row] : powers[index]
            powers[index] = power / sums[row]
        }
        return powers
    }
}
