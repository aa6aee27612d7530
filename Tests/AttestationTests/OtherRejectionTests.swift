// What makes a quote of AMD, AWS or NVIDIA prove nothing, each with its own code.

import Attestation
import Base
import Certificates
import DevelopmentAuthority
import Testing

@Suite struct AMDRejectionTests {
    private func quote(
        _ product: String = "Milan", _ change: (inout SNPRecipe) -> Void = { _ in }
    ) throws -> Quote {
        var recipe = SNPRecipe()
        change(&recipe)
        let authority = try #require(Stand.roots.amd(product))
        return try Quote(authority.report(recipe), certificates: authority.chain(recipe))
    }

    @Test func faultsAreRefused() throws {
        let verifier = try Stand.verifier()
        let cases: [(String, (inout SNPRecipe) -> Void, UInt32)] = [
            (
                "another version in the certificate",
                { $0.certifiedVersions = [2, 4, 1, 21, 210] }, 16
            ),
            ("another chip", { $0.certifiedChip = Bytes(repeating: 1, count: 64) }, 17),
            ("a short chip", { $0.certifiedChip = [1] }, 17),
            ("another processor", { $0.processor = [0x1A, 1, 1] }, 12),
            ("an unknown version", { $0.version = 6 }, 2),
            ("asked for by the host", { $0.vmpl = 0xFFFF_FFFF }, 2),
        ]
        for (name, change, code) in cases {
            #expect(try Stand.code(quote("Milan", change), verifier) == code, "\(name)")
        }
    }

    @Test func chainsOfOthersAreRefused() throws {
        let milan = try Stand.milan
        let report = milan.report(SNPRecipe())
        let verifier = try Stand.verifier()
        func code(_ certificates: [Certificate], _ verifier: AttestationVerifier) throws -> UInt32?
        {
            try Stand.code(Quote(report, certificates: certificates), verifier)
        }
        let chain = milan.chain(SNPRecipe())
        #expect(try code([], verifier) == 6)
        #expect(try code([chain[1], chain[2]], verifier) == 6)
        #expect(try code([chain[0], chain[1]], verifier) == 106)
        let others = try #require(Stand.others.amd("Milan"))
        #expect(try code(others.chain(SNPRecipe()), verifier) == 4)
        #expect(
            try code([chain[0], others.ask.certificate, others.root.certificate], verifier) != nil)
        #expect(try code(chain, Stand.verifier(trusting: Stand.others.trusted)) == 107)
        #expect(try code(chain, Stand.verifier(trusting: TrustedRoots.builtIn.all)) == 107)
        // Under Genoa's name the same root stands for another issuer.
        let misnamed = TrustedRoot(
            .amd, product: "Genoa", keyFingerprint: milan.root.certificate.keyFingerprint)
        #expect(try code(chain, Stand.verifier(trusting: [misnamed])) == 7)
        // The certificate of a cloud provider's key for a report of the chip's.
        var vlek = SNPRecipe()
        vlek.isVLEK = true
        #expect(try code(milan.chain(vlek), verifier) == 6)
        #expect(try Stand.code(quote(), Stand.verifier(at: Stand.validity.upperBound + 1)) == 109)
        #expect(try Stand.code(quote(), Stand.verifier(at: Stand.validity.lowerBound - 1)) == 108)
    }

    @Test func revokedKeysAreRefused() throws {
        let milan = try Stand.milan
        let recipe = SNPRecipe()
        let chain = [
            milan.leaf(recipe, serial: [0x77]), milan.ask.certificate, milan.root.certificate,
        ]
        let quote = try Quote(milan.report(recipe), certificates: chain)
        func verifier(_ lists: [Bytes]) throws -> AttestationVerifier {
            try Stand.verifier(Collateral(lists: try lists.map { try RevocationList($0) }))
        }
        let clean = milan.root.revocationList([[9]], validity: Stand.validity)
        let verdict = try verifier([clean]).verdict(on: quote)
        #expect(verdict.omissions == [])
        let ofIssuer = milan.root.revocationList([[2]], validity: Stand.validity)
        #expect(try Stand.code(quote, verifier([ofIssuer])) == 110)
        let ofChip = milan.ask.revocationList([[0x77]], validity: Stand.validity)
        #expect(try Stand.code(quote, verifier([clean, ofChip])) == 110)
        let old = milan.root.revocationList(validity: 1_700_000_000...1_700_000_001)
        #expect(try Stand.code(quote, verifier([old])) == 10)
        // A policy may refuse a key by its fingerprint, where serial numbers are all zero.
        var policy = developmentPolicy
        policy.refusedSigners = [chain[0].keyFingerprint.bytes]
        let refusal = #expect(throws: PolicyRefusal.self) {
            try policy.check(verdict, owner: .chain)
        }
        #expect(refusal?.code == 48)
    }

    @Test func versionsAreAPolicysQuestion() throws {
        let verdict = try Stand.verifier().verdict(on: try quote())
        var policy = developmentPolicy
        policy.minimumVersions = [VersionRule(.sevSNP, "microcode", "210")]
        try policy.check(verdict, owner: .model)
        policy.minimumVersions = [VersionRule(.sevSNP, "microcode", "211")]
        let refusal = #expect(throws: PolicyRefusal.self) {
            try policy.check(verdict, owner: .model)
        }
        #expect(refusal?.rule == .version("microcode", minimum: "211", actual: "210"))
        policy.minimumVersions = [VersionRule(.sgx, "isvsvn", "99")]
        try policy.check(verdict, owner: .model)
    }
}

