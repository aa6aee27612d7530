// Making certificates and revocation lists (RFC 5280), the counterpart of `Certificate` and
// `RevocationList`.

public import Base
public import Certificates

/// What a certificate is to say.
public struct CertificateTemplate: Sendable {
    /// Common name of the subject.
    public var name: String
    /// Serial number's two's complement bytes, the shortest.
    public var serial: Bytes
    /// First second of validity, since 1970.
    public var notBefore: Int64
    /// Last second of validity, since 1970.
    public var notAfter: Int64
    /// Whether it may issue others.
    public var isAuthority = false
    /// Further extensions.
    public var extensions: [(identifier: OID, isCritical: Bool, value: Bytes)] = []

    /// Makes a template.
    public init(
        _ name: String, serial: Bytes = [1], validity: ClosedRange<Int64>,
        isAuthority: Bool = false,
        extensions: [(identifier: OID, isCritical: Bool, value: Bytes)] = []
    ) {
        self.name = name
        self.serial = serial
        notBefore = validity.lowerBound
        notAfter = validity.upperBound
        self.isAuthority = isAuthority
        self.extensions = extensions
    }
}

/// A certificate together with its subject's private key.
public struct Issuer: Sendable {
    /// The certificate.
    public let certificate: Certificate
    /// The private key.
    public let key: SigningKey

    /// Makes a root.
    public init(root template: CertificateTemplate, key: SigningKey) {
        self.init(template, key: key, issuerName: DERWriter.name(template.name), issuerKey: key)
    }

    private init(
        _ template: CertificateTemplate, key: SigningKey, issuerName: Bytes, issuerKey: SigningKey
    ) {
        var extensions = template.extensions
        if template.isAuthority {
            let isTrue = DERWriter.element(DERTag.boolean, [0xFF])
            extensions.append((OID(2, 5, 29, 19), true, DERWriter.sequence(isTrue)))
        }
        // Signing certificates and lists, or data.
        let usage: Bytes = template.isAuthority ? [1, 0x06] : [7, 0x80]
        extensions.append((OID(2, 5, 29, 15), true, DERWriter.element(DERTag.bitString, usage)))
        let list = extensions.map { entry in
            DERWriter.sequence(
                DERWriter.identifier(entry.identifier),
                entry.isCritical ? DERWriter.element(DERTag.boolean, [0xFF]) : [],
                DERWriter.octetString(entry.value))
        }
        let body = DERWriter.sequence(
            DERWriter.element(DERTag.context(0), DERWriter.integer(2)),
            DERWriter.integer(bytes: template.serial), issuerKey.algorithm, issuerName,
            DERWriter.sequence(
                DERWriter.time(template.notBefore), DERWriter.time(template.notAfter)),
            DERWriter.name(template.name), key.publicKeyInfo,
            DERWriter.element(
                DERTag.context(3), DERWriter.element(DERTag.sequence, list.flatMap { $0 })))
        do throws(CertificateError) {
            certificate = try Certificate(Issuer.signed(body, issuerKey))
        } catch {
            preconditionFailure("what is written can be read: \(error)")
        }
        self.key = key
    }

    private static func signed(_ body: Bytes, _ key: SigningKey) -> Bytes {
        DERWriter.sequence(
            body, key.algorithm, DERWriter.bitString(key.certificateSignature(of: body)))
    }

    /// Issues a certificate for `key`.
    public func issue(_ template: CertificateTemplate, key: SigningKey) -> Issuer {
        Issuer(
            template, key: key, issuerName: certificate.subject.encoded, issuerKey: self.key)
    }

    /// Makes a revocation list of `serials`, in DER.
    public func revocationList(
        _ serials: [Bytes] = [], validity: ClosedRange<Int64>
    ) -> Bytes {
        let entries = serials.flatMap { serial in
            DERWriter.sequence(
                DERWriter.integer(bytes: serial), DERWriter.time(validity.lowerBound))
        }
        let body = DERWriter.sequence(
            DERWriter.integer(1), key.algorithm, certificate.subject.encoded,
            DERWriter.time(validity.lowerBound), DERWriter.time(validity.upperBound),
            serials.isEmpty ? [] : DERWriter.element(DERTag.sequence, entries))
        return Issuer.signed(body, key)
    }
}
