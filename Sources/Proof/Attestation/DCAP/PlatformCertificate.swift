// What Intel's PCK certificate says of a platform, in the extension 1.2.840.113741.1.13.1 (Intel
// SGX PCK certificate and CRL profile specification):
//
//     SEQUENCE OF SEQUENCE { identifier, value }
//     .1 PPID 16    .2 TCB: .2.1…16 component SVNs, .2.17 PCESVN, .2.18 CPUSVN 16
//     .3 PCE-ID 2   .4 FMSPC 6    .5 SGX type    .6, .7 of platforms with several packages

public import Base
public import Certificates

/// What a PCK certificate says of its platform.
public struct PlatformCertificate: Equatable, Sendable {
    /// Family, model and platform: the key that TCB info is published under, 6 bytes.
    public let fmspc: Bytes
    /// Identity of the provisioning enclave, 2 bytes.
    public let pceID: Bytes
    /// Security versions of the 16 components.
    public let components: [UInt8]
    /// Security version of the provisioning enclave.
    public let pceSVN: UInt16

    static let identifier = OID(1, 2, 840, 113_741, 1, 13, 1)

    /// Reads the extension.
    ///
    /// - Throws: `missingCertificates` when the certificate has none, `malformed`.
    public init(_ certificate: Certificate) throws(AttestationError) {
        guard let value = certificate.value(of: PlatformCertificate.identifier) else {
            throw .missingCertificates("no certificate describes an Intel platform")
        }
        do throws(CertificateError) { try self.init(value) } catch {
            throw .malformed("the description of an Intel platform: \(error)")
        }
    }

    private init(_ value: ArraySlice<UInt8>) throws(CertificateError) {
        let base = PlatformCertificate.identifier
        let fields = try PlatformCertificate.pairs(value)
        func field(_ number: UInt8) throws(CertificateError) -> DERElement {
            let found = fields.filter { $0.identifier == base.appending(number) }
            guard found.count == 1 else { throw .malformed("field \(number)") }
            return found[0].element
        }
        func octets(_ number: UInt8, _ count: Int) throws(CertificateError) -> Bytes {
            let element = try field(number)
            guard element.tag == DERTag.octetString, element.content.count == count else {
                throw .malformed("field \(number)")
            }
            return Bytes(element.content)
        }
        pceID = try octets(3, 2)
        fmspc = try octets(4, 6)
        let tcb = try PlatformCertificate.pairs(try field(2).encoded)
        func version(_ number: UInt8) throws(CertificateError) -> UInt64 {
            let found = tcb.filter { $0.identifier == base.appending(2).appending(number) }
            guard found.count == 1 else { throw .malformed("version \(number)") }
            var reader = DERReader(found[0].element.encoded)
            return try reader.readSmallInteger("version \(number)")
        }
        var components: [UInt8] = []
        for number in 1...16 {
            guard let component = UInt8(exactly: try version(UInt8(number))) else {
                throw .malformed("version \(number)")
            }
            components.append(component)
        }
        self.components = components
        guard let pceSVN = UInt16(exactly: try version(17)) else {
            throw .malformed("version 17")
        }
        self.pceSVN = pceSVN
    }

    private static func pairs(
        _ encoded: ArraySlice<UInt8>
    ) throws(CertificateError) -> [(identifier: OID, element: DERElement)] {
        var outer = DERReader(encoded)
        var list = DERReader(try outer.read(DERTag.sequence, "list").content)
        try outer.requireEnd("the list")
        var pairs: [(identifier: OID, element: DERElement)] = []
        while !list.isAtEnd {
            guard pairs.count < 32 else { throw .malformed("a long list") }
            var pair = DERReader(try list.read(DERTag.sequence, "pair").content)
            pairs.append((try pair.readIdentifier("identifier"), try pair.read()))
            try pair.requireEnd("a pair")
        }
        return pairs
    }
}
