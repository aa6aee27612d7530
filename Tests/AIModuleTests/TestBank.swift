import Base
import Cryptography
import Ledger
import Wire

/// Balances in a store of their own, without accounts, events of the real bank, or rules about who
/// may receive.
struct TestBank: BalanceMoving, CommunityPoolFunding {
    private static let balances = StateMap<StoredText>("bank", prefix: 0)

    private static func key(_ address: Address, _ denom: String) -> Bytes {
        [UInt8(address.bytes.count)] + address.bytes + Bytes(denom.utf8)
    }

    func balance(
        of address: Address, denom: String, _ context: inout Context
    ) throws(Failure) -> Amount {
        let stored = try Self.balances.get(Self.key(address, denom), &context)
        return stored.flatMap { Amount($0.value) } ?? .zero
    }

    func set(
        _ address: Address, _ coin: Coin, _ context: inout Context
    ) throws(Failure) {
        try Self.balances.set(
            Self.key(address, coin.denom), StoredText(coin.amount), &context)
    }

    func fundCommunityPool(
        _ coins: [Coin], from sender: Address, _ context: inout Context
    ) throws(Failure) {
        try move(coins, from: sender, to: .module("distribution"), &context)
    }

    func move(
        _ coins: [Coin], from sender: Address, to recipient: Address, _ context: inout Context
    ) throws(Failure) {
        try coins.checkCoins()
        for coin in coins {
            let amount = try coin.value()
            let had = try balance(of: sender, denom: coin.denom, &context)
            guard let left = had.subtracting(amount) else {
                throw .sdk(.insufficientFunds, "spendable balance is smaller")
            }
            try set(sender, Coin(left, coin.denom), &context)
            let old = try balance(of: recipient, denom: coin.denom, &context)
            try set(recipient, Coin(try old.adding(amount), coin.denom), &context)
        }
        context.emit(
            "transfer",
            [
                "recipient": recipient.bech32(), "sender": sender.bech32(),
                "amount": coins.coinsText,
            ])
    }
}
