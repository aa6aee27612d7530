// The values of an expression, the sum of a relation's terms, for all indices of its free axes, in
// 64-bit integers. Bounds of the integer profile say that nothing wraps.
//
// Every term is a walk over its axes with one axis innermost: the longest, so that most of the time
// goes into sums over neighbours in memory.

import Fields
import Sumcheck

/// A factor of a term as integers, with where each index of the relation's axes leads.
private struct Operand {
    enum Storage {
        case signedBytes([UInt8])
        case integers([Int64])
    }

    /// One axis of the operand's array: its index is offset + Σ stride · (relation's index).
    struct Axis {
        var offset: Int
        /// Steps for each axis of the relation.
        var steps: [Int]
        var extent: Int
        /// The distance of neighbours in memory.
        var stride: Int
    }

    var storage: Storage
    var axes: [Axis]

    func value(_ place: Int) -> Int64 {
        switch storage {
        case .signedBytes(let bytes): Int64(Int8(bitPattern: bytes[place]))
        case .integers(let integers): integers[place]
        }
    }

    /// The place, and the range of the inner axis in which it is inside, for the outer indices.
    func locate(_ index: [Int], inner: Int, extent: Int) -> (place: Int, range: Range<Int>) {
        var place = 0
        var (first, last) = (0, extent)
        for axis in axes {
            var t = axis.offset
            for (relationAxis, step) in axis.steps.enumerated() where step != 0 {
                if relationAxis != inner { t += step * index[relationAxis] }
            }
            place += t * axis.stride
            let step = axis.steps[inner]
            if step == 0 {
                if t < 0 || t >= axis.extent { return (0, 0..<0) }
            } else {
                let (low, high) = step > 0 ? (-t, axis.extent - t) : (t - axis.extent + 1, t + 1)
                let size = abs(step)
                first = max(first, low > 0 ? (low + size - 1) / size : 0)
                last = min(last, high > 0 ? (high + size - 1) / size : 0)
            }
        }
        return first < last ? (place, first..<last) : (0, 0..<0)
    }

    func step(_ inner: Int) -> Int { axes.reduce(0) { $0 + $1.steps[inner] * $1.stride } }
}

extension Witness {
    /// The values of an expression, in row-major order of its free axes.
    func values(of expression: IntegerRelation) -> [Int64] {
        let free = Array(expression.axes.prefix(expression.freeCount))
        var sums = [Int64](repeating: 0, count: free.reduce(1, *))
        for term in expression.products {
            let left = operand(term.left, expression)
            let right = operand(term.right, expression)
            add(
                [left, right], term.coefficient, term.summed, term.scales, expression, to: &sums)
        }
        for term in expression.linears {
            if let matrix = term.matrix {
                add(matrix, term, expression, to: &sums)
                continue
            }
            let argument = Argument([Addend(1, term.view)], constant: Int128(0))
            add(
                [operand(argument, expression)], term.coefficient, term.summed, term.scales,
                expression, to: &sums)
        }
        for term in expression.constants {
            var operands: [Operand] = []
            if let inside = term.inside {
                let count = inside.extents.reduce(1, *)
                operands = [
                    Operand(
                        storage: .integers([Int64](repeating: 1, count: count)),
                        axes: axes(
                            inside.maps, inside.extents, rowMajor(inside.extents), expression))
                ]
            }
            add(operands, term.coefficient, [], term.scales, expression, to: &sums)
        }
        return sums
    }

    /// A term with a matrix, entry by entry.
    private func add(
        _ matrix: PublicMatrix<Int128>, _ term: LinearTerm<Int128>, _ expression: IntegerRelation,
        to sums: inout [Int64]
    ) {
        let free = Array(0..<expression.freeCount)
        let strides = rowMajor(free.map { expression.axes[$0] })
        let walked = (free + term.summed).filter { $0 != matrix.row && $0 != matrix.column }
        var index = [Int](repeating: 0, count: expression.axes.count)
        for number in 0..<walked.reduce(1, { $0 * expression.axes[$1] }) {
            var rest = number
            for axis in walked.reversed() {
                index[axis] = rest % expression.axes[axis]
                rest /= expression.axes[axis]
            }
            var weight = Int64(truncatingIfNeeded: term.coefficient)
            for scale in term.scales {
                weight &*= Int64(truncatingIfNeeded: scale.values[index[scale.axis]])
            }
            for entry in matrix.entries {
                (index[matrix.row], index[matrix.column]) = (entry.row, entry.column)
                guard let place = place(of: term.view, index) else { continue }
                let target = free.reduce(0) { $0 + strides[$1] * index[$1] }
                let value = weight &* Int64(truncatingIfNeeded: entry.value)
                sums[target] &+= value &* integer(term.view.tensor, place)
            }
        }
    }

