// A node of three blocks, for tests of the door only; the real one is in Scenarios.

import Base
import Blocks
import Client
import Cryptography
import Ledger
import Wire

struct StubNode: NodeService {
    static let transaction = Bytes("cc=3".utf8)
    static let hash = SHA256.hash(transaction)
    static let key = Ed25519.PrivateKey(seed: Bytes(repeating: 5, count: 32))!.publicKey

    var validatorCount = 3
    var failure: String?

    func status() throws(NodeError) -> NodeStatus {
        var status = NodeStatus(
            chainID: "aivm-1", moniker: "stub", latestHeight: 3,
            latestBlockHash: Bytes(repeating: 0xAB, count: 32),
            latestAppHash: Bytes(repeating: 0xCD, count: 32),
            latestTime: Timestamp(seconds: 1_790_000_000, nanoseconds: 5_000_000),
            validator: validator(0))
        status.earliest = .init(
            height: 1, hash: Bytes(repeating: 1, count: 32),
            appHash: Bytes(repeating: 2, count: 32),
            time: Timestamp(seconds: 1_780_000_000))
        return status
    }

    func broadcast(_ transaction: Bytes) throws(NodeError) -> BroadcastResult {
        guard transaction != Bytes("twice".utf8) else {
            throw .refused("tx already exists in cache")
        }
        let isBad = transaction.starts(with: Bytes("invalid".utf8))
        return BroadcastResult(
            code: isBad ? 2 : 0, codespace: "", log: "", hash: SHA256.hash(transaction))
    }

    func transaction(_ hash: Hash256) throws(NodeError) -> TransactionRecord {
        guard hash == StubNode.hash else { throw .notFound("tx not found: \(hash)") }
        // Higher than the newest block when it was sent, so that waiting for it ends.
        return record(height: 4)
    }

    private func record(height: Int64) -> TransactionRecord {
        TransactionRecord(
            hash: StubNode.hash, height: height, index: 0, result: StubNode.result,
            bytes: StubNode.transaction)
    }

    static var result: TransactionResult {
        var result = TransactionResult()
        result.gasUsed = 7
        var event = Event("app", ["creator": "Cosmoshi", "noindex_key": "x"])
        event.attributes[1].index = false
        result.events = [event]
        return result
    }

    func namedBlock(_ height: Int64?) throws(NodeError) -> NamedBlock {
        let height = height ?? 3
        guard (1...4).contains(height) else {
            throw .notFound(
                "height \(height) must be less than or equal to the current blockchain height 3")
        }
        var header = Header()
        header.version = ConsensusVersion(application: 1)
        header.height = height
        header.chainID = "aivm-1"
        header.time = Timestamp(seconds: 1_790_000_000 + height)
        let hash = Bytes(repeating: UInt8(height), count: 32)
        header.lastBlockID.hash = hash
        header.lastBlockID.partSetHeader.hash = hash
        (header.dataHash, header.validatorsHash, header.nextValidatorsHash) = (hash, hash, hash)
        (header.lastCommitHash, header.consensusHash, header.appHash) = (hash, hash, hash)
        (header.lastResultsHash, header.evidenceHash) = (hash, hash)
        header.proposerAddress = validator(0).address
        let signature = CommitSignature(
            validatorAddress: validator(0).address,
            timestamp: Timestamp(seconds: 1_790_000_001), signature: Bytes(repeating: 9, count: 64))
        let commit = Commit(
            height: height - 1, round: 0, blockID: header.lastBlockID, signatures: [signature])
        let block = Block(
            header: header, transactions: [StubNode.transaction], lastCommit: commit)
        return NamedBlock(id: block.id, block: block)
    }

    func namedBlock(hash: Bytes) throws(NodeError) -> NamedBlock? {
        let block = try namedBlock(2)
        return block.id.hash == hash ? block : nil
    }

    func block(_ height: Int64?) throws(NodeError) -> Block { try namedBlock(height).block }

    func signedHeader(_ height: Int64?) throws(NodeError) -> SignedHeader {
        let block = try namedBlock(height).block
        return SignedHeader(header: block.header, commit: block.lastCommit)
    }

