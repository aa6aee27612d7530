// How transactions come in: check, mempool, journal, answer.

public import Base
import Cryptography
public import Ledger
import Store
import Synchronization

extension EmbeddedEngine {
    /// Checks a transaction and takes it into the mempool.
    ///
    /// When the result's code is 0, the transaction is on disk and will be in a block unless a
    /// block before it makes it invalid; a crash does not lose it. Any other code is the
    /// application's refusal. Waits for one disk write, which callers on other threads share.
    ///
    /// - Throws: ``ConsensusError`` when it never reached the application (a repeat, too large, the
    ///   mempool is full), or when the driver has stopped.
    public func submit(_ transaction: Bytes) throws(ConsensusError) -> TransactionResult {
        let (result, ticket) = try enqueue(transaction)
        if let ticket { try waitUntilDurable(ticket) }
        return result
    }

    /// Checks many transactions in order and takes them into the mempool with one disk write.
    ///
    /// - Returns: per transaction what ``submit(_:)`` would return or throw. A failure of storage
    ///   is thrown by the call itself.
    public func submit(
        _ transactions: [Bytes]
    ) throws(ConsensusError) -> [Result<TransactionResult, ConsensusError>] {
        var outcomes: [Result<TransactionResult, ConsensusError>] = []
        var lastTicket: UInt64?
        for transaction in transactions {
            do {
                let (result, ticket) = try enqueue(transaction)
                outcomes.append(.success(result))
                lastTicket = ticket ?? lastTicket
            } catch { outcomes.append(.failure(error)) }
        }
        try checkRunning()
        if let lastTicket { try waitUntilDurable(lastTicket) }
        return outcomes
    }

    /// Asks the application about a transaction as ``submit(_:)`` does, and keeps nothing.
    public func check(_ transaction: Bytes) throws(ConsensusError) -> TransactionResult {
        try checkRunning()
        return try haltingOnStorageFailure { () throws(ConsensusError) in
            try pool.withLock { (pool) throws(ConsensusError) in
                var copy = pool.application
                return try storing { () throws(StorageFailure) in
                    try copy.checkTransaction(transaction, recheck: false)
                }
            }
        }
    }

    /// The first `count` transactions that wait for a block, in order.
    public func waitingTransactions(_ count: Int) -> [Bytes] {
        pool.withLock { $0.mempool.entries.prefix(max(0, count)).map(\.bytes) }
    }

    /// Number of transactions that wait for a block, and their bytes.
    public var waiting: (count: Int, byteCount: Int) {
        pool.withLock { ($0.mempool.entries.count, $0.mempool.byteCount) }
    }

    /// The result, and what to wait for when the transaction was taken.
    private func enqueue(
        _ transaction: Bytes
    ) throws(ConsensusError) -> (TransactionResult, UInt64?) {
        try checkRunning()
        let hash = SHA256.hash(transaction)
        return try haltingOnStorageFailure { () throws(ConsensusError) in
            try pool.withLock { (pool) throws(ConsensusError) in
                try pool.mempool.admit(
                    transaction, hash: hash, maximumBlockBytes: pool.maximumTransactionBytes)
                let result = try storing { () throws(StorageFailure) in
                    try pool.application.checkTransaction(transaction, recheck: false)
                }
                guard result.code == 0 else { return (result, nil) }
                // It could never be reaped. CometBFT drops it in silence; here the sender hears.
                guard pool.maximumGas < 0 || result.gasWanted <= pool.maximumGas else {
                    throw .gasWantedTooHigh(maximum: pool.maximumGas, actual: result.gasWanted)
                }
                let entry = pool.mempool.append(
                    transaction, hash: hash, gasWanted: max(0, result.gasWanted))
                return (result, journal.append(entry))
            }
        }
    }

    private func waitUntilDurable(_ ticket: UInt64) throws(ConsensusError) {
        try haltingOnStorageFailure { () throws(ConsensusError) in
            try storing { () throws(StorageFailure) in try journal.waitUntilDurable(ticket) }
        }
        signals.update { $0.requests += 1 }
    }

    private func haltingOnStorageFailure<Value>(
        _ body: () throws(ConsensusError) -> Value
    ) throws(ConsensusError) -> Value {
        do { return try body() } catch {
            if case .storage = error { halt(error) }
            throw error
        }
    }
}
