// A node that waits for an engine, and the first thing an engine says to it.

import ABCI
import Base
import Blocks
import Client
import Foundation
import Testing
import Wire

/// A node that waits for an engine, in a process of its own.
final class ServedProcess {
    let address: SocketAddress
    /// What it said of itself when it started: the ports of its doors.
    let start: JSONValue
    private let process = Process()

    /// Starts the node of `home` at the Unix socket `socket`, or where its configuration says;
    /// `environment` comes on top of the test's own.
    init(
        home: String, socket: String? = nil, arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws {
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = [
            "node", "start", "--home", home, "--json", "--consensus", "cometbft",
        ]
        if let socket { process.arguments? += ["--abci", "unix://\(socket)"] }
        process.arguments? += arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var text = Data()
        while !text.contains(UInt8(ascii: "}")) {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            text.append(more)
        }
        start = try JSONValue(parsing: Bytes(text))
        address = try #require(SocketAddress(start["abci"]?.text ?? ""))
    }

    var identifier: Int32 { process.processIdentifier }
    func waitForEnd() { process.waitUntilExit() }

    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

extension InitializeChainRequest {
    /// InitChain as CometBFT makes it of a genesis file.
    init(genesis: JSONValue) throws {
        self.init()
        chainID = try #require(genesis["chain_id"]?.text)
        time = Timestamp(seconds: 1_700_000_000)
        initialHeight = try #require(genesis["initial_height"]?.text.flatMap { Int64($0) })
        parameters = try CometJSON.consensusParameters(genesis["consensus_params"])
        for validator in genesis["validators"]?.elements ?? [] {
            var change = ValidatorChange()
            change.publicKey.ed25519 = Bytes(base64: validator["pub_key"]?["value"]?.text ?? "")
            change.power = validator["power"]?.text.flatMap { Int64($0) } ?? 0
            validators.append(change)
        }
        appState = Bytes(try #require(genesis["app_state"]).compactText.utf8)
    }
}
