// Authorizations: an account lets another run one kind of message as itself. Every grant lies under
// granter, grantee and type, with a mark under its grantee and, when it ends, a mark in the queue;
// `save` and `remove` are the only writers, so that the three agree.

import Base
import Cryptography
public import Ledger
public import Wire

/// The module of authorizations.
public struct Authz: Module {
    public static let name = "authz"

    /// Most grants that the end of a block removes.
    public static let prunedPerBlock = 200

    let accounts: any AccountCreating
    let router: any MessageRunning

    /// Makes the module; `router` runs the messages of others.
    public init(accounts: any AccountCreating, router: any MessageRunning) {
        self.accounts = accounts
        self.router = router
    }

    public var otherTypes: [any WireMessage.Type] {
        [
            GenericAuthorization.self, SendAuthorization.self, StakeAuthorization.self,
            GrantAuthorization.self, Grant.self,
        ]
    }

    public func endBlock(_ context: inout Context) throws(Failure) -> [ValidatorUpdate] {
        try prune(limit: Authz.prunedPerBlock, &context)
        return []
    }

    /// Stores the grant of `identity` with its marks, in place of the one before.
    func save(
        _ grant: Grant, _ identity: GrantIdentity, _ context: inout Context
    ) throws(Failure) {
        if let old = try AuthzKeys.grants.get(identity.key, &context) {
            try removeFromQueue(old, identity, &context)
        }
        try AuthzKeys.grants.set(identity.key, grant, &context)
        try AuthzKeys.byGrantee.set(identity.granteeKey, AuthzKeys.mark, &context)
        if let end = grant.expiration {
            try AuthzKeys.queue.set(identity.queueKey(end), AuthzKeys.mark, &context)
        }
    }

    /// Removes the grant of `identity` with its marks; refused when there is none.
    func remove(_ identity: GrantIdentity, _ context: inout Context) throws(Failure) {
        guard let grant = try AuthzKeys.grants.get(identity.key, &context) else {
            throw .authz(
                .notFound,
                "failed to delete grant of \(identity.granter) to \(identity.grantee) for "
                    + "\(identity.typeURL.prefix(200))")
        }
        try removeFromQueue(grant, identity, &context)
        try AuthzKeys.grants.remove(identity.key, &context)
        try AuthzKeys.byGrantee.remove(identity.granteeKey, &context)
    }

    private func removeFromQueue(
        _ grant: Grant, _ identity: GrantIdentity, _ context: inout Context
    ) throws(Failure) {
        if let end = grant.expiration {
            try AuthzKeys.queue.remove(identity.queueKey(end), &context)
        }
    }

    /// Removes up to `limit` grants that end now or have ended, the oldest first.
    private func prune(limit: Int, _ context: inout Context) throws(Failure) {
        // Most blocks have none, and find that out by one look.
        var step = 1
        var removed = 0
        while removed < limit {
            let entries = try AuthzKeys.queue.entries(limit: step, &context)
            for entry in entries {
                var reader = KeyReader(entry.key)
                guard try reader.time() <= context.block.time else { return }
                try remove(try GrantIdentity(reading: &reader), &context)
            }
            guard entries.count == step else { return }
            removed += step
            step = min(limit - removed, 50)
        }
    }
}
