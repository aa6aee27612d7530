// Judging a document of a Nitro enclave: it is signed by the leaf inside it, whose chain ends at
// AWS's root. Leaves live three hours, so there are no revocation lists, and the moment of
// judgement matters. In debug mode the first three registers are zero.

import Base
import Certificates
import Cryptography

struct NitroVerification {
    private let document: NitroDocument
    private let world: AttestationVerifier

    init(_ document: NitroDocument, _ world: AttestationVerifier) {
        self.document = document
        self.world = world
    }

    func verdict() throws(AttestationError) -> Verdict {
        let leaf: Certificate
        var pile: [Certificate] = []
        do throws(CertificateError) {
            leaf = try Certificate(document.certificate)
            for bytes in document.bundle { pile.append(try Certificate(bytes)) }
        } catch {
            throw .certificate(error)
        }
        guard case .ecdsa(let key) = leaf.key, key.curve == .p384,
            key.isValid(
                signature: document.signature, for: SHA384.hash(document.signedBytes))
        else { throw .wrongSignature(of: "the document") }
        let (path, root) = try world.roots.path(
            from: leaf, through: pile, .aws, atSeconds: world.timeSeconds)
        var verdict = document.unjudged
        verdict.signers = path.certificates.map { Signer($0) }
        verdict.product = root.product
        verdict.isDevelopment = root.isDevelopment
        verdict.validFrom = path.notBefore
        verdict.validUntil = path.notAfter
        return verdict
    }
}

extension NitroDocument {
    /// Whether the enclave runs in debug mode: its first three registers are zero or absent.
    public var isDebuggable: Bool {
        registers.filter { $0.number < 3 }.allSatisfy { isZero($0.value) }
    }

    /// A verdict of what the document says of itself; nothing in it is judged yet.
    var unjudged: Verdict {
        var measurements = registers.map { Measurement("pcr\($0.number)", $0.value) }
        if let publicKey { measurements.append(Measurement("public-key", publicKey)) }
        if let nonce { measurements.append(Measurement("nonce", nonce)) }
        measurements.append(Measurement("module-id", moduleID.utf8))
        return Verdict(
            technology: .nitro, quoteVersion: 1, measurements: measurements,
            versions: [ComponentVersion("timestamp", timestampMilliseconds)], tcbStatus: nil,
            advisories: [], reportData: userData ?? [], isDebuggable: isDebuggable, signers: [],
            product: "", isDevelopment: false, omissions: [],
            leftoverByteCount: leftoverByteCount, validFrom: .max, validUntil: .min)
    }
}
