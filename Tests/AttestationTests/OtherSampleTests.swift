// Real quotes of AMD, AWS and NVIDIA give the verdicts that independent programs gave them.

import Attestation
import Base
import Certificates
import TestSupport
import Testing
import Wire

@Suite(.enabled(if: Samples.arePresent)) struct AMDSampleTests {
    private func quote() throws -> Quote {
        try Quote(
            try Samples.bytes("sevsnp/google_milan_report.bin"),
            certificates: [try Certificate(try Samples.bytes("sevsnp/google_milan_vcek.der"))]
                + Samples.certificates("roots/amd_ask_ark_milan.pem"))
    }

    @Test func milanReportIsSignedAndDebuggable() throws {
        let verifier = AttestationVerifier(
            collateral: Collateral(), atSeconds: try Samples.time("2023-01-01T00:00:00Z"))
        let verdict = try verifier.verdict(on: try quote())
        #expect(verdict.technology == .sevSNP)
        #expect(verdict.quoteVersion == 2)
        #expect(verdict.product == "Milan")
        #expect(verdict.isDebuggable == true)
        #expect(verdict.omissions == [.revocation])
        // AMD's leaves have serial number 0.
        #expect(verdict.signers[0].serial == [0])
        let refusal = #expect(throws: PolicyRefusal.self) {
            try AttestationPolicy.strict.check(verdict, owner: .request)
        }
        #expect(refusal?.rule == .debug)
        var lenient = AttestationPolicy.strict
        lenient.acceptsDebug = true
        lenient.acceptedOmissions = ["revocation"]
        try lenient.check(verdict, owner: .request)
    }

    @Test(arguments: [("2022-01-01T00:00:00Z", 108), ("2030-01-01T00:00:00Z", 109)])
    func certificateOfAnotherTimeIsRefused(time: String, code: UInt32) throws {
        let verifier = AttestationVerifier(
            collateral: Collateral(), atSeconds: try Samples.time(time))
        let error = #expect(throws: AttestationError.self) {
            try verifier.verdict(on: try quote())
        }
        #expect(error?.code == code)
    }

    /// Every chain that AMD publishes can be read and ends at the pinned key of its product.
    @Test(arguments: [
        ("amd_ask_ark_milan", "Milan"), ("amd_ask_ark_genoa", "Genoa"),
        ("amd_ask_ark_turin_vcek", "Turin"), ("amd_asvk_ark_milan_vlek", "Milan"),
        ("amd_asvk_ark_genoa_vlek", "Genoa"), ("amd_asvk_ark_turin_vlek", "Turin"),
    ])
    func publishedChainsEndAtPinnedKeys(file: String, product: String) throws {
        let pile = try Samples.certificates("roots/\(file).pem")
        let roots = TrustedRoots.builtIn.all.filter { $0.vendor == "amd" }
        let path = try CertificatePath(
            from: pile[0], through: pile, to: roots.compactMap(\.anchor),
            atSeconds: try Samples.time("2025-01-01T00:00:00Z"))
        #expect(roots[path.anchorIndex].product == product)
        #expect(path.root.isSigned(by: path.root))
    }
}

@Suite(.enabled(if: Samples.arePresent)) struct NitroSampleTests {
    @Test func documentIsGoodWhileItsLeafLives() throws {
        let quote = try Quote(try Samples.bytes("nitro/evervault_valid_doc.cbor"))
        let verifier = AttestationVerifier(
            collateral: Collateral(), atSeconds: try Samples.time("2022-10-13T09:30:00Z"))
        let verdict = try verifier.verdict(on: quote)
        #expect(verdict.technology == .nitro)
        #expect(verdict.isDebuggable == false)
        #expect(verdict.measurement("pcr0")?.count == 48)
        #expect(verdict.signers.count == 5)
        #expect(verdict.validFrom == (try Samples.time("2022-10-13T08:57:59Z")))
        #expect(verdict.validUntil == (try Samples.time("2022-10-13T11:58:02Z")))
        try AttestationPolicy.strict.check(verdict, owner: .chain)
    }

    @Test(arguments: [("2022-10-13T08:57:58Z", 108), ("2022-10-13T11:58:03Z", 109)])
    func documentIsNothingWhenItsLeafDoesNotLive(time: String, code: UInt32) throws {
        let quote = try Quote(try Samples.bytes("nitro/evervault_valid_doc.cbor"))
        let verifier = AttestationVerifier(
            collateral: Collateral(), atSeconds: try Samples.time(time))
        let error = #expect(throws: AttestationError.self) { try verifier.verdict(on: quote) }
        #expect(error?.code == code)
    }

    @Test func debugModeIsRefused() throws {
        let quote = try Quote(try Samples.bytes("nitro/evervault_debug_mode_doc.cbor"))
        let verifier = AttestationVerifier(
            collateral: Collateral(), atSeconds: try Samples.time("2022-10-12T15:00:00Z"))
        let verdict = try verifier.verdict(on: quote)
        #expect(verdict.isDebuggable == true)
        let refusal = #expect(throws: PolicyRefusal.self) {
            try AttestationPolicy.strict.check(verdict, owner: .chain)
        }
        #expect(refusal?.code == 42)
    }
}

