// State sync: snapshots made, served and taken in. Source: CometBFT 0.38, ABCI 2.0 specification,
// state sync.

import Base
import Foundation
import Ledger
import Store
import Synchronization
import Wire

extension ApplicationSession {
    /// Answers a question about snapshots; `false` when it is none.
    func answerAboutSnapshots(
        _ request: ABCIRequest, _ response: inout ABCIResponse
    ) throws(Failure) -> Bool {
        if request.listSnapshots != nil {
            response.listSnapshots = ListSnapshotsResponse()
            response.listSnapshots?.snapshots = options.snapshots?.snapshots ?? []
        } else if let request = request.loadSnapshotChunk {
            response.loadSnapshotChunk = LoadSnapshotChunkResponse()
            response.loadSnapshotChunk?.chunk =
                options.snapshots?.chunk(
                    height: request.height, format: request.format, index: request.chunk) ?? []
        } else if let request = request.offerSnapshot {
            response.offerSnapshot = OfferSnapshotResponse()
            response.offerSnapshot?.result = try judge(request)
        } else if let request = request.applySnapshotChunk {
            response.applySnapshotChunk = try apply(request)
        } else {
            return false
        }
        return true
    }

    // MARK: Making

    /// Starts a thread that makes the snapshot of `height`, when it is due.
    func makeSnapshot(of application: any Application, at height: Int64) {
        guard let archive = options.snapshots, options.snapshotInterval > 0,
            height % options.snapshotInterval == 0,
            let application = application as? any StateTransferring
        else { return }
        let isFree = snapshotting.update { snapshotting in
            guard !snapshotting.isUnderWay, !snapshotting.isStopping else { return false }
            snapshotting.isUnderWay = true
            return true
        }
        guard isFree else {
            return options.log("no snapshot of height \(height): the one before is not done")
        }
        let view: any KeyValueReading
        do throws(StorageFailure) { view = try store.view() } catch {
            snapshotting.update { $0.isUnderWay = false }
            return options.log("no snapshot of height \(height): \(error.message)")
        }
        let (log, snapshotting) = (options.log, snapshotting)
        let thread = Thread {
            do throws(SnapshotError) {
                let snapshot = try archive.make(application, over: view) {
                    snapshotting.update { $0.isStopping }
                }
                log("snapshot of height \(snapshot.height): \(snapshot.chunks) chunks")
            } catch { log("no snapshot of height \(height): \(error)") }
            snapshotting.update { $0.isUnderWay = false }
        }
        thread.name = "snapshot"
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Waits until no snapshot is being made.
    public func waitForSnapshot() { snapshotting.wait(for: nil) { !$0.isUnderWay } }

    /// Makes no more snapshots; the one that is being made is given up.
    public func stop() {
        snapshotting.update { $0.isStopping = true }
        waitForSnapshot()
    }

    // MARK: Taking in

    /// Judges an offer. An accepted one empties the state, also one that was taken in before: the
    /// engine offers again what it did not note as done.
    private func judge(
        _ request: OfferSnapshotRequest
    ) throws(Failure) -> SnapshotOfferAnswer {
        try execution.withLock { (execution) throws(Failure) in
            guard let application = execution.application as? any StateTransferring,
                let snapshot = request.snapshot
            else { return .reject }
            switch SnapshotRestoration.offer(
                snapshot, appHash: request.appHash, chain: options.chain, to: application)
            {
            case .unknownFormat: return .rejectFormat
            case .refused(let reason):
                options.log("a snapshot was refused: \(reason)")
                return .reject
            case .accepted(let restoration):
                try reset(&execution)
                execution.restoration = restoration
                return .accept
            }
        }
    }

    private func apply(
        _ request: ApplySnapshotChunkRequest
    ) throws(Failure) -> ApplySnapshotChunkResponse {
        try execution.withLock { (execution) throws(Failure) in
            var answer = ApplySnapshotChunkResponse()
            guard var restoration = execution.restoration else {
                answer.result = .abort
                return answer
            }
            execution.restoration = nil
            let step = try Failure.reading { () throws(StorageFailure) in
                try restoration.apply(request.chunk, index: request.index, to: store)
            }
            switch step {
            case .accepted:
                execution.restoration = restoration
                answer.result = .accept
            case .retry:
                execution.restoration = restoration
                answer.result = .retry
                answer.refetchedChunks = [request.index]
                if !request.sender.isEmpty { answer.rejectedSenders = [request.sender] }
            case .outOfOrder:
                try reset(&execution)
                answer.result = .retrySnapshot
            case .refused(let reason):
                options.log("a snapshot was refused: \(reason)")
                try reset(&execution)
                answer.result = .rejectSnapshot
            case .finished:
                try reopen(&execution)
                answer.result = .accept
            }
            return answer
        }
    }

    /// Empties the state.
    private func reset(_ execution: inout Execution) throws(Failure) {
        execution.restoration = nil
        try Failure.reading { () throws(StorageFailure) in try SnapshotRestoration.clear(store) }
        try reopen(&execution)
    }

    /// Opens the application over what the store holds now.
    private func reopen(_ execution: inout Execution) throws(Failure) {
        guard var application = execution.application as? any StateTransferring else { return }
        try Failure.reading { () throws(StorageFailure) in
            try gate.write { () throws(StorageFailure) in try application.reopen() }
        }
        execution.application = application
        execution.chainID = try Failure.reading { () throws(StorageFailure) in
            try application.info().chainID
        }
        publish(execution)
    }
}
