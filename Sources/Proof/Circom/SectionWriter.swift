// Writes the container of Circom's files: the sizes of sections are known before their content, so
// a file goes out from front to back.

import Base

/// Writes a file section by section.
struct SectionWriter<Sink: ByteSink>: ~Copyable {
    private var sink: Sink
    /// Bytes of the open section still to come.
    private var missing = 0
    private var sectionsLeft: UInt32
    private var pending: Bytes = []

    /// Bytes kept back until they are worth a write.
    private static var bufferSize: Int { 1 << 18 }

    /// Writes the head of a file.
    init(_ sink: Sink, kind: String, version: UInt32, sectionCount: UInt32) {
        self.sink = sink
        sectionsLeft = sectionCount
        pending += Bytes(kind.utf8)
        pending.appendLittleEndian(version)
        pending.appendLittleEndian(sectionCount)
    }

    /// Starts a section of `byteCount` bytes; the one before must be complete.
    mutating func begin(_ type: UInt32, byteCount: Int) {
        precondition(missing == 0 && sectionsLeft > 0, "sections are as long and many as announced")
        sectionsLeft -= 1
        missing = byteCount
        pending.appendLittleEndian(type)
        pending.appendLittleEndian(UInt64(byteCount))
    }

    /// Writes bytes of the open section.
    mutating func write(_ bytes: Bytes) throws(CircomError) {
        precondition(bytes.count <= missing, "a section is as long as announced")
        missing -= bytes.count
        pending += bytes
        if pending.count >= SectionWriter.bufferSize {
            try sink.write(pending)
            pending.removeAll(keepingCapacity: true)
        }
    }

    /// Writes a whole section.
    mutating func write(_ type: UInt32, _ bytes: Bytes) throws(CircomError) {
        begin(type, byteCount: bytes.count)
        try write(bytes)
    }

    /// Writes what was kept back and returns the sink.
    consuming func finish() throws(CircomError) -> Sink {
        precondition(missing == 0 && sectionsLeft == 0, "every announced section is written")
        try sink.write(pending)
        return sink
    }
}
