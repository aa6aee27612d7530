// Reports of NVIDIA GPUs: the question and the answer of SPDM 1.1 (DMTF DSP0274, GET_MEASUREMENTS),
// little-endian. The signature is ECDSA over P-384 with SHA-384, over everything before it.
//
//     question, 37 bytes:  11 E0 01 FF, challenge 32, slot 1
//     answer:              11 60, two parameters, number of blocks 1, size of the record 3, record,
//                          nonce 32, size of the opaque data 2, opaque data, signature 96
//     a block:             index 1, specification 1 = 1, size 2, kind 1, size 2, value
//     opaque data:         kind 2, size 2, value; again and again

public import Base

/// A report of a GPU as it was read.
public struct GPUReport: Equatable, Sendable {
    /// The challenge that the GPU answers, 32 bytes.
    public let challenge: Bytes
    /// The slot of the certificates that the question asks for.
    public let slot: UInt8
    /// The measurements, ascending by index.
    public let blocks: [Block]
    /// A number of the GPU's own choice.
    public let responderNonce: Bytes
    /// Facts that the GPU adds, in its order.
    public let facts: [Fact]
    /// r and s.
    public let signature: Bytes
    let signedBytes: ArraySlice<UInt8>

    /// A measurement.
    public struct Block: Equatable, Sendable {
        /// Its index, from 1.
        public let index: UInt8
        /// What it measures, and whether the value is a digest (bit 7 clear).
        public let kind: UInt8
        /// The value, usually a SHA-384 digest.
        public let value: Bytes
    }

    /// A fact of the opaque data.
    public struct Fact: Equatable, Sendable {
        /// Its kind; see ``name``.
        public let kind: UInt16
        /// Its value.
        public let value: Bytes

        /// The kind in words; its number when it is not known.
        public var name: String {
            GPUReport.factNames.first { $0.kind == kind }?.name ?? "fact-\(kind)"
        }
    }

    /// The names of the kinds of facts that have one.
    public static let namesOfFacts: [String] = factNames.map(\.name)

    /// Most facts that are read; reports have about twenty.
    static let maximumFactCount = 256
    static let driverVersionKind: UInt16 = 3
    static let firmwareVersionKind: UInt16 = 6
    static let firmwareIDKind: UInt16 = 20

    /// The kinds of facts with names (NVIDIA attestation SDK).
    static let factNames: [(kind: UInt16, name: String)] = [
        (1, "certificate-issuer"), (2, "certificate-authority"), (3, "driver-version"),
        (4, "gpu-info"), (5, "sku"), (6, "vbios-version"), (7, "manufacturer-id"),
        (8, "tamper-detection"), (9, "smc"), (10, "vpr"), (11, "nvdec0-status"), (12, "msrscnt"),
        (13, "cpr-info"), (14, "board-id"), (15, "chip-sku"), (16, "chip-sku-modifier"),
        (17, "project"), (18, "project-sku"), (19, "project-sku-modifier"), (20, "fwid"),
        (21, "protected-pcie-status"), (22, "switch-pdi"), (34, "opaque-version"),
        (36, "feature-flag"),
    ]

    /// Reads a report.
    ///
    /// - Throws: `malformed` or `unsupported`.
    public init(_ bytes: Bytes) throws(AttestationError) {
        var reader = QuoteReader(bytes, "the report")
        guard try reader.take(4) == [0x11, 0xE0, 0x01, 0xFF] else {
            throw .unsupported("another question than for all signed measurements")
        }
        challenge = try reader.take(32)
        slot = try reader.byte()
        guard try reader.take(2) == [0x11, 0x60] else { throw .malformed("no answer of SPDM 1.1") }
        try reader.skip(2)
        let blockCount = Int(try reader.byte())
        let recordByteCount = Int(try reader.number(3))
        var record = try reader.nested(recordByteCount, "the record")
        var blocks: [Block] = []
        for _ in 0..<blockCount {
            let block = try Block(&record)
            guard block.index > blocks.last?.index ?? 0 else {
                throw .malformed("block \(block.index) is out of order")
            }
            blocks.append(block)
        }
        try record.requireEnd()
        self.blocks = blocks
        responderNonce = try reader.take(32)
        let opaqueByteCount = Int(try reader.uint16())
        var opaque = try reader.nested(opaqueByteCount, "the opaque data")
        var facts: [Fact] = []
        while opaque.remaining > 0 {
            guard facts.count < GPUReport.maximumFactCount else { throw .malformed("many facts") }
            let kind = try opaque.uint16()
            facts.append(Fact(kind: kind, value: try opaque.take(Int(try opaque.uint16()))))
        }
        self.facts = facts
        signedBytes = bytes[..<reader.offset]
        signature = try reader.take(96)
        try reader.requireEnd()
    }

    /// The value of the fact of `kind`, or `nil`; the first when there are several.
    public func fact(_ kind: UInt16) -> Bytes? { facts.first { $0.kind == kind }?.value }

    /// The driver's version as text.
    public var driverVersion: String? {
        fact(GPUReport.driverVersionKind).flatMap {
            String(validating: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// The firmware's version as text, in hexadecimal: of eight bytes, least significant first, the
    /// upper four and then the lowest of the rest.
    public var firmwareVersion: String? {
        guard let value = fact(GPUReport.firmwareVersionKind), value.count == 8 else { return nil }
        let digits = Bytes(value.reversed())
        return (digits[4..<8] + digits[3..<4]).map { [$0].upperHex }.joined(separator: ".")
    }
}

extension GPUReport.Block {
    fileprivate init(_ reader: inout QuoteReader) throws(AttestationError) {
        index = try reader.byte()
        let specification = try reader.byte()
        guard specification == 1 else {
            throw .unsupported("a measurement of specification \(specification)")
        }
        let byteCount = Int(try reader.uint16())
        var block = try reader.nested(byteCount, "a measurement")
        kind = try block.byte()
        value = try block.take(Int(try block.uint16()))
        try block.requireEnd()
    }
}
