// What always holds of the store `feegrant`.

public import Ledger

extension Feegrant {
    public var invariants: [Invariant] {
        [
            Invariant("feegrant/allowances") { (context) throws(Failure) in
                var pairs: [AllowancePair] = []
                var endings = 0
                try FeegrantKeys.allowances.forEach(&context) { (key, grant) throws(Failure) in
                    let pair = try Feegrant.pair(grant.granter, grant.grantee)
                    guard pair.key == key else {
                        throw .sdk(.logic, "an allowance of \(pair.granter) is stored elsewhere")
                    }
                    if try Allowance(grant.allowance).end != nil { endings += 1 }
                    pairs.append(pair)
                }
                var marks = 0
                try FeegrantKeys.byGranter.forEach(&context) { (_, _) in marks += 1 }
                guard marks == pairs.count else {
                    throw .sdk(.logic, "\(pairs.count) allowances have \(marks) marks")
                }
                for pair in pairs {
                    guard try FeegrantKeys.byGranter.contains(pair.granterKey, &context) else {
                        throw .sdk(.logic, "an allowance of \(pair.granter) has no mark")
                    }
                    guard let end = try allowance(pair, &context)?.end else { continue }
                    guard try FeegrantKeys.queue.contains(pair.queueKey(end), &context) else {
                        throw .sdk(.logic, "an allowance of \(pair.granter) never ends")
                    }
                }
                var queued = 0
                try FeegrantKeys.queue.forEach(&context) { (_, _) in queued += 1 }
                guard queued == endings else {
                    throw .sdk(.logic, "\(endings) allowances end, \(queued) are in the queue")
                }
            }
        ]
    }
}
