// The real binary as a child process: what a user runs, and what a test may kill.

import Base
import Client
import Cryptography
import Foundation
import Ledger
import Node
import TestSupport
import Wire

/// The program `aivm`, built beside the tests.
enum Program {
    static var path: String {
        // The test bundle lies in the build folder of its configuration, and so does the binary.
        var url = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        while url.pathComponents.count > 1 {
            let candidate = url.appendingPathComponent("aivm").path
            var isFolder: ObjCBool = false
            if unsafe FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder),
                !isFolder.boolValue, FileManager.default.isExecutableFile(atPath: candidate)
            {
                return candidate
            }
            url.deleteLastPathComponent()
        }
        return packageRoot + "/.build/debug/aivm"
    }

    /// Folder of the package.
    static var packageRoot: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    /// Runs a command to its end.
    static func run(
        _ words: [String], environment: [String: String] = [:], input: String? = nil
    ) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        let standardInput = Pipe()
        process.standardInput = standardInput
        try process.run()
        if let input { standardInput.fileHandleForWriting.write(Data(input.utf8)) }
        try? standardInput.fileHandleForWriting.close()
        // Answers are far smaller than a pipe's buffer, except the output, which is read first.
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: text, as: UTF8.self),
            String(decoding: complaint, as: UTF8.self)
        )
    }
}

/// A node in a process of its own.
final class NodeProcess {
    let client: HTTPNodeClient
    /// What it said of itself when it started: the ports of its doors.
    let start: JSONValue
    private let process: Process

    /// Starts the node of `home` and waits until its door is open.
    init(home: String, arguments: [String] = ["--port", "0"]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["node", "start", "--home", home, "--json"] + arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        self.process = process
        var text = Data()
        while !text.contains(UInt8(ascii: "}")) {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            text.append(more)
        }
        guard let json = try? JSONValue(parsing: Bytes(text)),
            let port = json["port"]?.integer(as: UInt16.self),
            let client = HTTPNodeClient(address: "http://127.0.0.1:\(port)")
        else {
            process.terminate()
            let complaint = errors.fileHandleForReading.readDataToEndOfFile()
            throw NodeProcessError(text: String(decoding: complaint, as: UTF8.self))
        }
        self.client = client
        start = json
    }

    /// Number of the process.
    var identifier: Int32 { process.processIdentifier }

    /// Waits until the process is gone.
    func waitForEnd() { process.waitUntilExit() }

    /// Kills the process at once, as a power cut would.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks the process to stop; returns its exit code.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Waits until no new block comes: what waited is in a block, and the app hash in a header.
    func settle() throws -> NodeStatus {
        var last = try client.status()
        while true {
            Thread.sleep(forTimeInterval: 0.15)
            let now = try client.status()
            if now.latestHeight == last.latestHeight { return now }
            last = now
        }
    }
}

/// A node that did not start, with what it said.
struct NodeProcessError: Error, CustomStringConvertible {
    let text: String
    var description: String { "the node did not start: \(text)" }
}

/// A home with a funded account, made by the library instead of the binary to save time.
struct TestHome {
    let home: NodeHome
    let genesis: Genesis
    let account: Secp256k1.PrivateKey

    /// - Parameter emptyBlockSeconds: as in the configuration; 0 where heights are counted.
    init(
        in folder: String, seed: UInt64, balance: UInt128 = 1_000_000_000_000,
        emptyBlockSeconds: Int = 5
    ) throws {
        var generator = SeededGenerator(seed: seed)
        func key() -> Bytes { (0..<32).map { _ in UInt8.random(in: 1...200, using: &generator) } }
        guard let validator = Ed25519.PrivateKey(seed: key()),
            let account = Secp256k1.PrivateKey(key())
        else { throw NodeProcessError(text: "no keys") }
        self.account = account
        home = NodeHome(path: folder)
        var configuration = NodeConfiguration()
        configuration.gatheringMilliseconds = 10
        configuration.emptyBlockSeconds = emptyBlockSeconds
        genesis = .singleValidator(
            chainID: "aivm-1", key: validator.publicKey,
            time: Timestamp(seconds: 1_790_000_000),
            balances: [
                (Address(publicKey: account.publicKey), Coin(Amount(balance), "ucgpt"))
            ])
        try home.create(genesis: genesis, validatorKey: validator, configuration: configuration)
    }

    var address: Address { Address(publicKey: account.publicKey) }
}
