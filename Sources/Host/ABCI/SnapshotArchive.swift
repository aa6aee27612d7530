// Snapshots on disk. A snapshot is the application's stream of state cut in chunks; its metadata
// names the SHA-256 of each, and its hash is that of the metadata. So two nodes that made a
// snapshot of the same height have the same hash, and a chunk is checked by itself, whoever sent
// it.
//
//     <folder>/<height>-<format>/metadata      SnapshotMetadata, written last
//     <folder>/<height>-<format>/0, 1, 2 …     the chunks
//     <folder>/making/                         what a crash may leave; removed at the next start
//
// Source: CometBFT 0.38, ABCI 2.0 specification, state sync.

public import Base
import Cryptography
import Foundation
public import Ledger
import Synchronization
public import Wire

/// What a snapshot says of its chunks.
public struct SnapshotMetadata: WireMessage {
    /// SHA-256 of each chunk, 32 bytes.
    public var chunkHashes: [Bytes] = []
    /// Bytes of all chunks.
    public var byteCount: UInt64 = 0

    public static let wireName = "aivm.node.v1.SnapshotMetadata"
    public static let wireFields: WireFields<SnapshotMetadata> = [
        .byteStrings(1, "chunk_hashes", \.chunkHashes),
        .uint64(2, "byte_count", \.byteCount),
    ]
    public init() {}
}

/// Why a snapshot cannot be made or kept.
public enum SnapshotError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file cannot be read or written.
    case file(String, reason: String)
    /// The database failed.
    case storage(StorageFailure)
    /// The snapshot is not what it says.
    case refused(String)

    public var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .storage(let failure): failure.message
        case .refused(let reason): "the snapshot is refused: \(reason)"
        }
    }
}

/// The snapshots in a folder.
public final class SnapshotArchive: Sendable {
    /// Bytes of every chunk but the last; it is part of what a snapshot is.
    public static let standardChunkByteCount = 10_000_000
    /// Most bytes of a chunk that the engine can carry.
    public static let maximumChunkByteCount = 15_900_000

    /// The folder.
    public let path: String
    private let keptCount: Int
    private let chunkByteCount: Int
    /// Ascending by height.
    private let entries: Mutex<[Snapshot]>
    /// Held while a snapshot is being made.
    private let making = Mutex(())

    /// Opens the folder `path`, or makes it, and keeps the newest `keeping` snapshots in it.
    ///
    /// - Parameter chunkByteCount: for tests; nodes that choose differently make different
    ///   snapshots.
    public init(
        path: String, keeping: Int = 2, chunkByteCount: Int = standardChunkByteCount
    ) throws(SnapshotError) {
        precondition(keeping >= 1, "at least one snapshot is kept")
        precondition((1...Self.maximumChunkByteCount).contains(chunkByteCount), "a chunk's size")
        self.path = path
        keptCount = keeping
        self.chunkByteCount = chunkByteCount
        do {
            let files = FileManager.default
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            if files.fileExists(atPath: path + "/making") {
                try files.removeItem(atPath: path + "/making")
            }
            entries = Mutex(try SnapshotArchive.read(path))
        } catch { throw .file(path, reason: error.localizedDescription) }
    }

