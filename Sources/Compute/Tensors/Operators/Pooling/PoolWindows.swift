// Windows term by term: for the poolings, types and geometries that the kernels on planes do not
// take.

extension WindowGeometry {
    /// The elements of the window at `position` of a plane's output, row-major, as offsets in the
    /// plane: those in the input, or with `countsPadding` those in the padded input, −1 for
    /// padding.
    func terms(at position: Int, countsPadding: Bool) -> [Int] {
        var terms: [Int] = []
        for tap in 0..<kernel.reduce(1, *) {
            var (rest, inner) = (position, tap)
            var (offset, step) = (0, 1)
            var (isInside, isPadding) = (true, true)
            for axis in output.indices.reversed() {
                let place =
                    rest % output[axis] * strides[axis] + inner % kernel[axis] * dilations[axis]
                    - padsBegin[axis]
                rest /= output[axis]
                inner /= kernel[axis]
                if place < 0 || place >= input[axis] { isInside = false }
                if place >= input[axis] + padsEnd[axis] { isPadding = false }
                offset += place * step
                step *= input[axis]
            }
            if isInside {
                terms.append(offset)
            } else if isPadding, countsPadding {
                terms.append(-1)
            }
        }
        return terms
    }

    /// Each window of each plane of `x` reduced to a number; padding that counts is 0.
    func reduced<Element: NumericElement>(
        _ x: [Element], shape: Shape, countsPadding: Bool, _ body: ([Element]) -> Element
    ) -> [Element] {
        var results = [Element](repeating: .zero, count: shape.elementCount)
        guard !results.isEmpty else { return results }
        let plane = input.reduce(1, *)
        let positions = output.reduce(1, *)
        for position in 0..<positions {
            let terms = terms(at: position, countsPadding: countsPadding)
            for number in 0..<results.count / positions {
                results[number * positions + position] = body(
                    terms.map { $0 < 0 ? .zero : x[number * plane + $0] })
            }
        }
        return results
    }
}

/// The maxima of windows and where they are.
struct MaximumRule: NumericRule {
    let input: Tensor
    let geometry: WindowGeometry
    let shape: Shape
    let countsColumns: Bool

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> [Tensor] {
        guard let x = Element.values(of: input) else { throw .wrongInputType(index: 0) }
        var maxima = [Element](repeating: .least, count: shape.elementCount)
        var places = [Int64](repeating: -1, count: shape.elementCount)
        let plane = geometry.input.reduce(1, *)
        let positions = geometry.output.reduce(1, *)
        for position in 0..<(maxima.isEmpty ? 0 : positions) {
            let terms = geometry.terms(at: position, countsPadding: false)
            for number in 0..<maxima.count / positions {
                let base = number * plane
                guard var best = terms.first else { continue }
                for term in terms.dropFirst() where x[base + best].isLess(x[base + term]) {
                    best = term
                }
                maxima[number * positions + position] = x[base + best]
                places[number * positions + position] = Int64(base + counted(best))
            }
        }
        return [Element.tensor(maxima, shape), Tensor(places, shape: shape)]
    }

    /// The number of the element at `offset` of a plane.
    private func counted(_ offset: Int) -> Int {
        guard countsColumns else { return offset }
        var rest = offset
        var size = geometry.input.reduce(1, *)
        var result = 0
        for extent in geometry.input.reversed() {
            // The last axis counts in steps of all others.
            size /= extent
            result += rest % extent * size
            rest /= extent
        }
        return result
    }
}

extension NumericElement {
    /// Whether the maximum of both is the other one: −0 is less than 0, a number less than NaN.
    fileprivate func isLess(_ other: Self) -> Bool {
        if isNaN || other.isNaN { return !isNaN }
        return self < other || isMinusZero && self == other && !other.isMinusZero
    }
}
