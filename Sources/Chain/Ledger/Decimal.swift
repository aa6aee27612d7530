// Decimals with 18 places, as the Cosmos SDK calculates shares, rates and rewards (`LegacyDec`).
// Never negative here: where a difference may be, the caller compares first. Every operation says
// how it rounds, because coins are lost or made by rounding the wrong way. Source: cosmos-sdk,
// math/legacy_dec.go.

public import Wire

/// How a result with more than 18 places is cut.
public enum DecimalRounding: Sendable {
    /// Towards zero.
    case down
    /// To the nearest, halves to the even neighbour.
    case nearest
    /// Away from zero.
    case up
}

/// A non-negative number with 18 decimal places, up to about 10^59.
public struct Decimal: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number times 10^18.
    private var scaled: UInt256

    private static let unit = UInt256(1_000_000_000_000_000_000)

    /// Zero.
    public static let zero = Decimal(scaled: .zero)
    /// One.
    public static let one = Decimal(scaled: unit)

    private init(scaled: UInt256) { self.scaled = scaled }

    /// A whole number.
    public init(_ amount: Amount) {
        // 128 bits times 60 bits always fit 256.
        scaled = UInt256(amount.units).multipliedFullWidth(by: Decimal.unit).low
    }

    /// A whole number.
    public init(_ whole: UInt64) { self.init(Amount(UInt128(whole))) }

    /// `numerator` hundredths.
    public init(percent numerator: UInt64) {
        scaled = UInt256(UInt128(numerator) * 10_000_000_000_000_000)
    }

    /// `numerator` thousandths.
    public init(permille numerator: UInt64) {
        scaled = UInt256(UInt128(numerator) * 1_000_000_000_000_000)
    }

    public static func < (left: Decimal, right: Decimal) -> Bool { left.scaled < right.scaled }

    /// The sum.
    public func adding(_ other: Decimal) throws(Failure) -> Decimal {
        guard let sum = scaled.adding(other.scaled) else { throw Decimal.overflow }
        return Decimal(scaled: sum)
    }

    /// The difference, or `nil` when `other` is larger.
    public func subtracting(_ other: Decimal) -> Decimal? {
        scaled.subtracting(other.scaled).map { Decimal(scaled: $0) }
    }

    /// The difference, or zero when `other` is larger.
    public func subtractingClamped(_ other: Decimal) -> Decimal { subtracting(other) ?? .zero }

    /// The product.
    public func multiplied(
        by other: Decimal, rounding: DecimalRounding
    ) throws(Failure) -> Decimal {
        let product = scaled.multipliedFullWidth(by: other.scaled)
        return try Decimal.quotient(product, Decimal.unit, rounding)
    }

    /// The quotient; refused when `other` is zero.
    public func divided(
        by other: Decimal, rounding: DecimalRounding
    ) throws(Failure) -> Decimal {
        let product = scaled.multipliedFullWidth(by: Decimal.unit)
        return try Decimal.quotient(product, other.scaled, rounding)
    }

    /// The whole part.
    public func truncated() throws(Failure) -> Amount {
        guard let (whole, _) = Decimal.unit.dividingFullWidth(.zero, scaled), whole.high == 0
        else { throw Decimal.overflow }
        return Amount(whole.low)
    }

    /// The nearest whole number, halves to the even one.
    public func rounded() throws(Failure) -> Amount {
        let whole = try Decimal.quotient((.zero, scaled), Decimal.unit, .nearest)
        guard whole.scaled.high == 0 else { throw Decimal.overflow }
        return Amount(whole.scaled.low)
    }

    /// The part after the point.
    public var fraction: Decimal {
        guard let (_, rest) = Decimal.unit.dividingFullWidth(.zero, scaled) else { return .zero }
        return Decimal(scaled: rest)
    }

    /// `dividend / divisor` in units of the last place.
    private static func quotient(
        _ dividend: (high: UInt256, low: UInt256), _ divisor: UInt256, _ rounding: DecimalRounding
    ) throws(Failure) -> Decimal {
        guard let (quotient, remainder) = divisor.dividingFullWidth(dividend.high, dividend.low)
        else { throw overflow }
        let roundsUp: Bool
        switch rounding {
        case .down: roundsUp = false
        case .up: roundsUp = remainder != .zero
        case .nearest:
            // Compared without doubling, which could overflow.
            let rest = divisor.subtracting(remainder) ?? .zero
            roundsUp = remainder > rest || (remainder == rest && quotient.low & 1 == 1)
        }
        guard roundsUp else { return Decimal(scaled: quotient) }
        guard let next = quotient.adding(UInt256(1)) else { throw overflow }
        return Decimal(scaled: next)
    }

    private static var overflow: Failure { .sdk(.logic, "decimal out of range") }

    // MARK: Text

    /// Reads text such as `0.05` or `3`; `nil` for signs, exponents, more than 18 places.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }),
            text.utf8.count <= 100
        else { return nil }
        let places = parts.count == 2 ? Array(parts[1]) : []
        guard places.count <= 18 else { return nil }
        let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: 18 - places.count)
        guard let scaled = UInt256(digits: Array(parts[0]) + places + zeros) else { return nil }
        self.scaled = scaled
    }

    /// Text with a point and 18 places, such as `0.050000000000000000`.
    public var description: String {
        let digits = scaled.digits
        let padded = String(repeating: "0", count: max(0, 19 - digits.utf8.count)) + digits
        return padded.dropLast(18) + "." + padded.suffix(18)
    }
}

extension Decimal: WireText {
    public init() { self = .zero }
    public init?(wireText: String) {
        guard wireText.utf8.count <= 78, let scaled = UInt256(digits: wireText.utf8) else {
            return nil
        }
        self.scaled = scaled
    }
    public init?(jsonText: String) { self.init(jsonText) }
    public var wireText: String { scaled.digits }
    public var jsonText: String { description }
}

extension Amount: WireText {
    public init() { self = .zero }
    public init?(wireText: String) { self.init(wireText) }
    public init?(jsonText: String) { self.init(jsonText) }
    public var wireText: String { description }
    public var jsonText: String { description }
}
