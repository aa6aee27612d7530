// The application behind the socket: each question of the engine becomes one call, and the answer
// has the same kind. Nothing on the wire says which of its four connections the engine uses for
// what, so every connection brings every question, and each kind takes the locks it needs.
//
// FinalizeBlock computes everything and writes nothing; Commit makes it durable before it answers;
// Info reports the last durable height. An exception tells the engine to stop, so it is given only
// where going on could make this node differ from others: the state below fails, or the engine and
// the application are not of one chain.
//
// Three copies of the application exist, which value semantics makes cheap: one executes blocks
// (`execution`), one checks transactions (`checking`), and one is the last committed (`published`)
// and answers queries. Locks are taken in that order. `gate` keeps queries out while a batch is
// written, so that none sees two heights. Snapshots are read from a view of the database, by a
// thread of their own, and served from files: blocks never wait for them.
//
// Source: CometBFT 0.38, ABCI 2.0 specification.

public import Base
public import Ledger
import Merkle
public import Store
import Synchronization
import Wire

/// Answers the questions of a consensus engine. All members may be called from any thread.
public final class ApplicationSession: Sendable {
    /// What executes blocks.
    struct Execution: Sendable {
        var application: any Application
        /// Chain id, from InitChain or from the state; empty before either.
        var chainID: String
        /// The snapshot that is being taken in.
        var restoration: SnapshotRestoration?
        /// Height and time of the block that was finalised last.
        var last: (height: Int64, time: Timestamp)?
    }

    /// The thread that makes snapshots, as others see it.
    struct Snapshotting: Sendable {
        var isUnderWay = false
        var isStopping = false
    }

    let store: any KeyValueStore
    let options: SessionOptions
    let execution: Mutex<Execution>
    let checking: Mutex<any Application>
    let published: Mutex<any Application>
    let gate = ReadWriteGate()
    let snapshotting = Monitor(Snapshotting())
    /// Why the session answers nothing any more.
    let failure = Mutex<String?>(nil)

    /// Puts `application`, whose state lies in `store`, behind a session. What a snapshot that was
    /// not taken in whole has left is removed.
    ///
    /// - Throws: `StorageFailure` when the state cannot be read.
    public init(
        _ application: any Application, store: any KeyValueStore,
        options: SessionOptions = SessionOptions()
    ) throws(StorageFailure) {
        self.store = store
        self.options = options
        let info = try application.info()
        if info.lastHeight == 0 { try SnapshotRestoration.clear(store) }
        execution = Mutex(Execution(application: application, chainID: info.chainID))
        checking = Mutex(application)
        published = Mutex(application)
    }

    /// The answer to `request`: of the same kind, or an exception, after which every answer is one.
    public func answer(_ request: ABCIRequest) -> ABCIResponse {
        var response = ABCIResponse()
        // Flush and Echo do not touch the application.
        if request.flush != nil {
            response.flush = FlushResponse()
            return response
        }
        if let echo = request.echo {
            response.echo = EchoResponse()
            response.echo?.message = echo.message
            return response
        }
        if let failure = failure.withLock({ $0 }) { return ABCIResponse(exception: failure) }
        do throws(Failure) {
            try answer(request, &response)
            return response
        } catch {
            let text =
                switch error {
                case .rejected(let rejection): rejection.description
                case .storage(let failure): failure.message
                }
            let isFirst = failure.withLock { failure in
                defer { failure = failure ?? text }
                return failure == nil
            }
            if isFirst { options.log("the application stops the engine: \(text)") }
            return ABCIResponse(exception: text)
        }
    }

    private func answer(
        _ request: ABCIRequest, _ response: inout ABCIResponse
    ) throws(Failure) {
        if let request = request.checkTransaction {
            response.checkTransaction = try checking.withLock { (application) throws(Failure) in
                try Failure.reading { () throws(StorageFailure) in
                    try application.checkTransaction(
                        request.transaction, recheck: request.kind == .recheck)
                }
            }
        } else if let request = request.finalizeBlock {
            response.finalizeBlock = try finalize(request)
        } else if request.commit != nil {
            response.commit = try commit()
        } else if let request = request.query {
            response.query = try query(request)
        } else if request.info != nil {
            response.info = InfoResponse(
                try readPublished { (application) throws(StorageFailure) in
                    try application.info()
                })
        } else if let request = request.initializeChain {
            response.initializeChain = try initialize(request)
        } else if try !answerAboutProposals(request, &response),
            try !answerAboutSnapshots(request, &response)
        {
            throw .sdk(.unknownRequest, "the engine asked for something unknown")
        }
    }

