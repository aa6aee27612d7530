// Judging a report of SEV-SNP: it is signed by the chip's key (VCEK) or by one that AMD gave a
// cloud provider (VLEK), for exactly the firmware versions that the report names; the key's chain
// is leaf, ASK or ASVK, ARK, and the ARK tells the product line. AMD publishes no statuses: which
// versions are good enough is a policy's question.

import Base
import Certificates
import Cryptography

struct SNPVerification {
    private let report: SNPReport
    private let pile: [Certificate]
    private let world: AttestationVerifier

    init(_ report: SNPReport, _ certificates: [Certificate], _ world: AttestationVerifier) {
        self.report = report
        pile = certificates
        self.world = world
    }

    func verdict() throws(AttestationError) -> Verdict {
        guard let kind = report.signingKey else { throw .unsupported("a report of no known key") }
        guard report.vmpl <= 3 else {
            throw .unsupported("a report that the host asked for, not the guest")
        }
        let name = kind == .vcek ? "SEV-VCEK" : "SEV-VLEK"
        guard let leaf = pile.first(where: { $0.subject.commonName == name }) else {
            throw .missingCertificates("\(name) of the report")
        }
        guard case .ecdsa(let key) = leaf.key, key.curve == .p384,
            key.isValid(
                signature: report.signature,
                for: DigestAlgorithm.sha384.hash(report.signedBytes))
        else { throw .wrongSignature(of: "the report") }
        let (path, root) = try world.roots.path(
            from: leaf, through: pile + world.collateral.certificates, .amd,
            atSeconds: world.timeSeconds)
        try checkPath(path, kind, root)
        // AMD lists what the ARK issued; a list by the ASK, should there be one, counts too.
        let unlisted = try world.collateral.checkRevocation(
            of: [path], atSeconds: world.timeSeconds)[0]
        let versions = try checkPlatform(leaf, kind, root)
        return verdict(path, root, versions, isListed: !unlisted.contains(1))
    }

    /// A chain is leaf, the product's ASK (or ASVK), the product's ARK.
    private func checkPath(
        _ path: CertificatePath, _ kind: SNPReport.SigningKey, _ root: TrustedRoot
    ) throws(AttestationError) {
        let names = path.certificates.map(\.subject.commonName)
        let issuer = (kind == .vcek ? "SEV-" : "SEV-VLEK-") + root.product
        guard names.count == 3, names[1] == issuer else {
            throw .wrongSigner(
                expected: issuer, actual: names.map { "\($0.prefix(64))" }.joined(separator: " < "))
        }
    }

    /// The certificate is for the product, the versions and the chip of the report.
    private func checkPlatform(
        _ leaf: Certificate, _ kind: SNPReport.SigningKey, _ root: TrustedRoot
    ) throws(AttestationError) -> SNPFirmwareVersions {
        let isTurin = root.product == "Turin"
        if let family = report.processor?.first, family != (isTurin ? 0x1A : 0x19) {
            throw .wrongPlatform(expected: "processor family \(family)", actual: root.product)
        }
        let reported = SNPFirmwareVersions(report.reportedTCB, isTurin: isTurin)
        let certified = try SNPFirmwareVersions(leaf, isTurin: isTurin)
        guard reported == certified else {
            throw .firmwareVersionMismatch(
                "\(certified.components.map(\.text)) and \(reported.components.map(\.text))")
        }
        if kind == .vcek, !report.isChipMasked {
            guard let value = leaf.value(of: SNPFirmwareVersions.base.appending(4)) else {
                throw .malformed("the certificate names no chip")
            }
            let chip = Bytes(value)
            let count = isTurin ? 8 : 64
            guard chip.count == count,
                report.chipID == chip + Bytes(repeating: 0, count: 64 - count)
            else { throw .chipMismatch(certificate: chip, report: report.chipID) }
        }
        return reported
    }

    private func verdict(
        _ path: CertificatePath, _ root: TrustedRoot, _ versions: SNPFirmwareVersions,
        isListed: Bool
    ) -> Verdict {
        let issuers = path.certificates.map(\.issuer)
        let lists = world.collateral.lists.filter { issuers.contains($0.issuer) }
        var verdict = report.unjudged
        verdict.versions += versions.components
        verdict.signers = path.certificates.map { Signer($0) }
        verdict.product = root.product
        verdict.isDevelopment = root.isDevelopment
        verdict.omissions = isListed ? [] : [.revocation]
        verdict.validFrom = (lists.map(\.thisUpdate) + [path.notBefore]).max() ?? .max
        verdict.validUntil = (lists.map(\.nextUpdate) + [path.notAfter]).min() ?? .min
        return verdict
    }
}

extension SNPReport {
    /// A verdict of what the report says of itself; nothing in it is judged yet.
    var unjudged: Verdict {
        var policyBytes = Bytes()
        policyBytes.appendBigEndian(policy)
        var infoBytes = Bytes()
        infoBytes.appendBigEndian(platformInfo)
        return Verdict(
            technology: .sevSNP, quoteVersion: version,
            measurements: [
                Measurement("measurement", measurement), Measurement("host-data", hostData),
                Measurement("id-key-digest", idKeyDigest),
                Measurement("author-key-digest", authorKeyDigest),
                Measurement("family-id", familyID), Measurement("image-id", imageID),
                Measurement("policy", policyBytes), Measurement("platform-info", infoBytes),
                Measurement("vmpl", [UInt8(truncatingIfNeeded: vmpl)]),
                Measurement("report-id", reportID), Measurement("chip-id", chipID),
            ],
            versions: [ComponentVersion("guest-svn", guestSVN)], tcbStatus: nil, advisories: [],
            reportData: reportData, isDebuggable: isDebuggable, signers: [], product: "",
            isDevelopment: false, omissions: [], leftoverByteCount: 0, validFrom: .max,
            validUntil: .min)
    }
}
