// Why a quote proves nothing. Numbers are stable and append-only; 101 and up are those of
// `CertificateError` plus 100, and 40 to 59 belong to `PolicyRefusal`.

public import Base
public import Certificates

/// A refusal of a quote, or of material that vouches for one.
public enum AttestationError: Error, Equatable, Sendable {
    /// 1: bytes are not of the layout they should be; what and where.
    case malformed(String)
    /// 2: a version, kind of key or kind of certificate that is not judged here.
    case unsupported(String)
    /// 3: the bytes are a quote of no technology.
    case unknownTechnology
    /// 4: a signature of the quote is not valid; which one.
    case wrongSignature(of: String)
    /// 5: the quoting enclave does not vouch for the key that signed the quote.
    case wrongKeyBinding
    /// 101 and up: a chain of certificates is not accepted.
    case certificate(CertificateError)
    /// 6: certificates are needed and not at hand.
    case missingCertificates(String)
    /// 7: a valid chain belongs to somebody else than who must sign.
    case wrongSigner(expected: String, actual: String)
    /// 8: collateral is needed and not at hand.
    case missingCollateral(String)
    /// 9: collateral is not signed by its maker.
    case wrongCollateralSignature(of: String)
    /// 10: the time of collateral is over. Seconds since 1970.
    case collateralExpired(String, nextUpdate: Int64)
    /// 11: the time of collateral has not come. Seconds since 1970.
    case collateralNotYetValid(String, issueDate: Int64)
    /// 12: collateral is about another platform than the quote; both in hexadecimal.
    case wrongPlatform(expected: String, actual: String)
    /// 13: the platform is below every level that its maker lists.
    case noMatchingLevel(String)
    /// 14: the quoting enclave is not the one that its maker describes.
    case wrongQuotingEnclave(String)
    /// 15: the TDX module is not one that its maker describes.
    case wrongModule(String)
    /// 16: the certificate is for other firmware versions than the report.
    case firmwareVersionMismatch(String)
    /// 17: the certificate is for another chip than the report.
    case chipMismatch(certificate: Bytes, report: Bytes)
    /// 18: the firmware of the report is not the one in the certificate.
    case firmwareMismatch(certificate: Bytes, report: Bytes)
    /// 19: the quote answers another challenge than the one given.
    case challengeMismatch(expected: Bytes, actual: Bytes)

    /// The stable number of the case.
    public var code: UInt32 {
        switch self {
        case .malformed: 1
        case .unsupported: 2
        case .unknownTechnology: 3
        case .wrongSignature: 4
        case .wrongKeyBinding: 5
        case .missingCertificates: 6
        case .wrongSigner: 7
        case .missingCollateral: 8
        case .wrongCollateralSignature: 9
        case .collateralExpired: 10
        case .collateralNotYetValid: 11
        case .wrongPlatform: 12
        case .noMatchingLevel: 13
        case .wrongQuotingEnclave: 14
        case .wrongModule: 15
        case .firmwareVersionMismatch: 16
        case .chipMismatch: 17
        case .firmwareMismatch: 18
        case .challengeMismatch: 19
        case .certificate(let error): 100 + error.code
        }
    }

    /// The refusal for a chain or a list. A list's time is the time of collateral.
    init(_ error: CertificateError) {
        self =
            switch error {
            case .revocationListExpired(let name, let end):
                .collateralExpired("the revocation list of \(name)", nextUpdate: end)
            case .revocationListNotYetValid(let name, let start):
                .collateralNotYetValid("the revocation list of \(name)", issueDate: start)
            case .wrongRevocationList(let name):
                .wrongCollateralSignature(of: "the revocation list of \(name)")
            default: .certificate(error)
            }
    }
}

extension AttestationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let what): "malformed: \(what)"
        case .unsupported(let what): "unsupported: \(what)"
        case .unknownTechnology: "the bytes are a quote of no known technology"
        case .wrongSignature(let what): "the signature of \(what) is not valid"
        case .wrongKeyBinding: "the quoting enclave does not vouch for the attestation key"
        case .certificate(let error): "\(error)"
        case .missingCertificates(let what): "no certificates: \(what)"
        case .wrongSigner(let expected, let actual):
            "\(expected) must sign, and the signer is \(actual)"
        case .missingCollateral(let what): "no collateral: \(what)"
        case .wrongCollateralSignature(let what): "\(what) is not signed by its maker"
        case .collateralExpired(let what, let end): "\(what) was valid until \(timeText(end))"
        case .collateralNotYetValid(let what, let start):
            "\(what) is not valid before \(timeText(start))"
        case .wrongPlatform(let expected, let actual):
            "the collateral is about platform \(actual), the quote about \(expected)"
        case .noMatchingLevel(let what): "\(what) is below every level that its maker lists"
        case .wrongQuotingEnclave(let what): "the quoting enclave is another: \(what)"
        case .wrongModule(let what): "the TDX module is another: \(what)"
        case .firmwareVersionMismatch(let what):
            "the certificate is for other firmware than the report: \(what)"
        case .chipMismatch(let certificate, let report):
            "the certificate is for chip \(certificate.hex.prefix(32)), the report of "
                + "\(report.hex.prefix(32))"
        case .firmwareMismatch(let certificate, let report):
            "the certificate is for firmware \(certificate.hex), the report of \(report.hex)"
        case .challengeMismatch(let expected, let actual):
            "the quote answers \(actual.hex), the challenge is \(expected.hex)"
        }
    }
}
