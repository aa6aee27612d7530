// What is left of coins when others are taken off.

extension [Coin] {
    /// The difference, by denomination, zeros left out; `nil` when a denomination of `other` is
    /// larger. Both lists are checked by `checkCoins`.
    public func subtracting(_ other: [Coin]) throws(Failure) -> [Coin]? {
        for coin in other where !contains(where: { $0.denom == coin.denom }) { return nil }
        var rest: [Coin] = []
        for coin in self {
            let taken = try other.first { $0.denom == coin.denom }?.value() ?? .zero
            guard let left = try coin.value().subtracting(taken) else { return nil }
            if left > .zero { rest.append(Coin(left, coin.denom)) }
        }
        return rest
    }
}
