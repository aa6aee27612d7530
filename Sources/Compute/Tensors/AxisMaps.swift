// A rearrangement that treats every axis on its own: padding, cropping, nearest-neighbour resizing.

/// Result element (i₀, i₁, …) is source element (m₀[i₀], m₁[i₁], …), or the fill where any of these
/// coordinates is −1. The first source is the data, the second holds the fill.
struct AxisMaps: JointRearrangement {
    /// The maps of the axes that are not copied whole, outermost first, as offsets in the source;
    /// −1 for fill.
    private var outer: [[Int]] = []
    /// The map of the last of them.
    private var inner: [Int] = [0]
    /// Elements copied together for each entry of `inner`.
    private var block = 1

    /// Takes the source's extents and a map for each axis, whose entries lie in −1 ..< extent.
    init(source: Shape, maps: [[Int]]) {
        precondition(maps.count == source.rank, "each axis has a map")
        let strides = source.strides
        var last = source.rank
        // Trailing axes that are copied whole make one block.
        while last > 0, maps[last - 1].elementsEqual(0..<source.dimensions[last - 1]) {
            last -= 1
            block *= source.dimensions[last]
        }
        guard last > 0 else { return }
        inner = maps[last - 1].map { $0 < 0 ? -1 : $0 * strides[last - 1] }
        outer = (0..<last - 1).map { axis in maps[axis].map { $0 < 0 ? -1 : $0 * strides[axis] } }
    }

    /// The entries of `inner` in runs of neighbours in the source, or of fill.
    private var runs: [(from: Int, count: Int)] {
        var runs: [(from: Int, count: Int)] = []
        for entry in inner {
            if let last = runs.last, entry < 0 ? last.from < 0 : entry == last.from + last.count,
                entry < 0 || last.from >= 0
            {
                runs[runs.count - 1].count += block
            } else {
                runs.append((entry, block))
            }
        }
        return runs
    }

    func apply<Element>(_ sources: [[Element]]) -> [Element] {
        guard let data = sources.first, let fill = sources.last?.first else { return [] }
        let row = inner.count * block
        let rows = outer.reduce(1) { $0 * $1.count }
        guard row > 0, rows > 0 else { return [] }
        var results: [Element] = []
        results.reserveCapacity(rows * row)
        let runs = runs
        let isScattered = block == 1 && runs.count * 4 > inner.count
        var position = [Int](repeating: 0, count: outer.count)
        for _ in 0..<rows {
            var base = 0
            for (map, place) in zip(outer, position) {
                if map[place] < 0 || base < 0 { base = -1 } else { base += map[place] }
            }
            if base < 0 {
                results.append(contentsOf: repeatElement(fill, count: row))
            } else if isScattered {
                for entry in inner { results.append(entry < 0 ? fill : data[base + entry]) }
            } else {
                for (from, count) in runs {
                    if from < 0 {
                        results.append(contentsOf: repeatElement(fill, count: count))
                    } else {
                        results.append(contentsOf: data[base + from..<base + from + count])
                    }
                }
            }
            var axis = outer.count - 1
            while axis >= 0 {
                position[axis] += 1
                if position[axis] < outer[axis].count { break }
                position[axis] = 0
                axis -= 1
            }
        }
        return results
    }
}

extension Tensor {
    /// This tensor with every axis mapped by itself; where a map says −1, the first element of
    /// `fill`, which has this tensor's element type.
    func mapped(_ maps: [[Int]], fill: Tensor, shape: Shape) -> Tensor {
        let rule = AxisMaps(source: self.shape, maps: maps)
        return Tensor.rearranged([self, fill], by: rule, shape: shape)
    }
}
