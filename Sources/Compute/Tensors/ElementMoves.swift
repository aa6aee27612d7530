// The copies behind Rearrangement for elements that are plain bits. A copy is first checked as a
// whole (its smallest and largest place lie in the source), then memory moves without a check for
// each element: rows by memmove, transposes in squares that stay in the first-level cache. These
// loops know elements as 1, 2, 4 or 8 bytes only, so one compiled form serves every type.

/// Unchecked copies with a checked plan.
enum ElementMoves {
    /// The elements of a strided copy.
    static func copy<Element: BitwiseCopyable>(
        _ plan: StridedCopy, from values: [Element]
    ) -> [Element] {
        let count = plan.dimensions.reduce(1, *)
        guard count > 0 else { return [] }
        let ends = zip(plan.dimensions, plan.strides).map { ($0 - 1) * $1 }
        let lowest = ends.reduce(plan.offset) { $0 + min($1, 0) }
        let highest = ends.reduce(plan.offset) { $0 + max($1, 0) }
        // Every place that the loops read lies between these two.
        precondition(lowest >= 0 && highest < values.count, "a copy lies in its source")
        return unsafe results(count, from: values) { source, target in
            switch MemoryLayout<Element>.size {
            case 1: unsafe run(plan, source, target, as: UInt8.self)
            case 2: unsafe run(plan, source, target, as: UInt16.self)
            case 4: unsafe run(plan, source, target, as: UInt32.self)
            default: unsafe run(plan, source, target, as: UInt64.self)
            }
        }
    }

    /// The elements of a copy of blocks.
    static func copy<Element: BitwiseCopyable>(
        _ plan: BlockCopy, from values: [Element]
    ) -> [Element] {
        guard plan.length > 0, !plan.starts.isEmpty else { return [] }
        let last = values.count - plan.length
        return unsafe results(plan.starts.count * plan.length, from: values) { source, target in
            let size = plan.length * MemoryLayout<Element>.size
            for (index, start) in plan.starts.enumerated() {
                // The block ends inside the source, and block `index` inside the target.
                precondition(start >= 0 && start <= last, "a block lies in its source")
                unsafe (target + index * size).copyMemory(
                    from: source + start * MemoryLayout<Element>.size, byteCount: size)
            }
        }
    }

    /// The elements of joined blocks.
    static func join<Element: BitwiseCopyable>(
        _ plan: JoinedBlocks, _ sources: [[Element]]
    ) -> [Element] {
        precondition(sources.count == plan.lengths.count, "each source has a length")
        let row = plan.lengths.reduce(0, +)
        let total = plan.count * row
        guard total > 0 else { return [] }
        return unsafe [Element](unsafeUninitializedCapacity: total) { buffer, initialized in
            let width = MemoryLayout<Element>.size
            var before = 0
            for (source, length) in zip(sources, plan.lengths) where length > 0 {
                // Reads count · length elements of the source; writes length elements of each row
                // of `row` elements, from `before` on, which is at most row − length.
                precondition(source.count >= plan.count * length, "the blocks lie in the source")
                unsafe source.withUnsafeBytes { bytes in
                    guard let from = bytes.baseAddress,
                        let target = UnsafeMutableRawPointer(buffer.baseAddress)
                    else { return }
                    for block in 0..<plan.count {
                        unsafe (target + (block * row + before) * width).copyMemory(
                            from: from + block * length * width, byteCount: length * width)
                    }
                }
                before += length
            }
            initialized = total
        }
    }

    /// `count` elements that `body` writes, all of them, reading the memory of `values`.
    private static func results<Element: BitwiseCopyable>(
        _ count: Int, from values: [Element],
        _ body: (UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
    ) -> [Element] {
        unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            unsafe values.withUnsafeBytes { bytes in
                guard let source = bytes.baseAddress,
                    let target = UnsafeMutableRawPointer(buffer.baseAddress)
                else { return }
                unsafe body(source, target)
            }
            initialized = count
        }
    }