@Suite struct NitroRejectionTests {
    private func quote(_ change: (inout NitroRecipe) -> Void = { _ in }) throws -> Quote {
        var recipe = NitroRecipe()
        change(&recipe)
        return try Quote(Stand.roots.nitro.document(recipe))
    }

    @Test func faultsAreRefused() throws {
        let verifier = try Stand.verifier()
        let nitro = Stand.roots.nitro
        let others = Stand.others.nitro
        let cases: [(String, (inout NitroRecipe) -> Void, UInt32)] = [
            ("no root", { $0.bundle = nitro.issuers.map(\.certificate) }, 106),
            (
                "others' bundle",
                { $0.bundle = [others.root.certificate] + others.issuers.map(\.certificate) }, 107
            ),
            (
                "another issuer",
                {
                    $0.bundle = [nitro.root, nitro.issuers[0], nitro.issuers[1], others.issuers[2]]
                        .map(\.certificate)
                }, 105
            ),
            ("a leaf of the past", { $0.leafValidity = 1_700_000_000...1_700_010_800 }, 109),
            ("a leaf of the future", { $0.leafValidity = 1_850_000_000...1_850_010_800 }, 108),
            ("two registers of one number", { $0.registers.append($0.registers[0]) }, 1),
        ]
        for (name, change, code) in cases {
            #expect(try Stand.code(quote(change), verifier) == code, "\(name)")
        }
        #expect(
            try Stand.code(quote(), Stand.verifier(trusting: TrustedRoots.builtIn.all)) == 107)
    }

    @Test func debugModeIsRefusedByPolicy() throws {
        let zero = try quote {
            for index in 0..<3 { $0.registers[index].value = Bytes(repeating: 0, count: 48) }
        }
        let verdict = try Stand.verifier().verdict(on: zero)
        let refusal = #expect(throws: PolicyRefusal.self) {
            try developmentPolicy.check(verdict, owner: .chain)
        }
        #expect(refusal?.code == 42)
        // Without registers nobody knows what runs.
        let none = try quote { $0.registers.removeFirst(3) }
        #expect(try Stand.verifier().verdict(on: none).isDebuggable == true)
    }

    @Test func registersAreAPolicysQuestion() throws {
        let verdict = try Stand.verifier().verdict(on: try quote())
        var policy = developmentPolicy
        policy.measurements = [
            MeasurementRule(
                .nitro, "pcr0", [[1], Bytes(repeating: 0xB0, count: 48)])
        ]
        try policy.check(verdict, owner: .request)
        policy.measurements = [MeasurementRule(.nitro, "pcr9", [[1]])]
        let refusal = #expect(throws: PolicyRefusal.self) {
            try policy.check(verdict, owner: .request)
        }
        #expect(refusal?.rule == .measurement("pcr9", actual: nil))
    }
}

