// Quotes of every kind: no bytes trap the readers or the verifier, and none but the quotes that
// were signed say anything about what runs inside.

import Attestation
import Base
import Certificates
import DevelopmentAuthority
import FuzzSupport

/// A development authority, its quotes and what judges them.
private struct World {
    let verifier: AttestationVerifier
    let quotes: [Quote]
    let believed: [Verdict]

    init() throws {
        let roots = DevelopmentRoots(
            seed: [0xF2], validity: 1_700_000_000...1_900_000_000, products: ["Milan"])
        guard let trusted = TrustedRoots(roots.trusted), let milan = roots.amd("Milan") else {
            throw AttestationError.unknownTechnology
        }
        verifier = AttestationVerifier(
            roots: trusted, collateral: try roots.intel.collateral(), atSeconds: 1_800_000_000)
        var machine = TrustDomainRecipe()
        machine.isVersion15 = true
        quotes = [
            try Quote(roots.intel.quote(DCAPRecipe(sgx: EnclaveRecipe()))),
            try Quote(roots.intel.quote(DCAPRecipe(tdx: machine, version: 5))),
            try Quote(roots.intel.quote(DCAPRecipe(tdx: TrustDomainRecipe()))),
            try Quote(
                milan.report(SNPRecipe()), certificates: milan.chain(SNPRecipe())),
            try Quote(roots.nitro.document(NitroRecipe())),
            try Quote(
                roots.nvidia.report(GPURecipe()), certificates: roots.nvidia.chain(GPURecipe())),
        ]
        believed = try quotes.map { [verifier] in try verifier.verdict(on: $0) }
    }
}

private let world = try? World()

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    guard let world else { preconditionFailure("the authority can be made") }
    FuzzInput.writeSeeds(world.quotes.map(\.bytes))
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    guard let world, let technology = Technology(ofQuote: bytes) else { return 0 }
    let certificates = world.quotes.first { $0.technology == technology }?.certificates ?? []
    guard let quote = try? Quote(bytes, certificates: certificates) else { return 0 }
    _ = try? quote.inspection()
    if let verdict = try? world.verifier.verdict(on: quote) {
        // The way in which a chain is written is not signed; what it vouches for is.
        precondition(
            world.believed.contains {
                $0.measurements == verdict.measurements && $0.reportData == verdict.reportData
                    && $0.technology == verdict.technology
            }, "only what was signed is believed")
    }
    return 0
}
