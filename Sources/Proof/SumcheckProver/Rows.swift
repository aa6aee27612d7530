// The rows of a witness: what is committed, and the fold of all rows by the place that the second
// sum came down to.

import Fields
import Sumcheck

extension Witness {
    /// The values of rows of the layout, by their place in its list.
    func rows(_ range: Range<Int>) -> [RowValues<F>] {
        let layout = system.layout
        let size = 1 << layout.rowBits
        var ofNumber: [Int: [Int]] = [:]
        for (number, item) in layout.items.enumerated() {
            for row in item.address >> layout.rowBits...(item.address + item.usedCount - 1)
                >> layout.rowBits
            {
                ofNumber[row, default: []].append(number)
            }
        }
        return range.map { index in
            let number = layout.rows[index].number
            return row(ofNumber[number] ?? [], from: number * size, size: size)
        }
    }

    private func row(_ numbers: [Int], from start: Int, size: Int) -> RowValues<F> {
        let layout = system.layout
        if numbers.count == 1 {
            let item = layout.items[numbers[0]]
            if item.address <= start {
                let first = start - item.address
                let last = min(item.usedCount, first + size)
                switch items[numbers[0]] {
                case .bytes(let bytes): return .bytes(bytes[first..<last])
                case .signedBytes(let bytes): return .signedBytes(bytes[first..<last])
                case .integers(let integers): return .integers(Array(integers[first..<last]))
                case .elements(let elements): return .elements(elements[first..<last])
                }
            }
        }
        let end = numbers.map { layout.items[$0].address + layout.items[$0].usedCount }.max()
        let count = (end ?? start) - start
        let isField = numbers.contains {
            if case .elements = items[$0] { return true }
            return false
        }
        if isField {
            var values = [F](repeating: F.zero, count: count)
            for number in numbers {
                let item = layout.items[number]
                let elements = items[number].elementsOf(item.usedCount)
                for place in elements.indices {
                    values[item.address - start + place] = elements[place]
                }
            }
            return .elements(values[...])
        }
        var values = [Int64](repeating: 0, count: count)
        for number in numbers {
            let item = layout.items[number]
            let first = item.address - start
            switch items[number] {
            case .bytes(let bytes):
                for (place, value) in bytes.enumerated() { values[first + place] = Int64(value) }
            case .signedBytes(let bytes):
                for (place, value) in bytes.enumerated() {
                    values[first + place] = Int64(Int8(bitPattern: value))
                }
            case .integers(let integers):
                for (place, value) in integers.enumerated() { values[first + place] = value }
            case .elements: break
            }
        }
        return .integers(values)
    }

    /// Σ_row weight · row, for weights by the number of a row in the vector.
    func foldedRow(_ weights: [F], threads: Int) -> [F] {
        let layout = system.layout
        let size = 1 << layout.rowBits
        var sums = [F](repeating: F.zero, count: size)
        for (number, item) in layout.items.enumerated() {
            let first = item.address >> layout.rowBits
            if item.bits < layout.rowBits {
                let weight = weights[first]
                if weight.isZero { continue }
                let elements = items[number].elementsOf(item.usedCount)
                F.add(
                    elements.span, times: weight, to: &sums, at: item.address - first * size,
                    threads: threads)
                continue
            }
            fold(items[number], item.usedCount, weights[first...], into: &sums, threads: threads)
        }
        return sums
    }

    private func fold(
        _ values: ItemValues<F>, _ count: Int, _ weights: ArraySlice<F>, into sums: inout [F],
        threads: Int
    ) {
        let size = sums.count
        let whole = count / size
        if let bytes = values.byteArray, whole > 0 {
            let rowWeights = Array(weights.prefix(whole))
            F.combine(
                ByteRows(
                    bytes: bytes, isSigned: values.isSigned, stride: size, rowCount: whole,
                    columnCount: size),
                weights: rowWeights.span, into: &sums, threads: threads)
        }
        let start = values.byteArray == nil ? 0 : whole
        for row in start..<(count + size - 1) / size {
            let weight = weights[weights.startIndex + row]
            if weight.isZero { continue }
            let range = row * size..<min(count, (row + 1) * size)
            if case .elements(let elements) = values {
                F.add(
                    elements.span.extracting(range), times: weight, to: &sums, at: 0,
                    threads: threads)
            } else {
                for place in range {
                    let value = values.element(place)
                    if !value.isZero { sums[place - range.lowerBound] += weight * value }
                }
            }
        }
    }
}
