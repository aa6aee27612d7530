import AIModule
import App
import Base
import Cryptography
import Ledger
import Models
import Tensors
import TestSupport
import Testing
import Verification
import Wire

/// Models and inferences as signed transactions in blocks.
@Suite struct InferenceTransactionTests {
    /// `y = relu(x · w)` with x [1, 3] and w [3, 2].
    private func makeModel() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "perceptron")
        let x = builder.addInput("x", TensorType(.float32, [1, 3]))
        let w = builder.addConstant(
            "w", Tensor([1, -1, 2, 0.5, -3, 4] as [Float], shape: [3, 2]))
        let product = builder.addNode("MatMul", [x, w])
        builder.addOutput("y", builder.addNode("Relu", [product[0]])[0])
        return try builder.build()
    }

    private func draft(_ message: some WireMessage, gas: UInt64 = 20_000_000) -> Draft {
        var draft = Draft(message)
        draft.fee.gasLimit = gas
        return draft
    }

    /// Alice's registration at 1000ucgpt, and three requests of Bob: two good, one that offers too
    /// little.
    private func workload(_ chain: TestChain) throws -> [Bytes] {
        let model = try makeModel()
        let price = [Coin(Amount(1000), "ucgpt")]
        let register = MsgRegisterModel(
            owner: chain.alice.address.description, name: "m", program: model.programBytes,
            weights: model.weights, price: price)
        var bob = chain.bob
        var transactions = [draft(register).signed(by: chain.alice).encoded()]
        for offer: UInt128 in [1000, 999, 5000] {
            let request = MsgRequestInference(
                requester: bob.address.description,
                model: ModelReference(
                    owner: chain.alice.address.description, name: "m", version: 0),
                input: TensorSet([
                    NamedTensor(
                        name: "x", tensor: Tensor([1, 2, 3] as [Float], shape: [1, 3]))
                ]),
                maximumPrice: [Coin(Amount(offer), "ucgpt")])
            transactions.append(draft(request).signed(by: bob).encoded())
            bob.sequence += 1
        }
        return transactions
    }

    @Test func paidInferencesRunInABlock() throws {
        var chain = try TestChain()
        let results = try chain.deliver(try workload(chain)).results
        #expect(results.map { $0.code == 0 } == [true, true, false, true], "\(results.map(\.log))")
        // Three fees and two prices.
        #expect(try chain.balance(chain.bob.address) == 1_000_000_000 - 3 * 2500 - 2 * 1000)
        let data = try results.map { try TransactionMessageData(decoding: $0.data) }
        #expect(data[1].messageResponses.count == 1)
        try chain.application.checkInvariants()
    }

    @Test func cachesAndRestartsChangeNothing() throws {
        var warm = try TestChain()
        var cold = try TestChain()
        for transaction in try workload(warm) {
            let expected = try warm.deliver([transaction])
            if cold.height > 0 { cold.application = try AIVMApplication(reading: cold.store) }
            #expect(try cold.deliver([transaction]) == expected)
        }
        #expect(warm.store.snapshot == cold.store.snapshot)
    }

    @Test func simulatedGasOfAnInferenceIsEnough() throws {
        // Gas counts the digits of sums in state, so nothing may change them in between: the supply
        // is fixed, and the fee of the first transaction is shared before the estimate.
        let genesis = TestChain.genesisText.dropLast() + ", \"mint\": \(TestChain.fixedSupply)}"
        var chain = try TestChain(genesis: String(genesis))
        let transactions = try workload(chain)
        try chain.deliver([transactions[0]])
        try chain.deliver([])
        let response = try chain.query(
            "/cosmos.tx.v1beta1.Service/Simulate", SimulateRequest(transactions[1]),
            SimulateResponse.self)
        let used = try #require(response.gasInfo?.gasUsed)
        let result = try #require(try chain.deliver([transactions[1]]).results.first)
        #expect(UInt64(result.gasUsed) == used)
    }

    @Test func exportedStateWithModelsStartsAChainWithTheSameState() throws {
        var chain = try TestChain()
        try chain.deliver(try workload(chain))
        let exported = try chain.application.exportState()
        var copy = try TestChain(genesis: exported.compactText)
        try chain.deliver([])
        try copy.deliver([])
        let states = [chain, copy].map {
            $0.store.snapshot.all(.state).filter { $0.key.first != 0 }
        }
        #expect(states[0] == states[1])
        #expect(chain.store.snapshot.all(.blobs) == copy.store.snapshot.all(.blobs))
        try copy.application.checkInvariants()
    }

    @Test func refusedInferenceWritesNoBlob() throws {
        var chain = try TestChain()
        let model = try makeModel()
        let register = MsgRegisterModel(
            owner: chain.alice.address.description, name: "m", program: model.programBytes,
            weights: model.weights, price: [])
        var failing = draft(register)
        failing.messages.append(AnyMessage(chain.send(5_000_000_000)))
        #expect(try chain.deliver(failing.signed(by: chain.alice)).code == 5)
        #expect(chain.store.snapshot.all(.blobs).isEmpty)
    }

    @Test func everyMessageAndQueryIsInTheRegistry() throws {
        let modules = try TestChain().application.modules
        for url in modules.messageTypeURLs { #expect(modules.registry.type(for: url) != nil) }
        #expect(modules.messageTypeURLs.contains("/aivm.ai.v1.MsgRequestInference"))
        #expect(modules.queryPaths.allSatisfy { $0.split(separator: "/").count == 2 })
        #expect(
            modules.storeNames == [
                "ai", "auth", "authz", "bank", "compute", "consensus", "distribution", "feegrant",
                "gov", "mint", "slashing", "staking", "upgrade",
            ])
    }
}
