// Weights that lie in files beside the model. The location comes from the model file, which may be
// hostile: only a relative path that stays inside the model's folder is opened, after symbolic
// links have been followed.

public import Base
import Foundation

/// Reads the bytes of one external file by its location.
public typealias ExternalDataReader = (_ location: String) throws(ImportError) -> Bytes

/// The external files of one model, each read once.
struct ExternalData {
    private let read: ExternalDataReader
    private var files: [String: Bytes] = [:]

    init(_ read: @escaping ExternalDataReader) { self.read = read }

    /// The bytes of a tensor that is marked external.
    mutating func bytes(
        of tensor: ONNXTensor, byteCount: Int
    ) throws(ImportError) -> ArraySlice<UInt8> {
        func entry(_ key: String) -> String? {
            tensor.externalData.first { $0.key == key }?.value
        }
        let location = entry("location") ?? ""
        func failure(_ reason: String) -> ImportError {
            .externalData(tensor: tensor.name, location: location, reason: reason)
        }
        guard let offset = Int(entry("offset") ?? "0"), offset >= 0 else {
            throw failure("its offset is not a number of bytes")
        }
        guard let length = Int(entry("length") ?? "\(byteCount)"), length == byteCount else {
            throw failure("its length is not the \(byteCount) bytes that its type needs")
        }
        if let reason = ExternalData.refusal(of: location) { throw failure(reason) }
        let file: Bytes
        if let known = files[location] {
            file = known
        } else {
            do throws(ImportError) {
                file = try read(location)
            } catch .externalData(_, _, let reason) {
                throw failure(reason)
            }
            files[location] = file
        }
        guard offset <= file.count, length <= file.count - offset else {
            throw failure(
                "\(length) bytes at \(offset) reach beyond its end at \(file.count)")
        }
        return file[offset..<offset + length]
    }

    /// Why a location is refused by its text alone; `nil` when it is not.
    static func refusal(of location: String) -> String? {
        if location.isEmpty { return "it has no location" }
        if location.utf8.contains(0) || location.contains("\\") {
            return "its location holds a forbidden character"
        }
        if location.hasPrefix("/") { return "absolute paths are refused" }
        let parts = location.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains("..") { return "it lies outside the model's folder" }
        if parts.contains("") { return "its location is malformed" }
        return nil
    }

    /// A reader of the files in `folder`, each at most `limit` bytes.
    static func reader(in folder: String, limit: Int) -> ExternalDataReader {
        { (location) throws(ImportError) in
            func failure(_ reason: String) -> ImportError {
                .externalData(tensor: "", location: location, reason: reason)
            }
            if let reason = refusal(of: location) { throw failure(reason) }
            let root = URL(fileURLWithPath: folder, isDirectory: true).resolvingSymlinksInPath()
            let file = root.appendingPathComponent(location).resolvingSymlinksInPath()
            guard FileManager.default.fileExists(atPath: file.path) else {
                throw failure("the file does not exist")
            }
            let prefix = root.path == "/" ? "/" : root.path + "/"
            guard file.path.hasPrefix(prefix) else {
                throw failure("it lies outside the model's folder")
            }
            do throws(ImportError) {
                return try readFile(file.path, limit: limit)
            } catch .unreadable(_, let reason) {
                throw failure(reason)
            } catch .fileTooLarge(_, let limit, let actual) {
                throw failure("it has \(actual) bytes; the limit is \(limit)")
            }
        }
    }
}

/// The content of the regular file at `path`, at most `limit` bytes.
func readFile(_ path: String, limit: Int) throws(ImportError) -> Bytes {
    do {
        let attributes = try FileManager.default.attributesOfItem(
            atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw ImportError.unreadable(path: path, reason: "it is not a file")
        }
        let count = (attributes[.size] as? NSNumber)?.intValue ?? 0
        guard count <= limit else {
            throw ImportError.fileTooLarge(path: path, limit: limit, actual: count)
        }
        return Bytes(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch let error as ImportError {
        throw error
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
        throw .unreadable(path: path, reason: "the file does not exist")
    } catch let error as CocoaError where error.code == .fileReadNoPermission {
        throw .unreadable(path: path, reason: "permission denied")
    } catch {
        throw .unreadable(path: path, reason: "\(error)")
    }
}
