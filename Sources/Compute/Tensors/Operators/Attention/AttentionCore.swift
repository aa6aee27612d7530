// The numbers of an attention: scores, soft cap, masks, softmax, values. Queries of all heads that
// share keys are rows of one matrix; the rows are taken in parts of bounded size, which changes no
// bit, for every row is a result of its own.

import CKernels

/// The sizes of an attention whose heads lie apart.
struct AttentionSizes {
    let batch: Int
    let keyHeads: Int
    let groupSize: Int
    let queryLength: Int
    let keyLength: Int
    let headSize: Int
    let valueSize: Int

    init(_ form: AttentionForm) {
        batch = form.batch
        keyHeads = form.keyHeads
        groupSize = form.groupSize
        queryLength = form.queryLength
        keyLength = form.keyLength
        headSize = form.headSize
        valueSize = form.valueSize
    }
}

/// An attention over given queries, keys and values.
struct AttentionCore<Element: FloatingElement> {
    /// Most scores that are held at a time, where a row has fewer.
    private static var partSize: Int { 1 << 20 }

    let sizes: AttentionSizes
    /// `nil` for 1/√headSize.
    let scale: Float?
    let kernels: Kernels
    var softcap: Element = 0
    var precision = ElementType.float32
    var mask: AttentionMask<Element>?
    /// The stage of the scores to return, `nil` for none.
    var shownStage: Int?

    init(sizes: AttentionSizes, scale: Float?, kernels: Kernels) {
        self.sizes = sizes
        self.scale = scale
        self.kernels = kernels
    }

    /// The factor of queries and of keys: the root of the scale.
    private var factor: Element {
        let scale = scale.map { Element($0) } ?? 1 / Element(sizes.headSize).squareRoot()
        return scale.squareRoot()
    }

    /// The results and the scores that are asked for, head after head.
    func run(
        _ queries: [Element], _ keys: [Element], _ values: [Element]
    ) -> (result: [Element], scores: [Element]) {
        let scaledQueries = Element.binary(AIVM_MULTIPLY, queries, factor, kernels)
        let scaledKeys = Element.binary(AIVM_MULTIPLY, keys, factor, kernels)
        let rowCount = sizes.groupSize * sizes.queryLength
        guard rowCount > 0 else { return ([], []) }
        let keyLength = sizes.keyLength
        let part = max(min(rowCount, Self.partSize / max(keyLength, 1)), 1)
        var result: [Element] = []
        var shown: [Element] = []
        for head in 0..<sizes.batch * sizes.keyHeads {
            let right = Element.factor(
                values, offset: head * keyLength * sizes.valueSize, rows: keyLength,
                columns: sizes.valueSize, isTransposed: false, leftRows: rowCount)
            let left = ScoreFactor(self, scaledKeys, head: head, rowCount: rowCount)
            for first in stride(from: 0, to: rowCount, by: part) {
                let count = min(part, rowCount - first)
                var scores = left.scores(
                    scaledQueries, first: head * rowCount + first, count: count)
                if shownStage == 0 { shown += scores }
                cap(&scores)
                if shownStage == 1 { shown += scores }
                hide(&scores, head: head, first: first, count: count)
                if shownStage == 2 { shown += scores }
                scores = softmax(scores)
                if shownStage == 3 { shown += scores }
                result += Element.product(
                    count, sizes.valueSize, keyLength, scores, offset: 0, right, kernels)
            }
        }
        return (result, shown)
    }

    /// c · tanh(x / c).
    private func cap(_ scores: inout [Element]) {
        guard softcap > 0 else { return }
        let quotients = Element.binary(AIVM_DIVIDE, scores, softcap, kernels)
        scores = Element.binary(
            AIVM_MULTIPLY, Element.unary(AIVM_TANH, quotients, kernels), softcap, kernels)
    }

    /// Applies the masks to rows `first` and following of the queries that share keys `head`.
    private func hide(_ scores: inout [Element], head: Int, first: Int, count: Int) {
        guard let mask, mask.isActive else { return }
        for row in 0..<count {
            let (member, query) = (first + row).quotientAndRemainder(dividingBy: sizes.queryLength)
            mask.apply(
                to: &scores, at: row * sizes.keyLength, batch: head / sizes.keyHeads,
                head: head % sizes.keyHeads * sizes.groupSize + member, query: query)
        }
    }

    /// Softmax of each row, in the type `precision` asks for; a row of −∞ alone gives 0.
    private func softmax(_ scores: [Element]) -> [Element] {
        let length = sizes.keyLength
        guard length > 0 else { return scores }
        let isHidden = stride(from: 0, to: scores.count, by: length).map { start in
            scores[start..<start + length].allSatisfy { $0 == -.infinity }
        }
        var result: [Element]
        switch (precision == .float64, Element.element == .float64) {
        case (true, false):
            let wide = scores.map { Double($0) }
            result = Double.softmax(ofRows: wide, length: length, kernels).map { Element($0) }
        case (false, true):
            let narrow = scores.map { Float($0) }
            result = Float.softmax(ofRows: narrow, length: length, kernels).map { Element($0) }
        default: result = Element.softmax(ofRows: scores, length: length, kernels)
        }
        for (row, isHidden) in isHidden.enumerated() where isHidden {
            for index in row * length..<(row + 1) * length { result[index] = 0 }
        }
        return result
    }
}

/// The keys of one head, ready to be multiplied with queries.
private struct ScoreFactor<Element: FloatingElement> {
    let core: AttentionCore<Element>
    let keys: [Element]
    let offset: Int
    /// Packed, when many queries pay for it; else the keys are the left factor and the few queries
    /// the right one, which gives the same bits: each score is one chain either way.
    let packed: Element.Factor?

    init(_ core: AttentionCore<Element>, _ keys: [Element], head: Int, rowCount: Int) {
        self.core = core
        self.keys = keys
        let sizes = core.sizes
        offset = head * sizes.keyLength * sizes.headSize
        packed =
            rowCount < 16
            ? nil
            : Element.factor(
                keys, offset: offset, rows: sizes.headSize, columns: sizes.keyLength,
                isTransposed: true, leftRows: rowCount)
    }

    /// The scores of `count` queries from row `first` on.
    func scores(_ queries: [Element], first: Int, count: Int) -> [Element] {
        let (length, size) = (core.sizes.keyLength, core.sizes.headSize)
        if let packed {
            return Element.product(
                count, length, size, queries, offset: first * size, packed, core.kernels)
        }
        let right = Element.factor(
            queries, offset: first * size, rows: size, columns: count, isTransposed: true,
            leftRows: length)
        let turned = Element.product(
            length, count, size, keys, offset: offset, right, core.kernels)
        return StridedCopy(dimensions: [count, length], strides: [1, count], offset: 0)
            .apply(turned)
    }
}
