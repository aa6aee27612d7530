// Waiting for a node to get on: until a transaction is in a block, until a height is reached.

public import Base
import Foundation

extension NodeClient {
    /// The transaction with hash `hash`, once a block holds it.
    ///
    /// - Throws: `notFound` when no block holds it after `timeoutSeconds`.
    public func waitForTransaction(
        _ hash: Hash256, timeoutSeconds: Double = 30
    ) throws(NodeError) -> TransactionRecord {
        let start = ContinuousClock.now
        while true {
            do { return try transaction(hash) } catch {
                guard case .notFound = error,
                    ContinuousClock.now - start < .seconds(timeoutSeconds)
                else { throw error }
            }
            Thread.sleep(forTimeInterval: pollSeconds)
        }
    }

    /// Returns when the node has the block at `height`.
    ///
    /// - Throws: `notFound` when it has not after `timeoutSeconds`.
    public func waitForHeight(
        _ height: Int64, timeoutSeconds: Double = 30
    ) throws(NodeError) {
        let start = ContinuousClock.now
        while true {
            let latest = try status().latestHeight
            if latest >= height { return }
            guard ContinuousClock.now - start < .seconds(timeoutSeconds) else {
                throw .notFound(
                    "block \(height) did not come within \(timeoutSeconds) s; newest is \(latest)")
            }
            Thread.sleep(forTimeInterval: pollSeconds)
        }
    }
}

/// Pause between two questions. A block of the embedded driver takes longer than this.
private let pollSeconds = 0.02
