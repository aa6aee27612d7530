// The events of coins, as the Cosmos SDK names them; wallets and explorers read balances from them.

import Cryptography
import Ledger

/// Emits the bank's events.
enum BankEvents {
    static func spent(_ coins: [Coin], by spender: Address, _ context: inout Context) {
        context.emit(
            "coin_spent", ["spender": spender.description, "amount": coins.coinsText])
    }

    static func received(_ coins: [Coin], by receiver: Address, _ context: inout Context) {
        context.emit(
            "coin_received", ["receiver": receiver.description, "amount": coins.coinsText])
    }

    static func transferred(
        _ coins: [Coin], from sender: Address, to recipient: Address, _ context: inout Context
    ) {
        context.emit(
            "transfer",
            [
                "recipient": recipient.description, "sender": sender.description,
                "amount": coins.coinsText,
            ])
        context.emit("message", ["sender": sender.description])
    }

    static func minted(_ coins: [Coin], to minter: Address, _ context: inout Context) {
        context.emit("coinbase", ["minter": minter.description, "amount": coins.coinsText])
    }

    static func burned(_ coins: [Coin], from burner: Address, _ context: inout Context) {
        context.emit("burn", ["burner": burner.description, "amount": coins.coinsText])
    }
}
