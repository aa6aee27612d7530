// Allowances to pay fees from another account's coins. Every allowance lies under its grantee and
// granter, with a mark under its granter and, when it ends, a mark in the queue; `store` and
// `remove` are the only writers, so that the three agree.

import Base
public import Cryptography
public import Ledger
public import Wire

/// The module of fee allowances.
public struct Feegrant: Module, FeeAllowing {
    public static let name = "feegrant"

    /// Most allowances that the end of a block removes.
    public static let prunedPerBlock = 200
    /// Most allowances that a ``MsgPruneAllowances`` removes.
    public static let prunedPerMessage = 75

    let accounts: any AccountCreating

    /// Makes the module.
    public init(accounts: any AccountCreating) { self.accounts = accounts }

    public var otherTypes: [any WireMessage.Type] {
        [BasicAllowance.self, PeriodicAllowance.self, AllowedMsgAllowance.self, FeeGrant.self]
    }

    public func useAllowance(
        of granter: Address, by grantee: Address, fee: [Coin], typeURLs: [String],
        _ context: inout Context
    ) throws(Failure) {
        let pair = AllowancePair(granter: granter, grantee: grantee)
        guard var allowance = try allowance(pair, &context) else {
            throw .sdk(.notFound, "fee-grant not found")
        }
        if try allowance.use(fee, for: typeURLs, &context) {
            try remove(pair, &context)
            FeegrantEvents.emit(.revoke, pair, &context)
            FeegrantEvents.emit(.use, pair, &context)
        } else {
            try store(allowance, pair, &context)
            FeegrantEvents.emit(.use, pair, &context)
            FeegrantEvents.emit(.update, pair, &context)
        }
    }

    public func endBlock(_ context: inout Context) throws(Failure) -> [ValidatorUpdate] {
        try prune(limit: Feegrant.prunedPerBlock, &context)
        return []
    }

    /// The allowance of `pair`, or `nil`.
    func allowance(
        _ pair: AllowancePair, _ context: inout Context
    ) throws(Failure) -> Allowance? {
        guard let grant = try FeegrantKeys.allowances.get(pair.key, &context) else { return nil }
        return try Allowance(grant.allowance)
    }

    /// Stores the allowance of `pair`. Its end never changes while it lasts.
    func store(
        _ allowance: Allowance, _ pair: AllowancePair, _ context: inout Context
    ) throws(Failure) {
        var grant = FeeGrant()
        grant.granter = pair.granter.description
        grant.grantee = pair.grantee.description
        grant.allowance = allowance.packed
        try FeegrantKeys.allowances.set(pair.key, grant, &context)
    }

    /// Stores a new allowance of `pair` with its marks.
    func add(
        _ allowance: Allowance, _ pair: AllowancePair, _ context: inout Context
    ) throws(Failure) {
        try store(allowance, pair, &context)
        try FeegrantKeys.byGranter.set(pair.granterKey, FeegrantKeys.mark, &context)
        if let end = allowance.end {
            try FeegrantKeys.queue.set(pair.queueKey(end), FeegrantKeys.mark, &context)
        }
    }

    /// Removes the allowance of `pair` with its marks; refused when there is none.
    func remove(_ pair: AllowancePair, _ context: inout Context) throws(Failure) {
        guard let allowance = try allowance(pair, &context) else {
            throw .sdk(.notFound, "fee-grant not found")
        }
        try FeegrantKeys.allowances.remove(pair.key, &context)
        try FeegrantKeys.byGranter.remove(pair.granterKey, &context)
        if let end = allowance.end {
            try FeegrantKeys.queue.remove(pair.queueKey(end), &context)
        }
    }

    /// Removes up to `limit` allowances that end now or have ended, the oldest first.
    func prune(limit: Int, _ context: inout Context) throws(Failure) {
        // Most blocks have none, and find that out by one look.
        var step = 1
        var removed = 0
        while removed < limit {
            let entries = try FeegrantKeys.queue.entries(limit: step, &context)
            for entry in entries {
                var reader = KeyReader(entry.key)
                guard try reader.time() <= context.block.time else { return }
                try remove(try AllowancePair(reading: &reader), &context)
            }
            guard entries.count == step else { return }
            removed += step
            step = min(limit - removed, 50)
        }
    }
}
