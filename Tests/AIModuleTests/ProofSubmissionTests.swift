import Base
import Cryptography
import Fields
import Forgery
import Ledger
import Plonk
import TestSupport
import Testing
import Verification
import Wire

@testable import AIModule

/// Proofs that are submitted one by one.
@Suite struct ProofSubmissionTests {
    @Test(arguments: PlonkCase.committed)
    func aProofOfSnarkjsIsAcceptedAndFound(_ sample: PlonkCase) throws {
        var chain = try TestChain.circuits([try sample.key()])
        let message = try sample.submission()
        let outcome = try chain.deliver(message)
        let response = try outcome.unpacked(MsgSubmitProofResponse.self)
        let signals = SHA256.hash(concatenating: message.publicSignals)
        #expect(
            response.statementID
                == SHA256.hash(
                    Bytes("AIVM/proven-statement/1".utf8) + message.keyID + signals.bytes
                ).bytes)
        #expect(outcome.events.map(\.type) == ["prove_statement"])

        var expected = ProvenStatement()
        expected.number = 1
        expected.statementID = response.statementID
        expected.keyID = message.keyID
        expected.publicSignalsHash = signals.bytes
        expected.proofHash = SHA256.hash(message.proof).bytes
        expected.submitter = message.submitter
        expected.height = 2
        var byID = QueryProvenStatementRequest()
        byID.statementID = response.statementID
        var byContent = QueryProvenStatementRequest()
        byContent.keyID = message.keyID
        byContent.publicSignals = message.publicSignals
        for request in [byID, byContent] {
            let answer = try chain.query(
                "ProvenStatement", request, QueryProvenStatementResponse.self)
            #expect(answer.statement == expected)
        }
        // The record stands where a light client looks for it.
        let id = try #require(Hash256(response.statementID))
        var context = chain.makeContext()
        #expect(try context.read(AI.name, AI.statementStoreKey(id)) == expected.encoded())
        byContent.publicSignals[0] = Fr(12345).canonicalBigEndian
        #expect(try chain.queryRefusal("ProvenStatement", byContent) == "ai/34")
        byContent.publicSignals[0] = [1]
        #expect(try chain.queryRefusal("ProvenStatement", byContent) == "ai/31")
        byContent.keyID = []
        #expect(try chain.queryRefusal("ProvenStatement", byContent) == "ai/31")
        byContent.publicSignals = []
        #expect(try chain.queryRefusal("ProvenStatement", byContent) == "ai/29")
        try chain.checkInvariants()
    }

    @Test func aStatementIsProvenOnce() throws {
        let sample = try #require(PlonkCase.committed.first)
        var chain = try TestChain.circuits([try sample.key()])
        let first = try sample.submission()
        #expect(try chain.deliver(first).refusal == nil)
        #expect(try chain.deliver(first).refusal == "ai/33")
        // Another proof of the same statement shows nothing new.
        let other = try sample.submission(plain: true)
        #expect(other.proof != first.proof && other.publicSignals == first.publicSignals)
        #expect(try chain.deliver(other).refusal == "ai/33")
    }

    @Test func statementsAreListedByPagesAndByKey() throws {
        let keys = [try ForgeableKey("a"), try ForgeableKey("b", publicCount: 2)]
        var chain = try TestChain.circuits(keys.map(\.key))
        for index in 0..<6 {
            #expect(
                try chain.deliver(submission(keys[index % 2], UInt64(index))).refusal == nil)
        }
        var request = QueryProvenStatementsRequest()
        request.pagination = PageRequest()
        request.pagination?.limit = 4
        var page = try chain.query(
            "ProvenStatements", request, QueryProvenStatementsResponse.self)
        #expect(page.statements.map(\.number) == [1, 2, 3, 4])
        request.pagination?.key = page.pagination.nextKey
        page = try chain.query("ProvenStatements", request, QueryProvenStatementsResponse.self)
        #expect(page.statements.map(\.number) == [5, 6])
        request = QueryProvenStatementsRequest()
        request.keyID = CircuitKey.id(of: keys[1].key.bytes).bytes
        page = try chain.query("ProvenStatements", request, QueryProvenStatementsResponse.self)
        #expect(page.statements.map(\.number) == [2, 4, 6])
    }

    /// Code space and code of the refusal after `change`.
    private func refusal(
        _ change: (inout MsgSubmitProof) throws -> Void
    ) throws -> String? {
        let sample = try #require(PlonkCase.committed.first)
        var chain = try TestChain.circuits([try sample.key(), try ForgeableKey("other").key])
        var message = try sample.submission()
        try change(&message)
        return try chain.deliver(message).refusal
    }

    @Test func refusesWhatIsNotProven() throws {
        #expect(try refusal { _ in } == nil)
        #expect(try refusal { $0.submitter = "nobody" } == "sdk/7")
        #expect(try refusal { $0.keyID.removeLast() } == "ai/29")
        #expect(try refusal { $0.keyID[3] ^= 1 } == "ai/29")
        #expect(try refusal { $0.publicSignals[0][31] ^= 1 } == "ai/32")
        #expect(try refusal { $0.publicSignals[0].removeLast() } == "ai/31")
        #expect(try refusal { $0.publicSignals.removeLast() } == "ai/31")
        #expect(try refusal { $0.publicSignals.append($0.publicSignals[0]) } == "ai/31")
        #expect(try refusal { $0.publicSignals = [] } == "ai/31")
        // A signal plus the order of the field is the same number, and another statement.
        #expect(
            try refusal {
                $0.publicSignals[0] = Bytes(repeating: 0xFF, count: 32)
            } == "ai/31")
        #expect(try refusal { $0.proof.removeLast() } == "ai/32")
        #expect(try refusal { $0.proof.append(0) } == "ai/32")
        #expect(try refusal { $0.proof = [] } == "ai/32")
        #expect(
            try refusal {
                $0.proof.replaceSubrange(0..<64, with: Bytes(repeating: 0, count: 64))
            } == "ai/32")
        // A proof for another circuit.
        #expect(
            try refusal {
                $0 = submission(try ForgeableKey("other"), 0)
                $0.proof = try PlonkCase.committed[0].submission().proof
            } == "ai/32")
    }

    @Test func everyWordOfAProofCounts() throws {
        let sample = try #require(PlonkCase.committed.first)
        var chain = try TestChain.circuits([try sample.key()])
        for word in 0..<24 {
            var message = try sample.submission()
            message.proof[32 * word + 31] ^= 1
            #expect(try chain.deliver(message).refusal == "ai/32", "word \(word)")
        }
    }

    @Test func gasIsPaidBeforeAProofIsLookedAt() throws {
        let key = try ForgeableKey("key", publicCount: 3)
        var chain = try TestChain.circuits([key.key])
        let message = submission(key, 1)
        var wrong = message
        wrong.proof[0] ^= 1
        let price = AIParameters.standard.verificationGas(signalCount: 3, byteCount: 768)
        let used = try chain.deliver(wrong).gasUsed
        #expect(used > price)
        #expect(try chain.deliver(wrong, gasLimit: used - 1).refusal == "sdk/11")
        #expect(try chain.deliver(wrong, gasLimit: used).refusal == "ai/32")
        // A simulation pays and finds the same.
        let estimate = try chain.deliver(message, mode: .simulate)
        let outcome = try chain.deliver(message)
        #expect(outcome.refusal == nil && outcome.gasUsed == estimate.gasUsed)
        #expect(try chain.deliver(wrong, mode: .simulate).refusal == "ai/33")
    }
}
