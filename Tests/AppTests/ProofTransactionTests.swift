import AIModule
import App
import AuthzModule
import Base
import Cryptography
import Fields
import Forgery
import Ledger
import Merkle
import Plonk
import Store
import TestSupport
import Testing
import Verification
import Wire

/// Verification keys and proofs as signed transactions in blocks.
@Suite struct ProofTransactionTests {
    private let keys: [ForgeableKey]

    init() throws {
        keys = [
            try ForgeableKey("a"), try ForgeableKey("b", publicCount: 2),
            try ForgeableKey("c", setup: "another"),
        ]
    }

    private func registration(_ key: ForgeableKey, _ owner: Signer) -> MsgRegisterVerificationKey {
        MsgRegisterVerificationKey(
            owner: owner.address.description, key: key.key.bytes, name: "circuit")
    }

    private func submission(
        _ key: ForgeableKey, _ first: UInt64, _ submitter: Signer
    ) -> MsgSubmitProof {
        let signals = (0..<UInt64(key.key.publicCount)).map { Fr(first + $0) }
        return MsgSubmitProof(
            submitter: submitter.address.description, keyID: CircuitKey.id(of: key.key.bytes),
            publicSignals: signals.map(\.canonicalBigEndian),
            proof: key.proof(of: signals).bytes)
    }

    private func draft(_ messages: [any WireMessage], gas: UInt64 = 500_000) -> Draft {
        var draft = Draft()
        draft.messages = messages.map { AnyMessage($0) }
        draft.fee.gasLimit = gas
        return draft
    }

    /// A chain with the keys registered in its first block.
    private func makeChain(
        options: ApplicationOptions = ApplicationOptions()
    ) throws -> TestChain {
        var chain = try TestChain(options: options)
        let transactions = keys.map { key in
            defer { chain.alice.sequence += 1 }
            return draft([registration(key, chain.alice)]).signed(by: chain.alice).encoded()
        }
        #expect(try chain.deliver(transactions).results.allSatisfy { $0.code == 0 })
        return chain
    }

    /// 64 good submissions of bob with bad ones among them, and the code of each.
    private func workload(_ chain: TestChain) -> (transactions: [Bytes], codes: [UInt32]) {
        var bob = chain.bob
        var transactions: [Bytes] = []
        var codes: [UInt32] = []
        for index in 0..<72 {
            var message = submission(keys[index % 3], UInt64(10 * index), bob)
            var code: UInt32 = 0
            switch index {
            case 5: (message.proof[767], code) = (message.proof[767] ^ 1, 32)
            case 17: (message.publicSignals[0][31], code) = (message.publicSignals[0][31] ^ 1, 32)
            case 30: (message.proof, code) = ([], 32)
            case 41: (message.publicSignals, code) = ([], 31)
            case 50: (message.keyID[7], code) = (message.keyID[7] ^ 1, 29)
            case 51: (message, code) = (submission(keys[0], 0, bob), 33)
            case 60: (message.proof, code) = (submission(keys[1], 0, bob).proof, 32)
            case 71: (message.proof[500], code) = (message.proof[500] ^ 1, 32)
            default: break
            }
            transactions.append(draft([message]).signed(by: bob).encoded())
            codes.append(code)
            bob.sequence += 1
        }
        return (transactions, codes)
    }

    @Test func aBlockRefusesExactlyTheBadProofs() throws {
        var chain = try makeChain()
        let (transactions, codes) = workload(chain)
        #expect(codes.count { $0 == 0 } == 64)
        let results = try chain.deliver(transactions).results
        for (index, result) in results.enumerated() {
            #expect(result.code == codes[index], "\(index): \(result.log)")
            #expect(result.codespace == (codes[index] == 0 ? "" : "ai"))
        }
        let response = try chain.query(
            "/aivm.ai.v1.Query/ProvenStatements", QueryProvenStatementsRequest(),
            QueryProvenStatementsResponse.self)
        #expect(response.statements.count == 64)
        try chain.application.checkInvariants()
    }

    /// What a node has seen before a block changes nothing: other transactions checked in another
    /// order, decoded ones remembered or not, a start from disk.
    @Test func nodesWithOtherPastsAgree() throws {
        var plain = try makeChain()
        var remembering = try makeChain(
            options: ApplicationOptions(memory: BoundedMemory(byteCount: 1 << 20)))
        var restarted = try makeChain()
        let (transactions, _) = workload(plain)
        for bytes in transactions {
            _ = try plain.application.checkTransaction(bytes, recheck: false)
        }
        for bytes in transactions.reversed() {
            _ = try remembering.application.checkTransaction(bytes, recheck: false)
        }
        restarted.application = try AIVMApplication(reading: restarted.store)
        var request = SimulateRequest()
        request.transactionBytes = transactions[0]
        _ = try remembering.query(
            "/cosmos.tx.v1beta1.Service/Simulate", request, SimulateResponse.self)
        for range in [0..<40, 40..<41, 41..<72] {
            let block = Array(transactions[range])
            let expected = try plain.deliver(block)
            #expect(try remembering.deliver(block) == expected)
            #expect(try restarted.deliver(block) == expected)
        }
        #expect(plain.store.snapshot == remembering.store.snapshot)
        #expect(plain.store.snapshot == restarted.store.snapshot)
    }

