// The prover of the second sum, Σ_z w(z) K(z). Every item of the layout is summed by itself as long
// as the variables are bits within it; then it is one value, which goes to the tail, where items
// become neighbours. The coefficients K of an item are written out where the item is small or has
// many views. A matrix of weights keeps its bytes: K is a product over its axes there, and each
// axis needs one pass over the matrix for the sums over the other.

import Fields
import Sumcheck

/// An item while its bits are bound.
private struct ItemState<F: ProverField> {
    var address: Int
    var bits: Int
    var values: [F]
    /// The sum of the coefficients' factors times vectors: one vector for written out coefficients,
    /// else one for each view.
    var coefficients: [F]
    /// What is left of a matrix once its faster axis is bound.
    var matrix: MatrixState<F>?
}

/// A matrix of bytes, K = Σ factor · slow ⊗ fast, until its faster axis is bound.
private struct MatrixState<F: ProverField> {
    var fastBits: Int, columnCount: Int
    /// For each view: the coefficients of the slower axis, and the vectors Σ_slow slow · matrix and
    /// fast.
    var slow: [[F]]
    var sums: [[F]]
    var fast: [[F]]
    var point: [F] = []
}

/// The second sum.
struct SecondSumState<F: ProverField> {
    private let witness: Witness<F>
    private var items: [ItemState<F>] = []
    /// Values and coefficients of items that are bound, by their address.
    private var tail: [(address: Int, value: F, coefficient: F)] = []
    private var round = 0

    init(_ form: PlaceForm<F>, _ witness: Witness<F>, threads: Int) {
        self.witness = witness
        let writer = CoefficientWriter(form, witness)
        for (number, item) in witness.system.layout.items.enumerated() {
            guard let matrix = writer.matrix(number) else {
                items.append(
                    ItemState(
                        address: item.address, bits: item.bits,
                        values: witness.items[number].elementsOf(item.usedCount),
                        coefficients: writer.written(number, threads: threads)))
                continue
            }
            items.append(
                ItemState(
                    address: item.address, bits: item.bits, values: [], coefficients: [],
                    matrix: SecondSumState.start(matrix, witness.items[number], threads: threads)))
        }
        retire()
    }

    private static func start(
        _ matrix: MatrixCoefficients<F>, _ values: ItemValues<F>, threads: Int
    ) -> MatrixState<F> {
        let columns = matrix.views[0].fast.count
        var state = MatrixState<F>(
            fastBits: matrix.fastBits, columnCount: columns, slow: [], sums: [], fast: [])
        guard let bytes = values.byteArray else { return state }
        for view in matrix.views {
            var sums = [F](repeating: F.zero, count: columns)
            F.combine(
                ByteRows(
                    bytes: bytes, isSigned: values.isSigned, stride: 1 << matrix.fastBits,
                    rowCount: view.slow.count, columnCount: columns),
                weights: view.slow.span, into: &sums, threads: threads)
            state.slow.append(view.slow)
            state.fast.append(view.fast)
            state.sums.append(sums)
        }
        return state
    }

    /// The coefficients c0, c1, c2 of the round.
    func coefficients(threads: Int) -> [F] {
        var sums = PairSums<F>(atZero: .zero, atOne: .zero, leading: .zero)
        func add(_ other: PairSums<F>) {
            sums.atZero += other.atZero
            sums.atOne += other.atOne
            sums.leading += other.leading
        }
        let one = [F.one]
        func pairSums(_ a: [F], _ b: [F]) {
            add(
                F.pairSums(
                    a.span, b.span, weights: one.span, shift: Int.bitWidth - 1, threads: threads))
        }
        for item in items {
            if let matrix = item.matrix {
                for (sums, fast) in zip(matrix.sums, matrix.fast) { pairSums(sums, fast) }
            } else {
                pairSums(item.values, item.coefficients)
            }
        }
        var index = 0
        while index < tail.count {
            let low = tail[index]
            let hasSibling = index + 1 < tail.count && tail[index + 1].address == low.address ^ 1
            if low.address & 1 == 1 {
                let product = low.value * low.coefficient
                add(PairSums(atZero: .zero, atOne: product, leading: product))
            } else if hasSibling {
                let high = tail[index + 1]
                add(
                    PairSums(
                        atZero: low.value * low.coefficient, atOne: high.value * high.coefficient,
                        leading: (high.value - low.value) * (high.coefficient - low.coefficient)))
                index += 1
            } else {
                let product = low.value * low.coefficient
                add(PairSums(atZero: product, atOne: .zero, leading: product))
            }
            index += 1
        }
        return [sums.atZero, sums.atOne - sums.atZero - sums.leading, sums.leading]
    }

