// Files on disk as sources and sinks. A file being written has another name until it is complete,
// so that nobody ever finds half of one.
//
// Safety, for every `unsafe` below: the C library reads into, or writes from, an array that lives
// during the call, and no more bytes than it has.

public import Base
import Foundation

/// A file that stays open and is read piece by piece.
public final class FileSource: ByteSource {
    public let byteCount: Int
    private let path: String
    private let handle: FileHandle

    /// Opens the file at `path`. Throws ``CircomError/unreadable(path:reason:)``.
    public init(_ path: String) throws(CircomError) {
        do {
            handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            byteCount = Int(clamping: try handle.seekToEnd())
            self.path = path
        } catch {
            throw .unreadable(path: path, reason: error.localizedDescription)
        }
    }

    public func read(_ range: Range<Int>) throws(CircomError) -> Bytes {
        var failure: String?
        let bytes = unsafe Bytes(unsafeUninitializedCapacity: range.count) { buffer, count in
            while count < range.count {
                let got = unsafe pread(
                    handle.fileDescriptor, buffer.baseAddress.map { unsafe $0 + count },
                    range.count - count, off_t(range.lowerBound + count))
                if got < 0, errno == EINTR { continue }
                if got <= 0 {
                    failure =
                        got == 0
                        ? "it is shorter than it was"
                        : unsafe String(
                            cString: strerror(errno))
                    return
                }
                count += got
            }
        }
        if let failure { throw .unreadable(path: path, reason: failure) }
        return bytes
    }
}

/// A file that is written piece by piece and appears under its name when it is complete.
public final class FileSink: ByteSink {
    private let path: String
    private let temporaryPath: String
    private let handle: FileHandle
    private var isFinished = false

    /// Starts a file that will be at `path`. Throws ``CircomError/unreadable(path:reason:)``.
    public init(_ path: String) throws(CircomError) {
        self.path = path
        temporaryPath = path + ".part"
        do {
            try Data().write(to: URL(fileURLWithPath: temporaryPath))
            handle = try FileHandle(forWritingTo: URL(fileURLWithPath: temporaryPath))
        } catch {
            throw .unreadable(path: path, reason: error.localizedDescription)
        }
    }

    deinit {
        if !isFinished { try? FileManager.default.removeItem(atPath: temporaryPath) }
    }

    public func write(_ bytes: Bytes) throws(CircomError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(
                    handle.fileDescriptor, $0.baseAddress.map { unsafe $0 + done },
                    bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw .unreadable(path: path, reason: unsafe String(cString: strerror(errno)))
            }
            done += count
        }
    }

    /// Brings the bytes to the disk and gives the file its name, replacing what was there.
    public func finish() throws(CircomError) {
        guard fsync(handle.fileDescriptor) == 0, unsafe rename(temporaryPath, path) == 0 else {
            throw .unreadable(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        isFinished = true
    }
}
