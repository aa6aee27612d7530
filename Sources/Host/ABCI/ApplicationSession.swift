// The application behind the socket: each question of the engine becomes one call, and the answer
// has the same kind. The engine's four connections share one session; calls come one at a time.
//
// FinalizeBlock computes everything and writes nothing; Commit makes it durable before it answers;
// Info reports the last durable height. An exception tells the engine to stop, so it is given only
// where going on could make this node differ from others: the state below fails, or the engine and
// the application are not of one chain. Source: CometBFT 0.38, ABCI 2.0 specification.

public import Base
public import Ledger
import Merkle
public import Store
import Synchronization
import Wire

/// Answers the questions of a consensus engine.
public final class ApplicationSession: Sendable {
    private struct Running {
        var application: any Application
        /// Chain id, from InitChain or from the state; empty before either.
        var chainID: String
        /// Why the session answers nothing any more.
        var failure: String?
    }

    private let store: any KeyValueStore
    private let log: @Sendable (String) -> Void
    private let running: Mutex<Running>

    /// Puts `application`, whose state lies in `store`, behind a session; `log` is told why it
    /// stops, should it.
    ///
    /// - Throws: `StorageFailure` when the state cannot be read.
    public init(
        _ application: any Application, store: any KeyValueStore,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(StorageFailure) {
        self.store = store
        self.log = log
        running = Mutex(
            Running(application: application, chainID: try application.info().chainID))
    }

    /// The answer to `request`: of the same kind, or an exception, after which every answer is one.
    public func answer(_ request: ABCIRequest) -> ABCIResponse {
        running.withLock { running in
            var response = ABCIResponse()
            // Flush and Echo do not touch the application.
            if request.flush != nil {
                response.flush = FlushResponse()
                return response
            }
            if let echo = request.echo {
                var answer = EchoResponse()
                answer.message = echo.message
                response.echo = answer
                return response
            }
            if let failure = running.failure { return ABCIResponse(exception: failure) }
            do throws(Failure) {
                try answer(request, &running, &response)
                return response
            } catch {
                let text =
                    switch error {
                    case .rejected(let rejection): rejection.description
                    case .storage(let failure): failure.message
                    }
                running.failure = text
                log("the application stops the engine: \(text)")
                return ABCIResponse(exception: text)
            }
        }
    }

    private func answer(
        _ request: ABCIRequest, _ running: inout Running, _ response: inout ABCIResponse
    ) throws(Failure) {
        if request.info != nil {
            response.info = InfoResponse(
                try reading { () throws(StorageFailure) in
                    try running.application.info()
                })
        } else if let request = request.initializeChain {
            response.initializeChain = try initialize(request, &running)
        } else if let request = request.query {
            let query = StateQuery(
                path: request.path, data: request.data, height: request.height,
                wantsProof: request.wantsProof)
            response.query = try QueryResponse(
                try reading { () throws(StorageFailure) in
                    try running.application.query(query)
                })
        } else if let request = request.checkTransaction {
            response.checkTransaction = try reading { () throws(StorageFailure) in
                try running.application.checkTransaction(
                    request.transaction, recheck: request.kind == .recheck)
            }
        } else if request.commit != nil {
            try reading { () throws(StorageFailure) in
                try store.commit(try running.application.commitWrites())
            }
            running.application.didCommit()
            response.commit = CommitResponse()
        } else if !answerWithoutState(request, &response) {
            try answerAboutBlocks(request, &running, &response)
        }
    }

    /// Snapshots and vote extensions, which this application has none of.
    private func answerWithoutState(
        _ request: ABCIRequest, _ response: inout ABCIResponse
    ) -> Bool {
        if request.listSnapshots != nil {
            response.listSnapshots = ListSnapshotsResponse()
        } else if request.offerSnapshot != nil {
            var answer = OfferSnapshotResponse()
            answer.result = .abort
            response.offerSnapshot = answer
        } else if request.loadSnapshotChunk != nil {
            response.loadSnapshotChunk = LoadSnapshotChunkResponse()
        } else if request.applySnapshotChunk != nil {
            var answer = ApplySnapshotChunkResponse()
            answer.result = .abort
            response.applySnapshotChunk = answer
        } else if request.extendVote != nil {
            response.extendVote = ExtendVoteResponse()
        } else if request.verifyVoteExtension != nil {
            // A refusal would discard the whole vote of its validator.
            var answer = VerifyVoteExtensionResponse()
            answer.status = .accept
            response.verifyVoteExtension = answer
        } else {
            return false
        }
        return true
    }

    private func answerAboutBlocks(
        _ request: ABCIRequest, _ running: inout Running, _ response: inout ABCIResponse
    ) throws(Failure) {
        let chainID = running.chainID
        if let request = request.prepareProposal {
            let block = BlockInfo(request, chainID: chainID)
            var answer = PrepareProposalResponse()
            answer.transactions = try reading { () throws(StorageFailure) in
                try running.application.prepareProposal(
                    request.transactions, maximumBytes: request.maximumBytes, block: block)
            }
            response.prepareProposal = answer
        } else if let request = request.processProposal {
            let block = BlockInfo(request, chainID: chainID)
            let isAccepted = try reading { () throws(StorageFailure) in
                try running.application.processProposal(request.transactions, block: block)
            }
            var answer = ProcessProposalResponse()
            answer.status = isAccepted ? .accept : .reject
            response.processProposal = answer
        } else if let request = request.finalizeBlock {
            let block = BlockInfo(request, chainID: chainID)
            response.finalizeBlock = FinalizeBlockResponse(
                try reading { () throws(StorageFailure) in
                    try running.application.finalizeBlock(request.transactions, block: block)
                })
        } else {
            throw .sdk(.unknownRequest, "the engine asked for something unknown")
        }
    }

    private func initialize(
        _ request: InitializeChainRequest, _ running: inout Running
    ) throws(Failure) -> InitializeChainResponse {
        let initialization = try ChainInitialization(request)
        let result = try running.application.initializeChain(initialization)
        running.chainID = request.chainID
        var answer = InitializeChainResponse()
        answer.validators = result.validators.map { ValidatorChange($0) }
        answer.appHash = result.appHash
        // Headers name the version of the parameters, which must be the application's.
        let version = try reading { () throws(StorageFailure) in
            try running.application.info().protocolVersion
        }
        if request.parameters?.version?.application != version {
            var parameters = ConsensusParameterSet()
            parameters.version = VersionParameterSet()
            parameters.version?.application = version
            answer.parameters = parameters
        }
        return answer
    }

    private func reading<Value>(
        _ call: () throws(StorageFailure) -> Value
    ) throws(Failure) -> Value {
        try Failure.reading(call)
    }
}
