// The homes of a network of validators on one machine: keys, one genesis that all share, and the
// configuration of the application and of CometBFT, each in its own form. A home serves both:
//
//     node<i>/config/genesis.json, priv_validator_key.json, node_key.json, config.toml     CometBFT
//     node<i>/config/node.json, operator_seed.json                                         ours
//     node<i>/data/priv_validator_state.json                                               CometBFT
//
// Source: CometBFT 0.38, `cmd/cometbft/commands/testnet.go`, `config/config.go`.

public import Base
import Client
public import Cryptography
import Foundation
import Ledger
public import Wire

/// A network of validators on one machine.
public struct Testnet: Sendable {
    /// Chain id.
    public var chainID: String
    /// Number of validators.
    public var validatorCount: Int
    /// First port; each node takes ten.
    public var firstPort: UInt16
    /// Coins that each operator stakes, and as many more to spend, in `ucgpt`.
    public var stake: UInt64 = 100_000_000
    /// Time of the first block.
    public var time: Timestamp

    /// Describes a network.
    public init(
        chainID: String, validatorCount: Int, firstPort: UInt16 = 26_650, time: Timestamp
    ) {
        precondition((1...100).contains(validatorCount), "1 to 100 validators")
        precondition(Int(firstPort) + 10 * validatorCount <= 65_536, "ports end at 65,535")
        self.chainID = chainID
        self.validatorCount = validatorCount
        self.firstPort = firstPort
        self.time = time
    }

    /// A node of the network.
    public struct Member: Sendable {
        /// Its home.
        public let home: NodeHome
        /// The name by which its peers know it.
        public let identifier: String
        /// Where its application listens.
        public let applicationAddress: String
        /// Where its CometBFT serves clients.
        public let clientAddress: String
        /// Who operates its validator.
        public let operatorAddress: Address
    }

    /// The secrets of a node.
    private struct Keys {
        let consensus: Ed25519.PrivateKey
        let peer: Ed25519.PrivateKey
        let words: Mnemonic
        let account: Secp256k1.PrivateKey

        var address: Address { Address(publicKey: account.publicKey) }

        /// First 20 bytes of the SHA-256 of the key that peers know.
        var identifier: String { Address.consensus(peer.publicKey).bytes.hex }
    }

    private func port(_ index: Int, _ offset: UInt16) -> UInt16 {
        firstPort + UInt16(index) * 10 + offset
    }

    /// Writes the homes into the folder `output`, which must not hold any.
    ///
    /// - Parameter seed: gives 32 random bytes at each call.
    public func create(in output: String, seed: () -> Bytes) throws -> [Member] {
        let keys = try (0..<validatorCount).map { _ in try makeKeys(seed) }
        let amount = Amount(UInt128(stake))
        let genesis = Genesis(
            chainID: chainID, time: time,
            staked: keys.enumerated().map { index, keys in
                GenesisValidator(
                    key: keys.consensus.publicKey, operatorAddress: keys.address, stake: amount,
                    moniker: "node\(index)")
            },
            balances: keys.map { ($0.address, Coin(amount, Genesis.denomination)) })
        var nodes: [Member] = []
        for (index, own) in keys.enumerated() {
            let home = NodeHome(path: "\(output)/node\(index)")
            var configuration = NodeConfiguration()
            configuration.moniker = "node\(index)"
            configuration.port = port(index, 2)
            configuration.rest = "127.0.0.1:\(port(index, 3))"
            configuration.grpc = "127.0.0.1:\(port(index, 4))"
            configuration.abciAddress = "tcp://127.0.0.1:\(port(index, 8))"
            configuration.snapshotInterval = 1_000
            try home.create(
                genesis: genesis, validatorKey: own.consensus, configuration: configuration)
            try write(own, peers: keys, index, configuration.abciAddress, home)
            nodes.append(
                Member(
                    home: home, identifier: own.identifier,
                    applicationAddress: configuration.abciAddress,
                    clientAddress: "tcp://127.0.0.1:\(port(index, 7))",
                    operatorAddress: own.address))
        }
        return nodes
    }

    private func makeKeys(_ seed: () -> Bytes) throws -> Keys {
        guard let consensus = Ed25519.PrivateKey(seed: seed()),
            let peer = Ed25519.PrivateKey(seed: seed())
        else { throw NodeSetupError.engine("no key could be made") }
        let words = try Mnemonic(entropy: seed())
        return Keys(
            consensus: consensus, peer: peer, words: words,
            account: try HDKey.derive(seed: words.seed(), path: HDKey.cosmosPath))
    }

    private func write(
        _ own: Keys, peers: [Keys], _ index: Int, _ application: String, _ home: NodeHome
    ) throws {
        let others = peers.enumerated().filter { $0.offset != index }
            .map { "\($0.element.identifier)@127.0.0.1:\(port($0.offset, 6))" }
        let settings = CometBFTSettings(
            moniker: "node\(index)", applicationAddress: application,
            clientPort: port(index, 7), peerPort: port(index, 6), peers: others)
        try home.write(text: settings.text, to: "config/config.toml", mode: 0o644)
        try home.write(
            text: NodeHome.peerKeyJSON(own.peer).prettyText + "\n", to: "config/node_key.json",
            mode: 0o600)
        let state = JSONValue.object(["height": "0", "round": .number("0"), "step": .number("0")])
        try home.write(
            text: state.prettyText + "\n", to: "data/priv_validator_state.json", mode: 0o600)
        let secret = JSONValue.object([
            "secret": .string(own.words.phrase),
            "address": .string(own.address.bech32(prefix: "aivm")),
        ])
        try home.write(
            text: secret.prettyText + "\n", to: "config/operator_seed.json", mode: 0o600)
    }
}

/// What a CometBFT needs to be told; the rest it takes from its defaults.
struct CometBFTSettings {
    var moniker: String
    var applicationAddress: String
    var clientPort: UInt16
    var peerPort: UInt16
    var peers: [String]

    /// `config.toml`.
    var text: String {
        """
        # CometBFT 0.38. What is not here has its default.
        proxy_app = "\(applicationAddress)"
        abci = "socket"
        moniker = "\(moniker)"
        genesis_file = "config/genesis.json"
        priv_validator_key_file = "config/priv_validator_key.json"
        priv_validator_state_file = "data/priv_validator_state.json"
        node_key_file = "config/node_key.json"
        db_backend = "goleveldb"
        db_dir = "data"

        [rpc]
        laddr = "tcp://127.0.0.1:\(clientPort)"

        [p2p]
        laddr = "tcp://127.0.0.1:\(peerPort)"
        persistent_peers = "\(peers.joined(separator: ","))"
        # Many nodes on one machine.
        pex = false
        addr_book_strict = false
        allow_duplicate_ip = true

        [consensus]
        timeout_commit = "1s"

        [tx_index]
        indexer = "kv"

        """
    }
}

extension NodeHome {
    /// `node_key.json`.
    static func peerKeyJSON(_ key: Ed25519.PrivateKey) -> JSONValue {
        .object([
            "priv_key": .object([
                "type": "tendermint/PrivKeyEd25519",
                "value": CometJSON.base64(key.seed + key.publicKey.bytes),
            ])
        ])
    }

    /// Writes a file of the home.
    func write(text: String, to relative: String, mode: Int) throws(NodeSetupError) {
        let target = path + "/" + relative
        guard
            FileManager.default.createFile(
                atPath: target, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
        else { throw .file(target, reason: "it cannot be written") }
    }
}