    // MARK: Committed state

    private func readPublished<Value>(
        _ body: (any Application) throws(StorageFailure) -> Value
    ) throws(Failure) -> Value {
        try gate.read { () throws(Failure) in
            let application = published.withLock { $0 }
            return try Failure.reading { () throws(StorageFailure) in try body(application) }
        }
    }

    private func query(_ request: QueryRequest) throws(Failure) -> QueryResponse {
        let query = StateQuery(
            path: request.path, data: request.data, height: request.height,
            wantsProof: request.wantsProof)
        return try QueryResponse(try self.query(query))
    }

    /// Answers a query of committed state, for doors beside the engine's.
    public func query(_ query: StateQuery) throws(Failure) -> StateQueryResult {
        try readPublished { (application) throws(StorageFailure) in try application.query(query) }
    }

    /// Lets checks and queries see what `execution` holds now.
    func publish(_ execution: Execution) {
        checking.withLock { $0 = execution.application }
        published.withLock { $0 = execution.application }
    }

    // MARK: Blocks

    private func initialize(
        _ request: InitializeChainRequest
    ) throws(Failure) -> InitializeChainResponse {
        let initialization = try ChainInitialization(request)
        return try execution.withLock { (execution) throws(Failure) in
            if execution.restoration != nil {
                execution.restoration = nil
                try Failure.reading { () throws(StorageFailure) in
                    try SnapshotRestoration.clear(store)
                }
            }
            let result = try execution.application.initializeChain(initialization)
            execution.chainID = request.chainID
            publish(execution)
            var answer = InitializeChainResponse()
            answer.validators = result.validators.map { ValidatorChange($0) }
            answer.appHash = result.appHash
            // Headers name the version of the parameters, which must be the application's.
            let application = execution.application
            let version = try Failure.reading { () throws(StorageFailure) in
                try application.info().protocolVersion
            }
            if request.parameters?.version?.application != version {
                var parameters = ConsensusParameterSet()
                parameters.version = VersionParameterSet()
                parameters.version?.application = version
                answer.parameters = parameters
            }
            return answer
        }
    }

    private func finalize(
        _ request: FinalizeBlockRequest
    ) throws(Failure) -> FinalizeBlockResponse {
        try execution.withLock { (execution) throws(Failure) in
            let block = BlockInfo(request, chainID: execution.chainID)
            let result = try Failure.reading { () throws(StorageFailure) in
                try execution.application.finalizeBlock(request.transactions, block: block)
            }
            execution.last = (request.height, request.time)
            return FinalizeBlockResponse(result)
        }
    }

    private func commit() throws(Failure) -> CommitResponse {
        try execution.withLock { (execution) throws(Failure) in
            var answer = CommitResponse()
            answer.retainHeight = try Failure.reading { () throws(StorageFailure) in
                try commit(&execution)
            }
            return answer
        }
    }

    /// Makes the finalised block durable and visible; returns what the engine may forget.
    private func commit(_ execution: inout Execution) throws(StorageFailure) -> Int64 {
        var writes = try execution.application.commitWrites()
        guard let last = execution.last else {
            throw StorageFailure("no block is waiting to be committed")
        }
        writes += timeWrite(last.height, last.time)
        // No check runs and no query reads while the committed state changes.
        try checking.withLock { (checking) throws(StorageFailure) in
            try gate.write { () throws(StorageFailure) in
                try store.commit(writes)
                execution.application.didCommit()
                let application = execution.application
                checking = application
                published.withLock { $0 = application }
            }
        }
        makeSnapshot(of: execution.application, at: last.height)
        return try retainHeight(execution.application, height: last.height, time: last.time)
    }
}