    /// The copy in units of `Unit`, as many bytes as an element. Precondition: the plan lies in the
    /// source, and the target has room for all of its elements.
    private static func run<Unit: FixedWidthInteger & BitwiseCopyable>(
        _ plan: StridedCopy, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer,
        as unit: Unit.Type
    ) {
        let from = unsafe source.assumingMemoryBound(to: Unit.self) + plan.offset
        let to = unsafe target.assumingMemoryBound(to: Unit.self)
        guard let inner = plan.dimensions.last, let step = plan.strides.last else {
            return unsafe to[0] = from[0]
        }
        var outer = Array(zip(plan.dimensions, plan.strides).dropLast())
        if step != 1, step != 0, let turned = outer.lastIndex(where: { $0.1 == 1 }) {
            // Rows of the source are columns of the result: squares of both.
            let places = Shape.products(outer.map { $0.0 } + [inner])
            let (rows, _) = outer.remove(at: turned)
            let rowPlace = places[turned]
            var targetStrides = places.dropLast().map { $0 }
            targetStrides.remove(at: turned)
            var walk = OffsetWalk(dimensions: outer.map { $0.0 }, strides: outer.map { $0.1 })
            var place = OffsetWalk(dimensions: outer.map { $0.0 }, strides: targetStrides)
            repeat {
                unsafe turn(
                    from + walk.offset, step, to + place.offset, rowPlace, rows: rows,
                    columns: inner)
                _ = place.advance()
            } while walk.advance()
            return
        }
        var walk = OffsetWalk(dimensions: outer.map { $0.0 }, strides: outer.map { $0.1 })
        var done = 0
        repeat {
            let start = unsafe from + walk.offset
            let row = unsafe to + done
            switch step {
            case 1: unsafe row.update(from: start, count: inner)
            case 0: unsafe row.update(repeating: start[0], count: inner)
            default: for index in 0..<inner { unsafe row[index] = start[index * step] }
            }
            done += inner
        } while walk.advance()
    }

    /// to[r · rowPlace + c] = from[r + c · step] for all rows r and columns c.
    private static func turn<Unit: FixedWidthInteger & BitwiseCopyable>(
        _ from: UnsafePointer<Unit>, _ step: Int, _ to: UnsafeMutablePointer<Unit>,
        _ rowPlace: Int, rows: Int, columns: Int
    ) {
        // A square of 16 by 16 elements touches 16 lines on either side.
        let edge = 16
        for firstRow in stride(from: 0, to: rows, by: edge) {
            let lastRow = min(firstRow + edge, rows)
            for firstColumn in stride(from: 0, to: columns, by: edge) {
                let lastColumn = min(firstColumn + edge, columns)
                if Unit.bitWidth == 32, lastRow - firstRow == edge,
                    lastColumn - firstColumn == edge
                {
                    unsafe turnSquare(
                        UnsafeRawPointer(from + firstRow + firstColumn * step), step * 4,
                        UnsafeMutableRawPointer(to + firstRow * rowPlace + firstColumn),
                        rowPlace * 4)
                    continue
                }
                for row in firstRow..<lastRow {
                    let line = unsafe to + row * rowPlace
                    for column in firstColumn..<lastColumn {
                        unsafe line[column] = from[row + column * step]
                    }
                }
            }
        }
    }

    /// A square of 16 by 16 elements of four bytes, turned in sixteen squares of 4 by 4; the steps
    /// are the bytes between lines.
    private static func turnSquare(
        _ from: UnsafeRawPointer, _ fromStep: Int, _ to: UnsafeMutableRawPointer, _ toStep: Int
    ) {
        typealias Four = SIMD4<UInt32>
        for column in stride(from: 0, to: 16, by: 4) {
            for row in stride(from: 0, to: 16, by: 4) {
                let corner = unsafe from + column * fromStep + row * 4
                let a = unsafe corner.loadUnaligned(as: Four.self)
                let b = unsafe (corner + fromStep).loadUnaligned(as: Four.self)
                let c = unsafe (corner + 2 * fromStep).loadUnaligned(as: Four.self)
                let d = unsafe (corner + 3 * fromStep).loadUnaligned(as: Four.self)
                let ab = SIMD8(lowHalf: a, highHalf: b)
                let cd = SIMD8(lowHalf: c, highHalf: d)
                let even = SIMD8(lowHalf: ab.evenHalf, highHalf: cd.evenHalf)
                let odd = SIMD8(lowHalf: ab.oddHalf, highHalf: cd.oddHalf)
                let line = unsafe to + row * toStep + column * 4
                unsafe line.storeBytes(of: even.evenHalf, as: Four.self)
                unsafe (line + toStep).storeBytes(of: odd.evenHalf, as: Four.self)
                unsafe (line + 2 * toStep).storeBytes(of: even.oddHalf, as: Four.self)
                unsafe (line + 3 * toStep).storeBytes(of: odd.oddHalf, as: Four.self)
            }
        }
    }
}

extension Shape {
    /// The row-major strides of `dimensions`, none of which is 0.
    static func products(_ dimensions: [Int]) -> [Int] {
        var products = [Int](repeating: 1, count: dimensions.count)
        for axis in dimensions.indices.dropLast().reversed() {
            products[axis] = products[axis + 1] * dimensions[axis + 1]
        }
        return products
    }
}
