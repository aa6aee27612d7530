// Chains of certificates, from a leaf to a root whose public key is pinned (RFC 5280 section 6,
// reduced to what makers of trusted hardware use: no policies, no name constraints). The order in
// which certificates come does not matter. The time is a parameter, roots are parameters: nothing
// of the machine, neither its clock nor its store of trusted roots, is looked at.
//
// Pinned is the key, because one maker has two root certificates of one key. What else a root
// certificate says is believed when its hash is known or its signature by the pinned key is valid.

public import Base
import Cryptography

/// A key that chains may end in.
public struct TrustAnchor: Equatable, Sendable {
    /// SHA-256 of the DER encoding of the root's public key.
    public var keyFingerprint: Hash256
    /// SHA-256 of root certificates of this key whose own signature need not be checked.
    public var knownCertificates: [Hash256]

    /// Makes an anchor.
    public init(keyFingerprint: Hash256, knownCertificates: [Hash256] = []) {
        self.keyFingerprint = keyFingerprint
        self.knownCertificates = knownCertificates
    }
}

/// A chain that was found valid.
public struct CertificatePath: Equatable, Sendable {
    /// Most certificates of a chain, and of a text.
    public static let maximumCount = 10
    /// Most certificates of a pile that a chain is looked for in.
    public static let maximumPileCount = 64

    /// The leaf first, the root last; at least two, unless a root alone was asked about.
    public let certificates: [Certificate]
    /// Index of the anchor of the root's key.
    public let anchorIndex: Int

    /// The certificate that the chain is for.
    public var leaf: Certificate { certificates[0] }

    /// The certificate of the pinned key.
    public var root: Certificate { certificates[certificates.count - 1] }

    /// First second at which every certificate is valid.
    public var notBefore: Int64 { certificates.map(\.notBefore).max() ?? .max }

    /// Last second at which every certificate is valid.
    public var notAfter: Int64 { certificates.map(\.notAfter).min() ?? .min }

    /// Finds and judges the chain of `leaf`.
    ///
    /// Of several certificates in the pile with the name of an issuer the first is taken whose time
    /// is now: makers issue the certificate of one root anew.
    ///
    /// - Parameters:
    ///   - pile: further certificates in any order; those that are not needed are ignored.
    ///   - anchors: keys that the chain may end in.
    ///   - time: the moment to judge at, in seconds since 1970.
    ///   - limit: most certificates of the chain: what its maker's have, so that nobody can have
    ///     more signatures checked than a chain of that maker needs.
    ///   - mayBeRoot: whether the leaf may be a root itself.
    /// - Throws: what is wrong with the chain.
    /// - Complexity: one signature check for each certificate but a known root, and none before the
    ///   chain has ended in a pinned key.
    public init(
        from leaf: Certificate, through pile: [Certificate], to anchors: [TrustAnchor],
        atSeconds time: Int64, limit: Int = maximumCount, mayBeRoot: Bool = false
    ) throws(CertificateError) {
        guard pile.count <= CertificatePath.maximumPileCount else {
            throw .chainTooLong(limit: CertificatePath.maximumPileCount)
        }
        var path = [leaf]
        var last = leaf
        while !last.isSelfIssued {
            guard path.count < limit else { throw .chainTooLong(limit: limit) }
            let candidates = pile.filter { $0.subject == last.issuer }
            let issuer = candidates.first { $0.isValid(atSeconds: time) } ?? candidates.first
            guard let issuer else { throw .issuerMissing(of: last.subject.description) }
            path.append(issuer)
            last = issuer
        }
        let rootKey = last.keyFingerprint
        guard path.count > 1 || mayBeRoot,
            let anchor = anchors.firstIndex(where: { $0.keyFingerprint == rootKey })
        else { throw .untrustedRoot(last.subject.description) }
        certificates = path
        anchorIndex = anchor
        for (depth, certificate) in path.enumerated() {
            try CertificatePath.checkExtensions(certificate)
            let issuer = path[min(depth + 1, path.count - 1)]
            if depth + 1 < path.count {
                try CertificatePath.checkIssuer(issuer, authoritiesBelow: depth)
            } else if anchors[anchor].knownCertificates.contains(certificate.fingerprint) {
                continue
            }
            guard certificate.isSigned(by: issuer) else {
                throw .wrongSignature(of: certificate.subject.description)
            }
        }
        for certificate in path { try certificate.checkTime(atSeconds: time) }
    }

