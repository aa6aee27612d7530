// Why a certificate, a chain of them or a revocation list is not accepted. Numbers are stable and
// append-only: they stand in codes of evidence and in exit codes.

/// A refusal by this target. Names are subjects as text.
public enum CertificateError: Error, Equatable, Sendable {
    /// 1: bytes are not the DER, PEM or structure they should be; what and where.
    case malformed(String)
    /// 2: an algorithm, key or version that is not judged here.
    case unsupported(String)
    /// 3: a critical extension that is not understood.
    case unknownCriticalExtension(String, of: String)
    /// 4: the issuer's certificate may not issue, or not at this depth.
    case notAnIssuer(String)
    /// 5: the certificate is not signed by its issuer's key.
    case wrongSignature(of: String)
    /// 6: nobody at hand issued the certificate.
    case issuerMissing(of: String)
    /// 7: the chain ends in a key that is not pinned.
    case untrustedRoot(String)
    /// 8: the certificate's time has not come. Seconds since 1970.
    case notYetValid(String, notBefore: Int64)
    /// 9: the certificate's time is over. Seconds since 1970.
    case expired(String, notAfter: Int64)
    /// 10: the issuer has revoked the certificate.
    case revoked(String)
    /// 11: more certificates than a chain may have.
    case chainTooLong(limit: Int)
    /// 12: the revocation list is not signed by the issuer, or the issuer may not sign one.
    case wrongRevocationList(of: String)
    /// 13: the revocation list's time is over. Seconds since 1970.
    case revocationListExpired(of: String, nextUpdate: Int64)
    /// 14: the revocation list's time has not come. Seconds since 1970.
    case revocationListNotYetValid(of: String, thisUpdate: Int64)

    /// The stable number of the case.
    public var code: UInt32 {
        switch self {
        case .malformed: 1
        case .unsupported: 2
        case .unknownCriticalExtension: 3
        case .notAnIssuer: 4
        case .wrongSignature: 5
        case .issuerMissing: 6
        case .untrustedRoot: 7
        case .notYetValid: 8
        case .expired: 9
        case .revoked: 10
        case .chainTooLong: 11
        case .wrongRevocationList: 12
        case .revocationListExpired: 13
        case .revocationListNotYetValid: 14
        }
    }
}

extension CertificateError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let what): "malformed: \(what)"
        case .unsupported(let what): "unsupported: \(what)"
        case .unknownCriticalExtension(let identifier, let name):
            "\(name) has the critical extension \(identifier), which is not understood"
        case .notAnIssuer(let name): "\(name) may not issue certificates at its place"
        case .wrongSignature(let name): "\(name) is not signed by its issuer"
        case .issuerMissing(let name): "the issuer of \(name) is not at hand"
        case .untrustedRoot(let name): "\(name) ends the chain, and its key is not pinned"
        case .notYetValid(let name, let start): "\(name) is not valid before \(timeText(start))"
        case .expired(let name, let end): "\(name) was valid until \(timeText(end))"
        case .revoked(let name): "\(name) is revoked"
        case .chainTooLong(let limit): "more than \(limit) certificates"
        case .wrongRevocationList(let name):
            "the revocation list of \(name) is not signed by it, or it may not sign one"
        case .revocationListExpired(let name, let end):
            "the revocation list of \(name) was valid until \(timeText(end))"
        case .revocationListNotYetValid(let name, let start):
            "the revocation list of \(name) is not valid before \(timeText(start))"
        }
    }
}
