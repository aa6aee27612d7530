// Where the elements of sliding windows lie in a plane, position by position, for operators that
// walk over windows in their own way.

/// The windows of one geometry.
struct WindowPlaces: Sendable {
    private let geometry: WindowGeometry
    /// For each kernel position, row-major, its reach along each axis, less the padding before.
    private let reaches: [Int]
    /// Elements of a plane's axes.
    private let steps: [Int]
    private let taps: Int
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

    /// The windows of positions `range` over the `channels` planes of `x` from `offset` on, a row
    /// for each: channel by channel, in each the kernel positions. Padding is 0.
    func rows(
        _ x: [Int16], from offset: Int, channels: Int, _ range: Range<Int>
    ) -> [Int16] {
        var rows = [Int16](repeating: 0, count: range.count * channels * taps)
        var next = 0
        forEach(range) { _, places in
            for channel in 0..<channels {
                let base = offset + channel * plane
                for place in places {
                    if place >= 0 { rows[next] = x[base + place] }
                    next += 1
                }
            }
        }
        return rows
    }
}
