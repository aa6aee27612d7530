// aivm node testnet | export

import Base
import Cryptography
import Foundation
import Ledger
import Node
import Wire

extension CommandLineInterface {
    static let testnetCommand = Command(
        name: "testnet", summary: "Set up a network of validators on this machine.",
        discussion: """
            Writes a home for each validator, for the application and for CometBFT. Start each with
            'aivm node start --home DIR/nodeN --consensus cometbft' and 'cometbft start --home
            DIR/nodeN'. The words of each operator's key are in config/operator_seed.json.
            """,
        options: [
            .option("validators", "N", "Number of validators.", fallback: "4"),
            .option("output", "DIR", "Where the homes go.", fallback: "testnet"),
            .option(
                "chain-id", "ID", "Name of the chain, a dash and a number.", fallback: "aivm-1"),
            .option("first-port", "N", "First port; each node takes ten.", fallback: "26650"),
        ],
        run: { invocation in
            let chainID = invocation.option("chain-id") ?? "aivm-1"
            guard Genesis.isValid(chainID: chainID) else {
                throw UsageError(
                    message: "'\(chainID)' is no chain id such as aivm-1",
                    path: invocation.pathText)
            }
            let count = try invocation.integer("validators", in: 1...100) ?? 4
            let port = try invocation.integer("first-port", in: 1_024...64_000) ?? 26_650
            let network = Testnet(
                chainID: chainID, validatorCount: count, firstPort: UInt16(port),
                time: Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
            var generator = SystemRandomNumberGenerator()
            let nodes = try network.create(in: invocation.option("output") ?? "testnet") {
                (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
            }
            let members = nodes.map { node in
                JSONValue.object([
                    "home": .string(node.home.path), "node_id": .string(node.identifier),
                    "abci": .string(node.applicationAddress),
                    "rpc": .string(node.clientAddress),
                    "operator": .string(node.operatorAddress.bech32(prefix: "aivm")),
                ])
            }
            Output(invocation).show(.array(members)) {
                nodes.map { "\($0.home.path)  \($0.identifier)  RPC \($0.clientAddress)" }
                    .joined(separator: "\n")
            }
        })

    static let exportCommand = Command(
        name: "export", summary: "Print a genesis that goes on with the state of this chain.",
        discussion: "The node may be running; the state is that after its last block.",
        options: [
            .option("home", "DIR", "Folder of the node (default: $AIVM_HOME or ~/.aivm)."),
            .option(
                "consensus", "NAME", "Whose state: embedded, or cometbft.", fallback: "embedded"),
        ],
        run: { invocation in
            let genesis = try Genesis.exported(
                from: ChainSession.home(invocation), engine: try engine(invocation))
            Terminal.print(genesis.json.prettyText)
        })
}
