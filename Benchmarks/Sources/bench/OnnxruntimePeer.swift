// onnxruntime in a process of its own, asked in turns (`Python/oracles/onnxruntime_bench.py`).

import Foundation

/// A running peer with one model loaded.
final class OnnxruntimePeer {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var rest = Data()

    /// Starts the peer; `nil` when Python is not installed.
    init?(_ root: String) throws {
        let python = "\(root)/.venv/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python) else { return nil }
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["\(root)/Python/oracles/onnxruntime_bench.py"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit { process.terminate() }

    /// Loads the model `stem.onnx` with the inputs `stem.npz`.
    func load(_ stem: String, threads: Int) throws {
        _ = try ask("load \(stem).onnx \(stem).npz \(threads)")
    }

    /// The least seconds of one run so far, after `seconds` more of running.
    func time(_ seconds: Double) throws -> Double {
        guard let value = Double(try ask("time \(seconds)")) else { throw PeerError("no number") }
        return value
    }

    /// Writes the outputs to an archive at `path`.
    func writeOutputs(_ path: String) throws { _ = try ask("outputs \(path)") }

    private func ask(_ line: String) throws -> String {
        input.fileHandleForWriting.write(Data((line + "\n").utf8))
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let answer = String(decoding: rest[..<end], as: UTF8.self)
                rest = Data(rest[(end + 1)...])
                guard !answer.hasPrefix("error") else { throw PeerError(answer) }
                return answer
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw PeerError("the peer ended") }
            rest += more
        }
    }
}

/// What the peer said instead of an answer.
struct PeerError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
