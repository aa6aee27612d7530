// The thread that makes blocks when there is a reason, and the end of the driver.

import Foundation
import Store
public import Wire

extension EmbeddedEngine {
    /// Starts making blocks on a thread of its own. Call once.
    public func start() {
        let isNew = signals.update { signals in
            guard !signals.isThreadRunning, !signals.isStopping else { return false }
            signals.isThreadRunning = true
            return true
        }
        guard isNew else { return }
        let thread = Thread { [self] in
            makeBlocks()
            signals.update { $0.isThreadRunning = false }
        }
        thread.name = "blocks"
        // The machine runs inside block execution; secondary threads get little stack by default.
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Stops after the block in progress. Later submissions throw ``ConsensusError/stopped``; what
    /// waits stays in the journal. Stopping twice is harmless.
    public func stop() {
        signals.update { $0.isStopping = true }
        signals.wait(for: nil) { !$0.isThreadRunning }
    }

    /// Waits until the driver stops, and returns the failure that stopped it, or `nil` when
    /// ``stop()`` did.
    public func waitUntilStopped() -> ConsensusError? {
        signals.wait(for: nil) { $0.isStopping && !$0.isThreadRunning }
        return failure
    }

    /// The failure that stopped the driver, or `nil`.
    public var failure: ConsensusError? { signals.update { $0.failure } }

    private func makeBlocks() {
        let clock = ContinuousClock()
        var lastBlock = clock.now
        while true {
            // Read before looking for a block, so that no request is missed in between.
            let seen = signals.update { $0.requests }
            let isIdleTooLong = options.emptyBlockInterval.map { clock.now - lastBlock >= $0 }
            do {
                if try produceBlock(allowsEmpty: isIdleTooLong ?? false) != nil {
                    lastBlock = clock.now
                    signals.wait(for: options.minimumBlockInterval) { $0.isStopping }
                    continue
                }
            } catch {
                // Recorded by `halt`, or the driver is stopping.
                return
            }
            let patience = options.emptyBlockInterval.map { $0 - (clock.now - lastBlock) }
            signals.wait(for: patience) { $0.isStopping || $0.requests != seen }
        }
    }
}

/// The machine's wall clock.
public enum SystemClock {
    /// The time now, in UTC.
    @Sendable public static func now() -> Timestamp {
        let interval = Date().timeIntervalSince1970
        let seconds = interval.rounded(.down)
        let nanoseconds = Int32(((interval - seconds) * 1e9).rounded(.down))
        return Timestamp(seconds: Int64(seconds), nanoseconds: min(nanoseconds, 999_999_999))
    }
}
