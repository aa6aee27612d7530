// Amounts of coins. Cosmos writes amounts as decimal text of up to 256 bits; AIVM keeps 128 bits,
// which is more than 10^20 times the planned supply of `ucgpt`, and refuses text beyond.

public import Wire

/// A non-negative whole number of base units.
public struct Amount: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of base units.
    public var units: UInt128

    /// Nothing.
    public static let zero = Amount(0)

    /// Makes an amount of `units` base units.
    public init(_ units: UInt128) { self.units = units }

    /// Reads decimal text without sign or leading zeros; `nil` for anything else, and beyond 128
    /// bits.
    public init?(_ text: String) {
        let count = text.utf8.count
        guard count > 0, count <= 39 else { return nil }
        // Up to 19 digits fit 64 bits; a longer text is checked for overflow digit by digit.
        var low: UInt64 = 0
        var units: UInt128 = 0
        for (index, digit) in text.utf8.enumerated() {
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            if index == 0, digit == 0x30, count > 1 { return nil }
            let value = UInt64(digit - 0x30)
            if index < 19 {
                low = low * 10 + value
                units = UInt128(low)
                continue
            }
            let (product, isTooLarge) = units.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(UInt128(value))
            guard !isTooLarge, !overflow else { return nil }
            units = sum
        }
        self.units = units
    }

    /// The decimal text.
    public var description: String {
        UInt64(exactly: units).map { String($0) } ?? String(units)
    }

    /// The sum; refused beyond 128 bits.
    public func adding(_ other: Amount) throws(Failure) -> Amount {
        let (sum, overflow) = units.addingReportingOverflow(other.units)
        guard !overflow else { throw .sdk(.invalidCoins, "amount overflow") }
        return Amount(sum)
    }

    /// The difference, or `nil` when `other` is larger.
    public func subtracting(_ other: Amount) -> Amount? {
        units >= other.units ? Amount(units - other.units) : nil
    }

    /// `self * numerator / denominator`, rounded down, without overflow in between; refused when
    /// the result is beyond 128 bits. `denominator` must not be 0.
    public func scaled(by numerator: UInt64, over denominator: UInt64) throws(Failure) -> Amount {
        precondition(denominator != 0, "division by zero")
        let product = units.multipliedFullWidth(by: UInt128(numerator))
        guard product.high < UInt128(denominator) else {
            throw .sdk(.invalidCoins, "amount overflow")
        }
        return Amount(UInt128(denominator).dividingFullWidth(product).quotient)
    }

    public static func < (left: Amount, right: Amount) -> Bool { left.units < right.units }
}

/// An amount of one denomination (`cosmos.base.v1beta1.Coin`).
public struct Coin: WireMessage, Hashable {
    /// Denomination, such as `ucgpt`.
    public var denom = ""
    /// Decimal text of the amount.
    public var amount = ""

    public static let wireName = "cosmos.base.v1beta1.Coin"
    public static let wireFields: WireFields<Coin> = [
        .string(1, "denom", \.denom),
        .string(2, "amount", \.amount),
    ]

    public init() {}

    /// Makes a coin.
    public init(_ amount: Amount, _ denom: String) {
        self.denom = denom
        self.amount = amount.description
    }

    /// Reads text such as `2500ucgpt`; `nil` for anything else.
    public init?(text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let rest = String(text.dropFirst(digits.count))
        guard let amount = Amount(String(digits)), Coin.isValid(denom: rest) else { return nil }
        self.init(amount, rest)
    }

    /// Text such as `2500ucgpt`.
    public var text: String { amount + denom }

    /// The amount; refused when the text is not a number.
    public func value() throws(Failure) -> Amount {
        guard let value = Amount(amount) else {
            throw .sdk(.invalidCoins, "invalid amount \(amount.prefix(50))")
        }
        return value
    }

    /// Whether `denom` has the SDK's form: a letter, then 2 to 127 letters, digits or `/:._-`.
    public static func isValid(denom: String) -> Bool {
        let bytes = denom.utf8
        guard bytes.count >= 3, bytes.count <= 128, let first = bytes.first, isLetter(first)
        else { return false }
        return bytes.allSatisfy { byte in
            if isLetter(byte) || (byte >= 0x30 && byte <= 0x39) { return true }
            switch byte {
            case UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                return true
            default: return false
            }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= 0x61 && lower <= 0x7A
    }
}

extension [Coin] {
    /// Checks the SDK's rules for a list of coins: valid denominations, strictly ascending, every
    /// amount positive.
    public func checkCoins() throws(Failure) {
        for (index, coin) in enumerated() {
            guard Coin.isValid(denom: coin.denom) else {
                throw .sdk(.invalidCoins, "invalid denom \(coin.denom.prefix(50))")
            }
            guard try coin.value() > .zero else {
                throw .sdk(.invalidCoins, "amount of \(coin.denom) is not positive")
            }
            guard index == 0 || self[index - 1].denom < coin.denom else {
                throw .sdk(.invalidCoins, "coins are not sorted")
            }
        }
    }

    /// Checks that there are coins, by the rules of ``checkCoins()``.
    public func checkPositive() throws(Failure) {
        guard !isEmpty else { throw .sdk(.invalidCoins, "no coins") }
        try checkCoins()
    }

    /// Text such as `1atom,2500ucgpt`.
    public var coinsText: String {
        guard count > 1 else { return first?.text ?? "" }
        return map(\.text).joined(separator: ",")
    }
}
