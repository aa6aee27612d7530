// What always holds of the module's state. Checked after genesis, in tests, and on demand.

import Base
import Cryptography
public import Ledger
import Verification

extension AI {
    public var invariants: [Invariant] {
        [
            Invariant("ai/models") { (context) throws(Failure) in
                try checkModels(&context)
            },
            Invariant("ai/payments") { (context) throws(Failure) in
                try checkInferences(&context)
            },
            Invariant("ai/verification_keys") { (context) throws(Failure) in
                try checkVerificationKeys(&context)
            },
            Invariant("ai/proven_statements") { (context) throws(Failure) in
                try checkStatements(&context)
            },
            Invariant("ai/requests") { (context) throws(Failure) in
                try checkRequests(&context)
            },
        ]
    }

    /// Registrations count up from 1; each is found by its name and, once complete, by its ModelID;
    /// one registration answers for each ModelID; the chunks that are there are as many as said.
    private func checkModels(_ context: inout Context) throws(Failure) {
        var count: UInt64 = 0
        try forEach(AIKeys.models, &context) { (record, context) throws(Failure) in
            count += 1
            guard record.registration == count else { throw broken("numbering at \(count)") }
            let owner = try Address.parse(record.owner)
            let key = AIKeys.version(owner, record.name, record.version)
            guard try AIKeys.versions.get(key, &context)?.value == count else {
                throw broken("name index of \(record.text)")
            }
            var present: UInt32 = 0
            for index in 0..<record.chunkCount
            where try AIKeys.chunks.contains(AIKeys.chunk(count, index), &context) {
                present += 1
            }
            guard present + record.missingChunkCount == record.chunkCount,
                (record.missingChunkCount == 0) == (record.status != .uploading)
            else { throw broken("chunks of \(record.text)") }
            let isListed = try AIKeys.registrationsByModelID.contains(
                record.modelID + count.keyBytes, &context)
            let primary = try AIKeys.primaries.get(record.modelID, &context)?.value
            guard isListed == (record.status != .uploading),
                record.isPrimary == (primary == count), !isListed || primary != nil
            else { throw broken("ModelID index of \(record.text)") }
        }
        guard try AIKeys.registrationCount.get(&context)?.value ?? 0 == count else {
            throw broken("count of registrations")
        }
    }

    /// Inferences count up from 1, and the payments of each sum to its price.
    private func checkInferences(_ context: inout Context) throws(Failure) {
        var count: UInt64 = 0
        try forEach(AIKeys.inferences, &context) { (record, context) throws(Failure) in
            count += 1
            guard record.id == count else { throw broken("numbering of inferences at \(count)") }
            var rest: [Coin]? = record.price
            for payment in record.payments { rest = try rest?.subtracting(payment.amount) }
            guard rest == [] else { throw broken("payments of inference \(count)") }
        }
        guard try AIKeys.inferenceCount.get(&context)?.value ?? 0 == count else {
            throw broken("count of inferences")
        }
    }

    func broken(_ what: String) -> Failure {
        .sdk(.logic, "invariant of the ai module is broken: \(what)")
    }
}
