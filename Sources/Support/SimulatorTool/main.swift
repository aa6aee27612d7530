// `aivm-simulate [SEEDS [BLOCKS [FIRST]]]`: simulations of many nodes, for development. A seed that
// fails is printed and can be run alone: `aivm-simulate 1 200 SEED`.

import Dispatch
import Foundation
import Simulator
import Synchronization

let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let seeds = numbers.first ?? 1_000
let blocks = numbers.count > 1 ? Int(numbers[numbers.startIndex + 1]) : 200
let first = numbers.count > 2 ? numbers[numbers.startIndex + 2] : 0

/// Sums over all simulations.
struct Totals {
    var report = Simulation.Report()
    var done = 0
    var failures: [String] = []
}

let totals = Mutex(Totals())
DispatchQueue.concurrentPerform(iterations: Int(seeds)) { index in
    let seed = first + UInt64(index)
    do {
        let report = try Simulation.run(Simulation.Options(seed: seed, blocks: blocks))
        totals.withLock { totals in
            totals.report.transactions += report.transactions
            totals.report.succeeded += report.succeeded
            totals.report.crashes += report.crashes
            totals.report.replays += report.replays
            totals.report.restorations += report.restorations
            totals.report.answers += report.answers
            totals.report.cancellations += report.cancellations
        }
    } catch {
        totals.withLock { $0.failures.append("\(error)") }
        print("FAILED seed \(seed): \(error)")
    }
    let done = totals.withLock { totals in
        totals.done += 1
        return totals.done
    }
    if done % 50 == 0 { print("\(done) of \(seeds) seeds") }
}
let sum = totals.withLock { $0 }
print(
    """
    \(seeds) seeds of \(blocks) blocks: \(sum.failures.count) failed
    \(sum.report.transactions) transactions, \(sum.report.succeeded) of them good; \
    \(sum.report.crashes) crashes, \(sum.report.replays) blocks executed late or again, \
    \(sum.report.restorations) nodes restored from snapshots; \
    \(sum.report.answers) results proved, \(sum.report.cancellations) requests taken back
    """)
exit(sum.failures.isEmpty ? 0 : 1)
