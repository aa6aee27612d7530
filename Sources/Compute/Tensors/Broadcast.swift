// How two shapes walk together under broadcasting: as few outer steps as possible, each covering a
// run in which each side either advances by one or stands still.

/// The walk over the broadcast of two shapes.
struct BroadcastPlan: Sendable {
    let leftCount: Int
    let rightCount: Int
    let outputCount: Int
    /// Elements of each run.
    private(set) var runLength = 1
    /// 1 where the side advances within a run, 0 where it stands still.
    private(set) var leftStep = 0
    private(set) var rightStep = 0
    /// The outer axes, outermost first: extent and stride of each side.
    private var axes: [(extent: Int, left: Int, right: Int)] = []

    /// Plans the walk. `output` must be the broadcast of `left` and `right`.
    init(_ left: Shape, _ right: Shape, output: Shape) {
        leftCount = left.elementCount
        rightCount = right.elementCount
        outputCount = output.elementCount
        if left == right {
            runLength = outputCount
            leftStep = 1
            rightStep = 1
            return
        }
        var merged: [(extent: Int, left: Int, right: Int)] = []
        var leftStride = 1
        var rightStride = 1
        // From the last axis outwards; neighbours that form one stride on both sides merge.
        for back in 1...max(output.rank, 1) where back <= output.rank {
            let extent = output.dimensions[output.rank - back]
            let leftExtent = back <= left.rank ? left.dimensions[left.rank - back] : 1
            let rightExtent = back <= right.rank ? right.dimensions[right.rank - back] : 1
            let step = (
                extent: extent, left: leftExtent == 1 ? 0 : leftStride,
                right: rightExtent == 1 ? 0 : rightStride
            )
            leftStride *= leftExtent
            rightStride *= rightExtent
            if extent == 1 { continue }
            if let last = merged.last, last.left * last.extent == step.left,
                last.right * last.extent == step.right
            {
                merged[merged.count - 1].extent *= extent
            } else {
                merged.append(step)
            }
        }
        if let inner = merged.first {
            runLength = inner.extent
            leftStep = inner.left
            rightStep = inner.right
            merged.removeFirst()
        }
        axes = merged.reversed()
    }

    /// Calls `body` with the offsets of each run in the left, right and output values, in
    /// ascending order of output.
    func forEachRun(_ body: (_ left: Int, _ right: Int, _ output: Int) -> Void) {
        guard outputCount > 0 else { return }
        var position = [Int](repeating: 0, count: axes.count)
        var left = 0
        var right = 0
        var output = 0
        while true {
            body(left, right, output)
            output += runLength
            if output >= outputCount { return }
            var axis = axes.count - 1
            while axis >= 0 {
                position[axis] += 1
                left += axes[axis].left
                right += axes[axis].right
                if position[axis] < axes[axis].extent { break }
                left -= axes[axis].left * axes[axis].extent
                right -= axes[axis].right * axes[axis].extent
                position[axis] = 0
                axis -= 1
            }
        }
    }

    /// body(a, b) for each element of the broadcast. Equal shapes and single numbers, the common
    /// cases, are plain loops that vectorise when `body` does not branch.
    @inline(__always)
    func map<Left, Right, Result>(
        _ a: [Left], _ b: [Right], _ body: (Left, Right) -> Result
    ) -> [Result] {
        precondition(
            a.count == leftCount && b.count == rightCount, "the plan fits the values")
        guard outputCount > 0 else { return [] }
        var results = [Result](repeating: body(a[0], b[0]), count: outputCount)
        if a.count == outputCount, b.count == outputCount {
            for index in results.indices { results[index] = body(a[index], b[index]) }
        } else if a.count == outputCount, b.count == 1 {
            let right = b[0]
            for index in results.indices { results[index] = body(a[index], right) }
        } else if a.count == 1, b.count == outputCount {
            let left = a[0]
            for index in results.indices { results[index] = body(left, b[index]) }
        } else {
            forEachRun { left, right, output in
                for index in 0..<runLength {
                    results[output + index] = body(
                        a[left + index * leftStep], b[right + index * rightStep])
                }
            }
        }
        return results
    }
}

extension Array {
    /// body(x) for each element x, in a plain loop that vectorises when `body` does not branch.
    @inline(__always)
    func elementwise(_ body: (Element) -> Element) -> [Element] {
        var results = self
        for index in results.indices { results[index] = body(results[index]) }
        return results
    }

    /// body(x, y) for each element x and the element y of `other` beside it.
    @inline(__always)
    func elementwise(with other: [Element], _ body: (Element, Element) -> Element) -> [Element] {
        precondition(other.count == count, "each element has a partner")
        var results = self
        for index in results.indices { results[index] = body(results[index], other[index]) }
        return results
    }
}

extension BroadcastPlan {
    /// How the right side of a plan of rows is repeated.
    enum Side {
        /// It has an element for each of the left side.
        case whole
        /// One element serves a row.
        case oneForEachRow
        /// One row serves all.
        case oneRowForAll
    }

    /// A rows × length matrix on the left, `side` on the right.
    init(rows: Int, length: Int, _ side: Side) {
        leftCount = rows * length
        outputCount = leftCount
        leftStep = 1
        switch side {
        case .whole:
            rightCount = leftCount
            rightStep = 1
            runLength = leftCount
        case .oneForEachRow:
            rightCount = rows
            rightStep = length == 1 ? 1 : 0
            runLength = length == 1 ? rows : length
            if length != 1 { axes = [(rows, length, 1)] }
        case .oneRowForAll:
            rightCount = length
            rightStep = length == 1 ? 0 : 1
            runLength = length == 1 ? rows : length
            if length != 1 { axes = [(rows, length, 0)] }
        }
    }
}
