// A pipe that wakes a thread which waits in `poll`.
//
// Safety, for every `unsafe` below: buffers are locals of the size that is passed. Both descriptors
// are closed once, by `deinit`.

import Foundation

/// Wakes one thread from any other.
final class WakePipe: Sendable {
    /// Readable after ``wake()``; for `poll`.
    let readEnd: Int32
    private let writeEnd: Int32

    /// `nil` when the system has no descriptors left.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        Glibc.close(readEnd)
        Glibc.close(writeEnd)
    }

    /// Makes ``readEnd`` readable. A full pipe is readable already.
    func wake() {
        var byte: UInt8 = 1
        _ = unsafe write(writeEnd, &byte, 1)
    }

    /// Takes all wakes so far.
    func drain() {
        var buffer: [UInt8] = Array(repeating: 0, count: 64)
        while unsafe read(readEnd, &buffer, buffer.count) > 0 {}
    }
}
