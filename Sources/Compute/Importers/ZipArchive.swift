// Zip archives (PKWARE APPNOTE 6.3), as much as `.npz` files need: stored and deflated members,
// no encryption, no zip64. Sizes come from the central directory and are checked against limits
// before anything is decompressed, so a small file cannot become a large one in memory.

import Base

/// The members of a zip archive.
struct ZipArchive {
    /// One member.
    struct Entry {
        var name: String
        var method: UInt16
        var flags: UInt16
        var crc: UInt32
        var compressedCount: Int
        var count: Int
        var headerOffset: Int
    }

    /// The members, in the order of the central directory.
    let entries: [Entry]
    private let bytes: Bytes

    private static let maximumEntries = 4_096

    /// Whether `bytes` start as a zip archive does.
    static func isArchive(_ bytes: Bytes) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
            || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
    }

    /// Reads the central directory.
    init(_ bytes: Bytes) throws(ImportError) {
        self.bytes = bytes
        guard let end = ZipArchive.endOfDirectory(bytes) else {
            throw .wrongArchive(reason: "it has no end record; it may be cut short")
        }
        var entries: [Entry] = []
        do throws(ByteReaderError) {
            var record = ByteReader(bytes[end...])
            _ = try record.readSlice(10)
            let entryCount = Int(try record.readLittleEndian16())
            _ = try record.readSlice(4)
            let start = Int(try record.readLittleEndian32())
            guard start <= end else { throw .truncated(needed: start, left: end) }
            var directory = ByteReader(bytes[start..<end])
            for _ in 0..<min(entryCount, ZipArchive.maximumEntries + 1) {
                entries.append(try Entry(reading: &directory))
            }
        } catch {
            throw .wrongArchive(reason: "its directory is damaged")
        }
        guard entries.count <= ZipArchive.maximumEntries else {
            throw .wrongArchive(reason: "it has more than \(ZipArchive.maximumEntries) members")
        }
        self.entries = entries
    }

    /// Offset of the end of central directory record: the last place where its signature stands.
    private static func endOfDirectory(_ bytes: Bytes) -> Int? {
        let recordCount = 22
        var offset = bytes.count - recordCount
        // A comment of at most 65,535 bytes may follow the record.
        let lowest = max(0, offset - 65_535)
        while offset >= lowest {
            if bytes[offset...].starts(with: [0x50, 0x4B, 0x05, 0x06]) { return offset }
            offset -= 1
        }
        return nil
    }

    /// The content of a member, at most `limit` bytes.
    func content(of entry: Entry, limit: Int) throws(ImportError) -> Bytes {
        func failure(_ reason: String) -> ImportError {
            .wrongArchive(reason: "member \"\(entry.name)\" \(reason)")
        }
        guard entry.flags & 1 == 0 else { throw failure("is encrypted") }
        guard entry.count < Int(UInt32.max), entry.compressedCount < Int(UInt32.max) else {
            throw failure("is larger than 4 GiB (zip64)")
        }
        guard entry.count <= limit else {
            throw failure("has \(entry.count) bytes; the limit is \(limit)")
        }
        let stored: ArraySlice<UInt8>
        do throws(ByteReaderError) {
            guard entry.headerOffset <= bytes.count else {
                throw .truncated(needed: entry.headerOffset, left: bytes.count)
            }
            var reader = ByteReader(bytes[entry.headerOffset...])
            let signature = try reader.readLittleEndian32()
            _ = try reader.readSlice(22)
            let nameCount = Int(try reader.readLittleEndian16())
            let extraCount = Int(try reader.readLittleEndian16())
            _ = try reader.readSlice(nameCount + extraCount)
            guard signature == 0x0403_4B50 else { throw .truncated(needed: 4, left: 0) }
            stored = try reader.readSlice(entry.compressedCount)
        } catch {
            throw failure("is damaged or cut short")
        }
        let content: Bytes
        switch entry.method {
        case 0:
            guard entry.count == entry.compressedCount else { throw failure("is damaged") }
            content = Bytes(stored)
        case 8:
            guard let inflated = Inflate.inflate(stored, count: entry.count) else {
                throw failure("does not decompress to the size it declares")
            }
            content = inflated
        default: throw failure("uses unsupported compression method \(entry.method)")
        }
        guard Inflate.crc32(content[...]) == entry.crc else {
            throw failure("is damaged: its checksum differs")
        }
        return content
    }
}

extension ZipArchive.Entry {
    /// Reads a central directory header.
    fileprivate init(reading reader: inout ByteReader) throws(ByteReaderError) {
        guard try reader.readLittleEndian32() == 0x0201_4B50 else {
            throw .truncated(needed: 4, left: 0)
        }
        _ = try reader.readSlice(4)
        flags = try reader.readLittleEndian16()
        method = try reader.readLittleEndian16()
        _ = try reader.readSlice(4)
        crc = try reader.readLittleEndian32()
        compressedCount = Int(try reader.readLittleEndian32())
        count = Int(try reader.readLittleEndian32())
        let nameCount = Int(try reader.readLittleEndian16())
        let extraCount = Int(try reader.readLittleEndian16())
        let commentCount = Int(try reader.readLittleEndian16())
        _ = try reader.readSlice(8)
        headerOffset = Int(try reader.readLittleEndian32())
        name = String(decoding: try reader.readSlice(nameCount), as: UTF8.self)
        _ = try reader.readSlice(extraCount + commentCount)
    }
}

extension ByteReader {
    /// Reads two bytes, least significant first.
    mutating func readLittleEndian16() throws(ByteReaderError) -> UInt16 {
        let low = try readByte()
        return UInt16(try readByte()) << 8 | UInt16(low)
    }
}
