// Intel's stand-in: the root, the CA of platforms, the signer of documents, one platform; quotes of
// SGX and TDX and all collateral for them.

public import Attestation
public import Base
import Certificates
import Cryptography

/// Signs quotes of SGX and TDX, and what vouches for them.
public struct IntelAuthority: Sendable {
    /// The root.
    public let root: Issuer
    /// The CA of platforms.
    public let platformCA: Issuer
    /// The signer of TCB info and identities.
    public let documentSigner: Issuer
    /// The key that signs quotes.
    public let attestationKey: SigningKey
    /// The platform's key.
    public let platformKey: SigningKey
    let validity: ClosedRange<Int64>

    /// What a platform's certificate is to say.
    public struct Platform: Sendable {
        /// Serial number's bytes.
        public var serial: Bytes = [0x51]
        /// Family, model and platform.
        public var fmspc: Bytes = [0xAA, 0xBB, 0xCC, 0, 0, 1]
        /// Identity of the provisioning enclave.
        public var pceID: Bytes = [0, 0]
        /// Security versions of the components.
        public var components = Bytes(repeating: 5, count: 16)
        /// Security version of the provisioning enclave.
        public var pceSVN: UInt16 = 11

        /// Makes the standard platform.
        public init() {}
    }

    /// Makes the stand-in of a seed.
    public init(seed: Bytes, validity: ClosedRange<Int64>) {
        self.validity = validity
        func key(_ label: String) -> SigningKey { SigningKey(.p256, seed: seed, "intel " + label) }
        root = Issuer(
            root: CertificateTemplate(
                "UNSAFE development root for Intel", validity: validity, isAuthority: true),
            key: key("root"))
        platformCA = root.issue(
            CertificateTemplate(
                "Intel SGX PCK Platform CA", serial: [2], validity: validity, isAuthority: true),
            key: key("platform CA"))
        documentSigner = root.issue(
            CertificateTemplate("Intel SGX TCB Signing", serial: [3], validity: validity),
            key: key("documents"))
        attestationKey = key("attestation")
        platformKey = key("platform")
    }

    /// The certificate of a platform.
    public func platformCertificate(
        _ platform: Platform = Platform(), validity: ClosedRange<Int64>? = nil
    ) -> Issuer {
        platformCA.issue(
            CertificateTemplate(
                "Intel SGX PCK Certificate", serial: platform.serial,
                validity: validity ?? self.validity,
                extensions: [
                    (OID(1, 2, 840, 113_741, 1, 13, 1), false, description(of: platform))
                ]), key: platformKey)
    }

    private func description(of platform: Platform) -> Bytes {
        let base = OID(1, 2, 840, 113_741, 1, 13, 1)
        func pair(_ identifier: OID, _ value: Bytes) -> Bytes {
            DERWriter.sequence(DERWriter.identifier(identifier), value)
        }
        let versions = base.appending(2)
        var tcb = Bytes()
        for (index, component) in platform.components.enumerated() {
            tcb += pair(
                versions.appending(UInt8(index + 1)), DERWriter.integer(UInt64(component)))
        }
        tcb += pair(versions.appending(17), DERWriter.integer(UInt64(platform.pceSVN)))
        tcb += pair(versions.appending(18), DERWriter.octetString(platform.components))
        return DERWriter.sequence(
            pair(base.appending(1), DERWriter.octetString(Bytes(repeating: 7, count: 16))),
            pair(base.appending(2), DERWriter.element(DERTag.sequence, tcb)),
            pair(base.appending(3), DERWriter.octetString(platform.pceID)),
            pair(base.appending(4), DERWriter.octetString(platform.fmspc)),
            pair(base.appending(5), DERWriter.element(DERTag.enumerated, [0])))
    }

    /// Signs a document as Intel's service would.
    public func sign(_ body: String, by signer: Issuer? = nil) -> SignedDocument {
        let body = Bytes(body.utf8)
        return SignedDocument(
            body: body, signature: (signer ?? documentSigner).key.signature(of: body))
    }
}
