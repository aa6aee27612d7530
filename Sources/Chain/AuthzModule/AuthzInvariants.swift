// What always holds of the store `authz`.

public import Ledger

extension Authz {
    public var invariants: [Invariant] {
        [
            Invariant("authz/grants") { (context) throws(Failure) in
                var ends: [(identity: GrantIdentity, queued: Bool)] = []
                var endings = 0
                try AuthzKeys.grants.forEach(&context) { (key, grant) throws(Failure) in
                    var reader = KeyReader(key)
                    let identity = try GrantIdentity(reading: &reader)
                    guard try Authorization(grant.authorization).typeURL == identity.typeURL else {
                        throw .sdk(.logic, "a grant of \(identity.granter) is stored elsewhere")
                    }
                    if grant.expiration != nil { endings += 1 }
                    ends.append((identity, grant.expiration != nil))
                }
                var marks = 0
                try AuthzKeys.byGrantee.forEach(&context) { (_, _) in marks += 1 }
                guard marks == ends.count else {
                    throw .sdk(.logic, "\(ends.count) grants have \(marks) marks")
                }
                for (identity, isQueued) in ends {
                    guard try AuthzKeys.byGrantee.contains(identity.granteeKey, &context) else {
                        throw .sdk(.logic, "a grant of \(identity.granter) has no mark")
                    }
                    guard isQueued,
                        let end = try AuthzKeys.grants.get(identity.key, &context)?.expiration
                    else { continue }
                    guard try AuthzKeys.queue.contains(identity.queueKey(end), &context) else {
                        throw .sdk(.logic, "a grant of \(identity.granter) never ends")
                    }
                }
                var queued = 0
                try AuthzKeys.queue.forEach(&context) { (_, _) in queued += 1 }
                guard queued == endings else {
                    throw .sdk(.logic, "\(endings) grants end, \(queued) are in the queue")
                }
            }
        ]
    }
}
