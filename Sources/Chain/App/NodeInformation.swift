// What the application says of itself and of the node it runs in, in the words of
// `cosmos.base.tendermint.v1beta1` and `cosmos.base.node.v1beta1`.
//
// Clients decide by versions: cosmpy parses two of them, and Hermes refuses a chain whose list of
// modules lacks the SDK, ibc-go or CometBFT. AIVM is none of these; the list names the versions
// whose messages and behaviour it keeps to. See `Documentation/clients.md`.

public import Base
import Ledger
public import Wire

/// Versions of others that the chain's interfaces keep to.
public enum CompatibleVersions {
    /// The Cosmos SDK, whose messages and queries these are.
    public static let sdk = "v0.50.13"
    /// CometBFT, whose blocks and RPC these are.
    public static let engine = "0.38.25"
    /// As a list of modules.
    static var modules: [DependencyModule] {
        [
            DependencyModule("github.com/cometbft/cometbft", "v" + engine),
            DependencyModule("github.com/cosmos/cosmos-sdk", sdk),
            DependencyModule("github.com/cosmos/ibc-go/v8", "v8.7.0"),
        ]
    }
}

/// Asks what the node is.
public struct NodeInformationRequest: WireMessage {
    public static let wireName = "cosmos.base.tendermint.v1beta1.GetNodeInfoRequest"
    public static let wireFields: WireFields<NodeInformationRequest> = []
    public init() {}
}

/// What the node is.
public struct NodeInformationResponse: WireMessage {
    /// The node in its network.
    public var node: NetworkNode?
    /// The program.
    public var version: VersionInformation?
    public static let wireName = "cosmos.base.tendermint.v1beta1.GetNodeInfoResponse"
    public static let wireFields: WireFields<NodeInformationResponse> = [
        .message(1, "default_node_info", \.node),
        .message(2, "application_version", \.version),
    ]
    public init() {}
}

/// A node in its network.
public struct NetworkNode: WireMessage {
    /// Versions of the protocols.
    public var protocolVersion = ProtocolVersions()
    /// Identifier among peers; empty when there are none.
    public var nodeID = ""
    /// Where it listens for peers.
    public var listenAddress = ""
    /// Chain id.
    public var network = ""
    /// Version of the engine.
    public var version = ""
    /// Channels between peers.
    public var channels: Bytes = []
    /// The operator's name for it.
    public var moniker = ""
    /// The rest.
    public var other = NetworkNodeRest()
    public static let wireName = "tendermint.p2p.DefaultNodeInfo"
    public static let wireFields: WireFields<NetworkNode> = [
        .message(1, "protocol_version", \.protocolVersion),
        .string(2, "default_node_id", \.nodeID),
        .string(3, "listen_addr", \.listenAddress),
        .string(4, "network", \.network),
        .string(5, "version", \.version),
        .bytes(6, "channels", \.channels),
        .string(7, "moniker", \.moniker),
        .message(8, "other", \.other),
    ]
    public init() {}
}

/// Versions of protocols.
public struct ProtocolVersions: WireMessage {
    /// Between peers.
    public var peers: UInt64 = 0
    /// Of blocks.
    public var block: UInt64 = 0
    /// Of the application.
    public var application: UInt64 = 0
    public static let wireName = "tendermint.p2p.ProtocolVersion"
    public static let wireFields: WireFields<ProtocolVersions> = [
        .uint64(1, "p2p", \.peers),
        .uint64(2, "block", \.block),
        .uint64(3, "app", \.application),
    ]
    public init() {}
}

/// More about a node in its network.
public struct NetworkNodeRest: WireMessage {
    /// Whether transactions are indexed: `on`.
    public var transactionIndex = ""
    /// Address of its RPC.
    public var rpcAddress = ""
    public static let wireName = "tendermint.p2p.DefaultNodeInfoOther"
    public static let wireFields: WireFields<NetworkNodeRest> = [
        .string(1, "tx_index", \.transactionIndex),
        .string(2, "rpc_address", \.rpcAddress),
    ]
    public init() {}
}

