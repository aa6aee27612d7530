// Files that commands read and write. Writing replaces a file in one step, so that a crash leaves
// the old or the new one.

import Base
import Foundation
import Models
import Synchronization

/// Reads a whole file, at most `limit` bytes.
func readFile(_ path: String, limit: Int = 2 << 30) throws -> Bytes {
    do {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let size = (attributes[.size] as? Int) ?? 0
        guard size <= limit else {
            throw CommandFailure(
                "\(path) has \(size) bytes; the limit is \(limit)", .malformedData)
        }
        return Bytes(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch let failure as CommandFailure {
        throw failure
    } catch {
        throw CommandFailure("cannot read \(path): \(error.localizedDescription)", .noInput)
    }
}

/// Writes a whole file.
func writeFile(_ path: String, _ bytes: Bytes) throws {
    do {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
        throw CommandFailure("cannot write \(path): \(error.localizedDescription)", .cannotCreate)
    }
}

/// Reads an `.aivm` file, weights and all.
func readModel(_ path: String) throws -> Model {
    let bytes = try readFile(path)
    guard Model.isModelFile(bytes) else { throw notAModelFile(path) }
    do { return try Model(fileBytes: bytes) } catch {
        throw CommandFailure("\(path): \(error)", .malformedData)
    }
}

/// Opens an `.aivm` file; its weights are read as they are needed.
func openModel(_ path: String) throws -> Model {
    let file = try OpenFile(path)
    do { return try Model(reading: file) } catch ModelError.notAModelFile {
        throw notAModelFile(path)
    } catch {
        throw CommandFailure("\(path): \(error)", .malformedData)
    }
}

private func notAModelFile(_ path: String) -> CommandFailure {
    CommandFailure(
        "\(path) is not an .aivm file; import an ONNX model with 'aivm model import'",
        .malformedData)
}

/// A file that stays open and is read piece by piece.
final class OpenFile: ByteReading {
    let byteCount: Int
    private let path: String
    private let handle: Mutex<FileHandle>

    /// Opens the file at `path`.
    init(_ path: String) throws {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            byteCount = Int(clamping: try handle.seekToEnd())
            self.path = path
            self.handle = Mutex(handle)
        } catch {
            throw CommandFailure("cannot read \(path): \(error.localizedDescription)", .noInput)
        }
    }

    func read(_ range: Range<Int>) throws(ModelError) -> Bytes {
        do {
            let data = try handle.withLock { handle in
                try handle.seek(toOffset: UInt64(range.lowerBound))
                return try handle.read(upToCount: range.count) ?? Data()
            }
            guard data.count == range.count else {
                throw ModelError.unreadable(reason: "\(path) is shorter than it was")
            }
            return Bytes(data)
        } catch let error as ModelError {
            throw error
        } catch {
            throw .unreadable(reason: "\(path): \(error.localizedDescription)")
        }
    }
}
