// An unmodified client of others, cosmpy, against the real binary over gRPC and over REST: coins,
// stake, votes, waiting, and every way it is refused. What is expected is in
// `Python/oracles/cosmpy_client.py`; this starts the node it talks to.

import Base
import Cryptography
import Ledger
import Node
import TestSupport
import Testing
import Wire

@Suite struct CosmpyDrivesTheNode {
    /// Scheme of cosmpy's address, and what the node calls the port.
    private static let doors = [("grpc+http", "grpc_port"), ("rest+http", "rest_port")]

    @Test(.enabled(if: PythonOracle.require()), arguments: [0, 1])
    func doesWhatItsUsersDo(_ index: Int) throws {
        let (scheme, portName) = Self.doors[index]
        let folder = try TemporaryDirectory()
        let secret = SHA256.hash(Bytes("cosmpy's account".utf8)).bytes
        let account = try #require(Secp256k1.PrivateKey(secret))
        let validator = try #require(Ed25519.PrivateKey(seed: Bytes(repeating: 5, count: 32)))
        let home = NodeHome(path: folder.path + "/home")
        var configuration = NodeConfiguration()
        configuration.gatheringMilliseconds = 10
        configuration.emptyBlockSeconds = 1
        configuration.minimumGasPrices = "0.01ucgpt"
        let genesis = Genesis.singleValidator(
            chainID: "aivm-1", key: validator.publicKey,
            time: Timestamp(seconds: 1_790_000_000),
            balances: [
                (Address(publicKey: account.publicKey), Coin(Amount(1_000_000_000_000), "ucgpt"))
            ])
        try home.create(genesis: genesis, validatorKey: validator, configuration: configuration)
        let node = try NodeProcess(home: home.path)
        defer { _ = node.stop() }
        let port = try #require(node.start[portName]?.integer(as: UInt16.self))

        let output = try PythonOracle.runFile(
            "Python/oracles/cosmpy_client.py",
            arguments: ["\(scheme)://127.0.0.1:\(port)", "aivm-1", secret.hex])
        let steps = try JSONValue(parsing: output)["steps"]?.elements?.compactMap(\.text)
        #expect(
            steps == [
                "node", "coins", "polling", "refused", "simulates", "stakes", "votes", "door",
            ])
    }
}