    /// Compares chains with the lists of their issuers. Of several lists of one issuer the newest
    /// counts that it signed.
    ///
    /// - Returns: for each chain the places, counted from the leaf, of certificates below the root
    ///   whose issuer has no list.
    /// - Throws: `revoked`, or what is wrong with a list.
    /// - Complexity: one signature check for each issuer, however many chains it stands in.
    public static func checkRevocation(
        of paths: [CertificatePath], by lists: [RevocationList], atSeconds time: Int64
    ) throws(CertificateError) -> [[Int]] {
        var found: [(issuer: Certificate, list: RevocationList?)] = []
        var unlisted: [[Int]] = []
        for path in paths {
            var places: [Int] = []
            for place in 0..<path.certificates.count - 1 {
                let certificate = path.certificates[place]
                let issuer = path.certificates[place + 1]
                let list: RevocationList?
                if let known = found.first(where: { $0.issuer == issuer }) {
                    list = known.list
                } else {
                    list = try issuer.list(among: lists, atSeconds: time)
                    found.append((issuer, list))
                }
                guard let list else {
                    places.append(place)
                    continue
                }
                guard !list.contains(serial: certificate.serial) else {
                    throw .revoked(certificate.subject.description)
                }
            }
            unlisted.append(places)
        }
        return unlisted
    }

    /// Extensions that may be critical. Names, alternative names and extended usages bind nothing
    /// here: a chain says whose key it is, and each technology says whose key it needs.
    private static let understood: [OID] = [
        .basicConstraints, .keyUsage, .subjectAlternativeName, .extendedKeyUsage,
    ]

    private static func checkExtensions(_ certificate: Certificate) throws(CertificateError) {
        let unknown = certificate.extensions.first {
            $0.isCritical && !understood.contains($0.identifier)
        }
        if let unknown {
            throw .unknownCriticalExtension(
                "\(unknown.identifier)", of: certificate.subject.description)
        }
    }

    private static func checkIssuer(
        _ issuer: Certificate, authoritiesBelow: Int
    ) throws(CertificateError) {
        let fits = issuer.pathLength.map { UInt64(authoritiesBelow) <= $0 } ?? true
        guard issuer.isAuthority, issuer.maySignCertificates, fits else {
            throw .notAnIssuer(issuer.subject.description)
        }
    }
}

extension Certificate {
    /// The newest list of this issuer that it signed; `nil` when there is none with its name.
    ///
    /// - Throws: when none with its name is signed by it, or the time of the newest is not now.
    fileprivate func list(
        among lists: [RevocationList], atSeconds time: Int64
    ) throws(CertificateError) -> RevocationList? {
        let named = lists.filter { $0.issuer == subject }.sorted { $0.thisUpdate > $1.thisUpdate }
        if named.isEmpty { return nil }
        guard let list = named.first(where: { $0.isSigned(by: self) }) else {
            throw .wrongRevocationList(of: subject.description)
        }
        try list.checkTime(atSeconds: time)
        return list
    }

    /// Whether the certificate's time is now.
    func isValid(atSeconds time: Int64) -> Bool { notBefore <= time && time <= notAfter }

    /// Refuses a certificate whose time has not come or is over.
    public func checkTime(atSeconds time: Int64) throws(CertificateError) {
        guard notBefore <= time else {
            throw .notYetValid(subject.description, notBefore: notBefore)
        }
        guard time <= notAfter else {
            throw .expired(subject.description, notAfter: notAfter)
        }
    }
}
