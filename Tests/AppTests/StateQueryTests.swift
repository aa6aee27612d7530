import AccountsModule
import App
import BankModule
import Base
import ConsensusModule
import Cryptography
import Ledger
import Merkle
import TestSupport
import Testing
import Wire

/// What clients read, and how they prove it.
@Suite struct StateQueryTests {
    private func balanceKey(_ address: Address, _ denom: String) -> Bytes {
        [2, UInt8(address.bytes.count)] + address.bytes + Bytes(denom.utf8)
    }

    /// A chain after `count` blocks, each with a send of 100.
    private func makeChain(
        blocks count: Int, options: ApplicationOptions = ApplicationOptions()
    ) throws -> (chain: TestChain, appHashes: [Bytes]) {
        var chain = try TestChain(options: options)
        var hashes: [Bytes] = []
        for _ in 0..<count {
            let transaction = Draft(chain.send(100)).signed(by: chain.alice).encoded()
            hashes.append(try chain.deliver([transaction]).appHash)
            chain.alice.sequence += 1
        }
        return (chain, hashes)
    }

    @Test func provesPresenceAndAbsenceAtEveryKeptHeight() throws {
        let (chain, hashes) = try makeChain(blocks: 8)
        for height in 2...8 {
            for (key, expected) in [
                (balanceKey(chain.bob.address, "ucgpt"), "\(1_000_000_000 + 100 * height)"),
                (balanceKey(chain.bob.address, "unone"), nil),
            ] {
                let answer = try chain.application.query(
                    StateQuery(
                        path: "/store/bank/key", data: key, height: Int64(height),
                        wantsProof: true))
                #expect(answer.code == 0, "\(answer.log)")
                #expect(answer.height == Int64(height))
                #expect(answer.key == key)
                let value = expected.map { StoredText($0).encoded() }
                #expect(answer.value == value ?? [])
                let operations = try ProofOps(
                    decoding: answer.proofOperations, rules: .canonical)
                try StateProof.verify(
                    ops: operations, root: hashes[height - 1], storeName: "bank", key: key,
                    value: value)
                #expect(throws: ProofError.self) {
                    try StateProof.verify(
                        ops: operations, root: hashes[height - 2], storeName: "bank", key: key,
                        value: value)
                }
            }
        }
    }

    @Test func answersModuleQueriesAtOlderHeights() throws {
        let (chain, _) = try makeChain(blocks: 6)
        for height in 1...6 {
            #expect(
                try chain.balance(chain.bob.address, height: Int64(height))
                    == UInt128(1_000_000_000 + 100 * height))
        }
        let all = try chain.query(
            "/cosmos.bank.v1beta1.Query/AllBalances", AllBalancesRequest(chain.alice.address),
            AllBalancesResponse.self, height: 3)
        #expect(all.balances.map(\.denom) == ["uaivm", "ucgpt"])
        #expect(all.balances[1].amount == "999992200")
    }

    @Test func keepsAsManyHeightsAsAsked() throws {
        let (chain, _) = try makeChain(
            blocks: 9, options: ApplicationOptions(retainedVersions: 3))
        func code(_ height: Int64, proof: Bool = false) throws -> UInt32 {
            try chain.application.query(
                StateQuery(
                    path: "/store/bank/key", data: [0], height: height, wantsProof: proof)
            ).code
        }
        #expect(try (7...9).map { try code($0, proof: true) } == [0, 0, 0])
        #expect(try code(6) == 26)
        #expect(try code(10) == 26)
        #expect(try code(-1) == 18)
        // A node that now keeps more cannot bring back what it pruned.
        let richer = try AIVMApplication(reading: chain.store)
        let answer = try richer.query(
            StateQuery(path: "/store/bank/key", data: [0], height: 2, wantsProof: true))
        #expect(answer.code == 26)
    }

    @Test func refusesProofsOfTheFirstHeightAndUnknownPaths() throws {
        let (chain, _) = try makeChain(blocks: 2)
        func answer(_ path: String, _ height: Int64 = 0, _ proof: Bool = false) throws
            -> StateQueryResult
        {
            try chain.application.query(
                StateQuery(path: path, data: [0], height: height, wantsProof: proof))
        }
        #expect(try answer("/store/bank/key", 1, true).code == 18)
        #expect(try answer("store/bank/key", 2, true).code == 0)
        #expect(try answer("/store/nothing/key").code == 6)
        let unknown = try answer("/cosmos.bank.v1beta1.Query/Nothing")
        #expect(unknown.code == 6)
        #expect(
            unknown.log == "unknown query path: /cosmos.bank.v1beta1.Query/Nothing: unknown request"
        )
    }

    @Test func missingAccountSaysNotFound() throws {
        let (chain, _) = try makeChain(blocks: 1)
        let answer = try chain.application.query(
            StateQuery(
                path: "/cosmos.auth.v1beta1.Query/Account",
                data: AccountRequest(.module("nobody")).encoded()))
        #expect(answer.code == 22)
        #expect(answer.codespace == "sdk")
        #expect(answer.log.contains("rpc error: code = NotFound"))
        #expect(answer.log.contains("not found"))
        #expect(answer.height == 1)
    }

    @Test func isNotReadyBeforeTheFirstBlock() throws {
        let chain = try TestChain()
        let answer = try chain.application.query(StateQuery(path: "/app/version"))
        #expect(answer.code == 26)
        #expect(answer.log.contains("is not ready; please wait for first block"))
    }

    @Test func simulationAcceptsBothFieldsWithoutSignatureOrGas() throws {
        var (chain, _) = try makeChain(blocks: 1)
        // As cosmpy asks: `tx`, gas limit 0, empty fee.
        var draft = Draft(chain.send(100))
        draft.fee = Fee([], gasLimit: 0)
        let raw = draft.signed(by: chain.alice)
        var byField = SimulateRequest()
        var tx = DecodedTransaction()
        tx.body = try TxBody(decoding: raw.bodyBytes)
        tx.authInfo = try AuthInfo(decoding: raw.authInfoBytes)
        tx.signatures = raw.signatures
        byField.transaction = tx
        // As CosmJS asks: `tx_bytes`, mode unspecified, one empty signature.
        draft.mode = .unspecified
        var unsigned = draft.signed(by: chain.alice)
        unsigned.signatures = [[]]
        var byBytes = SimulateRequest()
        byBytes.transactionBytes = unsigned.encoded()
        for request in [byField, byBytes] {
            let response = try chain.query(
                "/cosmos.tx.v1beta1.Service/Simulate", request, SimulateResponse.self)
            let used = try #require(response.gasInfo?.gasUsed)
            #expect((20_000...200_000).contains(used))
            #expect(
                response.result?.messageResponses.map(\.typeURL)
                    == ["/cosmos.bank.v1beta1.MsgSendResponse"])
            #expect(response.result?.events.contains { $0.type == "transfer" } == true)
        }
        // Nothing was kept.
        #expect(try chain.balance(chain.bob.address) == 1_000_000_100)
        #expect(try chain.check(Draft(chain.send()).signed(by: chain.alice)).code == 0)
    }

    @Test func simulatedGasIsEnoughForTheRealTransaction() throws {
        var (chain, _) = try makeChain(blocks: 1)
        var draft = Draft(chain.send(100))
        var unsigned = draft.signed(by: chain.alice)
        unsigned.signatures = [[]]
        var request = SimulateRequest()
        request.transactionBytes = unsigned.encoded()
        let response = try chain.query(
            "/cosmos.tx.v1beta1.Service/Simulate", request, SimulateResponse.self)
        draft.fee.gasLimit = try #require(response.gasInfo?.gasUsed)
        let result = try chain.deliver(draft.signed(by: chain.alice))
        #expect(result.code == 0, "\(result.log)")
        #expect(UInt64(result.gasUsed) <= draft.fee.gasLimit)
    }

    @Test func failedSimulationCarriesTheErrorAndTheGas() throws {
        let (chain, _) = try makeChain(blocks: 1)
        var request = SimulateRequest()
        request.transactionBytes =
            Draft(chain.send(5_000_000_000)).signed(by: chain.alice).encoded()
        let answer = try chain.application.query(
            StateQuery(path: "/cosmos.tx.v1beta1.Service/Simulate", data: request.encoded()))
        #expect(answer.code == 6)
        #expect(answer.log.contains("insufficient funds"))
        #expect(answer.log.contains("with gas used: '"))
    }

    @Test func plainSimulationAnswersJSON() throws {
        let (chain, _) = try makeChain(blocks: 1)
        let answer = try chain.application.query(
            StateQuery(
                path: "/app/simulate",
                data: Draft(chain.send()).signed(by: chain.alice).encoded()))
        #expect(answer.code == 0, "\(answer.log)")
        let json = try JSONValue(parsing: answer.value)
        #expect((json["gas_info"]?["gas_used"]?.integer(as: Int.self) ?? 0) > 20_000)
    }

    @Test func answersSettings() throws {
        let price = try #require(GasPrice("0.025ucgpt"))
        let (chain, _) = try makeChain(
            blocks: 1, options: ApplicationOptions(minimumGasPrices: [price], version: "1.2.3"))
        let settings = try chain.query(
            "/cosmos.base.node.v1beta1.Service/Config", NodeConfigurationRequest(),
            NodeConfigurationResponse.self)
        #expect(settings.minimumGasPrice == "0.025ucgpt")
        let limits = try chain.query(
            "/cosmos.consensus.v1.Query/Params", ConsensusParametersRequest(),
            ConsensusParametersResponse.self)
        #expect(limits.parameters?.block?.maximumGas == 100_000_000)
        let version = try chain.application.query(StateQuery(path: "/app/version"))
        #expect(version.value == Bytes("1.2.3".utf8))
    }

    @Test func initialHeightMayBeAnyNumber() throws {
        var chain = try TestChain(initialHeight: 1000)
        try chain.deliver([])
        let hash = try chain.deliver([Draft(chain.send()).signed(by: chain.alice).encoded()])
            .appHash
        let key = balanceKey(chain.bob.address, "ucgpt")
        let answer = try chain.application.query(
            StateQuery(path: "/store/bank/key", data: key, wantsProof: true))
        #expect(answer.height == 1001)
        try StateProof.verify(
            ops: try ProofOps(decoding: answer.proofOperations), root: hash, storeName: "bank",
            key: key, value: answer.value)
    }
}

@Suite struct GasPriceTests {
    @Test(arguments: [
        ("0.025ucgpt", 100_000 as UInt64, "2500"), ("0.0251ucgpt", 1, "1"), ("1ucgpt", 7, "7"),
        ("0ucgpt", 100, "0"), ("0.000000000000000001ucgpt", 1, "1"),
        ("999999999999.999999999999999999ucgpt", 1, "1000000000000"),
        ("999999999999ucgpt", .max, "340282366920938463463374607431768211455"),
    ])
    func roundsTheFeeUp(_ price: String, _ gas: UInt64, _ fee: String) throws {
        let fee = Coin(try #require(Amount(fee)), "ucgpt")
        #expect(try #require(GasPrice(price)).fee(forGas: gas) == fee)
    }

    @Test(arguments: [
        "", "ucgpt", "1", ".5ucgpt", "1.ucgpt", "1.2.3ucgpt", "-1ucgpt", "+1ucgpt", "1 ucgpt",
        "0.0000000000000000001ucgpt", "1000000000000000ucgpt", "1u",
    ])
    func refusesOtherText(_ text: String) { #expect(GasPrice(text) == nil) }
}
