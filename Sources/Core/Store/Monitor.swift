// A value behind a lock that threads can wait on.

import Foundation
import Synchronization

/// A value that one thread at a time may touch, and on whose content threads may wait.
public final class Monitor<State: Sendable>: Sendable {
    private let condition = NSCondition()
    /// Its own lock is never contended, because `condition` is held around it; it is there so that
    /// the compiler can check the sharing.
    private let state: Mutex<State>

    /// Guards `state`.
    public init(_ state: State) { self.state = Mutex(state) }

    /// Changes the value and wakes those who wait.
    public func update<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return state.withLock { body(&$0) }
    }

    /// Waits until `isReady`, then changes the value.
    public func update<Value: Sendable>(
        when isReady: (State) -> Bool, _ body: (inout State) -> Value
    ) -> Value {
        condition.lock()
        while !state.withLock({ isReady($0) }) { condition.wait() }
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return state.withLock { body(&$0) }
    }

    /// Waits until `isReady`, but no longer than `duration` (`nil` for as long as it takes).
    public func wait(for duration: Duration?, until isReady: (State) -> Bool) {
        let deadline = duration.map { Date(timeIntervalSinceNow: $0 / .seconds(1)) }
        condition.lock()
        defer { condition.unlock() }
        while !state.withLock({ isReady($0) }) {
            guard let deadline else {
                condition.wait()
                continue
            }
            if !condition.wait(until: deadline) { return }
        }
    }
}
