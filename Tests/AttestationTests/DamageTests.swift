// Every byte of a quote of each kind and of its certificates matters; every cut is noticed; and no
// damage traps.

import Attestation
import Base
import Certificates
import DevelopmentAuthority
import TestSupport
import Testing

@Suite struct DamageTests {
    /// One bit of each byte, all bits of each byte, and the bit that changes the case of a letter.
    @Test(arguments: 0..<6, [nil, 0xFF, 0x20] as [UInt8?])
    func everyFlippedByteIsRefused(kind: Int, flips: UInt8?) throws {
        let (name, quote) = try Stand.quotes()[kind]
        let verifier = try Stand.verifier()
        var accepted: [Int] = []
        for place in quote.bytes.indices {
            var bytes = quote.bytes
            bytes[place] ^= flips ?? 1 << UInt8(place % 8)
            let code = try Stand.code(
                Quote(bytes, certificates: quote.certificates), verifier)
            if code == nil { accepted.append(place) }
        }
        #expect(accepted == [], "\(name)")
        for (index, certificate) in quote.certificates.enumerated() {
            for place in certificate.encoded.indices {
                var bytes = certificate.encoded
                bytes[place] ^= flips ?? 1 << UInt8(place % 8)
                guard let damaged = try? Certificate(bytes) else { continue }
                var chain = quote.certificates
                chain[index] = damaged
                let code = try Stand.code(Quote(quote.bytes, certificates: chain), verifier)
                #expect(code != nil, "\(name), certificate \(index), byte \(place)")
            }
        }
    }

    /// The same with real quotes. What is outside everything signed, and the only bytes of which a
    /// flip changes nothing: those after a quote of TDX, and the zero that ends its chain as text,
    /// which may be a space.
    @Test(.enabled(if: Samples.arePresent), arguments: [nil, 0xFF, 0x20] as [UInt8?])
    func everyFlippedByteOfRealQuotesIsRefused(flips: UInt8?) throws {
        func intel(_ name: String) throws -> (Quote, AttestationVerifier) {
            (
                try Quote(try Samples.bytes(name + ".bin")),
                AttestationVerifier(
                    collateral: try Samples.collateral(name + ".collateral.json"),
                    atSeconds: try Samples.time("2025-06-25T00:00:00Z"))
            )
        }
        func other(
            _ bytes: Bytes, _ certificates: [Certificate], _ time: String
        ) throws -> (Quote, AttestationVerifier) {
            (
                try Quote(bytes, certificates: certificates),
                AttestationVerifier(
                    collateral: Collateral(), atSeconds: try Samples.time(time))
            )
        }
        let cases: [(name: String, given: (Quote, AttestationVerifier))] = [
            ("sgx", try intel("sgx/phala_sgx_quote_v3")), ("tdx", try intel("tdx/phala_tdx_quote")),
            (
                "sev-snp",
                try other(
                    try Samples.bytes("sevsnp/google_milan_report.bin"),
                    [try Certificate(try Samples.bytes("sevsnp/google_milan_vcek.der"))]
                        + (try Samples.certificates("roots/amd_ask_ark_milan.pem")),
                    "2023-01-01T00:00:00Z")
            ),
            (
                "nitro",
                try other(
                    try Samples.bytes("nitro/evervault_valid_doc.cbor"), [], "2022-10-13T09:30:00Z")
            ),
            (
                "nvidia-gpu",
                try other(
                    try Samples.hexFile("nvidia/hopperAttestationReport.txt"),
                    try Samples.certificates("nvidia/hopperCertChain.txt"), "2025-06-25T00:00:00Z")
            ),
        ]
        for (name, (quote, verifier)) in cases {
            let good = try verifier.verdict(on: quote)
            let end = quote.bytes.count - good.leftoverByteCount
            for place in 0..<end {
                var bytes = quote.bytes
                bytes[place] ^= flips ?? 1 << UInt8(place % 8)
                let damaged = try? Quote(bytes, certificates: quote.certificates)
                guard let verdict = damaged.flatMap({ try? verifier.verdict(on: $0) }) else {
                    continue
                }
                let isEndOfText = bytes[place] == 0x20 && quote.bytes[place] == 0
                #expect(isEndOfText && place >= end - 2, "\(name), byte \(place)")
                #expect(verdict == good, "\(name), byte \(place)")
            }
        }
    }

    /// Bytes after a quote are outside everything that is signed, and the only ones.
    @Test func flippedBytesAfterAQuoteAreNotBelieved() throws {
        var recipe = DCAPRecipe(sgx: EnclaveRecipe())
        recipe.leftover = [7, 7, 7]
        let bytes = Stand.roots.intel.quote(recipe)
        let verifier = try Stand.verifier()
        let verdict = try verifier.verdict(on: try Quote(bytes))
        for place in bytes.count - 3..<bytes.count {
            var damaged = bytes
            damaged[place] ^= 0x55
            #expect(try verifier.verdict(on: try Quote(damaged)) == verdict)
        }
    }

    @Test(arguments: 0..<6)
    func everyCutIsRefused(kind: Int) throws {
        let (name, quote) = try Stand.quotes()[kind]
        let verifier = try Stand.verifier()
        for count in quote.bytes.indices {
            let code = try Stand.code(
                Quote(Bytes(quote.bytes.prefix(count)), certificates: quote.certificates), verifier)
            #expect(code != nil, "\(name), \(count) bytes")
        }
    }

    @Test func cutAndDamagedCollateralIsRefused() throws {
        let collateral = try Stand.roots.intel.collateral()
        let document = collateral.tcbInfos[1].document
        for count in document.body.indices {
            let cut = SignedDocument(
                body: Bytes(document.body.prefix(count)), signature: document.signature)
            #expect(throws: AttestationError.self) { try TCBInfo(cut) }
        }
        let list = collateral.lists[1].encoded
        for count in list.indices {
            #expect(throws: CertificateError.self) { try RevocationList(Bytes(list.prefix(count))) }
        }
        var mutator = Mutator(seed: 11)
        let identity = collateral.identities[0].document
        for _ in 0..<2000 {
            for body in [document.body, identity.body] {
                let damaged = SignedDocument(
                    body: mutator.mutate(body), signature: document.signature)
                _ = try? TCBInfo(damaged)
                _ = try? EnclaveIdentity(damaged)
            }
        }
    }

    @Test(arguments: 0..<6)
    func seededDamageNeverTraps(kind: Int) throws {
        let quotes = try Stand.quotes()
        let verifier = try Stand.verifier()
        var mutator = Mutator(seed: UInt64(kind))
        for _ in 0..<300 {
            let bytes = mutator.mutate(
                quotes[kind].quote.bytes, corpus: quotes.map(\.quote.bytes))
            guard let quote = try? Quote(bytes, certificates: quotes[kind].quote.certificates)
            else { continue }
            let before = try? verifier.verdict(on: quotes[kind].quote)
            let after = try? verifier.verdict(on: quote)
            // Damage behind the quote is all that a verdict survives.
            if let after { #expect(after.measurements == before?.measurements) }
        }
    }
}
