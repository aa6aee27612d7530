// Where the elements of sliding windows lie in a plane, position by position, for operators that
// walk over windows in their own way.

/// The windows of one geometry.
struct WindowPlaces: Sendable {
    private let geometry: WindowGeometry
    /// For each kernel position, row-major, its reach along each axis, less the padding before.
    private let reaches: [Int]
    /// Elements of a plane's axes.
    private let steps: [Int]
    /// Most places that are kept from one run to the next.
    private static let keptCount = 1 << 14

    /// Elements of a window.
    let taps: Int
    private var kept: PlaceTable?
    /// Elements of a plane.
    let plane: Int
    /// Windows of a plane.
    let positions: Int

    init(_ geometry: WindowGeometry) {
        self.geometry = geometry
        let rank = geometry.input.count
        plane = geometry.input.reduce(1, *)
        positions = geometry.output.reduce(1, *)
        taps = geometry.kernel.reduce(1, *)
        var steps = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            steps[axis] = steps[axis + 1] * geometry.input[axis + 1]
        }
        self.steps = steps
        var reaches = [Int](repeating: 0, count: taps * rank)
        for tap in 0..<taps {
            var rest = tap
            for axis in stride(from: rank - 1, through: 0, by: -1) {
                reaches[tap * rank + axis] =
                    rest % geometry.kernel[axis] * geometry.dilations[axis]
                    - geometry.padsBegin[axis]
                rest /= geometry.kernel[axis]
            }
        }
        self.reaches = reaches
    }

    /// Calls `body` with each position of `range` and the offset in the plane of each element of
    /// its window, −1 in the padding.
    func forEach(_ range: Range<Int>, _ body: (_ position: Int, _ places: [Int]) -> Void) {
        var places = [Int](repeating: 0, count: taps)
        for position in range {
            fill(&places, position)
            body(position, places)
        }
    }

    private func fill(_ places: inout [Int], _ position: Int) {
        let rank = steps.count
        for tap in 0..<taps { places[tap] = 0 }
        var rest = position
        for axis in stride(from: rank - 1, through: 0, by: -1) {
            let start = rest % geometry.output[axis] * geometry.strides[axis]
            rest /= geometry.output[axis]
            for tap in 0..<taps where places[tap] >= 0 {
                let place = start + reaches[tap * rank + axis]
                places[tap] =
                    place >= 0 && place < geometry.input[axis]
                    ? places[tap] + place * steps[axis] : -1
            }
        }
    }

    /// The places of the windows `range`, as the kernels take them.
    func table(_ range: Range<Int>) -> PlaceTable {
        var values: [Int32] = []
        values.reserveCapacity(range.count * taps)
        // A plane has at most 2^31 elements.
        forEach(range) { _, places in
            for place in places { values.append(Int32(truncatingIfNeeded: place)) }
        }
        return PlaceTable(values: values, positions: range.count, taps: taps, plane: plane)
    }

    /// Calls `body` with the places of chunks of at most `count` windows, in order, and the number
    /// of each chunk's first window. The places of few windows are kept from one run to the next.
    func forEachTable(of count: Int, _ body: (_ first: Int, _ places: PlaceTable) -> Void) {
        if let kept, kept.positions <= count {
            if kept.positions > 0 { body(0, kept) }
            return
        }
        for start in stride(from: 0, to: positions, by: max(count, 1)) {
            body(start, table(start..<min(start + count, positions)))
        }
    }

    /// Bytes that are kept from one run to the next.
    var keptByteCount: Int { (kept?.count ?? 0) * 4 }

    /// Keeps the places when they are few.
    func keepingFew() -> WindowPlaces {
        guard positions <= WindowPlaces.keptCount / max(taps, 1) else { return self }
        var copy = self
        copy.kept = table(0..<positions)
        return copy
    }
}

/// Where the elements of some windows lie in a plane: made by `WindowPlaces` alone, so that every
/// place is −1 or below `plane`.
struct PlaceTable: Sendable {
    /// Window by window.
    let values: [Int32]
    let positions: Int
    /// Elements of each window.
    let taps: Int
    /// Elements of a plane.
    let plane: Int

    fileprivate init(values: [Int32], positions: Int, taps: Int, plane: Int) {
        (self.values, self.positions) = (values, positions)
        (self.taps, self.plane) = (taps, plane)
    }

    /// Elements of all windows.
    var count: Int { values.count }
}
