// The calls of the kernels of the integer profile that work on int16 numbers, with the checks that
// make them safe. What each gives is what the operator's definition gives, bit for bit.

import CKernels

extension Rounding {
    /// The kernels' form.
    var parts: aivm_rescaling {
        aivm_rescaling(half: half, minimum: minimum, maximum: maximum, shift: Int32(shift))
    }
}

extension Kernels {
    /// An array of `count` numbers that `body` fills.
    private func filled(
        _ count: Int, _ body: (UnsafeMutablePointer<Int16>) -> Void
    ) -> [Int16] {
        guard count > 0 else { return [] }
        return unsafe [Int16](unsafeUninitializedCapacity: count) { results, initialized in
            initialized = count
            if let target = results.baseAddress { unsafe body(target) }
        }
    }

    /// a · M₀ + b · M₁ rescaled, over a broadcast.
    func sum(
        _ a: [Int16], _ b: [Int16], _ plan: BroadcastPlan, _ multipliers: [Int64],
        _ rounding: Rounding
    ) -> [Int16] {
        precondition(
            a.count == plan.leftCount && b.count == plan.rightCount && multipliers.count == 2,
            "the plan fits the values")
        let rule = rounding.parts
        // The plan's runs lie within the three arrays.
        return unsafe filled(plan.outputCount) { target in
            unsafe a.withUnsafeBufferPointer { left in
                unsafe b.withUnsafeBufferPointer { right in
                    unsafe multipliers.withUnsafeBufferPointer { factors in
                        unsafe withUnsafePointer(to: rule) { rule in
                            guard let x = left.baseAddress, let y = right.baseAddress else {
                                return
                            }
                            plan.forEachRun { from, other, to in
                                unsafe aivm_add_int16(
                                    variant.rawValue, plan.runLength, x + from, plan.leftStep,
                                    y + other, plan.rightStep, factors.baseAddress, rule,
                                    target + to)
                            }
                        }
                    }
                }
            }
        }
    }

    /// The entries of `table` for x · M rescaled; `rounding` has bounds of as many numbers.
    func entries(
        _ x: [Int16], of table: [Int16], multiplier: Int64, _ rounding: Rounding
    ) -> [Int16] {
        precondition(
            Int64(table.count) == rounding.maximum - rounding.minimum + 1
                && rounding.minimum >= Int64(Int16.min) && rounding.maximum <= Int64(Int16.max),
            "the bounds are the table's")
        var rule = rounding.parts
        return unsafe filled(x.count) { target in
            unsafe x.withUnsafeBufferPointer { numbers in
                unsafe table.withUnsafeBufferPointer { entries in
                    unsafe aivm_look_up_int16(
                        variant.rawValue, numbers.count, numbers.baseAddress, multiplier, &rule,
                        entries.baseAddress, target)
                }
            }
        }
    }

    /// Σ over k of a(i, k) · b(k, j), exact, row-major, for products that are not worth packing.
    func smallSums(
        rows: Int, _ a: ArraySlice<Int16>, terms: Int, _ b: ArraySlice<Int16>, columns: Int
    ) -> [Int64] {
        precondition(
            a.count == rows * terms && b.count == terms * columns
                && terms <= IntegerFamily.maximumTerms, "the factors fit")
        let count = rows * columns
        guard count > 0, terms > 0 else { return [Int64](repeating: 0, count: count) }
        return unsafe [Int64](unsafeUninitializedCapacity: count) { results, initialized in
            initialized = count
            // The slices have the sizes just checked.
            unsafe a.withUnsafeBufferPointer { left in
                unsafe b.withUnsafeBufferPointer { right in
                    unsafe aivm_multiply_int16(
                        variant.rawValue, rows, terms, columns, left.baseAddress,
                        right.baseAddress, results.baseAddress)
                }
            }
        }
    }

    /// sums · M rescaled.
    func rescaled(_ sums: [Int64], multiplier: Int64, _ rounding: Rounding) -> [Int16] {
        var rule = rounding.parts
        return unsafe filled(sums.count) { target in
            unsafe sums.withUnsafeBufferPointer { sums in
                unsafe aivm_rescale_sums(
                    variant.rawValue, sums.count, sums.baseAddress, multiplier, &rule, target)
            }
        }
    }

