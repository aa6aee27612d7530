// Which collateral a quote is judged by: what a registry must look up before it asks for a verdict.

public import Base
public import Certificates

/// The names of the collateral that a quote needs.
public struct CollateralNeeds: Equatable, Sendable {
    /// The platform whose TCB info is needed: `SGX` or `TDX`, FMSPC, PCE-ID.
    public var platform: Platform?
    /// The identity that is needed, `QE` or `TD_QE`.
    public var identity: String?
    /// Issuers whose revocation lists count.
    public var issuers: [DistinguishedName] = []

    /// Nothing is needed.
    public init() {}

    /// The platform whose TCB info is needed.
    public struct Platform: Equatable, Sendable {
        /// `SGX` or `TDX`.
        public var id: String
        /// Family, model and platform, 6 bytes.
        public var fmspc: Bytes
        /// Identity of the provisioning enclave, 2 bytes.
        public var pceID: Bytes
    }
}

extension Quote {
    /// What the quote is judged by.
    ///
    /// - Throws: what is wrong with the quote's form.
    public func needs() throws(AttestationError) -> CollateralNeeds {
        var needs = CollateralNeeds()
        var chain = certificates
        if technology == .sgx || technology == .tdx {
            let quote = try DCAPQuote(bytes)
            if quote.certificationKind == 5 {
                do throws(CertificateError) {
                    chain += try PEM.certificates(in: quote.certificationData[...])
                } catch {
                    throw .certificate(error)
                }
            }
            let leaf = chain.first { $0.value(of: PlatformCertificate.identifier) != nil }
            guard let leaf else { throw .missingCertificates("no certificate of the platform") }
            let platform = try PlatformCertificate(leaf)
            needs.platform = CollateralNeeds.Platform(
                id: technology == .sgx ? "SGX" : "TDX", fmspc: platform.fmspc,
                pceID: platform.pceID)
            needs.identity = technology == .sgx ? "QE" : "TD_QE"
        }
        for certificate in chain where !needs.issuers.contains(certificate.issuer) {
            needs.issuers.append(certificate.issuer)
        }
        return needs
    }
}

extension Certificate {
    /// Whether this is the certificate of whoever signs Intel's documents.
    public var isDocumentSigner: Bool {
        subject.commonName == AttestationVerifier.documentSignerName
    }
}
