// Real and synthetic quotes of SGX and TDX give the verdicts that independent programs gave them.

import Attestation
import Base
import Certificates
import TestSupport
import Testing

@Suite(.enabled(if: Samples.arePresent)) struct IntelSampleTests {
    @Test func sgxQuoteOfVersion3NeedsConfigurationAndHardening() throws {
        let verifier = AttestationVerifier(
            collateral: try Samples.collateral("sgx/phala_sgx_quote_v3.collateral.json"),
            atSeconds: try Samples.time("2025-06-25T00:00:00Z"))
        let quote = try Quote(try Samples.bytes("sgx/phala_sgx_quote_v3.bin"))
        let verdict = try verifier.verdict(on: quote)
        #expect(verdict.technology == .sgx)
        #expect(verdict.tcbStatus == .configurationAndSoftwareHardeningNeeded)
        #expect(verdict.advisories == ["INTEL-SA-00289", "INTEL-SA-00615"])
        #expect(verdict.isDebuggable == false)
        #expect(!verdict.isDevelopment)
        #expect(
            verdict.reportData
                == Bytes("Hello, world!".utf8) + Bytes(repeating: 0, count: 51))
        #expect(
            verdict.signers.map(\.name) == [
                "Intel SGX PCK Certificate", "Intel SGX PCK Processor CA", "Intel SGX Root CA",
            ])
        #expect(throws: PolicyRefusal.self) {
            try AttestationPolicy.strict.check(verdict, owner: .chain)
        }
        var lenient = AttestationPolicy.strict
        lenient.statuses = ["UpToDate", "ConfigurationAndSWHardeningNeeded"]
        try lenient.check(verdict, owner: .chain)
    }

    @Test func tdxQuoteOfVersion4IsUpToDate() throws {
        let verifier = AttestationVerifier(
            collateral: try Samples.collateral("tdx/phala_tdx_quote.collateral.json"),
            atSeconds: try Samples.time("2025-06-25T00:00:00Z"))
        let quote = try Quote(try Samples.bytes("tdx/phala_tdx_quote.bin"))
        let verdict = try verifier.verdict(on: quote)
        #expect(verdict.technology == .tdx)
        #expect(verdict.tcbStatus == .upToDate)
        #expect(verdict.advisories == [])
        #expect(verdict.leftoverByteCount == 70)
        #expect(verdict.version("tdx-module")?.hasPrefix("1.") == true)
        var policy = AttestationPolicy.strict
        #expect(throws: PolicyRefusal.self) { try policy.check(verdict, owner: .chain) }
        policy.acceptsLeftover = true
        try policy.check(verdict, owner: .chain)
    }

    @Test(arguments: ["2025-06-19T00:00:00Z", "2025-07-20T00:00:00Z", "2034-01-01T00:00:00Z"])
    func collateralOfAnotherTimeIsRefused(time: String) throws {
        let verifier = AttestationVerifier(
            collateral: try Samples.collateral("tdx/phala_tdx_quote.collateral.json"),
            atSeconds: try Samples.time(time))
        let quote = try Quote(try Samples.bytes("tdx/phala_tdx_quote.bin"))
        let error = #expect(throws: AttestationError.self) { try verifier.verdict(on: quote) }
        // Not yet valid, expired, and the expired certificate of the platform.
        #expect([11, 10, 109].contains(error?.code))
    }

    @Test func tdxQuoteBelowEveryLevelIsRefused() throws {
        let verifier = AttestationVerifier(
            collateral: try Samples.googleCollateral(),
            atSeconds: try Samples.time("2023-07-01T00:00:00Z"))
        let bytes = try Samples.bytes("tdx/google_tdx_prod_quote_SPR_E4.bin")
        let parsed = try DCAPQuote(bytes)
        #expect(parsed.leftoverByteCount == 39)
        guard case .trustDomain(let report) = parsed.body else {
            Issue.record("not a quote of TDX")
            return
        }
        #expect(report.attributes == [0, 0, 0, 0x40, 0, 0, 0, 0])
        // Signatures and chain are in order; what fails is that the certificate of the documents'
        // signer at hand was made later, for the same key.
        let error = #expect(throws: AttestationError.self) {
            try verifier.verdict(on: try Quote(bytes))
        }
        #expect(error?.code == 108)
        #expect("\(error.map { "\($0)" } ?? "")".contains("Intel SGX TCB Signing"))
        let signer = try #require(
            verifier.collateral.certificates.first {
                $0.subject.commonName == "Intel SGX TCB Signing"
            })
        let info = verifier.collateral.tcbInfos[0]
        #expect(info.document.isSigned(by: signer))
        #expect(verifier.collateral.identities[0].document.isSigned(by: signer))
        let leaf = try #require(try PEM.certificates(in: parsed.certificationData[...]).first)
        let platform = try PlatformCertificate(leaf)
        #expect(platform.fmspc == info.fmspc)
        #expect(info.level(of: platform, teeTCBSVN: report.teeTCBSVN) == nil)
    }

    /// The set has no identity of the quoting enclave of that time, so the parts are judged.
    @Test func tdxQuoteOfVersion5IsOfAnUpToDatePlatform() throws {
        let bytes = try Samples.bytes("tdx/google_tdx_quote_v5.bin")
        let time = try Samples.time("2026-02-15T00:00:00Z")
        var collateral = try Samples.collateral("tdx/phala_tdx_quote.collateral.json")
        let info = try TCBInfo(
            SignedDocument(answer: try Samples.bytes("tdx/google_tcbInfo_v5.json")))
        collateral.tcbInfos = [info]
        let parsed = try DCAPQuote(bytes)
        guard case .trustDomain(let report) = parsed.body else {
            Issue.record("not a quote of TDX")
            return
        }
        #expect(parsed.version == 5)
        #expect(report.mrServiceTD?.count == 48)
        let leaf = try #require(
            try PEM.certificates(in: parsed.certificationData[...]).first)
        let platform = try PlatformCertificate(leaf)
        let level = try #require(info.level(of: platform, teeTCBSVN: report.teeTCBSVN))
        #expect(level.status == .upToDate)
        // Signatures, chain and key are in order: what fails is the identity's time.
        let verifier = AttestationVerifier(collateral: collateral, atSeconds: time)
        let error = #expect(throws: AttestationError.self) {
            try verifier.verdict(on: try Quote(bytes))
        }
        #expect(error?.code == 10)
        #expect("\(error.map { "\($0)" } ?? "")".contains("identity TD_QE"))
    }

    @Test func collateralOfAnotherPlatformIsRefused() throws {
        let verifier = AttestationVerifier(
            collateral: try Samples.googleCollateral(),
            atSeconds: try Samples.time("2023-07-01T00:00:00Z"))
        let quote = try Quote(try Samples.bytes("tdx/phala_tdx_quote.bin"))
        let error = #expect(throws: AttestationError.self) { try verifier.verdict(on: quote) }
        // The certificate of the platform was made later.
        #expect(error?.code == 108)
    }

    // MARK: Intel's synthetic set

    private func syntheticQuote() throws -> Quote {
        try Quote(
            try Samples.bytes("sgx/intel_qvl_sample/quote.dat"),
            certificates: try Samples.certificates("sgx/intel_qvl_sample/pckCert.pem"))
    }

    @Test func syntheticQuoteIsGoodUnderItsOwnRoot() throws {
        let root = try #require(
            try Samples.certificates("sgx/intel_qvl_sample/trustedRootCaCert.pem").first)
        let roots = try #require(
            TrustedRoots([
                TrustedRoot(.intel, keyFingerprint: root.keyFingerprint, isDevelopment: true)
            ]))
        let verifier = try Samples.syntheticVerifier(roots)
        let verdict = try verifier.verdict(on: try syntheticQuote())
        #expect(verdict.isDevelopment)
        #expect(verdict.tcbStatus == .upToDate)
        #expect(try DCAPQuote(try syntheticQuote().bytes).certificationKind == 1)
        // The identity of the verifying enclave is signed by the same signer.
        let identity = try #require(verifier.collateral.identities.first { $0.id == "QVE" })
        try verifier.check(identity)
        #expect(identity.levels.first?.status == .upToDate)
    }

    @Test func syntheticQuoteIsNothingUnderIntelsRoot() throws {
        let verifier = try Samples.syntheticVerifier(.builtIn)
        let error = #expect(throws: AttestationError.self) {
            try verifier.verdict(on: try syntheticQuote())
        }
        #expect(error?.code == 107)
    }
}
