// Time to judge a quote of each kind, beside the signatures and hashes that its judgement cannot do
// without, timed bare in the same run. The quotes are a development authority's, with AMD's real
// sizes of keys; collateral is read once and kept, as a node keeps it.

import Attestation
import Base
import Certificates
import Cryptography
import DevelopmentAuthority
import Verification

/// One kind of quote: what to judge, the most it may take, and how many bare checks it needs.
private struct Row {
    var name: String
    var quote: Quote
    var barSeconds: Double
    /// Checks on P-256, on P-384, and of RSA with 4096 bits.
    var p256 = 0
    var p384 = 0
    var rsa = 0
}

/// A bare signature check of each kind.
private struct BareChecks {
    let p256: Double
    let p384: Double
    let rsa: Double

    init() throws {
        let message = Bytes(repeating: 7, count: 1000)
        func time(_ curve: NISTCurve, _ hash: DigestAlgorithm) -> Double {
            guard case .ecdsa(let key) = SigningKey(curve, seed: [1], "bench") else { return 0 }
            let digest = hash.hash(message)
            let signature = key.signature(for: digest, hash: hash)
            let publicKey = key.publicKey
            return leastSeconds {
                precondition(publicKey.isValid(signature: signature, for: digest), "it is valid")
            }
        }
        p256 = time(.p256, .sha256)
        p384 = time(.p384, .sha384)
        guard let key = RSA.PrivateKey(seed: [1], byteCount: 512) else {
            preconditionFailure("512 bytes are a size of RSA keys")
        }
        let digest = SHA384.hash(message)
        let signature = key.signaturePSS(forSHA384: digest)
        let publicKey = key.publicKey
        rsa = leastSeconds {
            precondition(
                publicKey.isValidPSS(signature: signature, forSHA384: digest), "it is valid")
        }
    }

    func sum(_ row: Row) -> Double {
        Double(row.p256) * p256 + Double(row.p384) * p384 + Double(row.rsa) * rsa
    }
}

func benchmarkAttestation(_ root: String) throws {
    let now: Int64 = 1_800_000_000
    let roots = DevelopmentRoots(
        seed: Bytes("bench".utf8), validity: 1_700_000_000...1_900_000_000, products: ["Milan"],
        rsaByteCount: 512)
    guard let milan = roots.amd("Milan"), let trusted = TrustedRoots(roots.trusted) else {
        preconditionFailure("the authority has Milan, and its roots are well formed")
    }
    var collateral = try roots.intel.collateral()
    collateral.lists.append(
        try RevocationList(milan.root.revocationList([[9]], validity: roots.validity)))
    let verifier = AttestationVerifier(roots: trusted, collateral: collateral, atSeconds: now)
    let rows = [
        // Quote, quoting enclave, platform, its CA; the signer, two documents, two lists.
        Row(
            name: "SGX, version 3",
            quote: try Quote(roots.intel.quote(DCAPRecipe(sgx: EnclaveRecipe()))),
            barSeconds: 0.003, p256: 10),
        Row(
            name: "TDX, version 4",
            quote: try Quote(roots.intel.quote(DCAPRecipe(tdx: TrustDomainRecipe()))),
            barSeconds: 0.003, p256: 10),
        // Report; VCEK, ASK, the list.
        Row(
            name: "SEV-SNP",
            quote: try Quote(
                milan.report(SNPRecipe()), certificates: milan.chain(SNPRecipe())),
            barSeconds: 0.004, p384: 1, rsa: 3),
        // Document; leaf, instance, zone, region.
        Row(
            name: "Nitro", quote: try Quote(roots.nitro.document(NitroRecipe())),
            barSeconds: 0.004, p384: 5),
        // Report; leaf and three issuers.
        Row(
            name: "NVIDIA GPU",
            quote: try Quote(
                roots.nvidia.report(GPURecipe()), certificates: roots.nvidia.chain(GPURecipe())),
            barSeconds: 0.005, p384: 5),
    ]
    var table = [["quote", "ms", "bar", "", "bare ms", "ratio", "bar", ""]]
    var bare = try BareChecks()
    for row in rows {
        // In turns, so that a busy moment does not fall on one of them alone.
        let attested = AttestedQuote(row.quote)
        var (judged, checks) = (Double.infinity, Double.infinity)
        for _ in 0..<3 {
            judged = min(
                judged,
                try leastSeconds(rounds: 3) {
                    _ = try verifier.verdict(on: try attested.parsed())
                })
            bare = try BareChecks()
            checks = min(checks, bare.sum(row))
        }
        table.append([
            row.name, text(judged * 1e3), text(row.barSeconds * 1e3),
            judged <= row.barSeconds ? "met" : "MISSED", text(checks * 1e3),
            text(judged / checks), "1.5", judged <= 1.5 * checks ? "met" : "MISSED",
        ])
    }
    printTable("Attestation: a verdict, beside its bare signature checks", table)
    printTable(
        "One signature check",
        [
            ["kind", "ms"], ["ECDSA P-256", text(bare.p256 * 1e3)],
            ["ECDSA P-384", text(bare.p384 * 1e3)], ["RSA-4096 PSS", text(bare.rsa * 1e3)],
        ])
}
