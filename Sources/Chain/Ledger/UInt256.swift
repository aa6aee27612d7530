// Whole numbers of 256 bits, for decimals: a balance of 128 bits with 18 decimals needs 188. Only
// what ``Decimal`` uses; every overflow is reported. Source: Knuth, TAOCP volume 2, section 4.3.1.

/// A whole number from 0 to 2^256 - 1.
struct UInt256: Hashable, Comparable, Sendable {
    var high: UInt128
    var low: UInt128

    init(_ low: UInt128) {
        high = 0
        self.low = low
    }

    init(high: UInt128, low: UInt128) {
        self.high = high
        self.low = low
    }

    static let zero = UInt256(0)

    static func < (left: UInt256, right: UInt256) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// The sum, or `nil` beyond 256 bits.
    func adding(_ other: UInt256) -> UInt256? {
        let (low, carry) = self.low.addingReportingOverflow(other.low)
        let (partial, first) = high.addingReportingOverflow(other.high)
        let (high, second) = partial.addingReportingOverflow(carry ? 1 : 0)
        return first || second ? nil : UInt256(high: high, low: low)
    }

    /// The difference, or `nil` below 0.
    func subtracting(_ other: UInt256) -> UInt256? {
        guard self >= other else { return nil }
        return subtractingWrapped(other)
    }

    private func subtractingWrapped(_ other: UInt256) -> UInt256 {
        let (low, borrow) = self.low.subtractingReportingOverflow(other.low)
        return UInt256(high: high &- other.high &- (borrow ? 1 : 0), low: low)
    }

    /// The product, in full.
    func multipliedFullWidth(by other: UInt256) -> (high: UInt256, low: UInt256) {
        let least = low.multipliedFullWidth(by: other.low)
        let first = low.multipliedFullWidth(by: other.high)
        let second = high.multipliedFullWidth(by: other.low)
        let most = high.multipliedFullWidth(by: other.high)
        // Columns of 128 bits, from the second on; each carry is at most 2.
        var carries: UInt128 = 0
        func add(_ terms: [UInt128]) -> UInt128 {
            var sum = carries
            carries = 0
            for term in terms {
                let (next, carry) = sum.addingReportingOverflow(term)
                sum = next
                if carry { carries += 1 }
            }
            return sum
        }
        let column1 = add([least.high, first.low, second.low])
        let column2 = add([first.high, second.high, most.low])
        let column3 = add([most.high])
        return (UInt256(high: column3, low: column2), UInt256(high: column1, low: least.low))
    }

    /// Quotient and remainder of `high * 2^256 + low` by this number; `nil` when this is 0 or the
    /// quotient is beyond 256 bits.
    func dividingFullWidth(
        _ high: UInt256, _ low: UInt256
    ) -> (quotient: UInt256, remainder: UInt256)? {
        guard high < self else { return nil }
        guard self.high == 0 else { return dividingBitwise(high, low) }
        // A divisor of one column: schoolbook division, a column at a time.
        let divisor = self.low
        let upper = divisor.dividingFullWidth((high.low, low.high))
        let lower = divisor.dividingFullWidth((upper.remainder, low.low))
        return (
            UInt256(high: upper.quotient, low: lower.quotient), UInt256(lower.remainder)
        )
    }

    /// One bit at a time, for divisors of more than 128 bits.
    private func dividingBitwise(
        _ high: UInt256, _ low: UInt256
    ) -> (quotient: UInt256, remainder: UInt256) {
        var remainder = high
        var quotient = UInt256.zero
        for bit in stride(from: 255, through: 0, by: -1) {
            let carry = remainder.high >> 127 != 0
            remainder = remainder.doubled(adding: low.bit(bit))
            quotient = quotient.doubled(adding: 0)
            if carry || remainder >= self {
                remainder = remainder.subtractingWrapped(self)
                quotient.low |= 1
            }
        }
        return (quotient, remainder)
    }

    private func doubled(adding bit: UInt128) -> UInt256 {
        UInt256(high: high << 1 | low >> 127, low: low << 1 | bit)
    }

    private func bit(_ index: Int) -> UInt128 {
        index >= 128 ? (high >> UInt128(index - 128)) & 1 : (low >> UInt128(index)) & 1
    }

    /// Reads decimal digits; `nil` for anything else, and beyond 256 bits.
    init?(digits: some Sequence<UInt8>) {
        var value = UInt256.zero
        var isEmpty = true
        for digit in digits {
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            isEmpty = false
            let product = value.multipliedFullWidth(by: UInt256(10))
            guard product.high == .zero,
                let next = product.low.adding(UInt256(UInt128(digit - 0x30)))
            else { return nil }
            value = next
        }
        guard !isEmpty else { return nil }
        self = value
    }

    /// The decimal digits, without leading zeros.
    var digits: String {
        let chunk: UInt128 = 1_000_000_000_000_000_000
        var rest = self
        var parts: [String] = []
        while rest.high != 0 || rest.low >= chunk {
            guard let step = UInt256(chunk).dividingFullWidth(.zero, rest) else { break }
            let text = String(step.remainder.low)
            parts.append(String(repeating: "0", count: 18 - text.utf8.count) + text)
            rest = step.quotient
        }
        parts.append(String(rest.low))
        return parts.reversed().joined()
    }
}
