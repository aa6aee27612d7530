// Numbers in bits. A field element is the sum of its bits times powers of two; with few enough bits
// the sum cannot wrap around r, so there is one way to write it, which is what makes "a is below
// 2^n" provable.
//
// 2^253 < r < 2^254: up to 253 bits any sum is below r. All 254 bits of an element need the further
// statement that they are not those of a number from r to 2^254 - 1.

public import Fields

extension CircuitBuilder {
    /// Bits that any sum of powers of two fits in without wrapping around r.
    public static let maximumBits = 253

    /// States that `value` is below 2^count and returns its bits, the lowest first. `count` is 1 to
    /// ``maximumBits``. A gate for each bit, and one.
    public mutating func bits(of value: LinearCombination, count: Int) -> [Bit] {
        precondition(
            (1...CircuitBuilder.maximumBits).contains(count), "bits that do not wrap around r")
        return labelled("bits of \(name(of: value))") { builder in
            let bits = builder.unrelatedBits(of: value, count: count)
            let sum = LinearCombination.weighted(bits.map(\.value), byPowersOf: Fr(2))
            builder.assertEqual(sum, value)
            return bits
        }
    }

    /// The 254 bits of the integer below r that `value` is, the lowest first. About 500 gates.
    public mutating func canonicalBits(of value: LinearCombination) -> [Bit] {
        labelled("canonical bits of \(name(of: value))") { builder in
            let bits = builder.unrelatedBits(of: value, count: 254)
            let sum = LinearCombination.weighted(bits.map(\.value), byPowersOf: Fr(2))
            builder.assertEqual(sum, value)
            builder.assertAtMost(bits, Fr.modulus &- UInt256(1))
            return bits
        }
    }

    /// Bits that are filled in from `value`, each stated to be a bit.
    private mutating func unrelatedBits(of value: LinearCombination, count: Int) -> [Bit] {
        advice(count, .digits(value, width: 1)).enumerated().map { index, wire in
            labelled("bit \(index)") { builder in
                builder.assertProduct(wire, wire - 1, equals: 0)
            }
            return Bit(unchecked: wire)
        }
    }

    /// States that the number of `bits`, lowest first, is at most `limit`. From the top, `isTight`
    /// says whether all bits so far are those of the limit; where the limit's bit is 0 and it was
    /// tight, the number's bit must be 0: bit (1 - isTight - bit) = 0, which says bit = 0 for
    /// isTight = 1 and that it is a bit for isTight = 0. At most a gate for each bit.
    public mutating func assertAtMost(_ bits: [Bit], _ limit: UInt256) {
        if limit.bitWidth > bits.count { return }
        labelled("at most a constant") { builder in
            var isTight = Bit(true)
            for (index, bit) in bits.enumerated().reversed() {
                if limit.bit(index) {
                    isTight = builder.and(isTight, bit)
                } else {
                    builder.assertProduct(
                        bit.value, 1 - isTight.value - bit.value, equals: 0)
                }
            }
        }
    }

    /// States that `value` is below 2^bits; `bits` is 1 to ``maximumBits``. A gate for each bit,
    /// and one; in the native profile a row for three limbs, and one when the last is shorter.
    public mutating func assertRange(_ value: LinearCombination, bits count: Int) {
        precondition(
            (1...CircuitBuilder.maximumBits).contains(count), "bits that do not wrap around r")
        labelled("range check of \(name(of: value)) to \(count) bits") { builder in
            if builder.isNative, count > 1 {
                return builder.assertRangeByLookups(value, bits: count)
            }
            _ = builder.bits(of: value, count: count)
        }
    }

    /// Cuts `value` into high · 2^lowBits + low, with low below 2^lowBits and high below
    /// 2^highBits: a shift to the right, and division by a power of two with remainder. Together at
    /// most ``maximumBits`` bits.
    public mutating func split(
        _ value: LinearCombination, lowBits: Int, highBits: Int
    ) -> (low: LinearCombination, high: LinearCombination) {
        precondition(
            lowBits >= 1 && highBits >= 1 && lowBits + highBits <= CircuitBuilder.maximumBits,
            "parts that do not wrap around r")
        return labelled("split of \(name(of: value)) at bit \(lowBits)") { builder in
            let parts = builder.advice(
                2,
                .computed(inputs: [value]) { values in
                    let number = values[0].canonical
                    return [
                        number.field(from: 0, count: lowBits),
                        number.field(from: lowBits, count: highBits),
                    ]
                })
            let base = Fr(2).power(UInt64(lowBits))
            builder.assertEqual(parts[0] + parts[1] * base, value)
            builder.assertRange(parts[0], bits: lowBits)
            builder.assertRange(parts[1], bits: highBits)
            return (parts[0], parts[1])
        }
    }
}

extension UInt256 {
    /// Bits `from` to `from + count - 1` as a number below r.
    func field(from start: Int, count: Int) -> Fr {
        var sum = Fr.zero
        var place = (count - 1) / 32 * 32
        while place >= 0 {
            let width = min(32, count - place)
            sum = sum * Fr(1 << 32) + Fr(bits(from: start + place, count: width))
            place -= 32
        }
        return sum
    }
}
