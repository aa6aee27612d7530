// The registry: what is let in, and what a verdict finds there. Only what a trusted root's chain
// signed, whose time is now, and what is fresher than what is there.

import Attestation
import Base
import Certificates
import Cryptography
import Ledger
import Verification
import Wire

extension Compute {
    /// Most pieces of a message.
    static let maximumPieceCount = 32
    /// Most names that are looked up for one message: of each piece with each vendor, and of what
    /// they lead to.
    static let maximumNameCount = 256

    /// The name of an issuer, and whose root its chain is to end in.
    struct VendorName: Equatable {
        var vendor: Vendor
        var name: DistinguishedName
    }

    /// A verifier of the block's time with what is in the registry under these names, and `own`.
    ///
    /// - Parameters:
    ///   - names: issuers whose lists and certificates count.
    ///   - own: certificates that came with the message.
    func verifier(
        _ parameters: ComputeParameters, names: [VendorName], own: [Certificate],
        _ context: inout Context
    ) throws(Failure) -> AttestationVerifier {
        guard let roots = TrustedRoots(parameters.roots) else {
            throw .compute(.invalidParameters, "a root is malformed")
        }
        var collateral = Collateral(certificates: own)
        for entry in try ComputeKeys.signers.entries(limit: Compute.maximumPieceCount, &context) {
            collateral.certificates.append(try stored(entry.value.value))
        }
        var open =
            names
            + collateral.certificates.dropFirst(own.count).map {
                VendorName(vendor: .intel, name: $0.issuer)
            }
        var seen: [VendorName] = []
        // Names that a certificate of the registry leads to; a chain is short.
        while let next = open.popLast(), seen.count < Compute.maximumNameCount {
            guard !seen.contains(next) else { continue }
            seen.append(next)
            let key = ComputeKeys.name(next.vendor, next.name)
            if let list = try ComputeKeys.lists.get(key, &context) {
                do { collateral.lists.append(try RevocationList(list.value)) } catch {
                    throw Compute.damaged
                }
            }
            if let bytes = try ComputeKeys.issuers.get(key, &context) {
                let certificate = try stored(bytes.value)
                if !collateral.certificates.contains(certificate) {
                    collateral.certificates.append(certificate)
                }
                open.append(VendorName(vendor: next.vendor, name: certificate.issuer))
            }
        }
        return AttestationVerifier(
            roots: roots, collateral: collateral, atSeconds: context.block.time.seconds)
    }

    private static var damaged: Failure {
        .storage(StorageFailure("stored collateral cannot be read"))
    }

    private func stored(_ bytes: Bytes) throws(Failure) -> Certificate {
        do { return try Certificate(bytes) } catch { throw Compute.damaged }
    }

    /// Adds to `verifier` the documents that a quote needs, as far as the registry has them.
    func addDocuments(
        for needs: CollateralNeeds, to verifier: inout AttestationVerifier,
        _ context: inout Context
    ) throws(Failure) {
        do {
            if let platform = needs.platform {
                let key = ComputeKeys.tcbInfo(
                    platform.id, fmspc: platform.fmspc, pceID: platform.pceID)
                if let stored = try ComputeKeys.tcbInfos.get(key, &context) {
                    verifier.collateral.tcbInfos.append(try TCBInfo(stored.document))
                }
            }
            if let id = needs.identity,
                let stored = try ComputeKeys.identities.get(ComputeKeys.identity(id), &context)
            {
                verifier.collateral.identities.append(try EnclaveIdentity(stored.document))
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Compute.damaged
        }
    }

    /// Stores a certificate of an issuer or a document signer whose chain is valid.
    ///
    /// - Returns: whether it is new; the same certificate again is not.
    func store(
        _ certificate: Certificate, _ verifier: AttestationVerifier, _ context: inout Context
    ) throws(Failure) -> Bool {
        guard certificate.isAuthority || certificate.isDocumentSigner else {
            throw .compute(.uselessCertificate, "\(certificate.subject)")
        }
        let vendor = try checked { () throws(AttestationError) in
            try verifier.check(certificate)
        }
        // Only Intel has signers of documents.
        guard vendor == .intel || !certificate.isDocumentSigner else {
            throw .compute(.uselessCertificate, "\(certificate.subject)")
        }
        let map = certificate.isDocumentSigner ? ComputeKeys.signers : ComputeKeys.issuers
        let key = ComputeKeys.name(
            vendor, certificate.isDocumentSigner ? certificate.issuer : certificate.subject)
        if let old = try map.get(key, &context) {
            if old.value == certificate.encoded { return false }
            let stored = try stored(old.value)
            guard certificate.notBefore > stored.notBefore else {
                throw .compute(.notFresher, "\(certificate.subject)")
            }
        }
        try map.set(key, StoredBytes(certificate.encoded), &context)
        return true
    }

    /// Stores TCB info that is signed and fresher.
    func store(
        _ info: TCBInfo, _ verifier: AttestationVerifier, _ context: inout Context
    ) throws(Failure) {
        try checked { () throws(AttestationError) in try verifier.check(info) }
        let key = ComputeKeys.tcbInfo(info.id, fmspc: info.fmspc, pceID: info.pceID)
        if let old = try ComputeKeys.tcbInfos.get(key, &context) {
            guard let stored = try? TCBInfo(old.document) else { throw Compute.damaged }
            guard info.issueDate > stored.issueDate,
                info.evaluationNumber >= stored.evaluationNumber
            else { throw .compute(.notFresher, "TCB info of \(info.fmspc.hex)") }
        }
        try ComputeKeys.tcbInfos.set(key, StoredDocument(info.document), &context)
    }

    /// Stores an identity that is signed and fresher.
    func store(
        _ identity: EnclaveIdentity, _ verifier: AttestationVerifier, _ context: inout Context
    ) throws(Failure) {
        try checked { () throws(AttestationError) in
            try verifier.check(identity)
        }
        let key = ComputeKeys.identity(identity.id)
        if let old = try ComputeKeys.identities.get(key, &context) {
            guard let stored = try? EnclaveIdentity(old.document) else { throw Compute.damaged }
            guard identity.issueDate > stored.issueDate,
                identity.evaluationNumber >= stored.evaluationNumber
            else { throw .compute(.notFresher, "the identity \(identity.id.prefix(20))") }
        }
        try ComputeKeys.identities.set(key, StoredDocument(identity.document), &context)
    }

    /// Stores a revocation list that is signed and fresher.
    func store(
        _ list: RevocationList, _ verifier: AttestationVerifier, _ context: inout Context
    ) throws(Failure) {
        let vendor = try checked { () throws(AttestationError) in
            try verifier.check(list)
        }
        let key = ComputeKeys.name(vendor, list.issuer)
        if let old = try ComputeKeys.lists.get(key, &context) {
            guard let stored = try? RevocationList(old.value) else { throw Compute.damaged }
            guard list.thisUpdate > stored.thisUpdate else {
                throw .compute(.notFresher, "the revocation list of \(list.issuer)")
            }
        }
        try ComputeKeys.lists.set(key, StoredBytes(list.encoded), &context)
    }

    /// Runs a check; its refusal keeps its number.
    private func checked<Result>(
        _ check: () throws(AttestationError) -> Result
    ) throws(Failure) -> Result {
        do throws(AttestationError) { return try check() } catch {
            throw .evidence(.attestation(error))
        }
    }
}
