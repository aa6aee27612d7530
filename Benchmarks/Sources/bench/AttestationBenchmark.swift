// Time to judge a quote of each kind, beside the signatures that its judgement cannot do without,
// timed bare in the same run. The quotes are a development authority's, with AMD's real sizes of
// keys and as many levels of platforms as Intel lists. Collateral is read once and kept; a second
// table reads it anew for each quote, as a chain does, and draws the prices from that.

import Attestation
import Base
import Certificates
import Cryptography
import DevelopmentAuthority
import Foundation
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
    /// The check of an account's signature, by which gas is priced.
    let account: Double

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
        guard let account = Secp256k1.PrivateKey(SHA256.hash(message).bytes) else {
            preconditionFailure("a hash is a private key")
        }
        let accountDigest = SHA256.hash(message)
        let accountSignature = account.signature(for: accountDigest)
        let accountKey = account.publicKey
        self.account = leastSeconds {
            precondition(
                accountKey.isValid(signature: accountSignature, for: accountDigest), "it is valid")
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

/// A development authority with as much collateral as the makers have.
private struct Stand {
    let roots = DevelopmentRoots(
        seed: Bytes("bench".utf8), validity: 1_700_000_000...1_900_000_000, products: ["Milan"],
        rsaByteCount: 512)
    let collateral: Collateral
    let verifier: AttestationVerifier
    let milan: AMDAuthority

    init() throws {
        guard let milan = roots.amd("Milan"), let trusted = TrustedRoots(roots.trusted) else {
            preconditionFailure("the authority has Milan, and its roots are well formed")
        }
        self.milan = milan
        var levels = IntelAuthority.Levels(validity: roots.validity)
        levels.levels = (0..<16).map {
            (UInt8(5), $0 == 0 ? "UpToDate" : "OutOfDate", ["SA-\($0)"])
        }
        var collateral = try roots.intel.collateral(
            levels, revoked: (0..<64).map { [0x20, UInt8($0)] })
        collateral.lists.append(
            try RevocationList(milan.root.revocationList([[9]], validity: roots.validity)))
        self.collateral = collateral
        verifier = AttestationVerifier(
            roots: trusted, collateral: collateral, atSeconds: 1_800_000_000)
    }

    /// The collateral, read from its bytes again.
    func read() throws -> Collateral {
        Collateral(
            tcbInfos: try collateral.tcbInfos.map { try TCBInfo($0.document) },
            identities: try collateral.identities.map { try EnclaveIdentity($0.document) },
            certificates: try collateral.certificates.map { try Certificate($0.encoded) },
            lists: try collateral.lists.map { try RevocationList($0.encoded) })
    }

    /// What a chain does with a quote: read it and the collateral, and judge.
    func judgeAnew(_ quote: AttestedQuote) throws {
        var verifier = verifier
        verifier.collateral = try read()
        _ = try verifier.verdict(on: try quote.parsed())
    }

    func rows() throws -> [Row] {
        [
            // Quote, quoting enclave, platform, its CA; the signer, two documents, two lists.
            Row(
                name: "SGX, version 3",
                quote: try Quote(roots.intel.quote(DCAPRecipe(sgx: EnclaveRecipe()))),
                barSeconds: 0.003, p256: 9),
            Row(
                name: "TDX, version 4",
                quote: try Quote(roots.intel.quote(DCAPRecipe(tdx: TrustDomainRecipe()))),
                barSeconds: 0.003, p256: 9),
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
                    roots.nvidia.report(GPURecipe()),
                    certificates: roots.nvidia.chain(GPURecipe())),
                barSeconds: 0.005, p384: 5),
        ]
    }
}

func benchmarkAttestation(_ root: String) throws {
    let stand = try Stand()
    var table = [["quote", "ms", "bar", "", "bare checks ms", "ratio", "bar", ""]]
    var prices = [["what a chain judges", "ms", "gas at the price of an account's signature"]]
    var bare = try BareChecks()
    func price(_ name: String, _ seconds: Double) {
        prices.append([name, text(seconds * 1e3), text(seconds / bare.account * 1000)])
    }
    for row in try stand.rows() {
        // In turns, so that a busy moment does not fall on one of them alone.
        let attested = AttestedQuote(row.quote)
        var (judged, checks) = (Double.infinity, Double.infinity)
        for _ in 0..<3 {
            judged = min(
                judged,
                try leastSeconds(rounds: 3) {
                    _ = try stand.verifier.verdict(on: try attested.parsed())
                })
            bare = try BareChecks()
            checks = min(checks, bare.sum(row))
        }
        table.append([
            row.name, text(judged * 1e3), text(row.barSeconds * 1e3),
            judged <= row.barSeconds ? "met" : "MISSED", text(checks * 1e3),
            text(judged / checks), "1.5", judged <= 1.5 * checks ? "met" : "MISSED",
        ])
        price(row.name, try leastSeconds(rounds: 3) { try stand.judgeAnew(attested) })
    }
    try priceCollateral(stand, price)
    let kinds = [
        ["kind", "ms"], ["ECDSA P-256", text(bare.p256 * 1e3)],
        ["ECDSA P-384", text(bare.p384 * 1e3)], ["RSA-4096 PSS", text(bare.rsa * 1e3)],
        ["account, secp256k1", text(bare.account * 1e3)],
    ]
    printTable("Attestation: a verdict, beside its bare signature checks", table)
    printTable("One signature check", kinds)
    printTable("On a chain, with collateral read anew", prices)
    try writeAttestationPage(table, kinds, prices, root)
}

/// Times what a registry does with each piece that is submitted.
private func priceCollateral(_ stand: Stand, _ price: (String, Double) -> Void) throws {
    var verifier = stand.verifier
    let nvidia = stand.roots.nvidia
    verifier.collateral.certificates += ([nvidia.root] + nvidia.issuers).map(\.certificate)
    let info = stand.collateral.tcbInfos[1].document
    price("TCB info", try leastSeconds(rounds: 3) { try verifier.check(try TCBInfo(info)) })
    let list = stand.collateral.lists[1].encoded
    price(
        "list of 64 platforms",
        try leastSeconds(rounds: 3) { try verifier.check(try RevocationList(list)) })
    let device = nvidia.issuers[2].certificate.encoded
    price(
        "issuer three below the root, P-384",
        try leastSeconds(rounds: 3) { try verifier.check(try Certificate(device)) })
    let deviceList = nvidia.issuers[2].revocationList(validity: stand.roots.validity)
    price(
        "list of that issuer",
        try leastSeconds(rounds: 3) { try verifier.check(try RevocationList(deviceList)) })
}

private func writeAttestationPage(
    _ table: [[String]], _ kinds: [[String]], _ prices: [[String]], _ root: String
) throws {
    let date = ISO8601DateFormatter().string(from: Date()).prefix(10)
    let page = """
        # Speed of attestations

        One thread, `make bench-attestation` on \(date). A verdict is everything from the bytes of
        a quote to what it says, with collateral that was read before. Beside it stands the sum of
        the signature checks that no verifier can leave out, timed bare in the same run.

        \(markdown(table))
        ## One signature check

        \(markdown(kinds))
        ## On a chain

        A chain reads the collateral from its state for each quote. Gas is priced by the check of
        an account's signature, which costs 1,000: the parameters of the module are these numbers,
        rounded up.

        \(markdown(prices))
        """
    try Data(page.utf8).write(
        to: URL(fileURLWithPath: "\(root)/Documentation/benchmarks/attestation.md"))
}
