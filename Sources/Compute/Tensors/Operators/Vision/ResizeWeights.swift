// The weights with which neighbours make an element of a resized axis, all in float32 and in the
// order of ONNX's formulas; cubic after R. Keys, "Cubic convolution interpolation for digital image
// processing" (1981).

extension ResizePlan {
    /// For every place of the axis its terms: elements of the input and their weights, ascending.
    /// A coordinate lies `ratio` after an element; the window reaches as far before it as after.
    /// Terms before and behind the input take its first and last element, or with `exclude_outside`
    /// none; then, and with antialiasing, weights are divided by their sum. Weights of 0 take no
    /// part.
    func weights(_ axis: ResizeAxis) -> [[(place: Int, weight: Float)]] {
        (0..<axis.output).map { place in
            let coordinate = axis.coordinate(place) ?? 0
            let floor = coordinate.rounded(.down)
            var weights = window(coordinate - floor, min(axis.scale, 1))
            let first = bounded(floor) - (weights.count / 2 - 1)
            if excludesOutside {
                for index in weights.indices where !(0..<axis.input).contains(first + index) {
                    weights[index] = 0
                }
                weights = normalised(weights)
            }
            var terms: [(place: Int, weight: Float)] = []
            for (index, weight) in weights.enumerated() where weight != 0 {
                terms.append((min(max(first + index, 0), axis.input - 1), weight))
            }
            return terms
        }
    }

    /// The coordinate as an integer, far outside as near outside.
    private func bounded(_ floor: Float) -> Int { Int(max(min(floor, 0x1p31), -0x1p31)) }

    /// The weights of an even count of neighbours, half of them up to the element at `ratio` before
    /// the coordinate.
    private func window(_ ratio: Float, _ scale: Float) -> [Float] {
        let reach = mode == .cubic ? 2 : 1
        guard isAntialiased else {
            return mode == .cubic ? cubic(ratio) : [1 - ratio, ratio]
        }
        // At most the count of elements of the input, twice or four times: scales that give an
        // element at all are at least half of 1 / extent.
        let first = Int((-Float(reach) / scale).rounded(.down)) + 1
        let weights = (first...1 - first).map { index -> Float in
            let x = abs((Float(index) - ratio) * scale)
            return mode == .cubic ? cubicKernel(x) : max(1 - x, 0)
        }
        return normalised(weights)
    }

    private func normalised(_ weights: [Float]) -> [Float] {
        let sum = weights.reduce(0, +)
        return sum == 0 ? weights : weights.map { $0 / sum }
    }

    /// The weights of the elements at −1, 0, 1, 2 for a coordinate `r` after element 0.
    private func cubic(_ r: Float) -> [Float] {
        let a = cubicCoefficient
        let s = 1 - r
        return [
            ((a * (r + 1) - 5 * a) * (r + 1) + 8 * a) * (r + 1) - 4 * a,
            ((a + 2) * r - (a + 3)) * r * r + 1,
            ((a + 2) * s - (a + 3)) * s * s + 1,
            ((a * (s + 1) - 5 * a) * (s + 1) + 8 * a) * (s + 1) - 4 * a,
        ]
    }

    /// The cubic kernel at distance `x`.
    private func cubicKernel(_ x: Float) -> Float {
        let a = cubicCoefficient
        let square = x * x
        let cube = x * square
        if x <= 1 { return (a + 2) * cube - (a + 3) * square + 1 }
        if x < 2 { return a * cube - 5 * a * square + 8 * a * x - 4 * a }
        return 0
    }
}
