// Work of provers on two or more threads: a fixed number of independent pieces, each computed by
// one thread, put together in order. Results do not depend on the number of threads.

import Dispatch
import Synchronization

/// Computes `body` for 0 to `count` - 1 on at most `threads` threads; the results in order.
///
/// Cost: two locks for each piece, so a piece should take some microseconds.
public func mapInParallel<Result: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
    if threads <= 1 || count <= 1 { return (0..<count).map(body) }
    let results = Mutex([Result?](repeating: nil, count: count))
    let next = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
        while true {
            let index = next.withLock { next in
                next += 1
                return next - 1
            }
            if index >= count { return }
            let result = body(index)
            results.withLock { $0[index] = result }
        }
    }
    return results.withLock { $0 }.compactMap { $0 }
}
