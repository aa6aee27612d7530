// Files that commands read and write. Writing replaces a file in one step, so that a crash leaves
// the old or the new one.

import Base
import Foundation
import Models

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

/// Refuses a file that cannot be written, before the work that would fill it.
func checkWritable(_ path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder) else {
        throw CommandFailure(
            "cannot write \(path): its folder is absent or not writable", .cannotCreate)
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

/// Opens an `.aivm` file; its weights are read when a machine is made of it.
func openModel(_ path: String) throws -> PendingModel {
    let file = try OpenFile(path)
    do { return try PendingModel(reading: file) } catch ModelError.notAModelFile {
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
