// SVMClassifier. With support vectors: one decision value for each pair of classes, votes of the
// pairs choose the class, and with `prob_a` and `prob_b` the values become probabilities of pairs
// (Platt) and those probabilities of classes (`PairwiseCoupling`). Without support vectors: one
// linear score for each class. Sources: libsvm (Chang, Lin: "LIBSVM: a library for support vector
// machines", 2011) and, where ONNX says nothing, ONNX Runtime.

import CKernels

/// A label and scores of pairs or of classes for each row.
enum SVMClassifierOperator: TabularOperator {
    static let name = "ai.onnx.ml.SVMClassifier"
    static let outputCount = 1...2
    static let attributeNames = [
        "classlabels_ints", "classlabels_strings", "coefficients", "kernel_params", "kernel_type",
        "post_transform", "prob_a", "prob_b", "rho", "support_vectors", "vectors_per_class",
    ]

    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        let attributes = call.attributes
        let table = try TableShape(try call.tabularType().shape)
        let labels = try ClassLabels(attributes, integerName: "classlabels_ints")
        let transform = try ScoreTransform(attributes)
        let counts = try attributes.intValues("vectors_per_class")
        if counts.allSatisfy({ $0 == 0 }) {
            return try LinearVectors(attributes, table, labels, transform, isPacking: isPacking)
        }
        return try PairwiseVectors(
            attributes, table, labels, transform, counts, isPacking: isPacking)
    }
}

/// The classifier without support vectors.
private struct LinearVectors: TabularForm {
    let table: TableShape
    let labels: ClassLabels
    let transform: ScoreTransform
    let kernel: VectorKernel
    let rho: Float
    let hasNoNegativeWeight: Bool
    let rows: Shape
    let shape: Shape

    init(
        _ attributes: Attributes, _ table: TableShape, _ labels: ClassLabels,
        _ transform: ScoreTransform, isPacking: Bool
    ) throws(OperatorError) {
        let coefficients = try attributes.floatValues("coefficients")
        let rho = try attributes.floatValues("rho")
        guard let first = rho.first else { throw .missingAttribute(name: "rho") }
        self.table = table
        self.labels = labels
        self.transform = transform
        self.rho = first
        kernel = try VectorKernel(
            attributes, vectors: coefficients, name: "coefficients", count: labels.count,
            features: table.features, kind: .linear, isPacking: isPacking)
        hasNoNegativeWeight = !coefficients.contains { $0 < 0 }
        rows = try Shape([table.rows])
        shape = try table.with(columns: labels.count)
    }

    var outputTypes: [TensorType] {
        [TensorType(labels.element, rows), TensorType(.float32, shape)]
    }
    var work: Work { kernel.work(table.rows) + transform.work(shape.elementCount) }

    func compute(_ inputs: [Tensor?], using kernels: Kernels) throws(OperatorError) -> [Tensor] {
        let scores = kernel.values(
            Float.converted(inputs.required(0)), rowCount: table.rows, using: kernels
        ).map { $0 + rho }
        var choices = ArgumentMaximum.ofRows(scores, width: labels.count)
        if labels.count == 2 {
            for (row, choice) in choices.enumerated() {
                let largest = scores[2 * row + choice]
                let isSecond = hasNoNegativeWeight ? largest >= 0.5 : largest > 0
                if isSecond { choices[row] = 1 }
            }
        }
        let results = transform.apply(scores, width: labels.count, using: kernels)
        return [labels.tensor(choices, rows), Tensor(results, shape: shape)]
    }
}

/// The classifier with support vectors.
private struct PairwiseVectors: TabularForm {
    /// The two numbers that turn a pair's decision value into a probability.
    struct Platt {
        let slope: Float
        let offset: Float
    }

    let table: TableShape
    let labels: ClassLabels
    let transform: ScoreTransform
    let kernel: VectorKernel
    /// The first vector of each class.
    let starts: [Int]
    /// For each class the coefficients of its vectors, one column for each other class in order.
    let coefficients: [PackedMatrix?]
    let rho: [Float]
    /// For each pair; `nil` without probabilities.
    let platts: [Platt]?
    let rows: Shape
    let shape: Shape

