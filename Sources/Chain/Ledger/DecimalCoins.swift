// Coins with 18 decimal places, for rewards that do not divide evenly
// (`cosmos.base.v1beta1.DecCoin`). Lists are ascending by denomination, each amount positive.

public import Wire

/// A decimal amount of one denomination.
public struct DecimalCoin: WireMessage, Hashable {
    /// Denomination.
    public var denom = ""
    /// Amount.
    public var amount = Decimal.zero

    public static let wireName = "cosmos.base.v1beta1.DecCoin"
    public static let wireFields: WireFields<DecimalCoin> = [
        .string(1, "denom", \.denom),
        .text(2, "amount", \.amount),
    ]

    public init() {}

    /// Makes a coin.
    public init(_ amount: Decimal, _ denom: String) {
        self.denom = denom
        self.amount = amount
    }
}

extension [DecimalCoin] {
    /// The same whole coins.
    public init(_ coins: [Coin]) throws(Failure) {
        self = []
        for coin in coins { append(DecimalCoin(Decimal(try coin.value()), coin.denom)) }
    }

    /// The amount of `denom`.
    public func amount(of denom: String) -> Decimal {
        first { $0.denom == denom }?.amount ?? .zero
    }

    /// The sum, by denomination.
    public func adding(_ other: [DecimalCoin]) throws(Failure) -> [DecimalCoin] {
        try merged(with: other) { (left, right) throws(Failure) in try left.adding(right) }
    }

    /// The difference; `nil` when a denomination of `other` is larger.
    public func subtracting(_ other: [DecimalCoin]) throws(Failure) -> [DecimalCoin]? {
        for coin in other where amount(of: coin.denom) < coin.amount { return nil }
        return try merged(with: other) { (left, right) in left.subtractingClamped(right) }
    }

    /// What both hold of each denomination.
    public func intersection(_ other: [DecimalCoin]) -> [DecimalCoin] {
        compactMap { coin in
            let least = Swift.min(coin.amount, other.amount(of: coin.denom))
            return least == .zero ? nil : DecimalCoin(least, coin.denom)
        }
    }

    /// Every amount times `factor`, rounded down; zeros are left out.
    public func multiplied(by factor: Decimal) throws(Failure) -> [DecimalCoin] {
        try changed { (amount) throws(Failure) in
            try amount.multiplied(by: factor, rounding: .down)
        }
    }

    /// Every amount divided by `divisor`, rounded down; zeros are left out.
    public func divided(by divisor: Decimal) throws(Failure) -> [DecimalCoin] {
        try changed { (amount) throws(Failure) in
            try amount.divided(by: divisor, rounding: .down)
        }
    }

    /// The whole coins, and the fractions that are left.
    public func truncated() throws(Failure) -> (coins: [Coin], change: [DecimalCoin]) {
        var coins: [Coin] = []
        var change: [DecimalCoin] = []
        for coin in self {
            let whole = try coin.amount.truncated()
            if whole > .zero { coins.append(Coin(whole, coin.denom)) }
            let fraction = coin.amount.fraction
            if fraction > .zero { change.append(DecimalCoin(fraction, coin.denom)) }
        }
        return (coins, change)
    }

    /// Checks that denominations are valid and ascending and amounts positive.
    public func checkCoins() throws(Failure) {
        for (index, coin) in enumerated() {
            guard Coin.isValid(denom: coin.denom), coin.amount > .zero,
                index == 0 || self[index - 1].denom < coin.denom
            else { throw .sdk(.invalidCoins, "decimal coins are not valid, sorted and positive") }
        }
    }

    private func changed(
        _ change: (Decimal) throws(Failure) -> Decimal
    ) throws(Failure) -> [DecimalCoin] {
        var result: [DecimalCoin] = []
        for coin in self {
            let amount = try change(coin.amount)
            if amount > .zero { result.append(DecimalCoin(amount, coin.denom)) }
        }
        return result
    }

    private func merged(
        with other: [DecimalCoin], _ join: (Decimal, Decimal) throws(Failure) -> Decimal
    ) throws(Failure) -> [DecimalCoin] {
        var denoms = map(\.denom)
        for coin in other where !denoms.contains(coin.denom) { denoms.append(coin.denom) }
        denoms.sort()
        var result: [DecimalCoin] = []
        for denom in denoms {
            let amount = try join(amount(of: denom), other.amount(of: denom))
            if amount > .zero { result.append(DecimalCoin(amount, denom)) }
        }
        return result
    }
}

extension [Coin] {
    /// The sum, by denomination; zeros are left out.
    public func adding(_ other: [Coin]) throws(Failure) -> [Coin] {
        var denoms = map(\.denom)
        for coin in other where !denoms.contains(coin.denom) { denoms.append(coin.denom) }
        denoms.sort()
        var result: [Coin] = []
        for denom in denoms {
            let sum = try amount(of: denom).adding(try other.amount(of: denom))
            if sum > .zero { result.append(Coin(sum, denom)) }
        }
        return result
    }

    /// The amount of `denom`.
    public func amount(of denom: String) throws(Failure) -> Amount {
        try first { $0.denom == denom }?.value() ?? .zero
    }
}

extension [DecimalCoin] {
    /// Text such as `1.500000000000000000ucgpt`, joined by commas.
    public var coinsText: String {
        map { $0.amount.description + $0.denom }.joined(separator: ",")
    }
}
