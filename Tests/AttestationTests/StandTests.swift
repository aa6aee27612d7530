// Quotes of every kind by stand-ins are good, whatever their version, product and order of
// certificates; and each kind of fault is refused with its own code.

import Attestation
import Base
import Certificates
import DevelopmentAuthority
import Testing

@Suite struct StandTests {
    @Test func goodQuotesOfEveryKindAreAccepted() throws {
        let verifier = try Stand.verifier()
        for (name, quote) in try Stand.quotes() {
            let verdict = try verifier.verdict(on: quote)
            #expect(verdict.isDevelopment, "\(name)")
            #expect(verdict.isDebuggable != true, "\(name)")
            #expect(verdict.signers.last?.name.contains("UNSAFE") == true, "\(name)")
            #expect(verdict.validFrom <= Stand.now && Stand.now <= verdict.validUntil, "\(name)")
            try developmentPolicy.check(verdict, owner: .chain)
            let refusal = #expect(throws: PolicyRefusal.self, "\(name)") {
                try AttestationPolicy.strict.check(verdict, owner: .chain)
            }
            #expect(refusal?.code == 43, "\(name)")
        }
    }

    @Test func theSameSeedGivesTheSameQuotes() throws {
        let again = DevelopmentRoots(
            seed: Stand.roots.seed, validity: Stand.validity, products: ["Milan"])
        let recipe = DCAPRecipe(sgx: EnclaveRecipe())
        #expect(again.intel.quote(recipe) == Stand.roots.intel.quote(recipe))
        let milan = try #require(again.amd("Milan"))
        #expect(milan.root.certificate == (try Stand.milan).root.certificate)
    }

    @Test(arguments: [4, 5] as [UInt16])
    func enclavesAreQuotedInEveryVersion(version: UInt16) throws {
        let quote = try Quote(
            Stand.roots.intel.quote(DCAPRecipe(sgx: EnclaveRecipe(), version: version)))
        let verdict = try Stand.verifier().verdict(on: quote)
        #expect(verdict.technology == .sgx && verdict.quoteVersion == UInt32(version))
        #expect(verdict.measurement("mrenclave") == Bytes(repeating: 0xE1, count: 32))
        #expect(verdict.version("isvsvn") == "7")
    }

    struct SNPCase: Sendable {
        var product: String
        var version: UInt32
        var isVLEK: Bool
        var isChipMasked = false
    }

    @Test(arguments: [
        SNPCase(product: "Milan", version: 2, isVLEK: false),
        SNPCase(product: "Milan", version: 3, isVLEK: true),
        SNPCase(product: "Genoa", version: 4, isVLEK: false, isChipMasked: true),
        SNPCase(product: "Genoa", version: 5, isVLEK: true),
        SNPCase(product: "Turin", version: 3, isVLEK: false),
        SNPCase(product: "Turin", version: 5, isVLEK: true),
    ])
    func snpReportsOfEveryProductAreAccepted(_ row: SNPCase) throws {
        let authority = try #require(Stand.roots.amd(row.product))
        var recipe = SNPRecipe()
        recipe.version = row.version
        recipe.isVLEK = row.isVLEK
        recipe.isChipMasked = row.isChipMasked
        let quote = try Quote(
            authority.report(recipe), certificates: authority.chain(recipe))
        let verdict = try Stand.verifier().verdict(on: quote)
        #expect(verdict.product == row.product)
        #expect(verdict.version("microcode") == "210")
        #expect(verdict.version("snp") == "22")
        #expect(verdict.version("fmc") == (row.product == "Turin" ? "2" : nil))
        #expect(verdict.tcbStatus == nil)
    }

    @Test func theOrderOfCertificatesDoesNotMatter() throws {
        let intel = Stand.roots.intel
        let leaf = intel.platformCertificate().certificate
        let chain = [leaf, intel.platformCA.certificate, intel.root.certificate]
        let verifier = try Stand.verifier()
        for order in permutations(chain) {
            var recipe = DCAPRecipe(tdx: TrustDomainRecipe())
            recipe.chain = order
            let verdict = try verifier.verdict(on: try Quote(intel.quote(recipe)))
            #expect(verdict.signers.map(\.name)[0] == "Intel SGX PCK Certificate")
        }
        let milan = try Stand.milan
        for order in permutations(milan.chain(SNPRecipe())) {
            let quote = try Quote(milan.report(SNPRecipe()), certificates: order)
            #expect(try verifier.verdict(on: quote).signers.map(\.name)[0] == "SEV-VCEK")
        }
        let nvidia = Stand.roots.nvidia
        let reversed = Array(nvidia.chain(GPURecipe()).reversed())
        let quote = try Quote(nvidia.report(GPURecipe()), certificates: reversed)
        #expect(try verifier.verdict(on: quote).signers.count == 5)
    }

    private func permutations(_ list: [Certificate]) -> [[Certificate]] {
        guard list.count > 1 else { return [list] }
        return list.indices.flatMap { index in
            var rest = list
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }

    @Test func blackwellNamesItsFirmwareInAList() throws {
        var recipe = GPURecipe()
        recipe.isBlackwell = true
        let nvidia = Stand.roots.nvidia
        let quote = try Quote(nvidia.report(recipe), certificates: nvidia.chain(recipe))
        let verdict = try Stand.verifier().verdict(on: quote)
        #expect(verdict.version("vbios") == "150.0.159.0.1")
        #expect(verdict.measurements.count == 64)
    }

    @Test func taggedDocumentsAndUserDataAreRead() throws {
        var recipe = NitroRecipe()
        recipe.isTagged = true
        recipe.userData = Bytes(repeating: 0xDA, count: 64)
        let verdict = try Stand.verifier().verdict(
            on: try Quote(Stand.roots.nitro.document(recipe)))
        #expect(verdict.reportData == recipe.userData)
    }

    /// All joins of two statuses agree with Intel's table of convergence.
    @Test func statusesJoinAsIntelConverges() {
        let rows: [(String, String, String)] = [
            ("UpToDate", "UpToDate", "UpToDate"),
            ("UpToDate", "OutOfDate", "OutOfDate"),
            ("SWHardeningNeeded", "OutOfDate", "OutOfDate"),
            ("ConfigurationNeeded", "OutOfDate", "OutOfDateConfigurationNeeded"),
            ("ConfigurationAndSWHardeningNeeded", "OutOfDate", "OutOfDateConfigurationNeeded"),
            ("OutOfDateConfigurationNeeded", "OutOfDate", "OutOfDateConfigurationNeeded"),
            ("ConfigurationNeeded", "SWHardeningNeeded", "ConfigurationAndSWHardeningNeeded"),
        ]
        for (left, right, both) in rows {
            let joined = TCBStatus(name: left).flatMap { left in
                TCBStatus(name: right).map { left.joined(with: $0) }
            }
            #expect(joined?.description == both)
        }
        for (_, status) in TCBStatus.all {
            #expect(status.joined(with: .revoked) == .revoked)
            #expect(status.joined(with: .upToDate) == status)
            for (_, other) in TCBStatus.all {
                #expect(status.joined(with: other) == other.joined(with: status))
            }
        }
    }
}
