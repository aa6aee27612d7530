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
    /// Megabytes of memory for values of the state and pages of its trees.
    public var stateCacheMegabytes: Int = 128

    /// Makes the defaults.
    public init() {}

    /// The document.
    public var json: JSONValue {
        .object([
            "moniker": .string(moniker), "address": .string(address),
            "port": .number(String(port)),
            "minimum_gas_prices": .string(minimumGasPrices),
            "gathering_milliseconds": .number(String(gatheringMilliseconds)),
            "empty_block_seconds": .number(String(emptyBlockSeconds)),
            "retained_versions": .number(String(retainedVersions)),
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
        switch name {
        case "moniker": return store(\.moniker)
        case "address": return store(\.address)
        case "port": return store(\.port, 0...65535)
        case "minimum_gas_prices": return store(\.minimumGasPrices)
        case "gathering_milliseconds": return store(\.gatheringMilliseconds, 0...10_000)
        case "empty_block_seconds": return store(\.emptyBlockSeconds, 0...86_400)
        case "retained_versions": return store(\.retainedVersions, 2...1_000_000)
        case "state_cache_megabytes": return store(\.stateCacheMegabytes, 1...1_000_000)
        default:
            throw .malformedFile("node.json", reason: "unknown member '\(name)'")
        }
    }
}
