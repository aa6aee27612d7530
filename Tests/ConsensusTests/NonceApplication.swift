// A small application for tests: a transaction is a sender, the sender's next number, and anything.

import Base
import Consensus
import Cryptography
import Ledger
import Store
import Synchronization
import Testing
import Wire

/// Counts transactions per sender. Some senders make it misbehave.
struct NonceApplication: Application {
    /// Its blocks are not accepted by `processProposal`.
    static let poison: UInt8 = 0xEE
    /// It is never chosen by `prepareProposal`.
    static let ignored: UInt8 = 0xDD
    /// Its transactions fail in a block and leave no trace.
    static let failing: UInt8 = 0xFA
    /// Its transactions carry a validator key of 32 bytes and a power of 1 byte.
    static let staking: UInt8 = 0xAA
    /// Its transactions make `finalizeBlock` lose a result.
    static let lossy: UInt8 = 0xBB
    /// Its transactions want more gas than any block has.
    static let greedy: UInt8 = 0xCC

    let store: any KeyValueReading
    private var genesisHash = Bytes()
    private var checkNonces: [UInt8: UInt8] = [:]
    private var blockNonces: [UInt8: UInt8] = [:]
    private var height: Int64 = 0
    private var appHash = Bytes()

    init(_ store: any KeyValueReading) { self.store = store }

    private func record() throws(StorageFailure) -> (height: Int64, hash: Bytes)? {
        guard let value = try store.value(.state, [0]), value.count == 40 else { return nil }
        return (Int64(value[7]) + Int64(value[6]) << 8, Bytes(value[8...]))
    }

    private func nonce(_ sender: UInt8, _ changes: [UInt8: UInt8]) throws(StorageFailure) -> UInt8 {
        if let nonce = changes[sender] { return nonce }
        return try store.value(.state, [1, sender])?.first ?? 0
    }

    func info() throws(StorageFailure) -> ApplicationInfo {
        let record = try record()
        return ApplicationInfo(
            name: "nonces", version: "1", protocolVersion: 3, lastHeight: record?.height ?? 0,
            lastAppHash: record?.hash ?? [])
    }

    mutating func initializeChain(
        _ request: ChainInitialization
    ) throws(Failure) -> ChainInitializationResult {
        if request.appState == .null { throw .sdk(.invalidRequest, "no state") }
        genesisHash = SHA256.hash(Bytes(request.chainID.utf8)).bytes
        return ChainInitializationResult(validators: [], appHash: genesisHash)
    }

    mutating func checkTransaction(
        _ bytes: Bytes, recheck: Bool
    ) throws(StorageFailure) -> TransactionResult {
        var result = TransactionResult()
        guard bytes.count >= 2, try nonce(bytes[0], checkNonces) == bytes[1] else {
            result.code = 32
            return result
        }
        checkNonces[bytes[0]] = bytes[1] &+ 1
        result.gasWanted = bytes[0] == NonceApplication.greedy ? 1_000_000_000 : 5
        return result
    }

    mutating func prepareProposal(
        _ candidates: [Bytes], maximumBytes: Int64, block: BlockInfo
    ) throws(StorageFailure) -> [Bytes] {
        candidates.filter { $0[0] != NonceApplication.ignored }
    }

    mutating func processProposal(
        _ transactions: [Bytes], block: BlockInfo
    ) throws(StorageFailure) -> Bool {
        transactions.allSatisfy { $0[0] != NonceApplication.poison }
    }

