// Where coins lie in the store `bank`. The README draws the layout.

import Base
import Cryptography
import Ledger

/// The typed keys of the store `bank`.
enum BankKeys {
    /// Supply by denomination: decimal text.
    static let supply = StateMap<StoredText>(Bank.name, prefix: 0x00)
    /// Metadata by denomination.
    static let metadata = StateMap<DenomMetadata>(Bank.name, prefix: 0x01)
    /// Balances by owner and denomination: decimal text, never zero.
    static let balances = StateMap<StoredText>(Bank.name, prefix: 0x02)
    /// Whether a denomination may be sent, where that differs from the default.
    static let sendEnabled = StateMap<SendEnabled>(Bank.name, prefix: 0x04)
    /// The parameters.
    static let parameters = StateItem<BankParameters>(Bank.name, prefix: 0x05)

    /// The key of a balance within ``balances``.
    static func balance(_ address: Address, _ denom: String) -> Bytes {
        address.keyBytes + Bytes(denom.utf8)
    }

    /// The owner and denomination of a key of ``balances``.
    static func parts(_ key: Bytes) throws(Failure) -> (owner: Address, denom: String) {
        var reader = KeyReader(key)
        let owner = try reader.address()
        let denom = try reader.text()
        guard !denom.isEmpty else { throw .sdk(.logic, "malformed balance key \(key.hex)") }
        return (owner, denom)
    }
}
