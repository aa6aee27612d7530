// The events of fee allowances, as the Cosmos SDK names them.

import Cryptography
import Ledger

/// Emits the module's events.
enum FeegrantEvents {
    /// What happened to an allowance.
    enum Kind: String {
        case set = "set_feegrant"
        case use = "use_feegrant"
        case update = "update_feegrant"
        case revoke = "revoke_feegrant"
    }

    static func emit(_ kind: Kind, _ pair: AllowancePair, _ context: inout Context) {
        context.emit(
            kind.rawValue,
            ["granter": pair.granter.description, "grantee": pair.grantee.description])
    }

    static func pruned(by pruner: String, _ context: inout Context) {
        context.emit("prune_feegrant", ["pruner": pruner])
    }
}