    /// A proof in a block of its own is verified alone; one of many with them. Fees have the same
    /// number of digits, so gas can be compared.
    @Test func gasIsTheSameAloneAndWithOthers() throws {
        let genesis = TestChain.genesisText.dropLast() + ", \"mint\": \(TestChain.fixedSupply)}"
        func gas(blocks: Int) throws -> [Int64] {
            var chain = try TestChain(genesis: String(genesis))
            let key = draft([registration(keys[0], chain.alice)]).signed(by: chain.alice)
            #expect(try chain.deliver(key).code == 0)
            var transactions: [Bytes] = []
            for index in 0..<6 {
                let message = submission(keys[0], UInt64(index), chain.bob)
                transactions.append(draft([message]).signed(by: chain.bob).encoded())
                chain.bob.sequence += 1
            }
            let perBlock = transactions.count / blocks
            var used: [Int64] = []
            for start in stride(from: 0, to: transactions.count, by: perBlock) {
                let result = try chain.deliver(Array(transactions[start..<start + perBlock]))
                // What the collector holds has more digits in a fuller block.
                used += result.results.map { result in
                    #expect(result.code == 0, "\(result.log)")
                    return result.gasUsed
                }
            }
            return used
        }
        let (together, alone) = (try gas(blocks: 2), try gas(blocks: 6))
        for (one, other) in zip(together, alone) {
            // Digits of balances cost 33 gas each; verifying costs 150,000.
            #expect(abs(one - other) < 500, "\(together) \(alone)")
        }
    }

    @Test func aKeyMayBeUsedInTheBlockThatBringsItAndInsideOtherMessages() throws {
        var chain = try TestChain()
        var alice = chain.alice
        var transactions = [
            draft(
                [
                    registration(keys[0], alice), submission(keys[0], 1, alice),
                    submission(keys[0], 2, alice),
                ], gas: 2_000_000
            ).signed(by: alice).encoded()
        ]
        alice.sequence += 1
        let inner = AnyMessage(submission(keys[0], 3, alice))
        transactions.append(
            draft([MsgExec(grantee: alice.address.description, [inner])]).signed(by: alice)
                .encoded())
        alice.sequence += 1
        var wrong = submission(keys[0], 4, alice)
        wrong.proof[767] ^= 1
        transactions.append(
            draft([MsgExec(grantee: alice.address.description, [AnyMessage(wrong)])])
                .signed(by: alice).encoded())
        alice.sequence += 1
        // A second statement that fails takes the first of its transaction with it.
        transactions.append(
            draft([submission(keys[0], 5, alice), wrong], gas: 2_000_000).signed(by: alice)
                .encoded())
        let results = try chain.deliver(transactions).results
        #expect(results.map(\.code) == [0, 0, 32, 32], "\(results.map(\.log))")
        let response = try chain.query(
            "/aivm.ai.v1.Query/ProvenStatements", QueryProvenStatementsRequest(),
            QueryProvenStatementsResponse.self)
        #expect(response.statements.map(\.number) == [1, 2, 3])
        try chain.application.checkInvariants()
    }

    @Test func thatAStatementIsProvenIsShownByAMerkleProof() throws {
        var chain = try makeChain()
        let message = submission(keys[1], 8, chain.bob)
        let block = try chain.deliver([draft([message]).signed(by: chain.bob).encoded()])
        #expect(block.results.map(\.code) == [0])
        func answer(_ signals: [Bytes]) throws -> (key: Bytes, result: StateQueryResult) {
            let key = AI.statementStoreKey(
                CircuitProof.statementID(
                    key: CircuitKey.id(of: keys[1].key.bytes),
                    signals: CircuitProof.signalsHash(signals)))
            return (
                key,
                try chain.application.query(
                    StateQuery(path: "/store/ai/key", data: key, height: 2, wantsProof: true))
            )
        }
        let (key, proven) = try answer(message.publicSignals)
        try StateProof.verify(
            ops: try ProofOps(decoding: proven.proofOperations, rules: .canonical),
            root: block.appHash, storeName: "ai", key: key, value: proven.value)
        let record = try ProvenStatement(decoding: proven.value)
        #expect(record.keyID == message.keyID && record.height == 2)
        let (otherKey, other) = try answer(message.publicSignals.reversed())
        #expect(other.value.isEmpty)
        try StateProof.verify(
            ops: try ProofOps(decoding: other.proofOperations, rules: .canonical),
            root: block.appHash, storeName: "ai", key: otherKey, value: nil)
    }

    @Test func exportedStateStartsAChainWithTheSameState() throws {
        var chain = try makeChain()
        try chain.deliver(Array(workload(chain).transactions[..<9]))
        var copy = try TestChain(genesis: try chain.application.exportState().compactText)
        try chain.deliver([])
        try copy.deliver([])
        let states = [chain, copy].map {
            $0.store.snapshot.all(.state).filter { $0.key.first != 0 }
        }
        #expect(states[0] == states[1])
        try copy.application.checkInvariants()
    }
}
