// The body of a TDX quote (Intel TDX DCAP quoting library API, TD quote body; little-endian): 584
// bytes of version 1.0, and 64 more of version 1.5:
//
//     0   TEE_TCB_SVN 16     136 MRTD 48
//     16  MRSEAM 48          184 MRCONFIGID 48
//     64  MRSIGNERSEAM 48    232 MROWNER 48
//     112 SEAMATTRIBUTES 8   280 MROWNERCONFIG 48
//     120 TDATTRIBUTES 8     328 RTMR0…RTMR3 4 × 48
//     128 XFAM 8             520 REPORTDATA 64
//                            584 TEE_TCB_SVN_2 16
//                            600 MRSERVICETD 48
//
// The first byte of the TD's attributes is the group "TD under debug": any bit of it lets somebody
// outside look in.

public import Base

/// What the TDX module says of a virtual machine.
public struct TrustDomainReport: Equatable, Sendable {
    /// Security versions of the module and the processor's TDX parts, 16 bytes.
    public let teeTCBSVN: Bytes
    /// Hash of the module.
    public let mrSeam: Bytes
    /// Hash of the key that signed the module; zero for Intel's.
    public let mrSignerSeam: Bytes
    /// Attributes of the module.
    public let seamAttributes: Bytes
    /// Attributes of the virtual machine.
    public let attributes: Bytes
    /// Processor features that the virtual machine may use.
    public let xfam: Bytes
    /// Hash of the virtual machine's first content.
    public let mrTD: Bytes
    /// Chosen by the owner: a configuration.
    public let mrConfigID: Bytes
    /// Chosen by the owner: the owner.
    public let mrOwner: Bytes
    /// Chosen by the owner: the owner's configuration.
    public let mrOwnerConfig: Bytes
    /// Hashes that the virtual machine extends as it runs: four of 48 bytes.
    public let rtmrs: [Bytes]
    /// What the virtual machine chose to have signed, 64 bytes.
    public let reportData: Bytes
    /// Security versions as of now, where a later module runs than the one that started the virtual
    /// machine; version 1.5.
    public let currentTeeTCBSVN: Bytes?
    /// Hash of the service virtual machines bound to this one; version 1.5.
    public let mrServiceTD: Bytes?

    /// Whether somebody outside may look inside.
    public var isDebuggable: Bool { attributes[0] != 0 }

    init(_ reader: inout QuoteReader, isVersion15: Bool) throws(AttestationError) {
        teeTCBSVN = try reader.take(16)
        mrSeam = try reader.take(48)
        mrSignerSeam = try reader.take(48)
        seamAttributes = try reader.take(8)
        attributes = try reader.take(8)
        xfam = try reader.take(8)
        mrTD = try reader.take(48)
        mrConfigID = try reader.take(48)
        mrOwner = try reader.take(48)
        mrOwnerConfig = try reader.take(48)
        var rtmrs: [Bytes] = []
        for _ in 0..<4 { rtmrs.append(try reader.take(48)) }
        self.rtmrs = rtmrs
        reportData = try reader.take(64)
        currentTeeTCBSVN = isVersion15 ? try reader.take(16) : nil
        mrServiceTD = isVersion15 ? try reader.take(48) : nil
    }
}
