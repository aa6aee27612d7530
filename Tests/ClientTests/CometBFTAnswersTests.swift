import Base
import Blocks
import Client
import Cryptography
import Ledger
import TestSupport
import Testing
import Wire

/// Answers that a real CometBFT gave, read by the client: headers hash to what the engine says,
/// commits verify, and what is written back is what the engine wrote.
@Suite struct CometBFTAnswersTests {
    struct Call: Decodable {
        var label: String
        var method: String
        var params: [String: Parameter]
        var response: String
    }

    /// Text or a flag.
    struct Parameter: Decodable {
        var text: String
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            text = try (try? container.decode(String.self)) ?? "\(container.decode(Bool.self))"
        }
    }

    struct Recording: Decodable {
        var provenance: String
        var calls: [Call]
    }

    let recording: Recording

    init() throws { recording = try Vectors.decode(Recording.self, from: "cometbft-rpc.json") }

    func answer(_ label: String, _ height: String? = nil) throws -> String {
        try #require(
            recording.calls.first {
                $0.label == label && (height == nil || $0.params["height"]?.text == height)
            }
        ).response
    }

    func client(_ answer: String) -> HTTPNodeClient {
        HTTPNodeClient(address: "recorded") { (body) throws(NodeError) in
            guard (try? JSONValue(parsing: body)) != nil else { throw .refused("not JSON") }
            return Bytes(answer.utf8)
        }
    }

    func recorded(_ label: String, _ height: String? = nil) throws -> HTTPNodeClient {
        client(try answer(label, height))
    }

    func result(_ label: String, _ height: String? = nil) throws -> JSONValue {
        try #require(try JSONValue(parsing: answer(label, height))["result"])
    }

    @Test func readsTheStatus() throws {
        let status = try recorded("status").status()
        #expect(status.chainID == "aivm-capture-1")
        #expect(status.latestHeight == 58)
        #expect(status.moniker == "vm")
        #expect(status.latestTime.text == "2026-11-21T03:56:56.73997056Z")
        #expect(status.validator.verifiedKey != nil)
        #expect(status.validator.votingPower == 10)
    }

    @Test func verifiesTheCommits() throws {
        let validators = ValidatorSet(try recorded("validators").validators(nil))
        for height in [nil, "59"] {
            let signed = try recorded("commit", height).signedHeader(nil)
            let header = try #require(signed.header)
            let commit = try #require(signed.commit)
            try LightVerification.verify(
                commit, of: header, by: validators, chainID: "aivm-capture-1")
            let text = try result("commit", height)["signed_header"]?.compactText
            #expect(CometJSON.json(signed).compactText == text)
        }
    }

    @Test func readsBlocks() throws {
        for (label, count) in [("block", 0), ("block with tx", 3)] {
            let block = try recorded(label).block(nil)
            try block.checkHashes()
            #expect(block.data.transactions.count == count)
            let json = try result(label)
            #expect(CometJSON.json(block.id).compactText == json["block_id"]?.compactText)
            #expect(CometJSON.json(block).compactText == json["block"]?.compactText)
        }
    }

    @Test func readsValidatorsAcrossAnUpdate() throws {
        let validators = try recorded("validators at update height +2").validators(nil)
        #expect(validators.count == 2)
        try ValidatorSet(validators).check()
        let json = try result("validators at update height +2")["validators"]
        #expect(
            JSONValue.array(validators.map(CometJSON.json)).compactText == json?.compactText)
    }

    @Test func readsTransactions() throws {
        let json = try result("tx by hash base64")
        let text = try #require(json["hash"]?.text)
        let hash = try #require(Bytes(hex: text).flatMap { Hash256($0) })
        let record = try recorded("tx by hash base64").transaction(hash)
        #expect(record.height == 59 && record.index == 2)
        #expect(SHA256.hash(record.bytes) == hash)
        #expect(CometJSON.json(record.result).compactText == json["tx_result"]?.compactText)
        let results = try recorded("block_results with tx").results(59)
        #expect(results.count == 3 && results[2] == record.result)
        #expect(try recorded("block_results").results(nil).isEmpty)
    }

    @Test func readsBroadcastResults() throws {
        let taken = try recorded("broadcast_tx_sync ok").broadcast(Bytes("aa=1".utf8))
        #expect(taken.code == 0)
        #expect(taken.hash == TransactionBuilder.hash(of: Bytes("aa=1".utf8)))
        let refused = try recorded("broadcast_tx_sync CheckTx code!=0").broadcast([])
        #expect(refused.code == 2)
        #expect(throws: NodeError.refused("tx already exists in cache")) {
            try recorded("broadcast_tx_sync duplicate-in-cache").broadcast([])
        }
    }

    @Test func readsQueryResults() throws {
        let found = try recorded("abci_query hex data").query(StateQuery(path: ""))
        #expect(found.key == Bytes("cc".utf8) && found.value == Bytes("3".utf8))
        #expect(found.height == 60 && found.proofOperations.isEmpty)
        let missing = try recorded("abci_query missing").query(StateQuery(path: ""))
        #expect(missing.value.isEmpty && missing.log == "does not exist")
    }

    @Test func tellsWhatIsAbsentFromWhatIsRefused() throws {
        let hash = "CA3704AA0B06F5954C79EE837FAA152D84D6B2D42838F0637A15EDA8337DBDCE"
        #expect(throws: NodeError.notFound("tx (\(hash)) not found")) {
            try recorded("tx not found").transaction(.zero)
        }
        #expect(
            throws: NodeError.refused(
                "height 999999 must be less than or equal to the current blockchain height 60")
        ) { try recorded("block future height").block(999_999) }
        #expect(throws: NodeError.refused("Method not found")) {
            try recorded("unknown method").status()
        }
    }

    @Test func rejectsAnswersThatAreNotTheProtocols() throws {
        for answer in [
            "", "<html></html>", "{}", "[]", "null", "{\"result\":null}", "{\"result\":{}}",
            "{\"result\":[]}", "{\"result\":{\"node_info\":{},\"sync_info\":{}}}",
        ] {
            #expect(throws: NodeError.self) { try client(answer).status() }
            #expect(throws: NodeError.self) { try client(answer).signedHeader(1) }
            #expect(throws: NodeError.self) { try client(answer).block(1) }
            #expect(throws: NodeError.self) { try client(answer).broadcast([]) }
            #expect(throws: NodeError.self) { try client(answer).query(StateQuery(path: "/")) }
        }
    }

    @Test func neverTrapsOnDamagedAnswers() throws {
        var mutator = Mutator(seed: 14)
        for call in recording.calls {
            for _ in 0..<60 {
                let text = mutator.mutate(Bytes(call.response.utf8))
                let client = client(String(decoding: text, as: UTF8.self))
                _ = try? client.status()
                _ = try? client.signedHeader(nil)
                _ = try? client.block(nil).id
                _ = try? ValidatorSet(client.validators(nil)).check()
                _ = try? client.results(nil)
                _ = try? client.transaction(.zero)
                _ = try? client.query(StateQuery(path: ""))
            }
        }
    }
}
