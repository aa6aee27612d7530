import Base
import Fields
import Forgery
import Ledger
import Plonk
import TestSupport
import Testing
import Verification
import Wire

@testable import AIModule

/// Proofs that are verified together before their messages run.
@Suite struct ForeseenProofTests {
    /// Good and bad submissions of three keys; two of the keys share their tau.
    private func makeBlock() throws -> (keys: [VerificationKey], messages: [MsgSubmitProof]) {
        let keys = [
            try ForgeableKey("a"), try ForgeableKey("b", publicCount: 4),
            try ForgeableKey("c", setup: "other"),
        ]
        let sample = try #require(PlonkCase.committed.first)
        var messages = (0..<12).map { submission(keys[$0 % 3], UInt64(10 * $0)) }
        messages.append(try sample.submission())
        // Wrong in every way that a decoded message can be.
        messages[2].proof[767] ^= 1
        messages[3].publicSignals[0][31] ^= 1
        messages[5].proof.removeLast()
        messages[6].publicSignals.append(Fr(1).canonicalBigEndian)
        messages[7].publicSignals[0] = Bytes(repeating: 0xFF, count: 32)
        messages[8].keyID[0] ^= 1
        messages[9].proof = messages[0].proof
        messages.append(messages[1])
        messages.append(submission(keys[1], 10, "another proof of the same"))
        messages.append(messages[9])
        return (keys.map(\.key) + [try sample.key()], messages)
    }

    private let refusals: [String?] = [
        nil, nil, "ai/32", "ai/32", nil, "ai/32", "ai/31", "ai/31", "ai/29", "ai/32", nil, nil,
        nil, "ai/33", "ai/33", "ai/32",
    ]

    @Test func resultsAndGasAreThoseOfVerifyingAlone() throws {
        let (keys, messages) = try makeBlock()
        var alone = try TestChain.circuits(keys)
        var together = alone
        try together.foresee(messages)
        let cache = try #require(together.cache[AI.name, as: AICache.self])
        #expect(cache.verdicts.count == 12)
        for (index, message) in messages.enumerated() {
            let expected = try alone.deliver(message)
            let outcome = try together.deliver(message)
            #expect(outcome.refusal == refusals[index], "\(index): \(outcome.log)")
            #expect(outcome.refusal == expected.refusal && outcome.log == expected.log)
            #expect(outcome.gasUsed == expected.gasUsed)
            #expect(outcome.response == expected.response && outcome.events == expected.events)
        }
        #expect(try alone.entries() == together.entries())
        try together.checkInvariants()
    }

    /// The verdicts are used: were they not, the test above would show nothing.
    @Test func aForeseenVerdictIsTaken() throws {
        let key = try ForgeableKey("key")
        var chain = try TestChain.circuits([key.key])
        let messages = [submission(key, 1), submission(key, 2)]
        try chain.foresee(messages)
        chain.cache[AI.name, as: AICache.self]?.verdicts.updateValue(
            .invalidProof("planted"), forKey: ProofName(messages[0]))
        #expect(try chain.deliver(messages[0]).log.contains("planted"))
        #expect(try chain.deliver(messages[1]).refusal == nil)
        // Another block knows nothing of it.
        try chain.foresee([])
        #expect(try chain.deliver(messages[0]).refusal == nil)
    }

    @Test func onlyWhatIsPaidForIsForeseen() throws {
        let key = try ForgeableKey("key")
        var chain = try TestChain.circuits([key.key])
        let messages = (0..<4).map { submission(key, $0) }
        let price = AIParameters.standard.verificationGas(messages[0])
        try chain.foresee(messages, gasLimit: price - 1)
        #expect(chain.cache[AI.name, as: AICache.self]?.verdicts.isEmpty == true)
        // One transaction of four messages that can pay for three.
        var context = chain.makeContext()
        try chain.module.foresee(
            [ComingTransaction(gasLimit: 3 * price, messages: messages.map { AnyMessage($0) })],
            &context)
        #expect(context.cache[AI.name, as: AICache.self]?.verdicts.count == 3)
        #expect(context.state.changes.count == chain.state.changes.count)
        #expect(context.events.isEmpty)
    }

    @Test func whatIsAlreadyProvenIsNotVerifiedAgain() throws {
        let key = try ForgeableKey("key")
        var chain = try TestChain.circuits([key.key])
        let messages = (0..<3).map { submission(key, $0) }
        #expect(try chain.deliver(messages[0]).refusal == nil)
        try chain.foresee(messages)
        let verdicts = chain.cache[AI.name, as: AICache.self]?.verdicts
        #expect(verdicts?.count == 2 && verdicts?[ProofName(messages[0])] == nil)
    }

    @Test func moreProofsThanABatchHoldsAreAllFound() throws {
        let key = try ForgeableKey("key")
        var chain = try TestChain.circuits([key.key])
        var messages = (0..<70).map { submission(key, $0) }
        for index in [0, 31, 63, 64, 69] { messages[index].proof[767] ^= 1 }
        try chain.foresee(messages)
        #expect(chain.cache[AI.name, as: AICache.self]?.verdicts.count == 70)
        for (index, message) in messages.enumerated() {
            let isGood = ![0, 31, 63, 64, 69].contains(index)
            #expect(try chain.deliver(message).refusal == (isGood ? nil : "ai/32"))
        }
    }
}
