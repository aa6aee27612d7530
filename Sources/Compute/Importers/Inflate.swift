// Decompression of raw DEFLATE data (RFC 1951) and CRC-32, by zlib. All calls of zlib are here.

import Base
import CZlib

/// The parts of zlib that archives need.
enum Inflate {
    /// DEFLATE cannot make more than 1,032 bytes out of one.
    static let maximumRatio = 1_032

    /// Decompresses `bytes` to exactly `count` bytes; `nil` when they do not decompress to that.
    /// The caller has compared `count` with its limit.
    static func inflate(_ bytes: ArraySlice<UInt8>, count: Int) -> Bytes? {
        guard count <= maximumRatio * (bytes.count + 1), UInt32(exactly: count) != nil,
            UInt32(exactly: bytes.count) != nil
        else { return nil }
        // zlib wants a place to write to even when nothing is to be written.
        var output = Bytes(repeating: 0, count: max(count, 1))
        var isComplete = false
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                var stream = unsafe z_stream()
                let size = unsafe Int32(MemoryLayout<z_stream>.size)
                // -15: raw data without a zlib header, largest window.
                guard unsafe inflateInit2_(&stream, -15, ZLIB_VERSION, size) == Z_OK else { return }
                defer { unsafe inflateEnd(&stream) }
                // zlib reads at most avail_in bytes and writes at most avail_out; both buffers
                // live until the closure ends. It does not write through next_in.
                unsafe stream.next_in = unsafe UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(count)
                let status = unsafe CZlib.inflate(&stream, Z_FINISH)
                isComplete =
                    unsafe status == Z_STREAM_END && stream.avail_out == 0 && stream.avail_in == 0
            }
        }
        if count == 0 { output = [] }
        return isComplete ? output : nil
    }

    /// The CRC-32 of `bytes` (ISO 3309), as zip archives hold it.
    static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { source in
            // The pointer is valid for `count` bytes inside this closure.
            UInt32(truncatingIfNeeded: unsafe crc32_z(0, source.baseAddress, source.count))
        }
    }
}
