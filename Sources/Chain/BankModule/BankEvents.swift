// The events of coins, as the Cosmos SDK names them; wallets and explorers read balances from them.

import Cryptography
import Ledger

/// Emits the bank's events. Those of a move take texts, which are then made once for all of them.
enum BankEvents {
    static func spent(_ amount: String, by spender: String, _ context: inout Context) {
        context.emit("coin_spent", ["spender": spender, "amount": amount])
    }

    static func received(_ amount: String, by receiver: String, _ context: inout Context) {
        context.emit("coin_received", ["receiver": receiver, "amount": amount])
    }

    static func transferred(
        _ amount: String, from sender: String, to recipient: String, _ context: inout Context
    ) {
        context.emit(
            "transfer", ["recipient": recipient, "sender": sender, "amount": amount])
        context.emit("message", ["sender": sender])
    }

    static func minted(_ coins: [Coin], to minter: Address, _ context: inout Context) {
        context.emit("coinbase", ["minter": minter.description, "amount": coins.coinsText])
    }

    static func burned(_ coins: [Coin], from burner: Address, _ context: inout Context) {
        context.emit("burn", ["burner": burner.description, "amount": coins.coinsText])
    }
}
