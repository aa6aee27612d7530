// Stand-ins for the makers of hardware, made once: what real quotes are not at hand for.

import Attestation
import Base
import Certificates
import DevelopmentAuthority
import Testing

enum Stand {
    static let validity: ClosedRange<Int64> = 1_700_000_000...1_900_000_000
    static let now: Int64 = 1_800_000_000

    static let roots = DevelopmentRoots(seed: Bytes("stand".utf8), validity: validity)
    static let others = DevelopmentRoots(
        seed: Bytes("others".utf8), validity: validity, products: ["Milan"])

    static func verifier(
        _ collateral: Collateral? = nil, at time: Int64 = now,
        trusting roots: [TrustedRoot] = Stand.roots.trusted
    ) throws -> AttestationVerifier {
        AttestationVerifier(
            roots: try #require(TrustedRoots(roots)),
            collateral: try collateral ?? Stand.roots.intel.collateral(), atSeconds: time)
    }

    static var milan: AMDAuthority {
        get throws { try #require(roots.amd("Milan")) }
    }

    /// A good quote of each kind, with its name.
    static func quotes() throws -> [(name: String, quote: Quote)] {
        var machine15 = TrustDomainRecipe()
        machine15.isVersion15 = true
        let milan = try milan
        return [
            ("sgx 3", try Quote(roots.intel.quote(DCAPRecipe(sgx: EnclaveRecipe())))),
            ("tdx 4", try Quote(roots.intel.quote(DCAPRecipe(tdx: TrustDomainRecipe())))),
            ("tdx 5", try Quote(roots.intel.quote(DCAPRecipe(tdx: machine15, version: 5)))),
            (
                "sev-snp",
                try Quote(
                    milan.report(SNPRecipe()), certificates: milan.chain(SNPRecipe()))
            ),
            ("nitro", try Quote(roots.nitro.document(NitroRecipe()))),
            (
                "nvidia-gpu",
                try Quote(
                    roots.nvidia.report(GPURecipe()),
                    certificates: roots.nvidia.chain(GPURecipe()))
            ),
        ]
    }

    /// The code of the refusal of `quote`; `nil` when it is not refused.
    static func code(
        _ quote: @autoclosure () throws -> Quote, _ verifier: AttestationVerifier
    ) throws -> UInt32? {
        do {
            _ = try verifier.verdict(on: try quote())
            return nil
        } catch let error as AttestationError {
            return error.code
        }
    }
}

/// Accepts everything that a development root may vouch for.
let developmentPolicy: AttestationPolicy = {
    var policy = AttestationPolicy.strict
    policy.acceptsDevelopment = true
    policy.acceptedOmissions = Omission.allCases.map(\.rawValue)
    return policy
}()
