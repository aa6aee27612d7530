// Every byte of a quote of each kind and of its certificates matters; every cut is noticed; and no
// damage traps.

import Attestation
import Base
import Certificates
import DevelopmentAuthority
import TestSupport
import Testing

@Suite struct DamageTests {
    @Test(arguments: 0..<6)
    func everyFlippedByteIsRefused(kind: Int) throws {
        let (name, quote) = try Stand.quotes()[kind]
        let verifier = try Stand.verifier()
        var accepted: [Int] = []
        for place in quote.bytes.indices {
            var bytes = quote.bytes
            bytes[place] ^= 1 << UInt8(place % 8)
            let code = try Stand.code(
                Quote(bytes, certificates: quote.certificates), verifier)
            if code == nil { accepted.append(place) }
        }
        #expect(accepted == [], "\(name)")
        for (index, certificate) in quote.certificates.enumerated() {
            for place in certificate.encoded.indices {
                var bytes = certificate.encoded
                bytes[place] ^= 1 << UInt8(place % 8)
                guard let damaged = try? Certificate(bytes) else { continue }
                var chain = quote.certificates
                chain[index] = damaged
                let code = try Stand.code(Quote(quote.bytes, certificates: chain), verifier)
                #expect(code != nil, "\(name), certificate \(index), byte \(place)")
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
