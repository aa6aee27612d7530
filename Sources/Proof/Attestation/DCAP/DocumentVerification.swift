// Judging collateral on its own: documents of Intel, and revocation lists of anybody. A registry
// asks this before it stores, and every verdict asks it again, because time passes.

import Base
public import Certificates

extension TCBInfo {
    /// What errors call it.
    var title: String { "the \(id) TCB info" }
}

extension EnclaveIdentity {
    /// What errors call it.
    var title: String { "the identity \(id)" }
}

extension AttestationVerifier {
    /// The common name of whoever signs Intel's documents.
    static let documentSignerName = "Intel SGX TCB Signing"

    /// Accepts TCB info that Intel signed and whose time is now.
    ///
    /// - Throws: what is wrong with the document or with its signer's chain.
    public func check(_ info: TCBInfo) throws(AttestationError) {
        try check(info.document, info.title, from: info.issueDate, to: info.nextUpdate)
    }

    /// Accepts an identity that Intel signed and whose time is now.
    ///
    /// - Throws: what is wrong with the document or with its signer's chain.
    public func check(_ identity: EnclaveIdentity) throws(AttestationError) {
        try check(
            identity.document, identity.title, from: identity.issueDate,
            to: identity.nextUpdate)
    }

    /// Accepts a revocation list that its issuer signed and whose time is now, when the issuer's
    /// chain ends at a root of any vendor. Of several certificates with the issuer's name the first
    /// counts that did.
    ///
    /// - Returns: whose root it is. Names are no proof: a device of one vendor may have issued a
    ///   certificate with a name of another's, so whoever keeps lists keeps them by vendor.
    /// - Throws: what is wrong with the list or with its issuer's chain.
    @discardableResult
    public func check(_ list: RevocationList) throws(AttestationError) -> Vendor {
        var failure = AttestationError.missingCertificates("\(list.issuer)")
        for issuer in collateral.certificates where issuer.subject == list.issuer {
            do throws(AttestationError) {
                let vendor = try check(issuer)
                guard list.isSigned(by: issuer) else {
                    throw AttestationError(.wrongRevocationList(of: "\(list.issuer)"))
                }
                do throws(CertificateError) { try list.checkTime(atSeconds: timeSeconds) } catch {
                    throw AttestationError(error)
                }
                return vendor
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Accepts the certificate of an issuer or of a document signer whose chain, with those at
    /// hand, ends at a root of any vendor. A root itself is accepted.
    ///
    /// - Returns: whose root it is.
    /// - Throws: what is wrong with the chain.
    @discardableResult
    public func check(_ certificate: Certificate) throws(AttestationError) -> Vendor {
        do throws(CertificateError) {
            let path = try CertificatePath(
                from: certificate, through: collateral.certificates,
                to: roots.all.compactMap(\.anchor), atSeconds: timeSeconds,
                limit: AttestationVerifier.issuerChainLimit, mayBeRoot: true)
            guard let vendor = Vendor(rawValue: roots.all[path.anchorIndex].vendor) else {
                throw .untrustedRoot("\(path.root.subject)")
            }
            return vendor
        } catch {
            throw AttestationError(error)
        }
    }

    /// Most certificates of an issuer's chain, the root among them: one less than of a leaf's.
    private static let issuerChainLimit = 4

    private func check(
        _ document: SignedDocument, _ title: String, from issueDate: Int64, to nextUpdate: Int64
    ) throws(AttestationError) {
        try checkTime(of: title, from: issueDate, to: nextUpdate)
        let signing = try documentSigner(under: nil)
        try checkSignature(of: document, title, by: signing)
    }

    func checkTime(
        of title: String, from issueDate: Int64, to nextUpdate: Int64
    ) throws(AttestationError) {
        guard issueDate <= timeSeconds else {
            throw .collateralNotYetValid(title, issueDate: issueDate)
        }
        guard timeSeconds <= nextUpdate else {
            throw .collateralExpired(title, nextUpdate: nextUpdate)
        }
    }

    func checkSignature(
        of document: SignedDocument, _ title: String, by path: CertificatePath
    ) throws(AttestationError) {
        guard document.isSigned(by: path.leaf) else { throw .wrongCollateralSignature(of: title) }
    }

    /// The chain of whoever signs Intel's documents: a leaf that the root issued itself, and that
    /// is meant for it. A platform's key, which is a leaf below the same root, must not do.
    ///
    /// - Parameter root: the root that must have issued it; `nil` for any of Intel's.
    /// - Throws: `missingCollateral`, `wrongSigner`, or what is wrong with the chain.
    func documentSigner(under root: TrustedRoot?) throws(AttestationError) -> CertificatePath {
        let name = AttestationVerifier.documentSignerName
        var failure = AttestationError.missingCollateral("the certificate \(name)")
        for leaf in collateral.certificates where leaf.subject.commonName == name {
            do throws(AttestationError) {
                let (path, signingRoot) = try roots.path(
                    from: leaf, through: collateral.certificates, .intel, atSeconds: timeSeconds)
                if path.certificates.count == 2, root == nil || root == signingRoot { return path }
                failure = .wrongSigner(
                    expected: "\(name) of the same root", actual: "\(path.root.subject)")
            } catch {
                failure = error
            }
        }
        throw failure
    }
}