    private func rowMajor(_ extents: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: extents.count)
        for axis in extents.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * extents[axis + 1]
        }
        return strides
    }

    private func axes(
        _ maps: [AxisMap], _ extents: [Int], _ strides: [Int], _ expression: IntegerRelation
    ) -> [Operand.Axis] {
        maps.enumerated().map { axis, map in
            var steps = [Int](repeating: 0, count: max(1, expression.axes.count))
            for term in map.terms { steps[term.axis] = term.stride }
            return Operand.Axis(
                offset: map.offset, steps: steps, extent: extents[axis], stride: strides[axis])
        }
    }

    /// An argument as one array: a tensor as it is, or the combination over the axes it depends on.
    private func operand(
        _ argument: Argument<Int128>, _ expression: IntegerRelation
    ) -> Operand {
        if argument.addends.count == 1, argument.constant == 0,
            argument.addends[0].coefficient == 1
        {
            let view = argument.addends[0].view
            let tensor = system.tensors[view.tensor]
            let (item, offset) = homes[view.tensor]
            var all = axes(
                view.maps, tensor.extents, tensor.strideBits.map { 1 << $0 }, expression)
            all.append(
                Operand.Axis(
                    offset: offset, steps: all[0].steps.map { _ in 0 }, extent: .max, stride: 1))
            switch items[item] {
            case .signedBytes(let bytes):
                return Operand(storage: .signedBytes(bytes), axes: all)
            case .integers(let integers):
                return Operand(storage: .integers(integers), axes: all)
            default: break
            }
        }
        // Over the axes that any view depends on.
        let used = expression.axes.indices.filter { argument.mentionsAxis($0) }
        let extents = used.map { expression.axes[$0] }
        var combination = IntegerRelation("argument", free: extents)
        var own = [Int](repeating: 0, count: expression.axes.count)
        for (number, axis) in used.enumerated() { own[axis] = number }
        var values = [Int64](
            repeating: Int64(truncatingIfNeeded: argument.constant), count: extents.reduce(1, *))
        for addend in argument.addends {
            var view = addend.view
            for axis in view.maps.indices {
                for term in view.maps[axis].terms.indices {
                    view.maps[axis].terms[term].axis = own[view.maps[axis].terms[term].axis]
                }
            }
            combination.linears = [LinearTerm(addend.coefficient, view)]
            addSingle(view, addend.coefficient, combination, to: &values)
        }
        var all = axes(
            used.map { .same($0) }, extents, rowMajor(extents), expression)
        if all.isEmpty { all = [] }
        return Operand(storage: .integers(values), axes: all)
    }

    private func addSingle(
        _ view: View, _ coefficient: Int128, _ expression: IntegerRelation, to sums: inout [Int64]
    ) {
        let tensor = system.tensors[view.tensor]
        let (item, offset) = homes[view.tensor]
        var all = axes(view.maps, tensor.extents, tensor.strideBits.map { 1 << $0 }, expression)
        let none = [Int](repeating: 0, count: max(1, expression.axes.count))
        all.append(Operand.Axis(offset: offset, steps: none, extent: .max, stride: 1))
        let storage: Operand.Storage =
            switch items[item] {
            case .signedBytes(let bytes): .signedBytes(bytes)
            case .integers(let integers): .integers(integers)
            case .bytes(let bytes): .integers(bytes.map { Int64($0) })
            case .elements: preconditionFailure("field elements are no integers")
            }
        add(
            [Operand(storage: storage, axes: all)], coefficient, [], [], expression, to: &sums)
    }

    /// sums[free index] += coefficient · Σ_summed scales · Π operands.
    private func add(
        _ operands: [Operand], _ coefficient: Int128, _ summed: [Int],
        _ scales: [Scale<Int128>], _ expression: IntegerRelation, to sums: inout [Int64]
    ) {
        if !scales.isEmpty, !summed.isEmpty,
            scales.allSatisfy({ $0.axis < expression.freeCount })
        {
            // Factors of free axes come after the sum.
            var inner = [Int64](repeating: 0, count: sums.count)
            add(operands, 1, summed, [], expression, to: &inner)
            multiply(inner, coefficient, scales, expression, into: &sums)
            return
        }
        let strides = rowMajor(Array(expression.axes.prefix(expression.freeCount)))
        let walked = Array(0..<expression.freeCount) + summed
        var target = [Int](repeating: 0, count: max(1, expression.axes.count))
        for axis in 0..<expression.freeCount { target[axis] = strides[axis] }
        let inner = walked.max { expression.axes[$0] < expression.axes[$1] } ?? 0
        let extent = expression.axes.isEmpty ? 1 : expression.axes[inner]
        let outer = walked.filter { $0 != inner }
        let factor = Int64(truncatingIfNeeded: coefficient)
        var index = [Int](repeating: 0, count: max(1, expression.axes.count))
        for number in 0..<outer.reduce(1, { $0 * expression.axes[$1] }) {
            var rest = number
            for axis in outer.reversed() {
                index[axis] = rest % expression.axes[axis]
                rest /= expression.axes[axis]
            }
            var weight = factor
            var along: [Int64] = []
            for scale in scales {
                if scale.axis == inner, !expression.axes.isEmpty {
                    along = scale.values.map { Int64(truncatingIfNeeded: $0) }
                } else {
                    weight &*= Int64(truncatingIfNeeded: scale.values[index[scale.axis]])
                }
            }
            let place = outer.reduce(0) { $0 + target[$1] * index[$1] }
            addRow(
                operands, weight, along, index, inner, extent, at: place, step: target[inner],
                to: &sums)
        }
    }

    /// sums[free index] += coefficient · scales · values[free index].
    private func multiply(
        _ values: [Int64], _ coefficient: Int128, _ scales: [Scale<Int128>],
        _ expression: IntegerRelation, into sums: inout [Int64]
    ) {
        let free = Array(expression.axes.prefix(expression.freeCount))
        let strides = rowMajor(free)
        let factors = scales.map { scale in
            (
                stride: strides[scale.axis], extent: free[scale.axis],
                values: scale.values.map { Int64(truncatingIfNeeded: $0) }
            )
        }
        let factor = Int64(truncatingIfNeeded: coefficient)
        for place in values.indices {
            var product = factor &* values[place]
            for scale in factors {
                product &*= scale.values[place / scale.stride % scale.extent]
            }
            sums[place] &+= product
        }
    }

    private func addRow(
        _ operands: [Operand], _ weight: Int64, _ along: [Int64], _ index: [Int], _ inner: Int,
        _ extent: Int, at place: Int, step: Int, to sums: inout [Int64]
    ) {
        var range = 0..<extent
        var places = (0, 0)
        for (number, operand) in operands.enumerated() {
            let found = operand.locate(index, inner: inner, extent: extent)
            range = range.clamped(to: found.range)
            if range.isEmpty { return }
            if number == 0 { places.0 = found.place } else { places.1 = found.place }
        }
        if operands.count == 2, along.isEmpty {
            addProducts(
                operands[0], places.0, operands[0].step(inner), operands[1], places.1,
                operands[1].step(inner), weight, range, at: place, step: step, to: &sums)
            return
        }
        let first = operands.first?.step(inner) ?? 0
        let second = operands.count > 1 ? operands[1].step(inner) : 0
        for i in range {
            var value = weight
            if !along.isEmpty { value &*= along[i] }
            if !operands.isEmpty { value &*= operands[0].value(places.0 + i * first) }
            if operands.count > 1 { value &*= operands[1].value(places.1 + i * second) }
            sums[place + i * step] &+= value
        }
    }

    /// The row of two operands; bytes on the right or on neither side.
    private func addProducts(
        _ a: Operand, _ placeA: Int, _ stepA: Int, _ b: Operand, _ placeB: Int, _ stepB: Int,
        _ weight: Int64, _ range: Range<Int>, at place: Int, step: Int, to sums: inout [Int64]
    ) {
        switch (a.storage, b.storage) {
        case (.signedBytes, .integers):
            addProducts(
                b, placeB, stepB, a, placeA, stepA, weight, range, at: place, step: step, to: &sums)
        case (.integers(let x), .signedBytes(let w)):
            if stepA == 0, stepB == 1, step == 1 {
                let factor = weight &* x[placeA]
                if factor == 0 { return }
                let bytes = w.span.extracting(
                    placeB + range.lowerBound..<placeB + range.upperBound)
                let start = place + range.lowerBound
                precondition(start >= 0 && start <= sums.count - bytes.count, "a row has its place")
                var row = sums.mutableSpan
                for i in bytes.indices {
                    row[start + i] &+= factor &* Int64(Int8(bitPattern: bytes[i]))
                }
            } else if step == 0, stepA == 1, stepB == 1 {
                let left = x.span.extracting(
                    placeA + range.lowerBound..<placeA + range.upperBound)
                let right = w.span.extracting(
                    placeB + range.lowerBound..<placeB + range.upperBound)
                var total: Int64 = 0
                for i in left.indices {
                    total &+= left[i] &* Int64(Int8(bitPattern: right[i]))
                }
                sums[place] &+= weight &* total
            } else if step == 0 {
                var total: Int64 = 0
                for i in range {
                    total &+=
                        x[placeA + i * stepA]
                        &* Int64(Int8(bitPattern: w[placeB + i * stepB]))
                }
                sums[place] &+= weight &* total
            } else {
                for i in range {
                    sums[place + i * step] &+=
                        weight &* x[placeA + i * stepA]
                        &* Int64(Int8(bitPattern: w[placeB + i * stepB]))
                }
            }
        case (.integers(let x), .integers(let y)):
            if step == 0 {
                var total: Int64 = 0
                for i in range { total &+= x[placeA + i * stepA] &* y[placeB + i * stepB] }
                sums[place] &+= weight &* total
            } else {
                for i in range {
                    sums[place + i * step] &+=
                        weight &* x[placeA + i * stepA]
                        &* y[placeB + i * stepB]
                }
            }
        case (.signedBytes, .signedBytes):
            for i in range {
                sums[place + i * step] &+=
                    weight &* a.value(placeA + i * stepA) &* b.value(placeB + i * stepB)
            }
        }
    }
}

extension Argument where Coefficient == Int128 {
    /// Whether any view depends on the relation's axis.
    func mentionsAxis(_ axis: Int) -> Bool { addends.contains { $0.view.mentions(axis) } }
}
