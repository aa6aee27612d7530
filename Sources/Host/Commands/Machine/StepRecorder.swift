// The clock of a run. The machine is deterministic and has none; whoever observes it may look.

import Machine

/// Notes every step of a run and how long it took.
final class StepRecorder {
    /// A step with its time.
    struct Step {
        var event: StepEvent
        var nanoseconds: Int64
    }

    private let clock = ContinuousClock()
    private var last: ContinuousClock.Instant
    /// The steps so far, in order.
    private(set) var steps: [Step] = []

    /// Starts the clock.
    init() { last = clock.now }

    /// Notes a step that ends now and began when the one before it ended.
    func observe(_ event: StepEvent) {
        let now = clock.now
        steps.append(Step(event: event, nanoseconds: (now - last).nanoseconds))
        last = now
    }
}

extension Duration {
    /// The whole nanoseconds; those of some 292 years when there are more.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product &+ attoseconds / 1_000_000_000
    }

    /// The seconds, rounded.
    var seconds: Double { Double(nanoseconds) / 1e9 }
}
