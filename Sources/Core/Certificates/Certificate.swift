// X.509 certificates (RFC 5280 section 4.1), read strictly and without judging them: what a
// certificate says is kept, whether to believe it is `CertificatePath`'s question. Serial numbers
// may be zero or negative, because AMD's leaves have serial number 0.
//
//     Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature BIT STRING }
//     tbsCertificate ::= SEQUENCE { [0] version, serial, signature, issuer, validity, subject,
//         subjectPublicKeyInfo, [1] issuerID, [2] subjectID, [3] extensions }

public import Base
import Cryptography

/// A certificate as it was read.
public struct Certificate: Equatable, Sendable {
    /// Most bytes of a certificate that is read.
    public static let maximumByteCount = 16384

    /// The DER encoding.
    public let encoded: Bytes
    /// The serial number's two's complement bytes.
    public let serial: Bytes
    /// Who issued it.
    public let issuer: DistinguishedName
    /// Whom it is about.
    public let subject: DistinguishedName
    /// First second of its validity, since 1970.
    public let notBefore: Int64
    /// Last second of its validity, since 1970.
    public let notAfter: Int64
    /// The subject's key.
    public let key: SubjectKey
    /// The DER encoding of the subject's key, which anchors pin.
    public let keyInfo: Bytes
    /// The extensions, in the certificate's order, each once.
    public let extensions: [Extension]
    /// Whether the subject may issue certificates.
    public let isAuthority: Bool
    /// Most authorities below this one, when limited.
    public let pathLength: UInt64?
    /// The first byte of the key usage, bit 0 on top; `nil` when usage is not limited.
    let usage: UInt8?
    let signedBytes: ArraySlice<UInt8>
    let algorithm: SignatureAlgorithm
    let signature: ArraySlice<UInt8>

    /// An extension of a certificate.
    public struct Extension: Equatable, Sendable {
        /// What it is.
        public let identifier: OID
        /// Whether a reader that does not understand it must refuse the certificate.
        public let isCritical: Bool
        /// What it says, usually DER.
        public let value: ArraySlice<UInt8>
    }

    /// Reads one certificate; bytes after it are an error.
    ///
    /// - Throws: `malformed` or `unsupported`.
    public init(_ bytes: Bytes) throws(CertificateError) {
        guard bytes.count <= Certificate.maximumByteCount else {
            throw .malformed("a certificate of \(bytes.count) bytes")
        }
        var outer = DERReader(bytes)
        var reader = DERReader(try outer.read(DERTag.sequence, "certificate").content)
        try outer.requireEnd("the certificate")
        let body = try reader.read(DERTag.sequence, "certificate to be signed")
        let algorithmElement = try reader.read(DERTag.sequence, "signature algorithm")
        signature = try reader.readBitString("signature")
        try reader.requireEnd("the signature")
        encoded = bytes
        signedBytes = body.encoded
        algorithm = try SignatureAlgorithm(algorithmElement)

        var fields = DERReader(body.content)
        try Certificate.readVersion(&fields)
        serial = Bytes(try fields.readInteger("serial number"))
        guard
            try fields.read(DERTag.sequence, "signature algorithm").encoded
                == algorithmElement.encoded
        else { throw .malformed("two signature algorithms") }
        issuer = try DistinguishedName(try fields.read())
        var validity = DERReader(try fields.read(DERTag.sequence, "validity").content)
        notBefore = try validity.readTime("start of validity")
        notAfter = try validity.readTime("end of validity")
        try validity.requireEnd("the validity")
        subject = try DistinguishedName(try fields.read())
        let keyElement = try fields.read(DERTag.sequence, "key")
        key = try SubjectKey(keyElement)
        keyInfo = Bytes(keyElement.encoded)
        // Unique identifiers, which nobody uses: [1] and [2], primitive.
        _ = try fields.readIf(0x81)
        _ = try fields.readIf(0x82)
        extensions = try Certificate.readExtensions(&fields)
        try fields.requireEnd("the extensions")
        (isAuthority, pathLength) = try Certificate.constraints(extensions)
        usage = try Certificate.usage(extensions)
    }

    /// The value of the extension `identifier`, or `nil`.
    public func value(of identifier: OID) -> ArraySlice<UInt8>? {
        extensions.first { $0.identifier == identifier }?.value
    }