    /// The Softmax of rows of `length` numbers.
    func softmax(_ x: [Int16], length: Int, _ form: IntegerSoftmaxForm) -> [Int16] {
        precondition(length > 0 && x.count.isMultiple(of: length), "whole rows")
        var scratch = [Int64](repeating: 0, count: length)
        return unsafe filled(x.count) { target in
            unsafe form.high.withUnsafeBufferPointer { high in
                unsafe form.low.withUnsafeBufferPointer { low in
                    var rule = unsafe aivm_integer_softmax(
                        multiplier: form.argument.multipliers[0], half: form.argument.half,
                        maximum: form.argument.maximum,
                        product_half: Rescaling.half(form.productShift),
                        shift: Int32(form.argument.shift),
                        product_shift: Int32(form.productShift),
                        fraction_bits: Int32(form.fractionBits),
                        low_bits: Int32(low.count.trailingZeroBitCount), high: high.baseAddress,
                        low: low.baseAddress)
                    unsafe x.withUnsafeBufferPointer { numbers in
                        unsafe scratch.withUnsafeMutableBufferPointer { scratch in
                            unsafe aivm_softmax_int16(
                                variant.rawValue, numbers.count / length, length,
                                numbers.baseAddress, &rule, scratch.baseAddress, target)
                        }
                    }
                }
            }
        }
    }

    /// The Normalize of rows.
    func normalized(_ x: [Int16], _ form: IntegerNormalizeForm) -> [Int16] {
        precondition(form.length > 0 && x.count.isMultiple(of: form.length), "whole rows")
        var rule = form.rescaling.rounding.parts
        return unsafe filled(x.count) { target in
            unsafe x.withUnsafeBufferPointer { numbers in
                unsafe aivm_normalize_int16(
                    variant.rawValue, numbers.count / form.length, form.length,
                    numbers.baseAddress, form.isCentred ? 1 : 0, form.epsilon,
                    Int32(form.fractionBits), &rule, target)
            }
        }
    }

    /// The halves of a row for each window of `places`: the window's elements in each of the
    /// `channels` planes of `x` from `offset` on, 0 in the padding.
    func windowHalves(
        _ x: [Int16], from offset: Int, channels: Int, _ places: PlaceTable
    ) -> [Int8] {
        precondition(
            offset >= 0 && channels >= 0 && offset + channels * places.plane <= x.count,
            "the planes lie within the values")
        let count = 2 * places.count * channels
        guard count > 0 else { return [] }
        return unsafe [Int8](unsafeUninitializedCapacity: count) { halves, initialized in
            initialized = count
            // Places are below the plane's size by the construction of the table.
            unsafe x.withUnsafeBufferPointer { numbers in
                unsafe places.values.withUnsafeBufferPointer { table in
                    guard let source = numbers.baseAddress else { return }
                    unsafe aivm_window_halves(
                        variant.rawValue, places.positions, channels, places.plane, places.taps,
                        table.baseAddress, source + offset, halves.baseAddress)
                }
            }
        }
    }

    /// Writes the largest element of each window of `places` in the plane of `x` at `offset` into
    /// `results` from `start` on; −32768 for a window of padding alone.
    func writeMaxima(
        of x: [Int16], at offset: Int, _ places: PlaceTable, to results: inout [Int16],
        from start: Int
    ) {
        precondition(
            offset >= 0 && offset + places.plane <= x.count && start >= 0
                && start + places.positions <= results.count, "planes lie within the values")
        unsafe x.withUnsafeBufferPointer { numbers in
            unsafe places.values.withUnsafeBufferPointer { table in
                unsafe results.withUnsafeMutableBufferPointer { results in
                    guard let source = numbers.baseAddress, let target = results.baseAddress
                    else { return }
                    unsafe aivm_maximum_int16(
                        variant.rawValue, places.positions, places.taps, table.baseAddress,
                        source + offset, target + start)
                }
            }
        }
    }

    /// Writes the row-major `values` with rows and columns exchanged into `results` from `start`
    /// on, `step` from one column to the next.
    func writeTransposed(
        _ values: [Int16], columns: Int, to results: inout [Int16], from start: Int, step: Int
    ) {
        let rows = values.count / max(columns, 1)
        guard rows > 0 else { return }
        precondition(
            values.count == rows * columns && start >= 0 && step >= rows
                && start + (columns - 1) * step + rows <= results.count, "the columns fit")
        unsafe values.withUnsafeBufferPointer { values in
            unsafe results.withUnsafeMutableBufferPointer { results in
                guard let source = values.baseAddress, let target = results.baseAddress else {
                    return
                }
                unsafe aivm_transpose_int16(
                    variant.rawValue, rows, columns, source, step, target + start)
            }
        }
    }
}
