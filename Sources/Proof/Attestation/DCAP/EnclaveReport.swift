// The body of an SGX quote, 384 bytes (Intel SDM volume 3D, REPORT; little-endian):
//
//     0   CPUSVN 16          128 MRSIGNER 32
//     16  MISCSELECT 4       256 ISVPRODID 2
//     48  ATTRIBUTES 16      258 ISVSVN 2
//     64  MRENCLAVE 32       320 REPORTDATA 64
//
// Bit 1 of the first byte of the attributes says that the enclave can be debugged.

public import Base

/// What the processor says of an SGX enclave.
public struct EnclaveReport: Equatable, Sendable {
    /// Number of bytes.
    public static let byteCount = 384

    /// Security version of the processor.
    public let cpuSVN: Bytes
    /// Extended features that are saved on exit.
    public let miscSelect: Bytes
    /// Attributes, 16 bytes.
    public let attributes: Bytes
    /// Hash of the enclave's code and data.
    public let mrEnclave: Bytes
    /// Hash of the key that signed the enclave.
    public let mrSigner: Bytes
    /// Number of the product among its signer's.
    public let productID: UInt16
    /// Security version of the enclave.
    public let securityVersion: UInt16
    /// What the enclave chose to have signed, 64 bytes.
    public let reportData: Bytes

    /// Whether the enclave can be debugged.
    public var isDebuggable: Bool { attributes[0] & 2 != 0 }

    init(_ reader: inout QuoteReader) throws(AttestationError) {
        cpuSVN = try reader.take(16)
        miscSelect = try reader.take(4)
        try reader.skip(28)
        attributes = try reader.take(16)
        mrEnclave = try reader.take(32)
        try reader.skip(32)
        mrSigner = try reader.take(32)
        try reader.skip(96)
        productID = try reader.uint16()
        securityVersion = try reader.uint16()
        try reader.skip(60)
        reportData = try reader.take(64)
    }
}
