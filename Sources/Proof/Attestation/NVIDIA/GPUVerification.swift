// Judging a report of a GPU: it is signed by the leaf of a chain that ends at NVIDIA's root, and
// the firmware it names is the one that the leaf was made for. The same root stands behind network
// cards and switches, which speak the same protocol: the certificate below it names the chip, and
// only those of GPUs count. NVIDIA answers questions about revocation online only, and publishes
// the golden values of measurements in signed files of their own: both are reported as not done.

import Base
import Certificates
import Cryptography

struct GPUVerification {
    private let report: GPUReport
    private let pile: [Certificate]
    private let world: AttestationVerifier

    init(_ report: GPUReport, _ certificates: [Certificate], _ world: AttestationVerifier) {
        self.report = report
        pile = certificates
        self.world = world
    }

    func verdict() throws(AttestationError) -> Verdict {
        // The leaf is the only certificate that may not issue others.
        guard let leaf = pile.first(where: { !$0.isAuthority }) else {
            throw .missingCertificates("the chain of the GPU")
        }
        guard case .ecdsa(let key) = leaf.key, key.curve == .p384,
            key.isValid(
                signature: report.signature,
                for: DigestAlgorithm.sha384.hash(report.signedBytes))
        else { throw .wrongSignature(of: "the report") }
        let (path, root) = try world.roots.path(
            from: leaf, through: pile + world.collateral.certificates, .nvidia,
            atSeconds: world.timeSeconds)
        let chip = try GPUVerification.chip(of: path)
        let unlisted = try world.collateral.checkRevocation(
            of: [path], atSeconds: world.timeSeconds)[0]
        if let reported = report.fact(GPUReport.firmwareIDKind) {
            let certified = try FirmwareID.digest(of: leaf)
            guard reported == certified else {
                throw .firmwareMismatch(certificate: certified, report: reported)
            }
        }
        var verdict = report.unjudged
        verdict.signers = path.certificates.map { Signer($0) }
        verdict.product = chip
        verdict.isDevelopment = root.isDevelopment
        if unlisted.isEmpty { verdict.omissions.removeAll { $0 == .revocation } }
        let lists = world.collateral.lists.filter { list in
            path.certificates.contains { $0.issuer == list.issuer }
        }
        verdict.validFrom = (lists.map(\.thisUpdate) + [path.notBefore]).max() ?? .max
        verdict.validUntil = (lists.map(\.nextUpdate) + [path.notAfter]).min() ?? .min
        return verdict
    }

    /// The chip that a chain is of, such as `GH100`. NVIDIA's names of GPUs start with G; network
    /// cards are `BF3` or `CX7`, switches `LS10`.
    ///
    /// - Throws: `wrongSigner` for a chain of another form or of another device.
    private static func chip(of path: CertificatePath) throws(AttestationError) -> String {
        let names = path.certificates.map(\.subject.commonName)
        let parts = names.suffix(2).first?.split(separator: " ") ?? []
        guard names.count == 5, parts.count == 3, parts[0] == "NVIDIA", parts[2] == "Identity",
            parts[1].utf8.first == UInt8(ascii: "G"),
            names.prefix(2).allSatisfy({ $0.hasPrefix(parts[1] + " ") })
        else {
            throw .wrongSigner(
                expected: "NVIDIA G… Identity",
                actual: names.map { "\($0.prefix(64))" }.joined(separator: " < "))
        }
        return String(parts[1])
    }
}

/// The hash of the firmware that a GPU's leaf was made for (TCG DICE): the last part of the
/// sequence 2.23.133.5.4.1 of Hopper, the list [6] of the sequence 2.23.133.5.4.1.1 of Blackwell.
enum FirmwareID {
    static let compositeDevice = OID(2, 23, 133, 5, 4, 1)
    static let tcbInfo = compositeDevice.appending(1)

    static func digest(of leaf: Certificate) throws(AttestationError) -> Bytes {
        do throws(CertificateError) {
            if let value = leaf.value(of: tcbInfo) { return try listed(value) }
            if let value = leaf.value(of: compositeDevice) { return try last(value) }
        } catch {
            throw .malformed("the firmware of a GPU's certificate: \(error)")
        }
        throw .malformed("a GPU's certificate names no firmware")
    }

    private static func elements(
        _ encoded: ArraySlice<UInt8>
    ) throws(CertificateError) -> [DERElement] {
        var outer = DERReader(encoded)
        var reader = DERReader(try outer.read(DERTag.sequence, "sequence").content)
        try outer.requireEnd("the sequence")
        var elements: [DERElement] = []
        while !reader.isAtEnd, elements.count < 16 { elements.append(try reader.read()) }
        try reader.requireEnd("a long sequence")
        return elements
    }

    private static func last(_ value: ArraySlice<UInt8>) throws(CertificateError) -> Bytes {
        guard let element = try elements(value).last else { throw .malformed("it is empty") }
        return try digest(element)
    }

    private static func listed(_ value: ArraySlice<UInt8>) throws(CertificateError) -> Bytes {
        guard let list = try elements(value).first(where: { $0.tag == DERTag.context(6) }) else {
            throw .malformed("no list")
        }
        var reader = DERReader(list.content)
        return try digest(try reader.read())
    }

    private static func digest(_ element: DERElement) throws(CertificateError) -> Bytes {
        let parts = try elements(element.encoded)
        guard parts.count == 2, parts[1].tag == DERTag.octetString else {
            throw .malformed("no digest")
        }
        return Bytes(parts[1].content)
    }
}

extension GPUReport {
    /// A verdict of what the report says of itself; nothing in it is judged yet.
    var unjudged: Verdict {
        var versions: [ComponentVersion] = []
        if let numbers = driverVersion.flatMap({ ComponentVersion.numbers($0) }) {
            versions.append(ComponentVersion("driver", numbers))
        }
        if let numbers = firmwareVersion.flatMap({ ComponentVersion.numbers($0, radix: 16) }) {
            versions.append(ComponentVersion("vbios", numbers))
        }
        return Verdict(
            technology: .nvidiaGPU, quoteVersion: 0x11,
            measurements: blocks.map { Measurement("measurement\($0.index)", $0.value) },
            versions: versions, tcbStatus: nil, advisories: [], reportData: challenge,
            isDebuggable: nil, signers: [], product: "", isDevelopment: false,
            omissions: [.revocation, .referenceMeasurements, .debugState], leftoverByteCount: 0,
            validFrom: .max, validUntil: .min)
    }
}