    /// Binds the round's variable to `point`.
    mutating func bind(_ point: F, threads: Int) {
        var next: [(address: Int, value: F, coefficient: F)] = []
        for entry in tail {
            let weight = entry.address & 1 == 1 ? point : F.one - point
            let (value, coefficient) = (weight * entry.value, weight * entry.coefficient)
            if let last = next.last, last.address == entry.address >> 1 {
                next[next.count - 1].value += value
                next[next.count - 1].coefficient += coefficient
            } else {
                next.append((entry.address >> 1, value, coefficient))
            }
        }
        tail = next
        for number in items.indices {
            if items[number].matrix != nil {
                bindMatrix(number, point, threads: threads)
            } else {
                F.fold(&items[number].values, at: point, threads: threads)
                F.fold(&items[number].coefficients, at: point, threads: threads)
            }
        }
        round += 1
        retire()
    }

    private mutating func bindMatrix(_ number: Int, _ point: F, threads: Int) {
        guard var matrix = items[number].matrix else { return }
        items[number].matrix = nil
        for view in matrix.sums.indices {
            F.fold(&matrix.sums[view], at: point, threads: threads)
            F.fold(&matrix.fast[view], at: point, threads: threads)
        }
        matrix.point.append(point)
        guard matrix.point.count == matrix.fastBits else {
            items[number].matrix = matrix
            return
        }
        // The faster axis is bound: a vector over the slower one is left.
        let values = witness.items[witness.itemNumber(at: items[number].address)]
        let weights = Array(Equality.table(matrix.point[...]).prefix(matrix.columnCount))
        let rows = matrix.slow.map(\.count).max() ?? 0
        if let bytes = values.byteArray {
            items[number].values = F.products(
                ByteRows(
                    bytes: bytes, isSigned: values.isSigned, stride: 1 << matrix.fastBits,
                    rowCount: rows, columnCount: weights.count),
                weights: weights.span, threads: threads)
        }
        var coefficients = [F](repeating: F.zero, count: rows)
        for (slow, fast) in zip(matrix.slow, matrix.fast) {
            F.add(slow.span, times: fast[0], to: &coefficients, at: 0, threads: threads)
        }
        items[number].coefficients = coefficients
    }

    /// Moves items whose bits are all bound to the tail.
    private mutating func retire() {
        for item in items where item.bits == round {
            tail.append((item.address >> round, item.values[0], item.coefficients[0]))
        }
        items.removeAll { $0.bits == round }
        tail.sort { $0.address < $1.address }
    }
}

extension Witness {
    /// The number of the item that starts at an address.
    func itemNumber(at address: Int) -> Int {
        system.layout.items.firstIndex { $0.address == address } ?? 0
    }
}

extension ItemValues {
    /// The first values, as field elements.
    func elementsOf(_ count: Int) -> [F] {
        switch self {
        case .bytes(let bytes):
            let elements = (0..<256).map { F(Int128($0)) }
            return bytes.prefix(count).map { elements[Int($0)] }
        case .signedBytes(let bytes):
            let elements = (0..<256).map { F(Int128(Int8(truncatingIfNeeded: $0))) }
            return bytes.prefix(count).map { elements[Int($0)] }
        case .integers(let integers):
            return integers.prefix(count).map { $0 == 0 ? F.zero : F(Int128($0)) }
        case .elements(let elements): return Array(elements.prefix(count))
        }
    }
}
