// The values of an argument on the variables of the first sum: for a view, the tensor with the axes
// that τ binds summed away, its other axes moved to where the variables are.
//
// Axes are taken from the fastest to the slowest. An axis whose map depends on nothing that is
// bound stays as it is; the first that is bound sums small integers times weights, without copying
// them; from then on there are field elements, of which there are fewer with every axis.

import Fields
import Sumcheck

/// An axis of a tensor under a view: the offsets among the variables that its indices go to, and
/// for each the tensor's indices with their weights.
private struct BoundAxis<F: ProverField> {
    /// The axis of the tensor, its extent and the logarithm of its stride.
    var number: Int, extent: Int, strideBits: Int
    /// The offset among the variables of each part.
    var offsets: [Int] = []
    /// The indices and weights of each part; where `isPlain`, one index of weight one.
    var parts: [[(index: Int, weight: F)]] = []
    /// Whether nothing is summed.
    var isPlain = true
    /// Where neighbours go to neighbours: the first index, its offset and the count.
    var run: PlaceRun?

    init(
        _ number: Int, _ map: AxisMap, _ tensor: TensorDeclaration, _ form: LinearForm<F>,
        _ variables: [Range<Int>?]
    ) {
        self.number = number
        extent = tensor.extents[number]
        strideBits = tensor.strideBits[number]
        if let run = BoundAxis.run(map, extent, form, variables) {
            self.run = run
            return
        }
        var entries = [(map.offset, 0, F.one)]
        for term in map.terms {
            guard let axis = form.axes[term.axis] else { continue }
            var next: [(Int, Int, F)] = []
            next.reserveCapacity(entries.count * axis.extent)
            let bits = variables[term.axis]
            let weights = bits == nil ? axis.weights : axis.scale
            if weights != nil { isPlain = false }
            for entry in entries {
                for index in 0..<axis.extent {
                    let offset = bits.map { index << $0.lowerBound } ?? 0
                    next.append(
                        (
                            entry.0 + term.stride * index, entry.1 + offset,
                            weights.map { entry.2 * $0[index] } ?? entry.2
                        ))
                }
            }
            entries = next
        }
        let extent = extent
        entries = entries.filter { $0.0 >= 0 && $0.0 < extent }
        if !isPlain { entries.sort { ($0.1, $0.0) < ($1.1, $1.0) } }
        for entry in entries {
            if isPlain || offsets.last != entry.1 {
                offsets.append(entry.1)
                parts.append([])
            }
            parts[parts.count - 1].append((entry.0, entry.2))
        }
    }

    /// The run of a map that takes the indices of the variables' lowest axis as they are.
    private static func run(
        _ map: AxisMap, _ extent: Int, _ form: LinearForm<F>, _ variables: [Range<Int>?]
    ) -> PlaceRun? {
        guard map.terms.count == 1, map.terms[0].stride == 1,
            variables[map.terms[0].axis]?.lowerBound == 0,
            let axis = form.axes[map.terms[0].axis], axis.scale == nil
        else { return nil }
        let first = max(0, map.offset)
        let last = min(extent, map.offset + axis.extent)
        return PlaceRun(source: first, target: first - map.offset, count: max(0, last - first))
    }
}

/// Values that go to variables, neighbours to neighbours.
private struct PlaceRun {
    var source: Int, target: Int, count: Int
}

/// A tensor with its faster axes dealt with: for each index of the slower ones, a block of values.
private enum PartialTensor<F: ProverField> {
    /// The tensor's own values, in blocks of 2^bits.
    case raw(bits: Int)
    /// Elements, in blocks of `count`.
    case elements([F], count: Int)
}

extension Witness {
    /// The values of `form` on the variables, of which those from `count` on are zero.
    func vector(
        _ form: LinearForm<F>, variables: [Range<Int>?], count: Int, threads: Int
    ) -> [F] {
        var values = [F](repeating: F.zero, count: count)
        for addend in form.addends {
            add(addend, form, variables, to: &values, threads: threads)
        }
        if !form.constant.isZero {
            var constant = form.constant
            for (axis, weights) in form.axes.enumerated() where variables[axis] == nil {
                if let weights { constant = constant * weights.total }
            }
            for copy in spread(form, variables, without: nil) {
                values[copy.offset] += constant * copy.factor
            }
        }
        return values
    }

