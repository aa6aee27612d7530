// aivm node init | start | check; snapshot, testnet and export are in files of their own

import ABCI
import AIModule
import Base
import Client
import Cryptography
import Foundation
import Ledger
import Node
import Wire

extension CommandLineInterface {
    static let nodeCommand = Command(
        name: "node", summary: "Set up and run a node.",
        children: [
            initCommand, startCommand, checkCommand, exportCommand, snapshotCommand,
            testnetCommand, chainInfoCommand,
        ])

    private static let homeOption = Option.option(
        "home", "DIR", "Folder of the node (default: $AIVM_HOME or ~/.aivm).")

    private static let initCommand = Command(
        name: "init", summary: "Set up a chain with one validator: this node.",
        options: [
            homeOption,
            .option(
                "chain-id", "ID", "Name of the chain, a dash and a number.", fallback: "aivm-1"),
            .option("moniker", "NAME", "Name of the node.", fallback: "aivm"),
            .option(
                "fund", "WHO=COIN", "Coins in the genesis: a key or an address; repeatable."),
            .option("address", "IP", "IPv4 address of the RPC door.", fallback: "127.0.0.1"),
            .option("port", "N", "Port of the RPC door.", fallback: "26657"),
            .flag(
                "allow-unsafe-srs",
                "Take proofs from reference strings for development, with which anything can be "
                    + "proved."),
        ],
        run: { invocation in
            let home = ChainSession.home(invocation)
            guard !home.exists else { throw NodeSetupError.homeExists(home.path) }
            let chainID = try invocation.required("chain-id")
            guard Genesis.isValid(chainID: chainID) else {
                throw UsageError(
                    message: "'\(chainID)' is no chain id such as aivm-1",
                    path: invocation.pathText)
            }
            var generator = SystemRandomNumberGenerator()
            let seed = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
            guard let key = Ed25519.PrivateKey(seed: seed) else {
                throw CommandFailure("no validator key could be made", .software)
            }
            var configuration = NodeConfiguration()
            configuration.moniker = invocation.option("moniker") ?? configuration.moniker
            configuration.address = invocation.option("address") ?? configuration.address
            configuration.port = try invocation.integer("port", in: 0...65535) ?? 26657
            var genesis = Genesis.singleValidator(
                chainID: chainID, key: key.publicKey, time: now(),
                balances: try funds(invocation))
            if invocation.flag("allow-unsafe-srs") {
                var state = AIGenesis()
                state.parameters.allowsUnsafeReferenceStrings = true
                genesis.appState.set([AI.name], try state.json())
            }
            try home.create(genesis: genesis, validatorKey: key, configuration: configuration)
            Output(invocation).show([
                "home": .string(home.path), "chain_id": .string(chainID),
                "validators_hash": .string(genesis.validatorsHash.hex),
            ]) {
                "chain \(chainID) is set up in \(home.path)\n"
                    + "validators \(genesis.validatorsHash.hex)\nstart it: aivm node start"
            }
        })

    private static func funds(
        _ invocation: Invocation
    ) throws -> [(address: Address, coin: Coin)] {
        try invocation.options("fund").map { text in
            let parts = text.split(separator: "=").map(String.init)
            guard parts.count == 2, let coin = Coin(text: parts[1]) else {
                throw UsageError(
                    message: "--fund takes WHO=COIN such as alice=1000000ucgpt, not '\(text)'",
                    path: invocation.pathText)
            }
            if let address = try? Address(bech32: parts[0], prefix: "aivm") {
                return (address, coin)
            }
            return (try ChainSession.keyStore(invocation).show(name: parts[0]).address, coin)
        }
    }

    private static func now() -> Timestamp {
        let time = Date().timeIntervalSince1970
        return Timestamp(
            seconds: Int64(time), nanoseconds: Int32((time - time.rounded(.down)) * 1e9))
    }

    private static let startCommand = Command(
        name: "start", summary: "Run the node until it is told to stop.",
        discussion: """
            SIGINT and SIGTERM stop it after the block being made. It may be killed at any moment:
            what it acknowledged is on disk. With --consensus cometbft it makes no blocks and
            opens no RPC door: it waits for a CometBFT, whose proxy_app names the --abci address.
            """,
        options: [
            .option(
                "consensus", "NAME", "embedded, or cometbft: an engine outside.",
                fallback: "embedded"),
            .option(
                "abci", "ADDRESS",
                "Where CometBFT finds the application (default: that of node.json)."),
            homeOption, .option("port", "N", "Port of the RPC door (0 chooses one)."),
            .option("address", "IP", "IPv4 address of the RPC door."),
            .option("grpc", "IP:PORT", "Where gRPC is served, or 'off'."),
            .option("rest", "IP:PORT", "Where REST is served, or 'off'."),
        ],
        run: { invocation in
            guard try !isServed(invocation) else { return try serve(invocation) }
            let port = try invocation.integer("port", in: 0...UInt16.max)
            let address = invocation.option("address")
            let doors = try doorOptions(invocation)
            let signals = StopSignals()
            let node = try RunningNode(
                home: ChainSession.home(invocation),
                change: { configuration in
                    if let port { configuration.port = port }
                    if let address { configuration.address = address }
                    doors.apply(to: &configuration)
                },
                log: { Terminal.note($0) })
            let status = try node.client.status()
            Output(invocation).show([
                "chain_id": .string(status.chainID), "port": .number(String(node.port)),
                "grpc_port": .number(String(node.grpcPort)),
                "rest_port": .number(String(node.restPort)),
                "metrics_port": .number(String(node.metricsPort)),
                "height": .string(String(status.latestHeight)),
            ]) {
                "chain \(status.chainID), height \(status.latestHeight), "
                    + "RPC on port \(node.port), gRPC on \(node.grpcPort), "
                    + "REST on \(node.restPort)"
                    + (node.metricsPort == 0 ? "" : ", metrics on \(node.metricsPort)")
            }
            signals.onStop { node.stop() }
            if let failure = node.waitUntilStopped() {
                throw CommandFailure("the chain has stopped: \(failure)", .inputOutput)
            }
            signals.waitForStop()
        })

