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
    /// chain ends at a root of any vendor.
    ///
    /// - Throws: what is wrong with the list or with its issuer's chain.
    public func check(_ list: RevocationList) throws(AttestationError) {
        guard let issuer = collateral.certificates.first(where: { $0.subject == list.issuer })
        else { throw .missingCertificates("\(list.issuer)") }
        do throws(CertificateError) {
            _ = try CertificatePath(
                from: issuer, through: collateral.certificates, to: roots.all.compactMap(\.anchor),
                atSeconds: timeSeconds, mayBeRoot: true)
            guard list.isSigned(by: issuer) else {
                throw .wrongRevocationList(of: "\(list.issuer)")
            }
            try list.checkTime(atSeconds: timeSeconds)
        } catch {
            throw AttestationError(error)
        }
    }

    /// Accepts a certificate whose chain, with those at hand, ends at a root of any vendor. A root
    /// itself is accepted.
    ///
    /// - Throws: what is wrong with the chain.
    public func check(_ certificate: Certificate) throws(AttestationError) {
        do throws(CertificateError) {
            _ = try CertificatePath(
                from: certificate, through: collateral.certificates,
                to: roots.all.compactMap(\.anchor), atSeconds: timeSeconds, mayBeRoot: true)
        } catch {
            throw AttestationError(error)
        }
    }

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