    mutating func finalizeBlock(
        _ transactions: [Bytes], block: BlockInfo
    ) throws(StorageFailure) -> BlockResult {
        blockNonces = [:]
        height = block.height
        appHash = try record()?.hash ?? genesisHash
        var results: [TransactionResult] = []
        var updates: [ValidatorUpdate] = []
        for bytes in transactions {
            var result = TransactionResult()
            result.gasWanted = 5
            if bytes[0] == NonceApplication.failing { result.code = 5 }
            if try nonce(bytes[0], blockNonces) != bytes[1] { result.code = 32 }
            if result.code == 0 {
                blockNonces[bytes[0]] = bytes[1] &+ 1
                appHash = SHA256.hash(appHash + bytes).bytes
                result.gasUsed = 3
                result.events = [NonceApplication.event(bytes)]
                if bytes[0] == NonceApplication.staking {
                    updates.append(
                        .init(publicKey: Bytes(bytes[2..<34]), power: Int64(bytes[34])))
                }
            }
            results.append(result)
        }
        if transactions.contains(where: { $0[0] == NonceApplication.lossy }) {
            results.removeLast()
        }
        return BlockResult(
            results: results, events: [NonceApplication.event(block)], validatorUpdates: updates,
            appHash: appHash)
    }

    /// Says who sent, whether the number is even, and something that is not indexed.
    private static func event(_ bytes: Bytes) -> Event {
        var event = Event(
            "counted",
            ["sender": String(bytes[0]), "even": bytes[1] % 2 == 0 ? "yes" : "no", "secret": ""])
        event.attributes[2].index = false
        return event
    }

    private static func event(_ block: BlockInfo) -> Event {
        var event = Event(
            "sealed",
            [
                "odd": block.height % 2 == 1 ? "yes" : "no", "height": String(block.height),
                "word": "unindexed",
            ])
        event.attributes[2].index = false
        return event
    }

    mutating func commitWrites() throws(StorageFailure) -> [KeyValueWrite] {
        var record = Bytes()
        record.appendBigEndian(UInt64(height))
        return [KeyValueWrite(.state, [0], record + appHash)]
            + blockNonces.map { KeyValueWrite(.state, [1, $0.key], [$0.value]) }
    }

    mutating func didCommit() {
        checkNonces = [:]
        blockNonces = [:]
    }

    func query(_ request: StateQuery) throws(StorageFailure) -> StateQueryResult {
        var result = StateQueryResult()
        result.value = try store.value(.state, request.data) ?? []
        result.height = try record()?.height ?? 0
        return result
    }
}

/// A clock that moves only when told.
final class ManualClock: Sendable {
    private let seconds = Mutex<Int64>(1_800_000_000)
    var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }
    func advance(_ count: Int64) { seconds.withLock { $0 += count } }
}

/// What a test chain is made of.
struct Chain {
    static let key = Ed25519.PrivateKey(seed: Bytes(repeating: 9, count: 32))!
    static let clock = ManualClock()

    static func genesis(
        maximumGas: Int64 = 1_000_000, maximumBytes: Int64 = 1 << 20, initialHeight: Int64 = 1
    ) -> EngineGenesis {
        EngineGenesis(
            chainID: "test-1", time: Timestamp(seconds: 1_700_000_000),
            initialHeight: initialHeight,
            parameters: ConsensusParameterSet(
                BlockParameters(maximumBytes: maximumBytes, maximumGas: maximumGas)))
    }

    static func open(
        _ store: any KeyValueStore, genesis: EngineGenesis = genesis(),
        options: EngineOptions = EngineOptions(minimumBlockInterval: .zero),
        now: @escaping @Sendable () -> Timestamp = { clock.now }
    ) throws(ConsensusError) -> EmbeddedEngine {
        try EmbeddedEngine(
            application: NonceApplication(store), store: store, key: key, genesis: genesis,
            options: options, now: now)
    }

    /// Makes blocks until there is no reason for one; returns the height.
    @discardableResult
    static func settle(_ engine: EmbeddedEngine) throws(ConsensusError) -> Int64 {
        while try engine.produceBlock() != nil {}
        return engine.height
    }

    /// Executes everything in `store` again; returns the height.
    @discardableResult
    static func replay(
        _ store: any KeyValueReading, genesis: EngineGenesis = genesis()
    ) throws(ConsensusError) -> Int64 {
        let scratch = MemoryStore()
        return try ReplayCheck.verify(
            chain: store, application: NonceApplication(scratch), scratch: scratch,
            genesis: genesis, key: key.publicKey)
    }
}