    /// Where the flags put the doors for clients; `nil` leaves the configuration's word.
    private struct DoorOptions {
        var grpc: String?
        var rest: String?

        func apply(to configuration: inout NodeConfiguration) {
            configuration.grpc = grpc ?? configuration.grpc
            configuration.rest = rest ?? configuration.rest
        }
    }

    private static func doorOptions(_ invocation: Invocation) throws -> DoorOptions {
        func place(_ name: String) throws -> String? {
            guard let text = invocation.option(name) else { return nil }
            if text == "off" { return "" }
            guard NodeConfiguration.isDoorAddress(text) else {
                throw UsageError(
                    message: "--\(name) takes an address such as 127.0.0.1:9090, or off, "
                        + "not '\(text)'", path: invocation.pathText)
            }
            return text
        }
        return DoorOptions(grpc: try place("grpc"), rest: try place("rest"))
    }

    /// Whether an engine outside drives the node.
    private static func isServed(_ invocation: Invocation) throws -> Bool {
        switch invocation.option("consensus") ?? "embedded" {
        case "embedded":
            guard !invocation.options.contains(where: { $0.name == "abci" }) else {
                throw UsageError(
                    message: "--abci is for --consensus cometbft", path: invocation.pathText)
            }
            return false
        case "cometbft": return true
        case let name:
            throw UsageError(
                message: "--consensus takes embedded or cometbft, not '\(name)'",
                path: invocation.pathText)
        }
    }

    /// Waits for a consensus engine until told to stop.
    private static func serve(_ invocation: Invocation) throws {
        let home = ChainSession.home(invocation)
        let text = try invocation.option("abci") ?? home.configuration().abciAddress
        guard let address = SocketAddress(text) else {
            throw UsageError(
                message: "--abci takes tcp://HOST:PORT or unix://PATH, not '\(text)'",
                path: invocation.pathText)
        }
        let doors = try doorOptions(invocation)
        let signals = StopSignals()
        let node = try ServedNode(
            home: home, address: address, change: { doors.apply(to: &$0) },
            log: { Terminal.note($0) })
        Output(invocation).show([
            "abci": .string(node.address.description), "height": .string(String(node.height)),
            "grpc_port": .number(String(node.grpcPort)),
            "rest_port": .number(String(node.restPort)),
        ]) {
            "height \(node.height), waiting for an engine at \(node.address)"
        }
        signals.onStop { node.stop() }
        node.waitUntilStopped()
        signals.waitForStop()
    }

    private static let chainInfoCommand = Command(
        name: "chain-info", summary: "Print the chain as wallets want it described.",
        discussion: "The JSON that Keplr takes with experimentalSuggestChain.",
        options: [
            homeOption,
            .option("rpc", "URL", "Address of the RPC door, as the wallet reaches it."),
            .option("rest", "URL", "Address of the REST door, as the wallet reaches it."),
            .option("name", "TEXT", "Name shown to people, at most 30 characters."),
        ],
        run: { invocation in
            var description = try WalletDescription(
                home: ChainSession.home(invocation), rpc: invocation.option("rpc"),
                rest: invocation.option("rest"))
            if let name = invocation.option("name") {
                guard (1...30).contains(name.count) else {
                    throw UsageError(
                        message: "--name takes 1 to 30 characters", path: invocation.pathText)
                }
                description.name = name
            }
            Terminal.print(description.json.prettyText)
        })

    private static let checkCommand = Command(
        name: "check", summary: "Execute every stored block again and compare.",
        discussion: "The node must not be running. Finds damage and broken determinism.",
        options: [homeOption],
        run: { invocation in
            let bar = ProgressBar("checking", invocation)
            let height = try ChainReplay.check(home: ChainSession.home(invocation)) {
                bar.show(Int($0), of: Int($1))
            }
            Output(invocation).show(["height": .string(String(height))]) {
                "\(grouped(height)) blocks executed again, all equal"
            }
        })
}
