// Work on several threads whose results stand in the order of their numbers, whoever made them.
//
// Safety: every index is written once, by the one call that has it, and read after all have ended.

import Dispatch

/// Work in parallel.
enum Parallel {
    /// body(0), body(1), … on up to `threads` threads.
    static func map<Result: Sendable>(
        _ count: Int, threads: Int, _ body: @Sendable (Int) -> Result
    ) -> [Result] {
        let workers = min(threads, count)
        guard workers > 1 else { return (0..<count).map(body) }
        return unsafe [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
            nonisolated(unsafe) let results = unsafe buffer
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                for index in stride(from: worker, to: count, by: workers) {
                    unsafe results.initializeElement(at: index, to: body(index))
                }
            }
            initialized = count
        }
    }
}
