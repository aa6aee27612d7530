// Judging a quote of SGX or TDX (Intel DCAP): the quote is signed by a key that a quoting enclave
// vouches for, whose report is signed by the platform's PCK, whose chain ends at Intel's root; and
// TCB info and the identity of the quoting enclave, signed by another leaf of that root, say how
// good the platform's versions are. Everything must be valid at the same moment.

import Base
import Certificates
import Cryptography

struct DCAPVerification {
    private let quote: DCAPQuote
    private let pile: [Certificate]
    private let world: AttestationVerifier

    init(_ quote: DCAPQuote, _ certificates: [Certificate], _ world: AttestationVerifier) {
        self.quote = quote
        pile = certificates
        self.world = world
    }

    func verdict() throws(AttestationError) -> Verdict {
        let certificates = try platformCertificates()
        guard
            let leaf = certificates.first(where: {
                $0.value(of: PlatformCertificate.identifier) != nil
            })
        else { throw .missingCertificates("no certificate describes the platform") }
        let platform = try PlatformCertificate(leaf)
        try checkSignatures(leaf)
        // A chain in the quote is judged as it is; only a leaf alone takes its issuers from
        // elsewhere.
        let issuers = certificates.count > 1 ? [] : world.collateral.certificates
        let (path, root) = try world.roots.path(
            from: leaf, through: certificates + issuers, .intel, atSeconds: world.timeSeconds)
        try checkPlatformPath(path)
        let info = try tcbInfo(for: platform)
        let identity = try quotingIdentity()
        let signing = try world.documentSigner(under: root)
        try world.checkSignature(of: info.document, info.title, by: signing)
        try world.checkSignature(of: identity.document, identity.title, by: signing)
        try checkRevocation(of: [path, signing])
        return try judge(platform, info, identity, path, signing, root)
    }

    /// The certificates that came with the quote, inside or beside it.
    private func platformCertificates() throws(AttestationError) -> [Certificate] {
        guard quote.certificationKind == 5 else { return pile + world.collateral.certificates }
        do throws(CertificateError) {
            return try PEM.certificates(in: quote.certificationData[...])
        } catch {
            throw .certificate(error)
        }
    }

    /// Steps 1 to 3: the quote, the key, the quoting enclave.
    func checkSignatures(_ leaf: Certificate) throws(AttestationError) {
        let key = ECDSA.PublicKey(unchecked: .p256, point: [4] + quote.attestationKey)
        guard
            key.isValid(
                signature: quote.signature, for: SHA256.hash(quote.signedBytes).bytes)
        else { throw .wrongSignature(of: "the quote") }
        let binding = SHA256.hash(
            concatenating: [quote.attestationKey, quote.authenticationData])
        guard
            quote.quotingEnclave.reportData == binding.bytes + Bytes(repeating: 0, count: 32)
        else { throw .wrongKeyBinding }
        guard case .ecdsa(let platformKey) = leaf.key, platformKey.curve == .p256,
            platformKey.isValid(
                signature: quote.quotingEnclaveSignature,
                for: SHA256.hash(quote.quotingEnclaveBytes).bytes)
        else { throw .wrongSignature(of: "the quoting enclave's report") }
    }

    /// A platform's chain is leaf, one of the two CAs of platforms, root.
    private func checkPlatformPath(_ path: CertificatePath) throws(AttestationError) {
        let names = path.certificates.map(\.subject.commonName)
        guard names.count == 3, names[0] == "Intel SGX PCK Certificate",
            names[1] == "Intel SGX PCK Processor CA" || names[1] == "Intel SGX PCK Platform CA"
        else {
            throw .wrongSigner(
                expected: "Intel SGX PCK Certificate",
                actual: names.map { "\($0.prefix(64))" }.joined(separator: " < "))
        }
    }

    private func tcbInfo(
        for platform: PlatformCertificate
    ) throws(AttestationError) -> TCBInfo {
        let id =
            switch quote.body {
            case .enclave: "SGX"
            case .trustDomain: "TDX"
            }
        let ofKind = world.collateral.tcbInfos.filter { $0.id == id }
        let matching = ofKind.filter {
            $0.fmspc == platform.fmspc && $0.pceID == platform.pceID
        }
        guard let info = matching.max(by: { $0.issueDate < $1.issueDate }) else {
            guard let other = ofKind.first else { throw .missingCollateral("\(id) TCB info") }
            throw .wrongPlatform(
                expected: platform.fmspc.hex + platform.pceID.hex,
                actual: other.fmspc.hex + other.pceID.hex)
        }
        try world.checkTime(of: info.title, from: info.issueDate, to: info.nextUpdate)
        return info
    }

    private func quotingIdentity() throws(AttestationError) -> EnclaveIdentity {
        let id =
            switch quote.body {
            case .enclave: "QE"
            case .trustDomain: "TD_QE"
            }
        let matching = world.collateral.identities.filter { $0.id == id }
        guard let identity = matching.max(by: { $0.issueDate < $1.issueDate }) else {
            throw .missingCollateral("the identity \(id)")
        }
        try world.checkTime(of: identity.title, from: identity.issueDate, to: identity.nextUpdate)
        return identity
    }

