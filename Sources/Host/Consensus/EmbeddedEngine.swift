// The embedded driver: one process, one validator, the blocks of a real CometBFT chain.
//
// Life of a transaction: `submit` checks it, puts it into the mempool and the journal, and answers.
// A block is made of what waits: the application prepares and judges the proposal, executes it, and
// the validator key signs. Then ONE batch goes into the database, synced: the application's writes,
// block, commit, results, index, journal removals and the driver's state. A crash leaves all of a
// block or nothing, so blocks and application state always have the same height.
//
// Threads. Three copies of the application exist, which value semantics makes cheap: the one that
// executes blocks (`production`), the one that checks transactions (`pool`), and the last committed
// one, which answers queries (`published`). Locks are taken in that order; `gate` keeps queries out
// while a batch is written. So checks and queries go on while a block executes.
//
// Never two signatures at one height. The vote that was signed last is recorded in the same batch
// as the block it is for. Until that batch is durable the signature exists in this process's
// memory only: nothing reads it, because readers see published state. If the process dies before,
// no one has the signature, and signing another block at that height is safe; if it dies after,
// the block is there and the height is past. A batch that failed has an unknown outcome, so the
// driver stops and only a reopened database can tell. What this cannot see is a database restored
// from an old copy: an operator who does that signs heights twice.

import Base
public import Cryptography
public import Ledger
public import Store
import Synchronization
public import Wire

/// Drives an application: mempool, blocks, signatures, storage. All members are thread-safe.
public final class EmbeddedEngine: Sendable {
    /// What executes blocks.
    struct Production: Sendable {
        var application: any Application
        var state: EngineState
        var applicationVersion: UInt64
    }

    /// What checks transactions, and those that wait.
    struct Pool: Sendable {
        var application: any Application
        var mempool: Mempool
        var maximumTransactionBytes: Int64
        var maximumGas: Int64
    }

    /// What queries see.
    struct Published: Sendable {
        var application: any Application
        var state: EngineState
    }

    /// What the threads tell one another.
    struct Signals: Sendable {
        /// Counts reasons to look for a block.
        var requests: UInt64 = 0
        var isStopping = false
        var isThreadRunning = false
        var failure: ConsensusError?
    }

    let store: any KeyValueStore
    let archive: BlockArchive
    let journal: TransactionJournal
    let key: Ed25519.PrivateKey
    let address: Bytes
    let options: EngineOptions
    let now: @Sendable () -> Timestamp

    let production: Mutex<Production>
    let pool: Mutex<Pool>
    let published: Mutex<Published>
    let gate = ReadWriteGate()
    let signals = Monitor(Signals())

    /// Opens the chain in `store`, or begins it when the store is empty. Makes no block yet.
    ///
    /// - Parameters:
    ///   - application: must read its state from `store`, and be at the height of the last block.
    ///   - store: stays the caller's to close, after ``stop()``.
    ///   - key: the validator's key.
    ///   - genesis: the beginning of the chain; once a block was made only its chain id is used.
    ///   - now: the wall clock.
    /// - Throws: when genesis, key, application and database do not belong together, or storage
    ///   fails.
    public init(
        application: any Application, store: any KeyValueStore, key: Ed25519.PrivateKey,
        genesis: EngineGenesis, options: EngineOptions = EngineOptions(),
        now: @escaping @Sendable () -> Timestamp = SystemClock.now
    ) throws(ConsensusError) {
        self.store = store
        self.key = key
        self.options = options
        self.now = now
        archive = BlockArchive(store: store)
        address = Address.consensus(key.publicKey).bytes

        let started = try Production(
            application: application, archive: archive, genesis: genesis, key: key.publicKey)
        try started.state.validators.checkMajority(of: address)
        try started.state.nextValidators.checkMajority(of: address)

        let waiting = try archive.waiting()
        let lastSequence = waiting.last?.sequence ?? 0
        journal = TransactionJournal(store, durableSequence: lastSequence)
        var pool = Pool(
            application: started.application,
            mempool: Mempool(limits: options.mempool, nextSequence: lastSequence + 1),
            maximumTransactionBytes: started.state.maximumTransactionBytes,
            maximumGas: started.state.maximumGas)
        let refused = try pool.reload(waiting)
        journal.remove(refused)
        if !refused.isEmpty {
            options.log("dropped \(refused.count) waiting transactions that are no longer valid")
        }
        published = Mutex(Published(application: started.application, state: started.state))
        production = Mutex(started)
        self.pool = Mutex(pool)
    }

    /// Records the first failure and makes the driver stop.
    func halt(_ error: ConsensusError) {
        let isFirst = signals.update { signals in
            defer { signals.isStopping = true }
            guard signals.failure == nil else { return false }
            signals.failure = error
            return true
        }
        if isFirst { options.log("the chain has stopped: \(error)") }
    }

    /// Throws when the driver has failed or is stopping.
    func checkRunning() throws(ConsensusError) {
        let signals = signals.update { $0 }
        if let failure = signals.failure { throw failure }
        if signals.isStopping { throw .stopped }
    }
}
