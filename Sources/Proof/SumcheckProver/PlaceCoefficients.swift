// The coefficients K of the vector's places in the second sum: for each view a product over the
// axes of its tensor, added up for all views of an item.

import Fields
import Sumcheck

/// The coefficients of a matrix by its views: slow ⊗ fast each.
struct MatrixCoefficients<F: ProverField> {
    var fastBits: Int
    var views: [(slow: [F], fast: [F])]
}

/// Writes coefficients item by item.
struct CoefficientWriter<F: ProverField> {
    private let witness: Witness<F>
    /// For each item, what its views add.
    private var addends: [[(factor: F, form: Int, view: View)]]
    private let forms: [LinearForm<F>]

    /// Matrices with at least this many places, the logarithm of it, keep their bytes.
    static var matrixBits: Int { 12 }

    init(_ form: PlaceForm<F>, _ witness: Witness<F>) {
        self.witness = witness
        forms = form.forms.map(\.form)
        addends = [[(factor: F, form: Int, view: View)]](
            repeating: [], count: witness.system.layout.items.count)
        for (number, (factor, form)) in form.forms.enumerated() {
            for addend in form.addends {
                var product = factor * addend.coefficient
                for (axis, weights) in form.axes.enumerated() where !addend.view.mentions(axis) {
                    if let weights { product = product * weights.total }
                }
                addends[witness.homes[addend.view.tensor].item].append(
                    (product, number, addend.view))
            }
        }
    }

    /// The coefficients of an item as products, if it is a large matrix of bytes with few views.
    func matrix(_ number: Int) -> MatrixCoefficients<F>? {
        let item = witness.system.layout.items[number]
        let tensor = witness.system.tensors[item.tensor]
        guard tensor.element == .signedByte, tensor.extents.count == 2,
            item.bits >= CoefficientWriter.matrixBits, tensor.axisBits[1] > 0,
            (1...4).contains(addends[number].count)
        else { return nil }
        return MatrixCoefficients(
            fastBits: tensor.axisBits[1],
            views: addends[number].map { addend in
                let form = forms[addend.form]
                let slow = form.coefficients(of: addend.view.maps[0], extent: tensor.extents[0])
                let fast = form.coefficients(of: addend.view.maps[1], extent: tensor.extents[1])
                return (slow.map { $0 * addend.factor }, fast)
            })
    }

    /// The coefficients of an item, written out.
    func written(_ number: Int, threads: Int) -> [F] {
        let item = witness.system.layout.items[number]
        var coefficients = [F](repeating: F.zero, count: item.usedCount)
        for addend in addends[number] {
            let tensor = witness.system.tensors[addend.view.tensor]
            let axes = addend.view.maps.enumerated().map {
                forms[addend.form].coefficients(of: $1, extent: tensor.extents[$0])
            }
            add(
                axes, tensor.strideBits, factor: addend.factor, to: &coefficients,
                at: witness.homes[addend.view.tensor].offset, threads: threads)
        }
        return coefficients
    }

    /// Adds factor · Π of axes, the fastest axis as a vector.
    private func add(
        _ axes: [[F]], _ strideBits: [Int], factor: F, to coefficients: inout [F], at offset: Int,
        threads: Int
    ) {
        guard let fastest = axes.last else { return }
        var starts = [(offset, factor)]
        for (axis, values) in axes.dropLast().enumerated() {
            var next: [(Int, F)] = []
            next.reserveCapacity(starts.count * values.count)
            for (start, product) in starts {
                for (index, value) in values.enumerated() where !value.isZero {
                    next.append((start + index << strideBits[axis], product * value))
                }
            }
            starts = next
        }
        for (start, product) in starts {
            F.add(fastest.span, times: product, to: &coefficients, at: start, threads: threads)
        }
    }
}
