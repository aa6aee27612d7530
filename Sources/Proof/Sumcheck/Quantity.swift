// An activation of a program, as relations see it: an array of integers that is a linear
// combination of views of tensors. Reshape, Transpose, Slice, Concat and Broadcast make quantities
// from quantities without a tensor.

/// An array of integers made of tensors.
public struct Quantity: Equatable, Sendable {
    /// The number of indices of each axis.
    public var extents: [Int]
    /// Multiples of tensors; the maps are from the quantity's axes.
    public var addends: [Addend<Int128>]
    /// What is added to their sum.
    public var constant: Int128
    /// Bounds of the values.
    public var range: ClosedRange<Int64>
    /// Whether the combination is zero where an index leads outside of the axis: padding of windows
    /// relies on it.
    public var isZeroOutside: [Bool]

    /// All of a tensor.
    public init(_ tensor: Int, _ extents: [Int], range: ClosedRange<Int64>) {
        self.extents = extents
        addends = [Addend(1, View(tensor, extents.indices.map { .same($0) }))]
        constant = 0
        self.range = range
        isZeroOutside = extents.map { _ in true }
    }

    /// A combination of tensors of the same extents.
    init(
        extents: [Int], addends: [Addend<Int128>], constant: Int128, range: ClosedRange<Int64>
    ) {
        self.extents = extents
        self.addends = addends
        self.constant = constant
        self.range = range
        isZeroOutside = extents.map { _ in constant == 0 }
    }

    /// The number of values.
    public var count: Int { extents.reduce(1, *) }

    /// The quantity where relations put `maps` for its axes.
    public func argument(_ maps: [AxisMap]) -> Argument<Int128> {
        Argument(
            addends.map {
                Addend($0.coefficient, View($0.view.tensor, $0.view.maps.map { $0.after(maps) }))
            }, constant: constant)
    }

    /// Multiples of the quantity as linear terms, and its constant.
    func terms(
        _ factor: Int128, _ maps: [AxisMap], summed: [Int] = [], scales: [Scale<Int128>] = []
    ) -> [LinearTerm<Int128>] {
        argument(maps).addends.map {
            LinearTerm(factor * $0.coefficient, $0.view, summed: summed, scales: scales)
        }
    }

    /// The quantity with other axes: index j of the old ones is `maps[j]` of the new ones.
    public func viewed(_ extents: [Int], _ maps: [AxisMap], isZeroOutside: [Bool]) -> Quantity {
        var quantity = self
        quantity.extents = extents
        quantity.addends = argument(maps).addends
        quantity.isZeroOutside = isZeroOutside
        return quantity
    }

    /// The quantity with axes of one index put before its own, up to `rank` axes.
    public func leading(_ rank: Int) -> Quantity {
        let more = rank - extents.count
        if more == 0 { return self }
        return viewed(
            [Int](repeating: 1, count: more) + extents,
            extents.indices.map { .same($0 + more) },
            isZeroOutside: [Bool](repeating: false, count: more) + isZeroOutside)
    }

    /// The axes in another order: new axis i is old axis `order[i]`.
    public func transposed(_ order: [Int]) -> Quantity {
        var maps = [AxisMap](repeating: .constant(0), count: order.count)
        for (new, old) in order.enumerated() { maps[old] = .same(new) }
        return viewed(
            order.map { extents[$0] }, maps, isZeroOutside: order.map { isZeroOutside[$0] })
    }

    /// Indices `start`, start + step, … of an axis, `count` of them.
    public func sliced(axis: Int, start: Int, step: Int, count: Int) -> Quantity {
        var maps = extents.indices.map { AxisMap.same($0) }
        // Where there is one index, the step is any number, also one that overflows with others.
        let stride = count == 1 ? 1 : step
        maps[axis] = AxisMap(offset: start, terms: [.init(axis: axis, stride: stride)])
        var extents = extents
        var isZeroOutside = isZeroOutside
        isZeroOutside[axis] =
            isZeroOutside[axis] && start == 0 && step == 1
            && count == extents[axis]
        extents[axis] = count
        return viewed(extents, maps, isZeroOutside: isZeroOutside)
    }

    /// The same values in row-major order under other extents; `nil` where old axes are neither
    /// kept, split nor joined, or would have to be joined across tensors' padding.
    public func reshaped(_ new: [Int]) -> Quantity? {
        guard new.reduce(1, *) == count else { return nil }
        // Groups of old and new axes with the same product.
        var maps = [AxisMap](repeating: .constant(0), count: extents.count)
        // New axes of one index are no axis of any tensor: nothing is zero outside of them.
        var isZeroOutside = [Bool](repeating: false, count: new.count)
        var (i, j) = (0, 0)
        while i < extents.count || j < new.count {
            var (oldEnd, newEnd) = (i, j)
            var (oldProduct, newProduct) = (1, 1)
            repeat {
                if oldProduct <= newProduct, oldEnd < extents.count {
                    oldProduct *= extents[oldEnd]
                    oldEnd += 1
                } else if newEnd < new.count {
                    newProduct *= new[newEnd]
                    newEnd += 1
                } else {
                    return nil
                }
            } while oldProduct != newProduct
            // Axes of one index belong to either side.
            let old = (i..<oldEnd).filter { extents[$0] > 1 }
            let axes = (j..<newEnd).filter { new[$0] > 1 }
            if old.count == 1 {
                maps[old[0]] = .flat(axes, extents: axes.map { new[$0] })
                for axis in axes {
                    isZeroOutside[axis] = axes.count == 1 && self.isZeroOutside[old[0]]
                }
            } else if old.count > 1 {
                return nil
            }
            (i, j) = (oldEnd, newEnd)
        }
        return viewed(new, maps, isZeroOutside: isZeroOutside)
    }

    /// The quantities one after the other along `axis`; `nil` unless each is zero outside of it.
    public static func concatenated(_ parts: [Quantity], axis: Int) -> Quantity? {
        guard let first = parts.first else { return nil }
        var extents = first.extents
        extents[axis] = parts.reduce(0) { $0 + $1.extents[axis] }
        var addends: [Addend<Int128>] = []
        var range = first.range
        var start = 0
        for part in parts {
            guard part.isZeroOutside[axis], part.constant == 0 else { return nil }
            var maps = part.extents.indices.map { AxisMap.same($0) }
            maps[axis] = .shift(axis, by: -start)
            addends += part.argument(maps).addends
            start += part.extents[axis]
            range =
                min(
                    range.lowerBound, part.range.lowerBound)...max(
                    range.upperBound, part.range.upperBound)
        }
        return Quantity(extents: extents, addends: addends, constant: 0, range: range)
    }
}

extension AxisMap {
    /// This map of axes that are themselves maps.
    func after(_ maps: [AxisMap]) -> AxisMap {
        var result = AxisMap(offset: offset, terms: [])
        for term in terms {
            let inner = maps[term.axis]
            result.offset += term.stride * inner.offset
            for innerTerm in inner.terms {
                result.terms.append(
                    Term(axis: innerTerm.axis, stride: term.stride * innerTerm.stride))
            }
        }
        return result
    }
}
