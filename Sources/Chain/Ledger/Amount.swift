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
        let digits = Array(text.utf8)
        guard !digits.isEmpty, digits.count <= 39, digits.count == 1 || digits[0] != 0x30,
            digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let units = UInt128(text)
        else { return nil }
        self.units = units
    }

    /// The decimal text.
    public var description: String { String(units) }

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
        let bytes = Array(denom.utf8)
        func isLetter(_ byte: UInt8) -> Bool {
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
        }
        guard bytes.count >= 3, bytes.count <= 128, isLetter(bytes[0]) else { return false }
        return bytes.allSatisfy {
            isLetter($0) || (0x30...0x39).contains($0) || "/:._-".utf8.contains($0)
        }
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

    /// Text such as `1atom,2500ucgpt`.
    public var coinsText: String { map(\.text).joined(separator: ",") }
}
