// What an operator may choose. Nothing here changes what the chain computes.

import Client
import Ledger
public import Wire

/// The operator's choices.
public struct NodeConfiguration: Equatable, Sendable {
    /// Name shown by `status`.
    public var moniker = "aivm"
    /// IPv4 address of the RPC door.
    public var address = "127.0.0.1"
    /// Port of the RPC door.
    public var port: UInt16 = 26657
    /// Least price of gas that the mempool takes, such as `0.025ucgpt`; empty takes all.
    public var minimumGasPrices = ""
    /// Milliseconds between a transaction's arrival and the block that takes it, to gather others.
    public var gatheringMilliseconds: Int = 50
    /// Seconds after which an empty block is made; 0 for never.
    public var emptyBlockSeconds: Int = 5
    /// Versions of the state kept for queries and proofs.
    public var retainedVersions: Int64 = 100
    /// Newest blocks kept, and more where an engine outside needs them; 0 keeps all.
    public var blocksKept: Int64 = 0
    /// Whether transactions and blocks can be found by their events.
    public var indexesEvents = true
    /// Web origins that may read the doors' answers; `*` for all.
    public var allowedOrigins = ["*"]
    /// IPv4 address of the monitoring door.
    public var metricsAddress = "127.0.0.1"
    /// Address and port of the gRPC door; empty for none.
    public var grpc = "127.0.0.1:9090"
    /// Address and port of the REST door; empty for none.
    public var rest = "127.0.0.1:1317"
    /// Port of the monitoring door; 0 for none.
    public var metricsPort: UInt16 = 26660

    /// Where an engine outside finds the application.
    public var abciAddress = "tcp://127.0.0.1:26658"
    /// Blocks from one snapshot of the state to the next, under an engine outside; 0 makes none.
    public var snapshotInterval: Int64 = 0
    /// Newest snapshots that are kept.
    public var keptSnapshots: Int = 2
    /// Megabytes of memory for values of the state and pages of its trees.
    public var stateCacheMegabytes: Int = 128

    /// Makes the defaults.
    public init() {}

    /// Whether `text` is an address and a port, such as `127.0.0.1:9090`.
    public static func isDoorAddress(_ text: String) -> Bool { DoorAddress(text) != nil }

    /// The document.
    public var json: JSONValue {
        .object([
            "moniker": .string(moniker), "address": .string(address),
            "port": .number(String(port)),
            "minimum_gas_prices": .string(minimumGasPrices),
            "gathering_milliseconds": .number(String(gatheringMilliseconds)),
            "empty_block_seconds": .number(String(emptyBlockSeconds)),
            "retained_versions": .number(String(retainedVersions)),
            "abci_address": .string(abciAddress),
            "snapshot_interval": .number(String(snapshotInterval)),
            "kept_snapshots": .number(String(keptSnapshots)),
            "blocks_kept": .number(String(blocksKept)), "index_events": .bool(indexesEvents),
            "cors_allowed_origins": .array(allowedOrigins.map { .string($0) }),
            "grpc": .string(grpc), "rest": .string(rest),
            "metrics_address": .string(metricsAddress),
            "metrics_port": .number(String(metricsPort)),
            "state_cache_megabytes": .number(String(stateCacheMegabytes)),
        ])
    }

    /// Reads a document; a missing member keeps its default, a wrong or unknown one is refused.
    public init(json: JSONValue) throws(NodeSetupError) {
        guard case .object(let members) = json else {
            throw .malformedFile("node.json", reason: "not an object")
        }
        for member in members {
            guard try set(member.name, member.value) else {
                throw .malformedFile("node.json", reason: "\(member.name) has a wrong value")
            }
        }
    }

    private mutating func set(_ name: String, _ value: JSONValue) throws(NodeSetupError) -> Bool {
        func store<I: FixedWidthInteger>(
            _ path: WritableKeyPath<NodeConfiguration, I>, _ range: ClosedRange<I>
        ) -> Bool {
            guard let number = value.integer(as: I.self), range.contains(number) else {
                return false
            }
            self[keyPath: path] = number
            return true
        }
        func store(_ path: WritableKeyPath<NodeConfiguration, String>) -> Bool {
            guard let text = value.text else { return false }
            self[keyPath: path] = text
            return true
        }
        func store(_ path: WritableKeyPath<NodeConfiguration, Bool>) -> Bool {
            guard let flag = value.flag else { return false }
            self[keyPath: path] = flag
            return true
        }
        switch name {
        case "moniker": return store(\.moniker)
        case "address": return store(\.address)
        case "port": return store(\.port, 0...65535)
        case "minimum_gas_prices": return store(\.minimumGasPrices)
        case "gathering_milliseconds": return store(\.gatheringMilliseconds, 0...10_000)
        case "empty_block_seconds": return store(\.emptyBlockSeconds, 0...86_400)
        case "retained_versions": return store(\.retainedVersions, 2...1_000_000)
        case "abci_address": return store(\.abciAddress)
        case "snapshot_interval": return store(\.snapshotInterval, 0...1_000_000_000)
        case "kept_snapshots": return store(\.keptSnapshots, 1...1_000)
        case "blocks_kept": return store(\.blocksKept, 0...Int64.max)
        case "index_events": return store(\.indexesEvents)
        case "cors_allowed_origins":
            guard let elements = value.elements else { return false }
            allowedOrigins = elements.compactMap(\.text)
            return allowedOrigins.count == elements.count
        case "grpc": return store(\.grpc) && DoorAddress.isValid(grpc)
        case "rest": return store(\.rest) && DoorAddress.isValid(rest)
        case "metrics_address": return store(\.metricsAddress)
        case "metrics_port": return store(\.metricsPort, 0...65535)
        case "state_cache_megabytes": return store(\.stateCacheMegabytes, 1...1_000_000)
        default:
            throw .malformedFile("node.json", reason: "unknown member '\(name)'")
        }
    }
}