    /// SHA-256 of the encoding.
    public var fingerprint: Hash256 { SHA256.hash(encoded) }

    /// SHA-256 of the encoding of the subject's key.
    public var keyFingerprint: Hash256 { SHA256.hash(keyInfo) }

    /// Whether the certificate names its own subject as issuer.
    public var isSelfIssued: Bool { issuer == subject }

    /// Whether the key usage allows to sign certificates (bit 5).
    var maySignCertificates: Bool { usage.map { $0 & 0x04 != 0 } ?? true }

    /// Whether the key usage allows to sign revocation lists (bit 6).
    var maySignLists: Bool { usage.map { $0 & 0x02 != 0 } ?? true }

    /// Whether the holder of `issuer`'s key signed this certificate.
    public func isSigned(by issuer: Certificate) -> Bool {
        issuer.key.isValid(signature: signature, by: algorithm, of: signedBytes)
    }

    public static func == (left: Certificate, right: Certificate) -> Bool {
        left.encoded == right.encoded
    }
}

extension Certificate {
    private static func readVersion(_ fields: inout DERReader) throws(CertificateError) {
        guard let element = try fields.readIf(DERTag.context(0)) else {
            throw .unsupported("a certificate before version 3")
        }
        var reader = DERReader(element.content)
        guard try reader.readSmallInteger("version") == 2 else {
            throw .unsupported("a certificate of another version than 3")
        }
        try reader.requireEnd("the version")
    }

    private static func readExtensions(
        _ fields: inout DERReader
    ) throws(CertificateError) -> [Extension] {
        guard let element = try fields.readIf(DERTag.context(3)) else { return [] }
        var outer = DERReader(element.content)
        var list = DERReader(try outer.read(DERTag.sequence, "extensions").content)
        try outer.requireEnd("the extensions")
        return try Extension.readAll(&list)
    }

    private static func constraints(
        _ extensions: [Extension]
    ) throws(CertificateError) -> (isAuthority: Bool, pathLength: UInt64?) {
        guard let value = extensions.first(where: { $0.identifier == .basicConstraints })?.value
        else { return (false, nil) }
        var outer = DERReader(value)
        var reader = DERReader(try outer.read(DERTag.sequence, "basic constraints").content)
        try outer.requireEnd("basic constraints")
        var isAuthority = false
        var pathLength: UInt64?
        if reader.nextTag == DERTag.boolean {
            isAuthority = try reader.readBoolean("basic constraints")
        }
        if !reader.isAtEnd { pathLength = try reader.readSmallInteger("path length") }
        try reader.requireEnd("basic constraints")
        return (isAuthority, pathLength)
    }

    private static func usage(_ extensions: [Extension]) throws(CertificateError) -> UInt8? {
        guard let value = extensions.first(where: { $0.identifier == .keyUsage })?.value else {
            return nil
        }
        var reader = DERReader(value)
        let content = try reader.read(DERTag.bitString, "key usage").content
        try reader.requireEnd("key usage")
        guard let unused = content.first, unused < 8, content.count <= 3 else {
            throw .malformed("key usage is no short string of bits")
        }
        return content.dropFirst().first ?? 0
    }
}

extension Certificate.Extension {
    /// Most extensions of a certificate or list.
    private static let maximumCount = 40

    /// Reads all extensions of a list, each of which may occur once.
    static func readAll(_ list: inout DERReader) throws(CertificateError) -> [Self] {
        var extensions: [Self] = []
        while !list.isAtEnd {
            guard extensions.count < maximumCount else { throw .malformed("too many extensions") }
            var reader = DERReader(try list.read(DERTag.sequence, "extension").content)
            let identifier = try reader.readIdentifier("identifier of an extension")
            var isCritical = false
            if reader.nextTag == DERTag.boolean {
                isCritical = try reader.readBoolean("criticality of an extension")
            }
            let value = try reader.read(DERTag.octetString, "value of an extension").content
            try reader.requireEnd("the value of an extension")
            guard !extensions.contains(where: { $0.identifier == identifier }) else {
                throw .malformed("the extension \(identifier) occurs twice")
            }
            extensions.append(Self(identifier: identifier, isCritical: isCritical, value: value))
        }
        return extensions
    }
}