    private func add(
        _ addend: Addend<F>, _ form: LinearForm<F>, _ variables: [Range<Int>?],
        to values: inout [F], threads: Int
    ) {
        let view = addend.view
        let tensor = system.tensors[view.tensor]
        var coefficient = addend.coefficient
        for (axis, weights) in form.axes.enumerated()
        where variables[axis] == nil && !view.mentions(axis) {
            if let weights { coefficient = coefficient * weights.total }
        }
        var runs = [PlaceRun(source: 0, target: 0, count: 1)]
        var state = PartialTensor<F>.raw(bits: 0)
        for (number, map) in view.maps.enumerated().reversed() {
            let axis = BoundAxis(number, map, tensor, form, variables)
            state = bind(axis, view.tensor, state, &runs, threads: threads)
        }
        let copies = spread(form, variables, without: view).map {
            (offset: $0.offset, factor: coefficient * $0.factor)
        }
        for copy in copies {
            if case .elements(let elements, _) = state {
                for run in runs {
                    F.add(
                        elements.span.extracting(run.source..<run.source + run.count),
                        times: copy.factor, to: &values, at: run.target + copy.offset,
                        threads: threads)
                }
            } else {
                scatter(view.tensor, runs, copy, into: &values, threads: threads)
            }
        }
    }

    /// Adds multiples of a tensor's own values.
    private func scatter(
        _ tensor: Int, _ runs: [PlaceRun], _ copy: (offset: Int, factor: F),
        into values: inout [F], threads: Int
    ) {
        let (item, offset) = homes[tensor]
        switch items[item] {
        case .bytes(let bytes), .signedBytes(let bytes):
            var isSigned = false
            if case .signedBytes = items[item] { isSigned = true }
            let multiples = (0..<256).map {
                copy.factor * F(isSigned ? Int128(Int8(truncatingIfNeeded: $0)) : Int128($0))
            }
            for run in runs {
                let source = offset + run.source
                let target = copy.offset + run.target
                for index in 0..<run.count {
                    let byte = bytes[source + index]
                    if byte != 0 { values[target + index] += multiples[Int(byte)] }
                }
            }
        case .integers(let integers):
            for run in runs {
                for index in 0..<run.count {
                    let value = integers[offset + run.source + index]
                    if value != 0 {
                        values[copy.offset + run.target + index] += copy.factor * F(Int128(value))
                    }
                }
            }
        case .elements(let elements):
            for run in runs {
                let source = offset + run.source
                F.add(
                    elements.span.extracting(source..<source + run.count), times: copy.factor,
                    to: &values, at: copy.offset + run.target, threads: threads)
            }
        }
    }

    /// Takes one more axis into the blocks.
    private func bind(
        _ axis: BoundAxis<F>, _ tensor: Int, _ state: PartialTensor<F>, _ runs: inout [PlaceRun],
        threads: Int
    ) -> PartialTensor<F> {
        switch state {
        case .raw(let bits):
            if axis.isPlain {
                regroup(&runs, axis) { $0 << axis.strideBits }
                return .raw(bits: axis.strideBits + bitWidth(axis.extent))
            }
            let sums = sumRaw(axis, tensor, blockBits: bits, threads: threads)
            regroup(&runs, axis) { $0 << bits }
            return .elements(sums, count: axis.parts.count << bits)
        case .elements(let elements, let count):
            if axis.isPlain {
                regroup(&runs, axis) { $0 * count }
                return .elements(elements, count: axis.extent * count)
            }
            let slower = elements.count / (count * axis.extent)
            var sums = [F](repeating: F.zero, count: slower * axis.parts.count * count)
            for row in 0..<slower {
                for (number, part) in axis.parts.enumerated() {
                    let target = (row * axis.parts.count + number) * count
                    for (index, weight) in part {
                        let from = (row * axis.extent + index) * count
                        F.add(
                            elements.span.extracting(from..<from + count), times: weight,
                            to: &sums, at: target, threads: threads)
                    }
                }
            }
            regroup(&runs, axis) { $0 * count }
            return .elements(sums, count: axis.parts.count * count)
        }
    }

    /// The runs of blocks side by side. A part is where `place` says: for a plain axis at its
    /// index, else at its number.
    private func regroup(
        _ runs: inout [PlaceRun], _ axis: BoundAxis<F>, _ place: (Int) -> Int
    ) {
        if let run = axis.run {
            if place(1) == 1, runs.allSatisfy({ $0.count == 1 }) {
                // Blocks of one value: the axis is one run.
                runs = runs.map {
                    PlaceRun(
                        source: $0.source + run.source, target: $0.target + run.target,
                        count: run.count)
                }
                return
            }
            var next: [PlaceRun] = []
            for index in 0..<run.count {
                for inner in runs {
                    next.append(
                        PlaceRun(
                            source: inner.source + place(run.source + index),
                            target: inner.target + run.target + index, count: inner.count))
                }
            }
            runs = next
            return
        }
        var next: [PlaceRun] = []
        next.reserveCapacity(runs.count * axis.offsets.count)
        for (number, offset) in axis.offsets.enumerated() {
            let source = place(axis.isPlain ? axis.parts[number][0].index : number)
            for inner in runs {
                next.append(
                    PlaceRun(
                        source: inner.source + source, target: inner.target + offset,
                        count: inner.count))
            }
        }
        runs = next
    }

