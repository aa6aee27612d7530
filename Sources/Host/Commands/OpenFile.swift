// A file that stays open and is read piece by piece into memory that is used again. Not mapped:
// what has been hashed must be what is computed with, even if somebody writes to the file then.

import Base
import Foundation
import Models

/// A file that stays open and is read piece by piece.
final class OpenFile: ByteReading {
    let byteCount: Int
    private let path: String
    private let handle: FileHandle

    /// Opens the file at `path`.
    init(_ path: String) throws {
        do {
            handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            byteCount = Int(clamping: try handle.seekToEnd())
            self.path = path
        } catch {
            throw CommandFailure("cannot read \(path): \(error.localizedDescription)", .noInput)
        }
    }

    func read(_ range: Range<Int>, into bytes: inout Bytes) throws(ModelError) {
        var failure: ModelError?
        if bytes.count == range.count {
            unsafe bytes.withUnsafeMutableBytes {
                unsafe failure = fill($0, from: range.lowerBound)
            }
        } else {
            bytes = unsafe Bytes(unsafeUninitializedCapacity: range.count) { buffer, count in
                unsafe failure = fill(
                    UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[
                            ..<range.count]), from: range.lowerBound)
                count = failure == nil ? range.count : 0
            }
        }
        if let failure { throw failure }
    }

    /// Reads as many bytes as `buffer` has. `nil` when they are all there.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int) -> ModelError? {
        var done = 0
        while done < buffer.count {
            // Writes at most the bytes behind `done`.
            let count = unsafe pread(
                handle.fileDescriptor, buffer.baseAddress.map { unsafe $0 + done },
                buffer.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason =
                    count == 0 ? "is shorter than it was" : unsafe String(cString: strerror(errno))
                return .unreadable(reason: "\(path): \(reason)")
            }
            done += count
        }
        return nil
    }
}
