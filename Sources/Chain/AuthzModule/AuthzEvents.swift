// The events of authorizations. The Cosmos SDK emits them as typed events: named like a message,
// attributes in alphabetical order, values as JSON.

import Cryptography
import Ledger

/// Emits the module's events.
enum AuthzEvents {
    static func granted(_ identity: GrantIdentity, _ context: inout Context) {
        emit("cosmos.authz.v1beta1.EventGrant", identity, &context)
    }

    static func revoked(_ identity: GrantIdentity, _ context: inout Context) {
        emit("cosmos.authz.v1beta1.EventRevoke", identity, &context)
    }

    private static func emit(
        _ type: String, _ identity: GrantIdentity, _ context: inout Context
    ) {
        // Addresses and names of messages need no escapes.
        context.emit(
            type,
            [
                "grantee": "\"\(identity.grantee)\"", "granter": "\"\(identity.granter)\"",
                "msg_type_url": "\"\(identity.typeURL)\"",
            ])
    }
}