    private func checkRevocation(of paths: [CertificatePath]) throws(AttestationError) {
        let unlisted = try world.collateral.checkRevocation(
            of: paths, atSeconds: world.timeSeconds)
        for (path, places) in zip(paths, unlisted) where !places.isEmpty {
            throw .missingCollateral("revocation lists of the issuers of \(path.leaf.subject)")
        }
    }

    /// Steps 7 to 10: what the documents say of the platform, the module and the quoting enclave.
    private func judge(
        _ platform: PlatformCertificate, _ info: TCBInfo, _ identity: EnclaveIdentity,
        _ path: CertificatePath, _ signing: CertificatePath, _ root: TrustedRoot
    ) throws(AttestationError) -> Verdict {
        let enclaveLevel = try identity.level(of: quote.quotingEnclave)
        var status = enclaveLevel.status
        var advisories = enclaveLevel.advisories
        var teeTCBSVN: Bytes?
        if case .trustDomain(let report) = quote.body {
            teeTCBSVN = report.teeTCBSVN
            let module = try info.moduleLevel(of: report)
            status = status.joined(with: module.status)
            advisories += module.advisories
        }
        guard let level = info.level(of: platform, teeTCBSVN: teeTCBSVN) else {
            throw .noMatchingLevel("the platform")
        }
        let issuers = [path, signing].flatMap(\.certificates).map(\.issuer)
        let lists = world.collateral.lists.filter { issuers.contains($0.issuer) }
        var verdict = quote.unjudged
        verdict.tcbStatus = status.joined(with: level.status)
        verdict.advisories = sortedUnique(advisories + level.advisories)
        verdict.versions += [
            ComponentVersion("pcesvn", platform.pceSVN),
            ComponentVersion("qe-isvsvn", quote.quotingEnclave.securityVersion),
            ComponentVersion(
                "tcb-evaluation", min(info.evaluationNumber, identity.evaluationNumber)),
        ]
        verdict.signers = path.certificates.map { Signer($0) }
        verdict.isDevelopment = root.isDevelopment
        verdict.product = root.product
        let starts = [path.notBefore, signing.notBefore, info.issueDate, identity.issueDate]
        let ends = [path.notAfter, signing.notAfter, info.nextUpdate, identity.nextUpdate]
        verdict.validFrom = (starts + lists.map(\.thisUpdate)).max() ?? .max
        verdict.validUntil = (ends + lists.map(\.nextUpdate)).min() ?? .min
        return verdict
    }
}

/// The texts in ascending order of their bytes, each once.
func sortedUnique(_ texts: [String]) -> [String] {
    var result: [String] = []
    for text in texts.sorted() where result.last != text { result.append(text) }
    return result
}

extension DCAPQuote {
    /// A verdict of what the quote says of itself; nothing in it is judged yet.
    var unjudged: Verdict {
        var verdict = Verdict(
            technology: .sgx, quoteVersion: UInt32(version), measurements: [], versions: [],
            tcbStatus: nil, advisories: [], reportData: [], isDebuggable: nil, signers: [],
            product: "", isDevelopment: false, omissions: [],
            leftoverByteCount: leftoverByteCount, validFrom: .max, validUntil: .min)
        switch body {
        case .enclave(let report):
            verdict.measurements = report.measurements
            verdict.versions = [ComponentVersion("isvsvn", report.securityVersion)]
            verdict.reportData = report.reportData
            verdict.isDebuggable = report.isDebuggable
        case .trustDomain(let report):
            verdict.technology = .tdx
            verdict.measurements = report.measurements
            verdict.versions = [
                // Version and security version of the module, then the microcode's.
                ComponentVersion("tdx-module", report.teeTCBSVN[..<2].reversed().map(UInt64.init)),
                ComponentVersion("tdx-microcode", report.teeTCBSVN[2]),
            ]
            verdict.reportData = report.reportData
            verdict.isDebuggable = report.isDebuggable
        }
        return verdict
    }
}

extension EnclaveReport {
    /// Everything that identifies the enclave.
    var measurements: [Measurement] {
        [
            Measurement("mrenclave", mrEnclave), Measurement("mrsigner", mrSigner),
            Measurement(
                "isvprodid", [UInt8(productID >> 8), UInt8(truncatingIfNeeded: productID)]),
            Measurement("attributes", attributes), Measurement("miscselect", miscSelect),
            Measurement("cpusvn", cpuSVN),
        ]
    }
}

extension TrustDomainReport {
    /// Everything that identifies the virtual machine.
    var measurements: [Measurement] {
        var list = [Measurement("mrtd", mrTD)]
        for (index, value) in rtmrs.enumerated() { list.append(Measurement("rtmr\(index)", value)) }
        list += [
            Measurement("mrconfigid", mrConfigID), Measurement("mrowner", mrOwner),
            Measurement("mrownerconfig", mrOwnerConfig), Measurement("mrseam", mrSeam),
            Measurement("mrsignerseam", mrSignerSeam),
            Measurement("seamattributes", seamAttributes),
            Measurement("tdattributes", attributes), Measurement("xfam", xfam),
        ]
        if let mrServiceTD { list.append(Measurement("mrservicetd", mrServiceTD)) }
        return list
    }
}
