// What the messages of fee allowances do. Every failure stands in the README.

import Cryptography
public import Ledger

extension Feegrant {
    public var messages: [MessageRoute] {
        [
            MessageRoute(
                MsgGrantAllowance.self, MsgGrantAllowanceResponse.self,
                signers: { [$0.granter] },
                validate: { (message) throws(Failure) in
                    let pair = try Feegrant.pair(message.granter, message.grantee)
                    guard pair.granter != pair.grantee else {
                        throw .sdk(.invalidAddress, "cannot self-grant fee authorization")
                    }
                    _ = try Allowance(message.allowance)
                },
                handle: grantAllowance),
            MessageRoute(
                MsgRevokeAllowance.self, MsgRevokeAllowanceResponse.self,
                signers: { [$0.granter] },
                validate: { (message) throws(Failure) in
                    let pair = try Feegrant.pair(message.granter, message.grantee)
                    guard pair.granter != pair.grantee else {
                        throw .sdk(.invalidAddress, "addresses must be different")
                    }
                },
                handle: revokeAllowance),
            MessageRoute(
                MsgPruneAllowances.self, MsgPruneAllowancesResponse.self,
                signers: { [$0.pruner] },
                validate: { (message) throws(Failure) in
                    _ = try Address.parse(message.pruner)
                },
                handle: pruneAllowances),
        ]
    }

    static func pair(_ granter: String, _ grantee: String) throws(Failure) -> AllowancePair {
        AllowancePair(granter: try Address.parse(granter), grantee: try Address.parse(grantee))
    }

    @Sendable private func grantAllowance(
        _ message: MsgGrantAllowance, _ context: inout Context
    ) throws(Failure) -> MsgGrantAllowanceResponse {
        let pair = try Feegrant.pair(message.granter, message.grantee)
        var allowance = try Allowance(message.allowance)
        guard try !FeegrantKeys.allowances.contains(pair.key, &context) else {
            throw .sdk(.invalidRequest, "fee allowance already exists")
        }
        if let end = allowance.end, end < context.block.time {
            throw .sdk(.invalidRequest, "expiration is before current block time")
        }
        allowance.begin(at: context.block.time)
        try accounts.ensureAccount(pair.grantee, &context)
        try add(allowance, pair, &context)
        FeegrantEvents.emit(.set, pair, &context)
        return MsgGrantAllowanceResponse()
    }

    @Sendable private func revokeAllowance(
        _ message: MsgRevokeAllowance, _ context: inout Context
    ) throws(Failure) -> MsgRevokeAllowanceResponse {
        let pair = try Feegrant.pair(message.granter, message.grantee)
        try remove(pair, &context)
        FeegrantEvents.emit(.revoke, pair, &context)
        return MsgRevokeAllowanceResponse()
    }

    @Sendable private func pruneAllowances(
        _ message: MsgPruneAllowances, _ context: inout Context
    ) throws(Failure) -> MsgPruneAllowancesResponse {
        try prune(limit: Feegrant.prunedPerMessage, &context)
        FeegrantEvents.pruned(by: message.pruner, &context)
        return MsgPruneAllowancesResponse()
    }
}