    func validators(_ height: Int64?) throws(NodeError) -> [Validator] {
        (0..<validatorCount).map(validator)
    }

    func outcome(_ height: Int64?) throws(NodeError) -> BlockOutcome {
        var update = SimpleValidator()
        update.publicKey = ValidatorKey(StubNode.key)
        update.votingPower = 1
        var outcome = BlockOutcome(
            height: height ?? 3, results: [StubNode.result],
            events: [Event("mint", ["amount": "5utest"])], validatorUpdates: [update],
            appHash: Bytes(repeating: 7, count: 32))
        outcome.parameterUpdates = ConsensusParameterSet()
        outcome.parameterUpdates?.version = VersionParameterSet()
        return outcome
    }

    func results(_ height: Int64?) throws(NodeError) -> [TransactionResult] {
        try outcome(height).results
    }

    func query(_ query: StateQuery) throws(NodeError) -> StateQueryResult {
        var result = StateQueryResult()
        result.height = query.height
        result.key = query.data
        result.value = Bytes(query.path.utf8)
        return result
    }

    func applicationInfo() throws(NodeError) -> ApplicationInfo {
        ApplicationInfo(
            name: "stub", version: "1.0.0", protocolVersion: 1, lastHeight: 3,
            lastAppHash: Bytes(repeating: 7, count: 32))
    }

    func check(_ transaction: Bytes) throws(NodeError) -> TransactionResult { TransactionResult() }

    func waiting(limit: Int) throws(NodeError) -> WaitingTransactions {
        WaitingTransactions(
            count: 2, byteCount: 5, transactions: Array([[1, 2], [3, 4, 5]].prefix(limit)))
    }

    func genesis() throws(NodeError) -> JSONValue {
        .object([
            "genesis_time": "2026-11-21T03:55:57.178905265Z", "chain_id": "aivm-1",
            "initial_height": "1", "consensus_params": try consensusParameters(1),
            "validators": .array([]), "app_hash": "", "app_state": .object(["hello": "genesis"]),
        ])
    }

    func consensusParameters(_ height: Int64) throws(NodeError) -> JSONValue {
        .object([
            "block": .object(["max_bytes": "22020096", "max_gas": "-1"]),
            "evidence": .object([
                "max_age_num_blocks": "100000", "max_age_duration": "172800000000000",
                "max_bytes": "1048576",
            ]),
            "validator": .object(["pub_key_types": .array(["ed25519"])]),
            "version": .object(["app": "0"]),
            "abci": .object(["vote_extensions_enable_height": "0"]),
        ])
    }

    func transactions(
        matching query: String, page: SearchPage
    ) throws(NodeError) -> SearchResult<TransactionRecord> {
        let query = try StubNode.parse(query)
        let all = (1...3).map { record(height: $0) }.filter { record in
            query.matches(
                facts: [
                    EventAttribute("tx.height", String(record.height)),
                    EventAttribute("tx.hash", record.hash.bytes.upperHex),
                ], events: record.result.events, indexedOnly: true)
        }
        return SearchResult(elements: try page.slice(all), total: all.count)
    }

    func blocks(
        matching query: String, page: SearchPage
    ) throws(NodeError) -> SearchResult<NamedBlock> {
        let query = try StubNode.parse(query)
        var all: [NamedBlock] = []
        for height in Int64(1)...3 {
            let facts = [EventAttribute("block.height", String(height))]
            if query.matches(facts: facts, events: try outcome(height).events) {
                all.append(try namedBlock(height))
            }
        }
        return SearchResult(elements: try page.slice(all), total: all.count)
    }

    private static func parse(_ text: String) throws(NodeError) -> EventQuery {
        do { return try EventQuery(text) } catch { throw .refused(error.description) }
    }

    private func validator(_ index: Int) -> Validator {
        var validator = Validator()
        validator.address = Bytes(repeating: UInt8(index + 0xA1), count: 20)
        validator.publicKey.ed25519 = Bytes(repeating: UInt8(index + 1), count: 32)
        validator.votingPower = 10
        return validator
    }
}