/// A program and what it keeps to.
public struct VersionInformation: WireMessage {
    /// Name of the chain's program.
    public var name = ""
    /// Name of the application.
    public var applicationName = ""
    /// Its version.
    public var version = ""
    /// State of its source.
    public var commit = ""
    /// Choices of its build.
    public var buildTags = ""
    /// Version of the compiler of others; empty.
    public var compilerVersion = ""
    /// What it keeps to.
    public var dependencies: [DependencyModule] = []
    /// The SDK it keeps to.
    public var sdkVersion = ""
    public static let wireName = "cosmos.base.tendermint.v1beta1.VersionInfo"
    public static let wireFields: WireFields<VersionInformation> = [
        .string(1, "name", \.name),
        .string(2, "app_name", \.applicationName),
        .string(3, "version", \.version),
        .string(4, "git_commit", \.commit),
        .string(5, "build_tags", \.buildTags),
        .string(6, "go_version", \.compilerVersion),
        .messages(7, "build_deps", \.dependencies),
        .string(8, "cosmos_sdk_version", \.sdkVersion),
    ]
    public init() {}
}

/// A module that interfaces keep to.
public struct DependencyModule: WireMessage {
    /// Path.
    public var path = ""
    /// Version.
    public var version = ""
    /// Checksum; empty.
    public var sum = ""
    public static let wireName = "cosmos.base.tendermint.v1beta1.Module"
    public static let wireFields: WireFields<DependencyModule> = [
        .string(1, "path", \.path),
        .string(2, "version", \.version),
        .string(3, "sum", \.sum),
    ]
    public init() {}
    init(_ path: String, _ version: String) {
        self.path = path
        self.version = version
    }
}

/// Asks for the heights of the node.
public struct NodeStatusRequest: WireMessage {
    public static let wireName = "cosmos.base.node.v1beta1.StatusRequest"
    public static let wireFields: WireFields<NodeStatusRequest> = []
    public init() {}
}

/// Heights of the node.
public struct NodeStatusResponse: WireMessage {
    /// The oldest height whose state is kept.
    public var earliestHeight: UInt64 = 0
    /// The newest.
    public var height: UInt64 = 0
    /// Time of the newest block.
    public var timestamp: Timestamp?
    /// State after it.
    public var appHash: Bytes = []
    /// The engine's to know; empty.
    public var validatorsHash: Bytes = []
    public static let wireName = "cosmos.base.node.v1beta1.StatusResponse"
    public static let wireFields: WireFields<NodeStatusResponse> = [
        .uint64(1, "earliest_store_height", \.earliestHeight),
        .uint64(2, "height", \.height),
        .message(3, "timestamp", \.timestamp),
        .bytes(4, "app_hash", \.appHash),
        .bytes(5, "validator_hash", \.validatorsHash),
    ]
    public init() {}
}

extension AIVMApplication {
    func nodeInformation() -> NodeInformationResponse {
        var node = NetworkNode()
        node.protocolVersion.peers = 8
        node.protocolVersion.block = 11
        node.protocolVersion.application = AIVMApplication.protocolVersion
        node.network = record?.chainID ?? ""
        node.version = CompatibleVersions.engine
        node.moniker = options.moniker
        node.other.transactionIndex = "on"
        var version = VersionInformation()
        version.name = AIVMApplication.name
        version.applicationName = AIVMApplication.name
        version.version = options.version
        version.dependencies = CompatibleVersions.modules
        version.sdkVersion = CompatibleVersions.sdk
        var response = NodeInformationResponse()
        response.node = node
        response.version = version
        return response
    }

    func nodeStatus() throws(Failure) -> NodeStatusResponse {
        let record = try Failure.reading { () throws(StorageFailure) in try started() }
        var response = NodeStatusResponse()
        response.height = UInt64(clamping: record.height)
        response.earliestHeight = UInt64(
            clamping: max(record.initialHeight, record.height - options.retainedVersions + 1))
        response.timestamp = record.time
        response.appHash = record.appHash
        return response
    }
}