    init(
        _ attributes: Attributes, _ table: TableShape, _ labels: ClassLabels,
        _ transform: ScoreTransform, _ counts: [Int], isPacking: Bool
    ) throws(OperatorError) {
        self.table = table
        self.labels = labels
        self.transform = transform
        let classes = labels.count
        try requireLength("vectors_per_class", counts.count, classes)
        guard classes >= 2, classes <= 1 << 15 else {
            throw .wrongAttribute(
                name: "vectors_per_class", reason: "is for \(classes) classes, not 2 to 32768")
        }
        var starts = [0]
        for count in counts {
            let (next, overflow) = (starts.last ?? 0).addingReportingOverflow(count)
            guard count >= 0, !overflow else {
                throw .wrongAttribute(name: "vectors_per_class", reason: "holds \(count)")
            }
            starts.append(next)
        }
        let total = starts.last ?? 0
        self.starts = starts
        kernel = try VectorKernel(
            attributes, vectors: try attributes.floatValues("support_vectors"),
            name: "support_vectors", count: total, features: table.features, isPacking: isPacking)
        let values = try attributes.floatValues("coefficients")
        // No overflow: there are as many vectors as the attribute has rows.
        try requireLength("coefficients", values.count, (classes - 1) * total)
        let pairs = classes * (classes - 1) / 2
        rho = try attributes.floatValues("rho")
        try requireLength("rho", rho.count, pairs)
        let slopes = try attributes.floatValues("prob_a")
        let offsets = try attributes.floatValues("prob_b")
        try requireLength("prob_b", offsets.count, slopes.count)
        if !slopes.isEmpty { try requireLength("prob_a", slopes.count, pairs) }
        platts =
            slopes.isEmpty ? nil : zip(slopes, offsets).map { Platt(slope: $0, offset: $1) }
        coefficients = (0..<classes).map { place in
            isPacking
                ? PairwiseVectors.columns(
                    values, total, starts[place]..<starts[place + 1], others: classes - 1)
                : nil
        }
        rows = try Shape([table.rows])
        let isOfPairs = slopes.isEmpty && classes > 2
        shape = try table.with(columns: isOfPairs ? pairs : classes)
    }

    /// The coefficients of the vectors in `range`, which `values` has in rows of `total`.
    private static func columns(
        _ values: [Float], _ total: Int, _ range: Range<Int>, others: Int
    ) -> PackedMatrix {
        let part = (0..<others).flatMap { other in
            values[other * total + range.lowerBound..<other * total + range.upperBound]
        }
        return PackedMatrix(part, rows: range.count, columns: others, isTransposed: true)
    }

    var outputTypes: [TensorType] {
        [TensorType(labels.element, rows), TensorType(.float32, shape)]
    }

    var work: Work {
        let count = UInt64(table.rows)
        let decisions = count.multipliedSaturating(labels.count - 1)
        var work = kernel.work(table.rows) + transform.work(shape.elementCount)
        work =
            work
            + Work(
                multiplyAdds: decisions.multipliedSaturating(kernel.vectorCount),
                elements: decisions.multipliedSaturating(3, labels.count))
        guard platts != nil else { return work }
        let coupling = count.multipliedSaturating(labels.count, labels.count)
        return work
            + Work(
                elements: coupling.multipliedSaturating(5 * PairwiseCoupling.maximumRounds),
                functions: decisions.multipliedSaturating(labels.count))
    }

    func compute(_ inputs: [Tensor?], using kernels: Kernels) throws(OperatorError) -> [Tensor] {
        let values = kernel.values(
            Float.converted(inputs.required(0)), rowCount: table.rows, using: kernels)
        var choices: [Int] = []
        var scores: [Float] = []
        for row in 0..<table.rows {
            let decisions = decisions(values, row, kernels)
            var votes = [Int](repeating: 0, count: labels.count)
            var pair = 0
            for first in 0..<labels.count {
                for second in first + 1..<labels.count {
                    votes[decisions[pair] > 0 ? first : second] += 1
                    pair += 1
                }
            }
            choices += ArgumentMaximum.ofRows(votes, width: labels.count)
            scores += platts == nil ? decisions : probabilities(decisions, kernels)
        }
        let results: [Float]
        if labels.count == 2, platts == nil {
            let form: ScoreTransform.PairForm = transform == .none ? .opposite : .complement
            results = transform.applyToPairs(scores, form, using: kernels)
        } else {
            results = transform.apply(
                scores, width: shape.dimensions.last ?? 1, using: kernels)
        }
        return [labels.tensor(choices, rows), Tensor(results, shape: shape)]
    }

