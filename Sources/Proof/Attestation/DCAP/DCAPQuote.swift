// Quotes of Intel SGX (version 3) and of SGX or TDX (versions 4 and 5), little-endian (Intel SGX
// ECDSA quote library API; Intel TDX DCAP quoting library API).
//
//     0   version 2            4  0 | TEE type 4
//     2   kind of key 2        8  QE SVN 2, PCE SVN 2 | reserved 4
//     12  QE vendor 16         28 user data 20
//     48  body: 384 (SGX), 584 (TDX); version 5: kind 2, size 4, then the body
//     end size of the section 4, then the signature section:
//
//     0   signature r, s 64, over everything before the size of the section
//     64  attestation key x, y 64
//     128 version 3: the quoting enclave's report 384, signature over it 64, size 2 and
//         authentication data, kind of certification 2, size 4 and certification data.
//         versions 4, 5: kind of certification 2 = 6, size 4, and those fields inside.
//
// Bytes after the section occur in real files. They are counted and otherwise ignored.

public import Base

/// A quote of SGX or TDX as it was read.
public struct DCAPQuote: Equatable, Sendable {
    /// Version of the layout: 3, 4 or 5.
    public let version: UInt16
    /// Security versions of the quoting and the provisioning enclave; version 3 only.
    public let enclaveVersions: [UInt16]
    /// Data of the platform's software, 20 bytes; its first 16 tell platforms apart.
    public let userData: Bytes
    /// What the quote is about.
    public let body: Body
    /// r and s over the signed bytes.
    public let signature: Bytes
    /// x and y of the key that signed the quote, on P-256.
    public let attestationKey: Bytes
    /// The report of the quoting enclave, which vouches for the key.
    public let quotingEnclave: EnclaveReport
    /// r and s over the quoting enclave's report.
    public let quotingEnclaveSignature: Bytes
    /// Data that the quoting enclave vouches for together with the key.
    public let authenticationData: Bytes
    /// What the certification data is: 1 to 3 an encrypted name of the platform, 5 a chain as text.
    public let certificationKind: UInt16
    /// What vouches for the quoting enclave's platform.
    public let certificationData: Bytes
    /// Number of bytes after the quote.
    public let leftoverByteCount: Int
    /// The header and body, which the quote's signature is over.
    let signedBytes: ArraySlice<UInt8>
    /// The bytes of the quoting enclave's report.
    let quotingEnclaveBytes: ArraySlice<UInt8>

    /// What a quote is about.
    public enum Body: Equatable, Sendable {
        /// An enclave of SGX.
        case enclave(EnclaveReport)
        /// A virtual machine of TDX.
        case trustDomain(TrustDomainReport)
    }

    /// Intel's quoting enclave, the only one.
    static let vendor: Bytes = [
        0x93, 0x9A, 0x72, 0x33, 0xF7, 0x9C, 0x4C, 0xA9, 0x94, 0x0A, 0x0D, 0xB3, 0x95, 0x7F, 0x06,
        0x07,
    ]

    /// Reads a quote.
    ///
    /// - Throws: `malformed` or `unsupported`.
    public init(_ bytes: Bytes) throws(AttestationError) {
        var reader = QuoteReader(bytes, "the quote")
        version = try reader.uint16()
        let kindOfKey = try reader.uint16()
        let teeType = try reader.uint32()
        let versions = [try reader.uint16(), try reader.uint16()]
        guard (3...5).contains(version) else { throw .unsupported("version \(version)") }
        guard kindOfKey == 2 else { throw .unsupported("kind of key \(kindOfKey)") }
        guard teeType == 0 || (version > 3 && teeType == 0x81) else {
            throw .unsupported("TEE type \(teeType)")
        }
        guard try reader.take(16) == DCAPQuote.vendor else {
            throw .unsupported("another quoting enclave's quote")
        }
        enclaveVersions = version == 3 ? versions : []
        userData = try reader.take(20)
        body = try DCAPQuote.readBody(&reader, version: version, isTDX: teeType == 0x81)
        signedBytes = bytes[0..<reader.offset]
        let sectionByteCount = Int(try reader.uint32())
        var section = try reader.nested(sectionByteCount, "the signature section")
        leftoverByteCount = reader.remaining

        signature = try section.take(64)
        attestationKey = try section.take(64)
        if version > 3 {
            let kind = try section.uint16()
            guard kind == 6 else { throw .unsupported("kind of certification \(kind)") }
            let count = Int(try section.uint32())
            var nested = try section.nested(count, "the certification data")
            try section.requireEnd()
            swap(&section, &nested)
        }
        let start = section.offset
        quotingEnclave = try EnclaveReport(&section)
        quotingEnclaveBytes = bytes[start..<section.offset]
        quotingEnclaveSignature = try section.take(64)
        authenticationData = try section.take(Int(try section.uint16()))
        certificationKind = try section.uint16()
        guard [1, 2, 3, 5].contains(certificationKind) else {
            throw .unsupported("kind of certification \(certificationKind)")
        }
        certificationData = try section.take(Int(try section.uint32()))
        try section.requireEnd()
    }

    private static func readBody(
        _ reader: inout QuoteReader, version: UInt16, isTDX: Bool
    ) throws(AttestationError) -> Body {
        guard version == 5 else {
            return isTDX
                ? .trustDomain(try TrustDomainReport(&reader, isVersion15: false))
                : .enclave(try EnclaveReport(&reader))
        }
        let kind = try reader.uint16()
        let count = Int(try reader.uint32())
        guard (1...3).contains(kind), (kind > 1) == isTDX else {
            throw .unsupported("kind of body \(kind)")
        }
        var nested = try reader.nested(count, "the body")
        let body: Body =
            kind == 1
            ? .enclave(try EnclaveReport(&nested))
            : .trustDomain(try TrustDomainReport(&nested, isVersion15: kind == 3))
        try nested.requireEnd()
        return body
    }
}
