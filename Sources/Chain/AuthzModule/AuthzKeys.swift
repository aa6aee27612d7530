// Where authorizations lie in the store `authz`. The README draws the layout.

import Base
import Cryptography
import Ledger
import Wire

/// The typed keys of the store `authz`.
enum AuthzKeys {
    /// Grants by granter, grantee and type of message.
    static let grants = StateMap<Grant>(Authz.name, prefix: 0x01)
    /// A mark for each grant that ends, by its end, granter, grantee and type of message.
    static let queue = StateMap<StoredNumber>(Authz.name, prefix: 0x02)
    /// A mark for each grant, by grantee, granter and type of message.
    static let byGrantee = StateMap<StoredNumber>(Authz.name, prefix: 0x03)

    /// The value of a mark.
    static let mark = StoredNumber(1)
}

/// Who authorizes whom to do what: the identity of a grant.
struct GrantIdentity: Equatable {
    let granter: Address
    let grantee: Address
    let typeURL: String

    init(granter: Address, grantee: Address, typeURL: String) {
        self.granter = granter
        self.grantee = grantee
        self.typeURL = typeURL
    }

    /// Reads the key of a grant, or what follows the time in the queue.
    init(reading reader: inout KeyReader) throws(Failure) {
        granter = try reader.address()
        grantee = try reader.address()
        typeURL = try reader.text()
    }

    /// Reads a key of ``AuthzKeys/byGrantee``.
    init(granteeKey: Bytes) throws(Failure) {
        var reader = KeyReader(granteeKey)
        grantee = try reader.address()
        granter = try reader.address()
        typeURL = try reader.text()
    }

    /// The key within ``AuthzKeys/grants``.
    var key: Bytes { granter.keyBytes + grantee.keyBytes + Bytes(typeURL.utf8) }

    /// The key within ``AuthzKeys/byGrantee``.
    var granteeKey: Bytes { grantee.keyBytes + granter.keyBytes + Bytes(typeURL.utf8) }

    /// The key within ``AuthzKeys/queue``.
    func queueKey(_ end: Timestamp) -> Bytes { end.keyBytes + key }
}
