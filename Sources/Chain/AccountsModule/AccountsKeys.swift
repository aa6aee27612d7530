// Where accounts lie in the store `auth`. The README draws the layout.

import Ledger

/// The typed keys of the store `auth`.
enum AccountsKeys {
    /// The parameters.
    static let parameters = StateItem<AccountsParameters>(Accounts.name, prefix: 0x00)
    /// Accounts by address.
    static let accounts = StateMap<BaseAccount>(Accounts.name, prefix: 0x01)
    /// The number of the next new account.
    static let nextNumber = StateItem<StoredNumber>(Accounts.name, prefix: 0x02)
}
