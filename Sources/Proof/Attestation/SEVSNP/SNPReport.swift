// Reports of AMD SEV-SNP, versions 2 to 5, 1184 bytes, little-endian (AMD SEV-SNP firmware ABI
// specification, ATTESTATION_REPORT). The signature is over the first 672 bytes.
//
//     0x000 version 4           0x0C0 host data 32
//     0x004 guest SVN 4         0x0E0 ID key digest 48
//     0x008 policy 8            0x110 author key digest 48
//     0x010 family ID 16        0x140 report ID 32, of the migration agent 32
//     0x020 image ID 16         0x180 reported TCB 8
//     0x030 VMPL 4              0x188 CPU family, model, stepping (from version 3)
//     0x034 signature kind 4    0x1A0 chip ID 64
//     0x038 current TCB 8       0x1E0 committed TCB 8
//     0x040 platform info 8     0x1E8 current build, minor, major; 0x1EC committed
//     0x048 key flags 4         0x1F0 launch TCB 8
//     0x050 report data 64      0x1F8 launch, 0x200 current mitigations 8 + 8 (from version 5)
//     0x090 measurement 48      0x2A0 signature: r 72, s 72, zeros

public import Base

/// A report of SEV-SNP as it was read.
public struct SNPReport: Equatable, Sendable {
    /// Number of bytes.
    public static let byteCount = 1184
    static let signedByteCount = 0x2A0

    /// Version of the layout: 2 to 5.
    public let version: UInt32
    /// Security version that the owner gave the guest.
    public let guestSVN: UInt32
    /// What the guest's owner allows; bit 19 is debugging.
    public let policy: UInt64
    /// Chosen by the owner: the family of the guest.
    public let familyID: Bytes
    /// Chosen by the owner: the image of the guest.
    public let imageID: Bytes
    /// Privilege level inside the guest that asked for the report, 0 the highest.
    public let vmpl: UInt32
    /// Firmware versions in force.
    public let currentTCB: Bytes
    /// State of the platform; bit 0 is simultaneous multithreading.
    public let platformInfo: UInt64
    /// Bit 0 author key, bit 1 masked chip ID, bits 2 to 4 the signing key.
    public let keyFlags: UInt32
    /// What the guest chose to have signed, 64 bytes.
    public let reportData: Bytes
    /// Hash of the guest's first content.
    public let measurement: Bytes
    /// Chosen by the host.
    public let hostData: Bytes
    /// Hash of the key that signed the guest's identity.
    public let idKeyDigest: Bytes
    /// Hash of the key that signed that key.
    public let authorKeyDigest: Bytes
    /// Number of this guest's run.
    public let reportID: Bytes
    /// Number of the run of its migration agent.
    public let migrationAgentID: Bytes
    /// Firmware versions that the signing key derives from.
    public let reportedTCB: Bytes
    /// Family, model and stepping of the processor; from version 3.
    public let processor: Bytes?
    /// Identity of the chip, 64 bytes; zero when masked.
    public let chipID: Bytes
    /// Firmware versions that cannot be undone.
    public let committedTCB: Bytes
    /// Firmware versions when the guest started.
    public let launchTCB: Bytes
    /// Build, minor and major number of the firmware in force, and of the committed one.
    public let firmware: Bytes
    /// Mitigations in force at the start, and now; from version 5.
    public let mitigations: [UInt64]
    /// r and s, big-endian.
    public let signature: Bytes
    let signedBytes: ArraySlice<UInt8>

    /// Which key signed the report.
    public enum SigningKey: Equatable, Sendable {
        /// The chip's own.
        case vcek
        /// One that AMD gave a cloud provider.
        case vlek
    }

    /// Whether somebody outside may look inside.
    public var isDebuggable: Bool { policy >> 19 & 1 == 1 }

    /// Whether the chip ID is left out.
    public var isChipMasked: Bool { keyFlags & 2 != 0 }

    /// Which key signed the report; `nil` for none or an unknown one.
    public var signingKey: SigningKey? {
        switch keyFlags >> 2 & 7 {
        case 0: .vcek
        case 1: .vlek
        default: nil
        }
    }

    /// Reads a report.
    ///
    /// - Throws: `malformed` or `unsupported`.
    public init(_ bytes: Bytes) throws(AttestationError) {
        guard bytes.count == SNPReport.byteCount else {
            throw .malformed("a report of \(bytes.count) bytes")
        }
        var reader = QuoteReader(bytes, "the report")
        version = try reader.uint32()
        guard (2...5).contains(version) else { throw .unsupported("version \(version)") }
        guestSVN = try reader.uint32()
        policy = try reader.uint64()
        familyID = try reader.take(16)
        imageID = try reader.take(16)
        vmpl = try reader.uint32()
        let algorithm = try reader.uint32()
        guard algorithm == 1 else { throw .unsupported("signature kind \(algorithm)") }
        currentTCB = try reader.take(8)
        platformInfo = try reader.uint64()
        keyFlags = try reader.uint32()
        try reader.skip(4)
        reportData = try reader.take(64)
        measurement = try reader.take(48)
        hostData = try reader.take(32)
        idKeyDigest = try reader.take(48)
        authorKeyDigest = try reader.take(48)
        reportID = try reader.take(32)
        migrationAgentID = try reader.take(32)
        reportedTCB = try reader.take(8)
        let processor = try reader.take(3)
        self.processor = version >= 3 ? processor : nil
        try reader.skip(21)
        chipID = try reader.take(64)
        committedTCB = try reader.take(8)
        firmware = try reader.take(8)
        launchTCB = try reader.take(8)
        let mitigations = [try reader.uint64(), try reader.uint64()]
        self.mitigations = version >= 5 ? mitigations : []
        try reader.skip(SNPReport.signedByteCount - reader.offset)
        signedBytes = bytes[..<reader.offset]
        let r = try reader.take(72)
        let s = try reader.take(72)
        guard isZero(r[48...]), isZero(s[48...]), isZero(try reader.slice(reader.remaining))
        else { throw .malformed("the signature has more than two numbers of 48 bytes") }
        signature = r[..<48].reversed() + s[..<48].reversed()
    }
}
