// Numbers for operators, in the text format that Prometheus reads (version 0.0.4). Counters and
// histograms are kept here; what the node knows itself is read when it is asked.

import Base
import Blocks
public import Client
import Foundation
import Ledger
import Synchronization

/// Collects numbers.
public final class Metrics: Sendable {
    private struct Series {
        var count: UInt64 = 0
        var failures: UInt64 = 0
        var seconds = 0.0
        var buckets = [UInt64](repeating: 0, count: Metrics.bounds.count)
    }

    private struct Totals {
        var calls: [String: Series] = [:]
        var transactions: UInt64 = 0
        var failedTransactions: UInt64 = 0
        var gas: UInt64 = 0
        var blocks: UInt64 = 0
        var lastBlock: ContinuousClock.Instant?
        var interval = 0.0
        var blockBytes = 0
        var blockTransactions = 0
    }

    /// Upper bounds of the histogram of call times, in seconds.
    private static let bounds = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

    private let totals = Mutex(Totals())
    private let start = ContinuousClock.now
    private let startTime = Date().timeIntervalSince1970

    /// Makes a collection of zeros.
    public init() {}

    /// Counts a call of an RPC method.
    public func countCall(_ method: String, succeeded: Bool, _ time: Duration) {
        let seconds = time / .seconds(1)
        totals.withLock { totals in
            var series = totals.calls[method] ?? Series()
            series.count += 1
            if !succeeded { series.failures += 1 }
            series.seconds += seconds
            for (index, bound) in Metrics.bounds.enumerated() where seconds <= bound {
                series.buckets[index] += 1
            }
            totals.calls[method] = series
        }
    }

    /// Counts a new block.
    public func count(_ block: NamedBlock, _ outcome: BlockOutcome) {
        let failed = outcome.results.count { $0.code != 0 }
        let gas = outcome.results.reduce(UInt64(0)) { $0 &+ UInt64(max(0, $1.gasUsed)) }
        let bytes = block.block.data.transactions.reduce(0) { $0 + $1.count }
        totals.withLock { totals in
            totals.blocks += 1
            totals.transactions += UInt64(outcome.results.count)
            totals.failedTransactions += UInt64(failed)
            totals.gas &+= gas
            totals.blockBytes = bytes
            totals.blockTransactions = outcome.results.count
            let now = ContinuousClock.now
            if let last = totals.lastBlock { totals.interval = (now - last) / .seconds(1) }
            totals.lastBlock = now
        }
    }

    /// Everything as text.
    public func text(of node: any NodeService, feed: EventFeed, webSockets: Int) -> String {
        var page = MetricsPage()
        describe(node, &page)
        let totals = totals.withLock { $0 }
        describe(totals, &page)
        let counts = feed.counts
        page.gauge("aivm_websocket_connections", "Open WebSockets.", Double(webSockets))
        page.gauge("aivm_subscriptions", "Open subscriptions.", Double(counts.subscriptions))
        page.gauge(
            "process_start_time_seconds", "Start of the process, seconds since 1970.", startTime)
        if let bytes = residentByteCount {
            page.gauge("process_resident_memory_bytes", "Memory in use.", Double(bytes))
        }
        return page.text
    }

    private func describe(_ node: any NodeService, _ page: inout MetricsPage) {
        page.gauge(
            "aivm_up", "1 while the node makes blocks.", node.failure == nil ? 1 : 0)
        if let status = try? node.status() {
            page.label = "chain_id=\"\(MetricsPage.escaped(status.chainID))\""
            page.gauge("cometbft_consensus_height", "Newest height.", Double(status.latestHeight))
            page.gauge(
                "cometbft_consensus_validator_power", "Power of this node's validator.",
                Double(status.validator.votingPower))
        }
        if let waiting = try? node.waiting(limit: 0) {
            page.gauge("cometbft_mempool_size", "Transactions that wait.", Double(waiting.count))
            page.gauge(
                "cometbft_mempool_size_bytes", "Bytes that wait.", Double(waiting.byteCount))
        }
    }

    private func describe(_ totals: Totals, _ page: inout MetricsPage) {
        page.counter("aivm_blocks_total", "Blocks made by this process.", totals.blocks)
        page.counter(
            "cometbft_consensus_total_txs", "Transactions in these blocks.", totals.transactions)
        page.counter(
            "aivm_failed_transactions_total", "Those that failed.", totals.failedTransactions)
        page.counter("aivm_gas_used_total", "Gas used in these blocks.", totals.gas)
        page.gauge(
            "cometbft_consensus_num_txs", "Transactions of the newest block.",
            Double(totals.blockTransactions))
        page.gauge(
            "cometbft_consensus_block_size_bytes", "Bytes of its transactions.",
            Double(totals.blockBytes))
        page.gauge(
            "aivm_block_interval_seconds", "Between the two newest blocks.", totals.interval)
        page.label = ""
        page.head("aivm_rpc_request_duration_seconds", "Time of RPC calls.", "histogram")
        for (method, series) in totals.calls.sorted(by: { $0.key < $1.key }) {
            let name = "aivm_rpc_request_duration_seconds"
            for (bound, count) in zip(Metrics.bounds, series.buckets) {
                page.line("\(name)_bucket{method=\"\(method)\",le=\"\(bound)\"} \(count)")
            }
            page.line("\(name)_bucket{method=\"\(method)\",le=\"+Inf\"} \(series.count)")
            page.line("\(name)_sum{method=\"\(method)\"} \(series.seconds)")
            page.line("\(name)_count{method=\"\(method)\"} \(series.count)")
        }
        page.head("aivm_rpc_failures_total", "RPC calls answered with an error.", "counter")
        for (method, series) in totals.calls.sorted(by: { $0.key < $1.key }) {
            page.line("aivm_rpc_failures_total{method=\"\(method)\"} \(series.failures)")
        }
    }

    /// Memory of this process; `nil` where the system does not say.
    private var residentByteCount: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
            return nil
        }
        let parts = text.split(separator: " ")
        guard parts.count > 1, let pages = Int(parts[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}

/// Text in Prometheus's format, growing.
private struct MetricsPage {
    private(set) var text = ""
    /// A label that every following plain value carries.
    var label = ""

    mutating func head(_ name: String, _ help: String, _ kind: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    }

    mutating func line(_ line: String) { text += line + "\n" }

    mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        head(name, help, "gauge")
        line("\(name)\(labels) \(value)")
    }

    mutating func counter(_ name: String, _ help: String, _ value: UInt64) {
        head(name, help, "counter")
        line("\(name)\(labels) \(value)")
    }

    private var labels: String { label.isEmpty ? "" : "{\(label)}" }

    static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "\\", with: "\\\\")
            .replacingOccurrences(of: "\"", with: "\\\"")
    }
}