    private static func read(_ path: String) throws -> [Snapshot] {
        var found: [Snapshot] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            let parts = name.split(separator: "-").map { UInt64($0) }
            guard parts.count == 2, let height = parts[0], let format = parts[1],
                let number = UInt32(exactly: format),
                let data = FileManager.default.contents(atPath: "\(path)/\(name)/metadata"),
                let metadata = try? SnapshotMetadata(decoding: data)
            else { continue }
            found.append(Snapshot(height: height, format: number, metadata))
        }
        return found.sorted { $0.height < $1.height }
    }

    /// The snapshots, newest first.
    public var snapshots: [Snapshot] { entries.withLock { $0.reversed() } }

    /// Height of the oldest snapshot, or `nil`.
    public var lowestHeight: Int64? {
        entries.withLock { $0.first.map { Int64(clamping: $0.height) } }
    }

    private static func name(_ height: UInt64, _ format: UInt32) -> String { "\(height)-\(format)" }

    /// The folder of a snapshot, for what else belongs to it.
    public func folder(of snapshot: Snapshot) -> String {
        "\(path)/\(SnapshotArchive.name(snapshot.height, snapshot.format))"
    }

    /// A chunk; empty when there is none, or its file is damaged.
    public func chunk(height: UInt64, format: UInt32, index: UInt32) -> Bytes {
        let snapshot = entries.withLock { entries in
            entries.first { $0.height == height && $0.format == format }
        }
        guard let snapshot, let metadata = try? SnapshotMetadata(decoding: snapshot.metadata),
            Int(index) < metadata.chunkHashes.count,
            let data = FileManager.default.contents(
                atPath: "\(path)/\(SnapshotArchive.name(height, format))/\(index)")
        else { return [] }
        let bytes = Bytes(data)
        return SHA256.hash(bytes).bytes == metadata.chunkHashes[Int(index)] ? bytes : []
    }

    /// Makes a snapshot of the state in `reading`, which does not change meanwhile. Takes long:
    /// meant for a thread of its own. One at a time; another call waits.
    ///
    /// - Parameter isStopped: asked now and then whether to give up.
    @discardableResult
    public func make(
        _ application: any StateTransferring, over reading: any KeyValueReading,
        isStopped: () -> Bool = { false }
    ) throws(SnapshotError) -> Snapshot {
        try making.withLock { _ throws(SnapshotError) in
            let folder = path + "/making"
            var writer = try ChunkWriter(folder: folder, chunkByteCount: chunkByteCount)
            let height: Int64
            do throws(StorageFailure) {
                height = try application.exportState(of: reading) {
                    (bytes) throws(StorageFailure) in
                    if isStopped() { throw StorageFailure("the node is stopping") }
                    do throws(SnapshotError) { try writer.append(bytes) } catch {
                        throw StorageFailure(error.description)
                    }
                }
            } catch { throw .storage(error) }
            let metadata = try writer.finish()
            let snapshot = Snapshot(
                height: UInt64(height), format: application.transferFormat, metadata)
            try publish(snapshot, folder)
            return snapshot
        }
    }

    /// Gives the finished folder its name, and removes the oldest beyond those kept.
    private func publish(_ snapshot: Snapshot, _ folder: String) throws(SnapshotError) {
        let target = "\(path)/\(SnapshotArchive.name(snapshot.height, snapshot.format))"
        let files = FileManager.default
        do {
            if files.fileExists(atPath: target) { try files.removeItem(atPath: target) }
            try files.moveItem(atPath: folder, toPath: target)
            let old = entries.withLock { entries in
                entries.removeAll {
                    $0.height == snapshot.height && $0.format == snapshot.format
                }
                entries.append(snapshot)
                entries.sort { $0.height < $1.height }
                let old = entries.prefix(max(0, entries.count - keptCount))
                entries.removeFirst(old.count)
                return Array(old)
            }
            for snapshot in old {
                try files.removeItem(
                    atPath: "\(path)/\(SnapshotArchive.name(snapshot.height, snapshot.format))")
            }
        } catch { throw .file(target, reason: error.localizedDescription) }
    }
}

extension Snapshot {
    /// The description of a snapshot with `metadata`.
    public init(height: UInt64, format: UInt32, _ metadata: SnapshotMetadata) {
        self.init()
        self.height = height
        self.format = format
        chunks = UInt32(clamping: metadata.chunkHashes.count)
        self.metadata = metadata.encoded()
        hash = SHA256.hash(self.metadata).bytes
    }
}

/// Cuts a stream in files.
private struct ChunkWriter {
    private let folder: String
    private let chunkByteCount: Int
    private var chunk = Bytes()
    private var metadata = SnapshotMetadata()

    init(folder: String, chunkByteCount: Int) throws(SnapshotError) {
        self.folder = folder
        self.chunkByteCount = chunkByteCount
        let files = FileManager.default
        do {
            if files.fileExists(atPath: folder) { try files.removeItem(atPath: folder) }
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch { throw .file(folder, reason: error.localizedDescription) }
    }

    mutating func append(_ bytes: Bytes) throws(SnapshotError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(chunkByteCount - chunk.count)
            chunk.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            if chunk.count == chunkByteCount { try writeChunk() }
        }
    }

    private mutating func writeChunk() throws(SnapshotError) {
        try write(chunk, to: "\(folder)/\(metadata.chunkHashes.count)")
        metadata.chunkHashes.append(SHA256.hash(chunk).bytes)
        metadata.byteCount += UInt64(chunk.count)
        chunk.removeAll(keepingCapacity: true)
    }

    /// Writes what is left, and the metadata.
    mutating func finish() throws(SnapshotError) -> SnapshotMetadata {
        if !chunk.isEmpty { try writeChunk() }
        try write(metadata.encoded(), to: folder + "/metadata")
        return metadata
    }

    private func write(_ bytes: Bytes, to path: String) throws(SnapshotError) {
        do {
            guard FileManager.default.createFile(atPath: path, contents: nil) else {
                throw CocoaError(.fileWriteUnknown)
            }
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.write(contentsOf: Data(bytes))
            try handle.synchronize()
            try handle.close()
        } catch { throw .file(path, reason: error.localizedDescription) }
    }
}