    /// The decision values of the pairs of classes, (0, 1), (0, 2), …, for the kernels of `row`.
    private func decisions(_ values: [Float], _ row: Int, _ kernels: Kernels) -> [Float] {
        let parts = coefficients.enumerated().map { place, matrix -> [Float] in
            guard let matrix else { preconditionFailure("a form that computes is packed") }
            return kernels.rowProducts(
                values, rows: 1, offset: row * kernel.vectorCount + starts[place], matrix)
        }
        var decisions: [Float] = []
        decisions.reserveCapacity(rho.count)
        for first in 0..<labels.count {
            for second in first + 1..<labels.count {
                let sum = parts[first][second - 1] + parts[second][first]
                decisions.append(sum + rho[decisions.count])
            }
        }
        return decisions
    }

    /// The probabilities of the classes.
    private func probabilities(_ decisions: [Float], _ kernels: Kernels) -> [Float] {
        guard let platts else { return decisions }
        let arguments = zip(decisions, platts).map { -($0 * $1.slope + $1.offset) }
        let pairs = kernels.unary(Int32(AIVM_SIGMOID), arguments)
        return PairwiseCoupling.probabilities(ofPairs: pairs, classes: labels.count)
    }
}

/// Probabilities of classes from those of pairs: the second method of Wu, Lin and Weng
/// ("Probability estimates for multi-class classification by pairwise coupling", 2004), in
/// binary32, every operation rounded in the order written.
enum PairwiseCoupling {
    /// Most rounds.
    static let maximumRounds = 100

    /// The probability of each class.
    ///
    /// - Parameter pairs: for (0, 1), (0, 2), …, (1, 2), … the probability of the first class. Kept
    ///   within 10⁻⁷ and 1 − 10⁻⁷.
    static func probabilities(ofPairs pairs: [Float], classes: Int) -> [Float] {
        let least: Float = 1e-7
        // Element (i, j): the probability of i when it is i or j.
        var r = [Float](repeating: 0, count: classes * classes)
        var pair = 0
        for i in 0..<classes {
            for j in i + 1..<classes {
                let value = pairs[pair] < least ? least : pairs[pair]
                r[i * classes + j] = value > 1 - least ? 1 - least : value
                r[j * classes + i] = 1 - r[i * classes + j]
                pair += 1
            }
        }
        var q = [Float](repeating: 0, count: classes * classes)
        for i in 0..<classes {
            for j in 0..<classes where j != i {
                q[i * classes + i] += r[j * classes + i] * r[j * classes + i]
                q[i * classes + j] = -r[j * classes + i] * r[i * classes + j]
            }
        }
        let bound = 0.005 / Float(classes)
        var p = [Float](repeating: 1 / Float(classes), count: classes)
        for _ in 0..<maximumRounds {
            let isDone = refine(&p, q, bound)
            if isDone { break }
        }
        return p
    }

    /// One round. Whether `p` was good enough already.
    private static func refine(_ p: inout [Float], _ q: [Float], _ bound: Float) -> Bool {
        let classes = p.count
        var qp = [Float](repeating: 0, count: classes)
        var pqp: Float = 0
        for i in 0..<classes {
            for j in 0..<classes { qp[i] += q[i * classes + j] * p[j] }
            pqp += p[i] * qp[i]
        }
        if !qp.contains(where: { !(($0 - pqp).magnitude < bound) }) { return true }
        for i in 0..<classes {
            let diagonal = q[i * classes + i]
            let step = (-qp[i] + pqp) / diagonal
            p[i] += step
            pqp = (pqp + step * (step * diagonal + 2 * qp[i])) / (1 + step) / (1 + step)
            for j in 0..<classes {
                qp[j] = (qp[j] + step * q[i * classes + j]) / (1 + step)
                p[j] /= 1 + step
            }
        }
        return false
    }
}
