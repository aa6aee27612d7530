// The application: committed state, the block in the making, and the state that admits
// transactions to the mempool. `TransactionPipeline` runs transactions, `Modules` what is in them;
// this file moves a block from decided to durable.
//
//     committed ─ finalizeBlock ─▶ pending ─ commitWrites, batch, didCommit ─▶ committed
//         └───── checkTransaction ─▶ check state (dropped at every didCommit)

public import Base
import ConsensusModule
public import Ledger
import Wire

/// The AIVM chain as a state machine.
///
/// A value: a copy answers queries on its own while the original makes the next block. Copies share
/// the database, so they must not read while a batch is being written.
public struct AIVMApplication: Application {
    /// The modules of the chain.
    public let modules: Modules
    let options: ApplicationOptions
    let reading: any KeyValueReading

    /// The last durable block, or what genesis set; `nil` before genesis.
    var record: ApplicationRecord?
    /// State of genesis, until the first block is durable.
    var genesis: State?
    private var trees: StateTrees
    private var pending: Pending?
    private var checkState: State?
    /// What executions leave to save work; it never changes a result.
    var cache = ContextCache()

    /// A finalised block that is not durable yet.
    private struct Pending {
        var record: ApplicationRecord
        var trees: StateTrees
        var writes: [KeyValueWrite]
    }

    /// Name of the application.
    public static let name = "aivm"
    /// Version of the application's part of the block header.
    public static let protocolVersion: UInt64 = 1

    /// Opens the application at the last durable block of `reading`.
    public init(
        reading: any KeyValueReading, options: ApplicationOptions = ApplicationOptions()
    ) throws(StorageFailure) {
        modules = Modules()
        self.reading = reading
        self.options = options
        record = try ApplicationRecord.stored(in: reading)
        trees = try StateTrees(
            names: modules.storeNames, reading: reading, version: record?.version ?? 0)
    }

    public func info() throws(StorageFailure) -> ApplicationInfo {
        let last = genesis == nil ? record : nil
        return ApplicationInfo(
            name: AIVMApplication.name, version: options.version,
            protocolVersion: AIVMApplication.protocolVersion, lastHeight: last?.height ?? 0,
            lastAppHash: last?.appHash ?? [], chainID: last?.chainID ?? "")
    }

    public mutating func reopen() throws(StorageFailure) {
        self = try AIVMApplication(reading: reading, options: options)
    }

    // MARK: Genesis

    public mutating func initializeChain(
        _ request: ChainInitialization
    ) throws(Failure) -> ChainInitializationResult {
        guard record == nil || genesis != nil else {
            throw .sdk(.logic, "the chain has begun")
        }
        let start = try Genesis(request, modules, reading)
        var trees = self.trees
        try Failure.reading { () throws(StorageFailure) in try trees.apply(start.state.changes) }
        record = start.record
        record?.appHash = trees.appHash.bytes
        genesis = start.state
        checkState = nil
        pending = nil
        return ChainInitializationResult(
            validators: start.validators, appHash: trees.appHash.bytes)
    }

    // MARK: Mempool

    public mutating func checkTransaction(
        _ bytes: Bytes, recheck: Bool
    ) throws(StorageFailure) -> TransactionResult {
        let record = try started()
        var context = Context(
            state: takeCheckState(), gasLimit: nil, block: nextBlock(record),
            mode: recheck ? .recheck : .check)
        let result = try pipeline(record).run(bytes, &context)
        checkState = context.state
        return result
    }

    /// The state that admits transactions, taken out so that changing it never copies it.
    private mutating func takeCheckState() -> State {
        defer { checkState = nil }
        return checkState ?? baseState
    }

    // MARK: Blocks

    public mutating func finalizeBlock(
        _ transactions: [Bytes], block: BlockInfo
    ) throws(StorageFailure) -> BlockResult {
        var record = try started()
        guard block.height == record.nextHeight, block.chainID == record.chainID else {
            throw StorageFailure(
                "block \(block.height) of \(block.chainID) does not follow block "
                    + "\(record.height) of \(record.chainID)")
        }
        var context = Context(state: baseState, gasLimit: nil, block: block, mode: .finalize)
        context.cache = cache
        var events = try runHook("BeginBlock", &context) { (module, context) throws(Failure) in
            try module.beginBlock(&context)
        }
        let results = try run(transactions, pipeline(record), record.gasLimit, &context)
        var updates: [ValidatorUpdate] = []
        events += try runHook("EndBlock", &context) { (module, context) throws(Failure) in
            updates += try module.endBlock(&context)
        }
        cache = context.cache
        record.height = block.height
        record.time = block.time
        let parameters = try takeParameters(&record, &context)
        let appHash = try save(context.state, &record)
        return BlockResult(
            results: results, events: events, validatorUpdates: updates,
            parameterUpdates: parameters, appHash: appHash)
    }

