// The folder of a node. Its files have CometBFT's names and forms, so that a home can be moved
// under that engine:
//
//     config/genesis.json               the chain's start
//     config/priv_validator_key.json    the validator's Ed25519 key, mode 0600
//     config/node.json                  addresses, prices, intervals
//     data/                             the database, snapshots of its state
//     keys/                             account keys, encrypted

import Base
import Blocks
import Client
public import Cryptography
import Foundation
import Wire

/// The folder of a node.
public struct NodeHome: Sendable {
    /// Its path.
    public let path: String

    /// The home at `path`; nothing is read yet.
    public init(path: String) { self.path = path }

    /// The default: `$AIVM_HOME`, or `.aivm` in the user's home.
    public static var defaultPath: String {
        if let path = ProcessInfo.processInfo.environment["AIVM_HOME"], !path.isEmpty {
            return path
        }
        return NSHomeDirectory() + "/.aivm"
    }

    /// Path of the genesis.
    public var genesisPath: String { path + "/config/genesis.json" }
    /// Path of the validator key.
    public var validatorKeyPath: String { path + "/config/priv_validator_key.json" }
    /// Path of the configuration.
    public var configurationPath: String { path + "/config/node.json" }
    /// Path of the database.
    public var databasePath: String { path + "/data/state.db" }
    /// Path of the database of a node that an engine outside drives.
    public var servedDatabasePath: String { path + "/data/application.db" }
    /// Path of the snapshots of the state.
    public var snapshotsPath: String { path + "/data/snapshots" }
    /// Path of the account keys.
    public var keysPath: String { path + "/keys" }

    /// Whether a node is set up here.
    public var exists: Bool { FileManager.default.fileExists(atPath: genesisPath) }

    /// Sets up a node: writes genesis, key and configuration. Refuses to touch an existing one.
    public func create(
        genesis: Genesis, validatorKey: Ed25519.PrivateKey, configuration: NodeConfiguration
    ) throws(NodeSetupError) {
        guard !exists else { throw .homeExists(path) }
        for folder in ["config", "data", "keys"] {
            do {
                try FileManager.default.createDirectory(
                    atPath: path + "/" + folder, withIntermediateDirectories: true)
            } catch { throw .file(path, reason: error.localizedDescription) }
        }
        try write(NodeHome.json(validatorKey), to: validatorKeyPath, mode: 0o600)
        try write(configuration.json, to: configurationPath, mode: 0o644)
        // Written last: its presence says that the home is complete.
        try write(genesis.json, to: genesisPath, mode: 0o644)
    }

    /// Reads the genesis.
    public func genesis() throws(NodeSetupError) -> Genesis {
        guard exists else { throw .noHome(path) }
        return try Genesis(json: try read(genesisPath))
    }

    /// Reads the configuration.
    public func configuration() throws(NodeSetupError) -> NodeConfiguration {
        guard exists else { throw .noHome(path) }
        return try NodeConfiguration(json: try read(configurationPath))
    }

    /// Reads the validator key.
    public func validatorKey() throws(NodeSetupError) -> Ed25519.PrivateKey {
        let json = try read(validatorKeyPath)
        guard let text = json["priv_key"]?["value"]?.text, let bytes = Bytes(base64: text),
            bytes.count == 64, let key = Ed25519.PrivateKey(seed: Bytes(bytes.prefix(32))),
            key.publicKey.bytes == Bytes(bytes.suffix(32))
        else { throw .malformedFile(validatorKeyPath, reason: "no valid Ed25519 key") }
        return key
    }

    private static func json(_ key: Ed25519.PrivateKey) -> JSONValue {
        .object([
            "address": CometJSON.hex(Address.consensus(key.publicKey).bytes),
            "pub_key": .object([
                "type": "tendermint/PubKeyEd25519",
                "value": CometJSON.base64(key.publicKey.bytes),
            ]),
            "priv_key": .object([
                "type": "tendermint/PrivKeyEd25519",
                "value": CometJSON.base64(key.seed + key.publicKey.bytes),
            ]),
        ])
    }

    private func read(_ path: String) throws(NodeSetupError) -> JSONValue {
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw .file(path, reason: error.localizedDescription)
        }
        do { return try JSONValue(parsing: Bytes(data)) } catch {
            throw .malformedFile(path, reason: error.description)
        }
    }

    private func write(
        _ json: JSONValue, to path: String, mode: Int
    ) throws(NodeSetupError) {
        do {
            // A new file has its mode from the start: a key is never readable by others.
            let made = FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: mode])
            guard made else { throw CocoaError(.fileWriteUnknown) }
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.write(contentsOf: Data((json.prettyText + "\n").utf8))
            try handle.synchronize()
            try handle.close()
        } catch { throw .file(path, reason: error.localizedDescription) }
    }
}
