// The container of all binary files of Circom and snarkjs. Everything is little-endian:
//
//     offset  size  meaning
//          0     4  kind: "r1cs", "wtns", "zkey", "ptau"
//          4     4  version
//          8     4  number of sections
//         12        sections, one directly behind the other: type (4), size in bytes (8), content
//
// Sections may stand in any order, so all their heads are read first. The last one must end where
// the file ends; then none can overlap another or hide bytes between two.

import Base

/// The sections of a file, found and measured but not read.
public struct SectionedFile: Sendable {
    /// The file's bytes.
    public let source: any ByteSource
    /// The sections in the order of the file.
    public let sections: [Section]

    /// Where a section's content lies.
    public struct Section: Equatable, Sendable {
        /// The number that says what the section holds.
        public let type: UInt32
        /// The bytes of the content within the file.
        public let range: Range<Int>
    }

    /// Most sections a file may have; snarkjs writes 17 at most.
    private static let limit: UInt32 = 64

    /// Finds the sections of a file.
    ///
    /// - Parameters:
    ///   - kind: the four letters the file must start with.
    ///   - version: the version it must have.
    ///   - known: the types of sections it may have, besides ``unsafeMark``.
    public init(
        _ source: any ByteSource, kind: String, version: UInt32, known: Set<UInt32>
    ) throws(CircomError) {
        self.source = source
        let size = source.byteCount
        guard size >= 12 else { throw .truncated(part: "the header", needed: 12, left: size) }
        let head = try source.read(0..<12)
        guard head.starts(with: kind.utf8) else {
            throw .wrongKind(
                expected: kind, actual: String(decoding: head[..<4], as: UTF8.self))
        }
        let actual = head.littleEndian32(at: 4)
        guard actual == version else {
            throw .unsupportedVersion(expected: version, actual: actual)
        }
        let count = head.littleEndian32(at: 8)
        guard count <= SectionedFile.limit else {
            throw .tooMany("sections", limit: UInt64(SectionedFile.limit), actual: UInt64(count))
        }
        var found: [Section] = []
        var offset = 12
        for index in 0..<count {
            guard size - offset >= 12 else {
                throw .truncated(
                    part: "the head of section number \(index + 1)", needed: 12,
                    left: size - offset)
            }
            let bytes = try source.read(offset..<offset + 12)
            offset += 12
            let type = bytes.littleEndian32(at: 0)
            let length = bytes.littleEndian64(at: 4)
            guard known.contains(type) || type == SectionedFile.unsafeMark else {
                throw .unknownSection(type)
            }
            guard !found.contains(where: { $0.type == type }) else {
                throw .duplicateSection(type)
            }
            guard length <= UInt64(size - offset) else {
                throw .truncated(part: "section \(type)", needed: length, left: size - offset)
            }
            found.append(Section(type: type, range: offset..<offset + Int(length)))
            offset += Int(length)
        }
        guard offset == size else {
            throw .trailingBytes(part: "the last section", count: size - offset)
        }
        sections = found
    }

    /// Whether there is a section of `type`.
    public func has(_ type: UInt32) -> Bool { sections.contains { $0.type == type } }

    /// The section of `type`, called `name` in the error when it is missing.
    func section(_ type: UInt32, _ name: String) throws(CircomError) -> Range<Int> {
        guard let section = sections.first(where: { $0.type == type }) else {
            throw .missingSection(type, name: name)
        }
        return section.range
    }

    /// The section of `type`, which must have exactly `count` times `width` bytes.
    func section(
        _ type: UInt32, _ name: String, count: UInt64, width: UInt64
    ) throws(CircomError) -> Range<Int> {
        let range = try section(type, name)
        let (size, overflows) = count.multipliedReportingOverflow(by: width)
        guard !overflows, size == UInt64(range.count) else {
            throw .wrongSectionSize(
                name: name, expected: overflows ? .max : size, actual: UInt64(range.count))
        }
        return range
    }
}

extension SectionedFile {
    /// The type of our own section that marks a file whose secret is, or may be, known: "AIVM" as a
    /// number. snarkjs passes over sections it does not know.
    public static let unsafeMark: UInt32 = 0x4D56_4941

    /// What the section ``unsafeMark`` holds, so that who looks at the bytes understands them.
    static let unsafeText =
        "UNSAFE: for development only; whoever made this string can forge proofs"

    /// Whether the file is marked as unsafe.
    public var isUnsafe: Bool { has(SectionedFile.unsafeMark) }
}

extension Array where Element == UInt8 {
    /// The four bytes from `offset` on as a number; they must be there.
    func littleEndian32(at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(self[offset + $1]) << UInt32(8 * $1) }
    }

    /// The eight bytes from `offset` on as a number; they must be there.
    func littleEndian64(at offset: Int) -> UInt64 {
        UInt64(littleEndian32(at: offset)) | UInt64(littleEndian32(at: offset + 4)) << 32
    }
}
