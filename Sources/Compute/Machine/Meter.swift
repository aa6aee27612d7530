// What a run has cost so far, held against its limits. For a static model gas and memory are known
// and compared before the run; for others every node is paid for before it computes, out of the
// types that its inputs turned out to have, so that a run stops at the same node everywhere.

import Models
import Tensors

/// Gas, memory and nodes of one run.
struct Meter {
    private(set) var gas: UInt64
    private(set) var liveBytes = 0
    /// Nodes run, those in bodies counted each time.
    private(set) var nodeCount = 0
    private let limits: ExecutionLimits
    private let schedule: GasSchedule
    /// Thousandths of a gas, not yet a whole one.
    private var thousandths: UInt64 = 0

    /// Starts at `gas`, the price of what is paid in advance, and at `liveBytes`, the memory that
    /// was known in advance.
    init(
        limits: ExecutionLimits, schedule: GasSchedule, gas: UInt64, liveBytes: Int
    ) throws(MachineError) {
        self.limits = limits
        self.schedule = schedule
        self.gas = gas
        guard gas <= limits.gas else {
            throw .gasLimitExceeded(needed: gas, limit: limits.gas)
        }
        try hold(liveBytes)
    }

    /// Counts a node, and pays for `work` and `outputs`.
    mutating func pay(
        _ work: Work, outputs: [TensorType], at place: NodePlace
    ) throws(MachineError) {
        nodeCount += 1
        guard nodeCount <= limits.nodes else {
            throw .nodeLimitExceeded(place, limit: limits.nodes)
        }
        let (sum, overflow) = thousandths.addingReportingOverflow(
            schedule.cost(of: work, outputs))
        guard !overflow, sum / 1_000 <= limits.gas - gas else {
            throw .gasLimitExceeded(needed: .max, limit: limits.gas)
        }
        gas += sum / 1_000
        thousandths = sum % 1_000
        // Compared before anything is allocated; counted when the values are there.
        try check(outputs.reduce(0) { $0 + $1.byteCount })
    }

    /// Holds `bytes` more.
    mutating func hold(_ bytes: Int) throws(MachineError) {
        try check(bytes)
        liveBytes += bytes
    }

    /// Refuses `bytes` more than the limit leaves. No sum comes near 2^63: a limit is at most 2^48.
    private func check(_ bytes: Int) throws(MachineError) {
        let limit = min(limits.liveBytes, 1 << 48)
        guard bytes <= limit - liveBytes else {
            let (needed, overflow) = liveBytes.addingReportingOverflow(bytes)
            throw .memoryLimitExceeded(needed: overflow ? .max : needed, limit: limit)
        }
    }

    /// Lets `bytes` go.
    mutating func release(_ bytes: Int) { liveBytes -= bytes }
}
