// SIGINT and SIGTERM as a request to stop. Made before any thread, so that all threads block them
// and one waits.

import Foundation
import Synchronization

/// The signals that stop a node.
final class StopSignals: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let isStarted = Mutex(false)

    /// Blocks the signals for this thread and all it starts.
    init() {
        var set = StopSignals.set
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private static var set: sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGINT)
        unsafe sigaddset(&set, SIGTERM)
        return set
    }

    /// Runs `body` on a thread of its own when a signal arrives.
    func onStop(_ body: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            var set = StopSignals.set
            var signal: Int32 = 0
            unsafe sigwait(&set, &signal)
            isStarted.withLock { $0 = true }
            body()
            done.signal()
        }
        thread.start()
    }

    /// Waits until the body of a signal that arrived has returned.
    func waitForStop() {
        if isStarted.withLock({ $0 }) { done.wait() }
    }
}