    /// The parameters of consensus, when the block changed them: all of them, with the version of
    /// the application, which an engine would else reset.
    private func takeParameters(
        _ record: inout ApplicationRecord, _ context: inout Context
    ) throws(StorageFailure) -> ConsensusParameterSet? {
        var before = Context(state: baseState, gasLimit: nil, block: context.block, mode: .simulate)
        let (old, new): (ConsensusParameterSet, ConsensusParameterSet)
        do throws(Failure) {
            old = try modules.consensus.parameters(&before)
            new = try modules.consensus.parameters(&context)
        } catch { throw StorageFailure("the parameters of consensus: \(error)") }
        guard old != new else { return nil }
        record.maximumBlockBytes = new.limits.maximumBytes
        record.maximumBlockGas = new.limits.maximumGas
        var updates = new
        updates.version = VersionParameterSet()
        updates.version?.application = AIVMApplication.protocolVersion
        return updates
    }

    private func run(
        _ transactions: [Bytes], _ pipeline: TransactionPipeline, _ gasLimit: UInt64?,
        _ context: inout Context
    ) throws(StorageFailure) -> [TransactionResult] {
        var gasLeft = gasLimit
        var results: [TransactionResult] = []
        let parsed = transactions.map { try? pipeline.parse($0) }
        try foresee(parsed, &context)
        for (bytes, parsed) in zip(transactions, parsed) {
            let result = try pipeline.run(bytes, parsed: parsed, gasLeft: gasLeft, &context)
            // What broke a transaction's own limit was refused, so the block has not spent it.
            let spent = UInt64(max(0, min(result.gasUsed, result.gasWanted)))
            if let left = gasLeft { gasLeft = left - min(left, spent) }
            results.append(result)
        }
        return results
    }

    /// Runs a hook of every module in order; returns the events, marked with its name.
    private func runHook(
        _ name: String, _ context: inout Context,
        _ hook: (any Module, inout Context) throws(Failure) -> Void
    ) throws(StorageFailure) -> [Event] {
        context.events = []
        context.gas = GasMeter(limit: nil)
        for module in modules.all {
            do { try hook(module, &context) } catch {
                switch error {
                case .storage(let failure): throw failure
                case .rejected(let rejection):
                    // No transaction caused it, so there is nobody to refuse.
                    throw StorageFailure(
                        "\(name) of module \(type(of: module).name): \(rejection)")
                }
            }
        }
        let mark = EventAttribute("mode", name)
        return context.events.map { event in
            var event = event
            event.attributes.append(mark)
            return event
        }
    }

    /// Lists all writes of a block and keeps them until the driver asks. Returns the app hash.
    private mutating func save(
        _ state: State, _ record: inout ApplicationRecord
    ) throws(StorageFailure) -> Bytes {
        var trees = self.trees
        let changes = state.changes
        var writes = changes.map { KeyValueWrite(.state, $0.key, $0.value) }
        writes += state.newBlobs.map { KeyValueWrite(.blobs, $0.hash.bytes, $0.blob) }
        record.appHash = try trees.save(applying: changes, into: &writes).bytes
        try StateTrees.prune(
            names: modules.storeNames, through: record.version - options.retainedVersions,
            reading: reading, into: &writes)
        writes.append(KeyValueWrite(.state, ApplicationRecord.key, record.encoded()))
        pending = Pending(record: record, trees: trees, writes: writes)
        return record.appHash
    }

    public mutating func commitWrites() throws(StorageFailure) -> [KeyValueWrite] {
        guard let pending else { throw StorageFailure("no block is waiting to be committed") }
        return pending.writes
    }

    public mutating func didCommit() {
        guard let pending else { preconditionFailure("didCommit follows finalizeBlock") }
        record = pending.record
        trees = pending.trees
        genesis = nil
        self.pending = nil
        checkState = nil
    }

    // MARK: Parts

    /// Committed state, or that of genesis.
    var baseState: State { genesis ?? State(over: reading) }

    func pipeline(_ record: ApplicationRecord) -> TransactionPipeline {
        TransactionPipeline(
            modules: modules, minimumGasPrices: options.minimumGasPrices,
            blockGasLimit: record.gasLimit, maximumBytes: record.byteLimit,
            memory: options.memory)
    }

    func started() throws(StorageFailure) -> ApplicationRecord {
        guard let record else { throw StorageFailure("the chain has no genesis yet") }
        return record
    }

    /// The block in which a transaction that is checked now can run at the earliest.
    func nextBlock(_ record: ApplicationRecord) -> BlockInfo {
        BlockInfo(
            chainID: record.chainID, height: record.nextHeight, time: record.time ?? Timestamp())
    }
}
