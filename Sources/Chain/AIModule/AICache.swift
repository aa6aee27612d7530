// What the module keeps from one execution to the next. It follows from content alone, and nothing
// that anybody can see depends on it.

import Base
import Ledger
import Verification

/// The module's part of a `ContextCache`.
struct AICache: Sendable {
    /// Models used lately, 256 MiB of them at most.
    var models = ContentCache<LoadedModel>(maximumSize: 256 << 20)
    /// Verification keys used lately.
    var keys = ContentCache<CircuitKey>(maximumSize: 64)
    /// Committed models used lately, 2^24 values, or steps of work, of them at most.
    var provable = ContentCache<ProvableModel>(maximumSize: 1 << 24)
    /// What was found of proofs of the block that runs, before their messages run.
    var verdicts: [ProofName: VerificationError?] = [:]
}

/// Everything that decides whether a proof is accepted: the statement, which names key and signals,
/// and the hash of the proof.
struct ProofName: Hashable, Sendable {
    let statement: Hash256
    let proof: Hash256
}

extension AI {
    /// Calls `body` with the module's cache.
    func withCache<Value>(_ context: inout Context, _ body: (inout AICache) -> Value) -> Value {
        var cache = context.cache[AI.name, as: AICache.self] ?? AICache()
        defer { context.cache[AI.name, as: AICache.self] = cache }
        return body(&cache)
    }
}
