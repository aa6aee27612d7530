// A value behind a lock that threads can wait on. The one place of this target that steps outside the
// compiler's checks for data races.

import Foundation

/// A value that one thread at a time may touch, and on whose content threads may wait.
final class Monitor<State: Sendable>: Sendable {
    private let condition = NSCondition()
    /// Touched only between `lock` and `unlock` of `condition`.
    private nonisolated(unsafe) var state: State

    init(_ state: State) { unsafe self.state = state }

    /// Changes the value and wakes those who wait.
    func update<Value, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return try unsafe body(&state)
    }

    /// Waits until `isReady`, then changes the value.
    func update<Value>(when isReady: (State) -> Bool, _ body: (inout State) -> Value) -> Value {
        condition.lock()
        while unsafe !isReady(state) { condition.wait() }
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return unsafe body(&state)
    }

    /// Waits until `isReady`, but no longer than `duration` (`nil` for as long as it takes).
    func wait(for duration: Duration?, until isReady: (State) -> Bool) {
        let deadline = duration.map { Date(timeIntervalSinceNow: $0 / .seconds(1)) }
        condition.lock()
        defer { condition.unlock() }
        while unsafe !isReady(state) {
            guard let deadline else {
                condition.wait()
                continue
            }
            if !condition.wait(until: deadline) { return }
        }
    }
}