@Suite(.enabled(if: Samples.arePresent)) struct NVIDIASampleTests {
    private func verifier() throws -> AttestationVerifier {
        AttestationVerifier(
            collateral: Collateral(), atSeconds: try Samples.time("2025-06-01T00:00:00Z"))
    }

    @Test func hopperReportIsSigned() throws {
        let quote = try Quote(
            try Samples.hexFile("nvidia/hopperAttestationReport.txt"),
            certificates: try Samples.certificates("nvidia/hopperCertChain.txt"))
        let verdict = try verifier().verdict(on: quote)
        #expect(verdict.technology == .nvidiaGPU)
        #expect(verdict.version("driver") == "535.86.9")
        #expect(verdict.measurements.count == 64)
        #expect(verdict.signers.count == 5)
        #expect(verdict.signers.last?.name == "NVIDIA Device Identity CA")
        #expect(verdict.omissions == [.revocation, .referenceMeasurements, .debugState])
        #expect(throws: PolicyRefusal.self) {
            try AttestationPolicy.strict.check(verdict, owner: .chain)
        }
        var policy = AttestationPolicy.strict
        policy.acceptedOmissions = Omission.allCases.map(\.rawValue)
        policy.minimumVersions = [VersionRule(.nvidiaGPU, "driver", "535.86")]
        try policy.check(verdict, owner: .chain)
        policy.minimumVersions = [VersionRule(.nvidiaGPU, "driver", "550")]
        let refusal = #expect(throws: PolicyRefusal.self) {
            try policy.check(verdict, owner: .chain)
        }
        #expect(refusal?.code == 47)
    }

    @Test func reportWithAWrongSignatureIsRefused() throws {
        let quote = try Quote(
            try Samples.hexFile("nvidia/hopperAttestationReportInvalidSignature.txt"),
            certificates: try Samples.certificates("nvidia/hopperCertChain.txt"))
        #expect(throws: AttestationError.wrongSignature(of: "the report")) {
            try verifier().verdict(on: quote)
        }
        let report = try GPUReport(quote.bytes)
        #expect(report.driverVersion == "560.00")
    }

    @Test func evidenceInJSONIsGood() throws {
        let json = try JSONValue(parsing: try Samples.bytes("nvidia/hopper_evidence.json"))
        let entry = try #require(json.elements?.first)
        let chainText = try #require(entry["certificate"]?.text)
        let chain = try #require(Bytes(base64: chainText))
        let evidence = try #require(entry["evidence"]?.text)
        let quote = try Quote(
            try #require(Bytes(base64: evidence)),
            certificates: try PEM.certificates(in: chain[...]))
        let verdict = try verifier().verdict(on: quote)
        #expect(verdict.reportData.hex == entry["nonce"]?.text)
        #expect(verdict.version("driver")?.hasPrefix("590.12") == true)
        #expect(try GPUReport(quote.bytes).facts.contains { $0.name == "fwid" })
    }

    /// The parse of another report, field by field, by NVIDIA's own program.
    @Test func namesOfFactsAreNVIDIAs() throws {
        let json = try JSONValue(parsing: try Samples.bytes("nvidia/spdm_parsed_output.json"))
        guard case .object(let facts) = json["OpaqueData"]?["OpaqueDataField"] else {
            Issue.record("no facts")
            return
        }
        let names = facts.map { fact in
            fact.name.dropFirst("OPAQUE_FIELD_ID_".count).lowercased()
                .replacing("_", with: "-").replacing("cprinfo", with: "cpr-info")
                .replacing("sku-mod", with: "sku-modifier")
        }
        for name in names {
            #expect(GPUReport.namesOfFacts.contains(name), "\(name)")
        }
    }
}