@Suite struct GPURejectionTests {
    private let nvidia = Stand.roots.nvidia

    private func quote(_ change: (inout GPURecipe) -> Void = { _ in }) throws -> Quote {
        var recipe = GPURecipe()
        change(&recipe)
        return try Quote(nvidia.report(recipe), certificates: nvidia.chain(recipe))
    }

    @Test func faultsAreRefused() throws {
        let verifier = try Stand.verifier()
        #expect(try Stand.code(quote { $0.certifiedFirmwareID[0] ^= 1 }, verifier) == 18)
        #expect(try Stand.code(quote { $0.firmwareID = [] }, verifier) == 18)
        // Reports of old drivers do not name the firmware.
        #expect(try Stand.code(quote { $0.firmwareID = nil }, verifier) == nil)
        let report = nvidia.report(GPURecipe())
        let chain = nvidia.chain(GPURecipe())
        func code(_ certificates: [Certificate], _ verifier: AttestationVerifier) throws -> UInt32?
        {
            try Stand.code(Quote(report, certificates: certificates), verifier)
        }
        #expect(try code([], verifier) == 6)
        #expect(try code(Array(chain.dropLast()), verifier) == 106)
        #expect(try code(Stand.others.nvidia.chain(GPURecipe()), verifier) == 4)
        let swapped = [chain[0], Stand.others.nvidia.issuers[2].certificate] + chain[2...]
        #expect(try code(swapped, verifier) == 105)
        #expect(try code(chain, Stand.verifier(trusting: TrustedRoots.builtIn.all)) == 107)
        let past = 1_700_000_000...1_700_000_001 as ClosedRange<Int64>
        #expect(try code(nvidia.chain(GPURecipe(), validity: past), verifier) == 109)
    }

    /// Network cards and switches have chains to the same root, and speak the same protocol.
    @Test(arguments: [("GH100", nil), ("GB202", nil), ("BF3", 7), ("LS10", 7), ("CX7", 7)])
    func onlyChainsOfGPUsCount(chip: String, code: UInt32?) throws {
        let other = GPUAuthority(seed: [3], validity: Stand.validity, chip: chip)
        let trusted = TrustedRoot(
            .nvidia, keyFingerprint: other.root.certificate.keyFingerprint, isDevelopment: true)
        let quote = try Quote(
            other.report(GPURecipe()), certificates: other.chain(GPURecipe()))
        let verifier = try Stand.verifier(trusting: [trusted])
        #expect(try Stand.code(quote, verifier) == code)
        if code == nil { #expect(try verifier.verdict(on: quote).product == chip) }
    }

    @Test func manyFactsAreRefused() throws {
        var report = nvidia.report(GPURecipe())
        // The size of the opaque data stands after question, head, record and nonce.
        let place = 37 + 5 + 3 + 64 * 55 + 32
        let count = Int(report[place]) + Int(report[place + 1]) << 8
        #expect(report.count == place + 2 + count + 96)
        let facts = Bytes(repeating: 0, count: 4 * 300)
        report.replaceSubrange(
            place..<place + 2 + count,
            with: [UInt8(facts.count & 0xFF), UInt8(facts.count >> 8)] + facts)
        #expect(throws: AttestationError.malformed("many facts")) { try GPUReport(report) }
    }

    @Test func revokedKeysAreRefused() throws {
        let list = nvidia.issuers[2].revocationList([[5]], validity: Stand.validity)
        let verifier = try Stand.verifier(Collateral(lists: [try RevocationList(list)]))
        #expect(try Stand.code(quote(), verifier) == 110)
        // With a list of every issuer the check was made.
        let all = ([nvidia.root] + nvidia.issuers).map {
            $0.revocationList(validity: Stand.validity)
        }
        let listed = try Stand.verifier(
            Collateral(lists: try all.map { try RevocationList($0) }))
        #expect(
            try listed.verdict(on: try quote()).omissions == [.referenceMeasurements, .debugState])
    }
}
