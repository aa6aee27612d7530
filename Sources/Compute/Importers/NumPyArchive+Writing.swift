// Writing `.npz` archives: every array stored, not compressed, dated 1 January 1980, so that the
// same arrays always give the same file.
//
//     for each array   local header (30 bytes), name, the `.npy` file
//     then for each    central directory header (46 bytes), name
//     then             end of central directory (22 bytes)

public import Base
public import Models
import Tensors

extension NumPy {
    /// Most bytes of an archive that is written: zip without zip64 counts in 32 bits.
    public static let maximumArchiveBytes = Int(UInt32.max)

    /// A `.npz` archive of `tensors`, each under its name.
    ///
    /// - Throws: `wrongArchive` when a tensor holds texts, a name is longer than 65,531 bytes or
    ///   occurs twice, or there are too many bytes or tensors for the format.
    public static func npzBytes(of tensors: [NamedTensor]) throws(ImportError) -> Bytes {
        guard tensors.count < 1 << 16 else {
            throw .wrongArchive(reason: "it cannot hold \(tensors.count) arrays")
        }
        var names: Set<String> = []
        var bytes = Bytes()
        var directory = Bytes()
        for named in tensors {
            guard named.tensor.type.element.isFixedSize else {
                throw .wrongArchive(reason: "\"\(named.name)\" holds texts, which .npz cannot")
            }
            let name = Bytes((named.name + ".npy").utf8)
            guard names.insert(named.name).inserted, name.count < 1 << 16 else {
                throw .wrongArchive(reason: "the name \"\(named.name)\" is taken or too long")
            }
            guard named.tensor.type.byteCount < maximumArchiveBytes - bytes.count - 4_096 else {
                throw .wrongArchive(reason: "the arrays have more than 4 GiB together")
            }
            let content = npyBytes(of: named.tensor)
            let description = description(of: content, nameCount: name.count)
            let offset = UInt32(truncatingIfNeeded: bytes.count)
            bytes += [0x50, 0x4B, 0x03, 0x04] + description + name + content
            directory += [0x50, 0x4B, 0x01, 0x02, 20, 0] + description
            // No comment; disk 0; no attributes; where the local header is.
            directory += Bytes(repeating: 0, count: 10)
            directory.appendLittleEndian(offset)
            directory += name
        }
        guard bytes.count + directory.count < maximumArchiveBytes else {
            throw .wrongArchive(reason: "the arrays have more than 4 GiB together")
        }
        let start = bytes.count
        bytes += directory
        bytes += [0x50, 0x4B, 0x05, 0x06, 0, 0, 0, 0]
        for _ in 0..<2 { append16(tensors.count, to: &bytes) }
        bytes.appendLittleEndian(UInt32(truncatingIfNeeded: directory.count))
        bytes.appendLittleEndian(UInt32(truncatingIfNeeded: start))
        append16(0, to: &bytes)
        return bytes
    }

    /// What both headers say of a member, 26 bytes: version 2.0, names in UTF-8, stored.
    private static func description(of content: Bytes, nameCount: Int) -> Bytes {
        var bytes: Bytes = [20, 0, 0x00, 0x08, 0, 0, 0, 0, 0x21, 0]
        bytes.appendLittleEndian(Inflate.crc32(content[...]))
        for _ in 0..<2 { bytes.appendLittleEndian(UInt32(truncatingIfNeeded: content.count)) }
        append16(nameCount, to: &bytes)
        append16(0, to: &bytes)
        return bytes
    }

    private static func append16(_ value: Int, to bytes: inout Bytes) {
        bytes.append(UInt8(truncatingIfNeeded: value))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    }
}