    /// The first axis that is summed: for all indices of the slower axes, and all parts, the sum
    /// over the axis of weight times block.
    private func sumRaw(
        _ axis: BoundAxis<F>, _ tensor: Int, blockBits: Int, threads: Int
    ) -> [F] {
        let declaration = system.tensors[tensor]
        let block = 1 << blockBits
        var starts = [0]
        for slower in 0..<axis.number {
            let stride = declaration.strideBits[slower]
            starts = starts.flatMap { start in
                (0..<declaration.extents[slower]).map { start + $0 << stride }
            }
        }
        let (item, offset) = homes[tensor]
        let values = items[item]
        let stride = 1 << axis.strideBits
        if block == 1, axis.number == 1, axis.parts.count == 1,
            let weights: [F] = axis.parts[0].denseWeights(), let bytes = values.byteArray
        {
            return F.products(
                ByteRows(
                    bytes: bytes, start: offset + axis.parts[0][0].index, isSigned: values.isSigned,
                    stride: 1 << declaration.strideBits[0],
                    rowCount: starts.count, columnCount: weights.count),
                weights: weights.span, threads: threads)
        }
        var sums = [F](repeating: F.zero, count: starts.count * axis.parts.count * block)
        for (row, start) in starts.enumerated() {
            for (number, part) in axis.parts.enumerated() {
                values.addBlocks(
                    part, at: offset + start, stride: stride, block: block, to: &sums,
                    at: (row * axis.parts.count + number) * block, threads: threads)
            }
        }
        return sums
    }

    /// The offsets, with factors, of all indices of the variables that `view` does not depend on:
    /// there its values stand again.
    private func spread(
        _ form: LinearForm<F>, _ variables: [Range<Int>?], without view: View?
    ) -> [(offset: Int, factor: F)] {
        var offsets = [(offset: 0, factor: F.one)]
        for (axis, bits) in variables.enumerated() {
            guard let bits, let weights = form.axes[axis] else { continue }
            if let view, view.mentions(axis) { continue }
            var next: [(offset: Int, factor: F)] = []
            for copy in offsets {
                for index in 0..<weights.extent {
                    let scaled = weights.scale.map { copy.factor * $0[index] } ?? copy.factor
                    next.append((copy.offset + index << bits.lowerBound, scaled))
                }
            }
            offsets = next
        }
        return offsets
    }
}

extension Array {
    /// The weights of a part whose indices follow each other.
    fileprivate func denseWeights<F>() -> [F]? where Element == (index: Int, weight: F) {
        guard let first, let last, last.index - first.index == count - 1 else { return nil }
        return map(\.weight)
    }
}

extension ItemValues {
    var isSigned: Bool {
        if case .signedBytes = self { return true }
        return false
    }

    /// The bytes, where the values are bytes.
    var byteArray: [UInt8]? {
        switch self {
        case .bytes(let bytes), .signedBytes(let bytes): bytes
        default: nil
        }
    }

    /// sums[target + i] += Σ weight · value(start + index · stride + i) for i in a block.
    fileprivate func addBlocks(
        _ part: [(index: Int, weight: F)], at start: Int, stride: Int, block: Int,
        to sums: inout [F], at target: Int, threads: Int
    ) {
        if block > 1, let bytes = byteArray, let weights: [F] = part.denseWeights() {
            let first = start + part[0].index * stride
            let last = first + (part.count - 1) * stride + block
            if last <= bytes.count {
                var combined = [F](repeating: F.zero, count: block)
                F.combine(
                    ByteRows(
                        bytes: bytes, start: first, isSigned: isSigned, stride: stride,
                        rowCount: part.count, columnCount: block),
                    weights: weights.span, into: &combined, threads: threads)
                for index in 0..<block { sums[target + index] += combined[index] }
                return
            }
        }
        for (index, weight) in part {
            let first = start + index * stride
            for column in 0..<Swift.min(block, count - first) {
                let value = element(first + column)
                if !value.isZero { sums[target + column] += weight * value }
            }
        }
    }
}

/// The least b with 2^b ≥ count.
func bitWidth(_ count: Int) -> Int {
    count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
}
