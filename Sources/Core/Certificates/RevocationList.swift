// Certificate revocation lists (RFC 5280 section 5.1): the serial numbers that an issuer takes
// back. Only whole lists about the issuer's own certificates are read; a list with a critical
// extension, such as a part of a list, is refused.
//
//     tbsCertList ::= SEQUENCE { version, signature, issuer, thisUpdate, nextUpdate,
//         SEQUENCE OF { serial, revocationDate, extensions }, [0] extensions }

public import Base

/// A revocation list as it was read.
public struct RevocationList: Equatable, Sendable {
    /// Most bytes of a list that is read.
    public static let maximumByteCount = 1 << 20

    /// The DER encoding.
    public let encoded: Bytes
    /// Who issued it.
    public let issuer: DistinguishedName
    /// First second of its validity, since 1970.
    public let thisUpdate: Int64
    /// Last second of its validity, since 1970.
    public let nextUpdate: Int64
    /// The serial numbers' two's complement bytes, in the list's order.
    public let serials: [ArraySlice<UInt8>]
    let signedBytes: ArraySlice<UInt8>
    let algorithm: SignatureAlgorithm
    let signature: ArraySlice<UInt8>

    /// Reads one list; bytes after it are an error.
    ///
    /// - Throws: `malformed`, `unsupported` or `unknownCriticalExtension`.
    public init(_ bytes: Bytes) throws(CertificateError) {
        guard bytes.count <= RevocationList.maximumByteCount else {
            throw .malformed("a revocation list of \(bytes.count) bytes")
        }
        var outer = DERReader(bytes)
        var reader = DERReader(try outer.read(DERTag.sequence, "revocation list").content)
        try outer.requireEnd("the revocation list")
        let body = try reader.read(DERTag.sequence, "revocation list to be signed")
        let algorithmElement = try reader.read(DERTag.sequence, "signature algorithm")
        signature = try reader.readBitString("signature")
        try reader.requireEnd("the signature")
        encoded = bytes
        signedBytes = body.encoded
        algorithm = try SignatureAlgorithm(algorithmElement)

        var fields = DERReader(body.content)
        guard try fields.readSmallInteger("version") == 1 else {
            throw .unsupported("a revocation list of another version than 2")
        }
        guard
            try fields.read(DERTag.sequence, "signature algorithm").encoded
                == algorithmElement.encoded
        else { throw .malformed("two signature algorithms") }
        issuer = try DistinguishedName(try fields.read())
        thisUpdate = try fields.readTime("start of validity")
        nextUpdate = try fields.readTime("end of validity")
        var serials: [ArraySlice<UInt8>] = []
        if let entries = try fields.readIf(DERTag.sequence) {
            var list = DERReader(entries.content)
            while !list.isAtEnd {
                serials.append(try RevocationList.readEntry(&list, issuer))
            }
        }
        self.serials = serials
        if let element = try fields.readIf(DERTag.context(0)) {
            var outer = DERReader(element.content)
            var list = DERReader(try outer.read(DERTag.sequence, "extensions").content)
            try outer.requireEnd("the extensions")
            try RevocationList.refuseCritical(&list, issuer)
        }
        try fields.requireEnd("the extensions")
    }

    /// Whether the list takes back the certificate with this serial number.
    ///
    /// - Complexity: linear in the list.
    public func contains(serial: Bytes) -> Bool { serials.contains { $0 == serial[...] } }

    /// Whether the holder of `issuer`'s key signed this list, and may.
    public func isSigned(by issuer: Certificate) -> Bool {
        issuer.subject == self.issuer && issuer.isAuthority && issuer.maySignLists
            && issuer.key.isValid(signature: signature, by: algorithm, of: signedBytes)
    }

    /// Refuses a list whose time has not come or is over.
    public func checkTime(atSeconds time: Int64) throws(CertificateError) {
        guard thisUpdate <= time else {
            throw .revocationListNotYetValid(of: issuer.description, thisUpdate: thisUpdate)
        }
        guard time <= nextUpdate else {
            throw .revocationListExpired(of: issuer.description, nextUpdate: nextUpdate)
        }
    }

    private static func readEntry(
        _ list: inout DERReader, _ issuer: DistinguishedName
    ) throws(CertificateError) -> ArraySlice<UInt8> {
        var entry = DERReader(try list.read(DERTag.sequence, "entry").content)
        let serial = try entry.readInteger("serial number")
        _ = try entry.readTime("time of an entry")
        if let extensions = try entry.readIf(DERTag.sequence) {
            var list = DERReader(extensions.content)
            try refuseCritical(&list, issuer)
        }
        try entry.requireEnd("an entry")
        return serial
    }

    private static func refuseCritical(
        _ list: inout DERReader, _ issuer: DistinguishedName
    ) throws(CertificateError) {
        let extensions = try Certificate.Extension.readAll(&list)
        if let critical = extensions.first(where: \.isCritical) {
            throw .unknownCriticalExtension(
                "\(critical.identifier)", of: "the revocation list of \(issuer)")
        }
    }

    public static func == (left: RevocationList, right: RevocationList) -> Bool {
        left.encoded == right.encoded
    }
}
