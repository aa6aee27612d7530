// How fast a model file becomes a machine: weights read from the page cache, hashed, compared with
// the ModelID, packed.

import Base
import Foundation
import Importers
import Machine
import Models

/// A file that is read piece by piece.
private final class BenchFile: ByteReading {
    let byteCount: Int
    private let handle: FileHandle

    init(_ path: String) throws {
        handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        byteCount = Int(try handle.seekToEnd())
    }

    func read(_ range: Range<Int>, into bytes: inout Bytes) throws(ModelError) {
        if bytes.count != range.count { bytes = Bytes(repeating: 0, count: range.count) }
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(
                handle.fileDescriptor, $0.baseAddress, $0.count, off_t(range.lowerBound))
        }
        guard count == range.count else { throw .unreadable(reason: "short read") }
    }
}

/// Loads models again and again, each time from the file to a machine that could run.
func benchmarkLoading(_ folder: String, _ filter: String) throws -> [[String]] {
    let names = ["gpt_decode_past128", "minilm_s128", "resnet18"]
        .filter { filter.isEmpty || $0.contains(filter) }
    guard !names.isEmpty else { return [] }
    var rows = [["model", "weights MB", "loaded in ms", "MB/s"]]
    for name in names {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(name)-\(ProcessInfo.processInfo.processIdentifier).aivm")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let size: Int
        do {
            let model = try ONNXImporter.importModel(at: "\(folder)/\(name).onnx").model
            try Data(model.fileBytes).write(to: URL(fileURLWithPath: path))
            size = model.weightByteCount
        }
        let seconds = try leastOfRuns(for: 6) {
            _ = try Interpreter(loading: try PendingModel(reading: try BenchFile(path)))
        }
        rows.append([
            name, text(Double(size) / 1e6), text(seconds * 1e3),
            text(Double(size) / 1e6 / seconds),
        ])
    }
    printTable("Loading on one thread: hashes compared, weights packed", rows)
    return rows
}
