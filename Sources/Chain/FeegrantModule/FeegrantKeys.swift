// Where allowances lie in the store `feegrant`. The README draws the layout.

import Base
import Cryptography
import Ledger
import Wire

/// The typed keys of the store `feegrant`.
enum FeegrantKeys {
    /// Allowances by grantee and granter.
    static let allowances = StateMap<FeeGrant>(Feegrant.name, prefix: 0x00)
    /// A mark for each allowance that ends, by its end, grantee and granter.
    static let queue = StateMap<StoredNumber>(Feegrant.name, prefix: 0x01)
    /// A mark for each allowance, by granter and grantee.
    static let byGranter = StateMap<StoredNumber>(Feegrant.name, prefix: 0x02)

    /// The value of a mark.
    static let mark = StoredNumber(1)
}

/// Who allows whom: the identity of an allowance.
struct AllowancePair: Equatable {
    let granter: Address
    let grantee: Address

    init(granter: Address, grantee: Address) {
        self.granter = granter
        self.grantee = grantee
    }

    /// Reads the key of an allowance, or what follows the time in the queue.
    init(reading reader: inout KeyReader) throws(Failure) {
        grantee = try reader.address()
        granter = try reader.address()
    }

    /// The key within ``FeegrantKeys/allowances``.
    var key: Bytes { grantee.keyBytes + granter.keyBytes }

    /// The key within ``FeegrantKeys/byGranter``.
    var granterKey: Bytes { granter.keyBytes + grantee.keyBytes }

    /// The key within ``FeegrantKeys/queue``.
    func queueKey(_ end: Timestamp) -> Bytes { end.keyBytes + key }
}
