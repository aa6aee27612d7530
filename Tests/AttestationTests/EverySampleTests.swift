// The table of all files that lie beside the checkout, with the verdict that `SOURCES.md` states
// for each: no file is left out, and a new one must be entered here.

import Attestation
import Base
import Certificates
import Foundation
import TestSupport
import Testing
import Wire

@Suite(.enabled(if: Samples.arePresent)) struct EverySampleTests {
    /// A file and what is to come out.
    struct Row: Sendable, CustomTestStringConvertible {
        var path: String
        var verdict: String
        var testDescription: String { path }

        init(_ path: String, _ verdict: String) {
            self.path = path
            self.verdict = verdict
        }
    }

    /// Quotes: the maker's status and advisories, and the code with which the strict policy
    /// refuses, or 0; or the code of a refusal. Others: what they are and who vouches for them.
    static let rows = [
        Row(
            "sgx/phala_sgx_quote_v3.bin",
            "ConfigurationAndSWHardeningNeeded INTEL-SA-00289 INTEL-SA-00615, policy 41"),
        Row("sgx/phala_sgx_quote_v3.collateral.json", "collateral of intel"),
        Row("sgx/intel_qvl_sample/quote.dat", "UpToDate, policy 43; under Intel's root 107"),
        Row("sgx/intel_qvl_sample/pckCert.pem", "certificates, one is 107"),
        Row("sgx/intel_qvl_sample/pckSignChain.pem", "certificates, one is 107"),
        Row("sgx/intel_qvl_sample/tcbSignChain.pem", "certificates, one is 107"),
        Row("sgx/intel_qvl_sample/trustedRootCaCert.pem", "certificates, one is 107"),
        Row("sgx/intel_qvl_sample/tcbInfo.json", "document of the synthetic root"),
        Row("sgx/intel_qvl_sample/qeIdentity.json", "document of the synthetic root"),
        Row("sgx/intel_qvl_sample/qveIdentity.json", "document of the synthetic root"),
        Row("sgx/intel_qvl_sample/rootCaCrl.der", "list of the synthetic root"),
        Row("sgx/intel_qvl_sample/intermediateCaCrl.der", "list of the synthetic root"),
        Row("tdx/phala_tdx_quote.bin", "UpToDate, policy 45"),
        Row("tdx/phala_tdx_quote.collateral.json", "collateral of intel"),
        // Everything but the documents' signer is of that time; `IntelSampleTests` judges the rest:
        // no level matches.
        Row("tdx/google_tdx_prod_quote_SPR_E4.bin", "refused 108"),
        // Everything but the identity is of that time; `IntelSampleTests` judges the rest.
        Row("tdx/google_tdx_quote_v5.bin", "refused 10"),
        Row("tdx/google_tcbInfo_50806f000000.json", "document of intel"),
        Row("tdx/google_tcbInfo_v5.json", "document of intel"),
        Row("tdx/google_qeIdentity_td.json", "document of intel"),
        Row("tdx/google_pck_platform_crl.der", "list of intel"),
        Row("tdx/google_root_crl.der", "list of intel"),
        Row("sevsnp/google_milan_report.bin", "no status, policy 42"),
        Row("sevsnp/google_milan_vcek.der", "certificates of amd"),
        Row("nvidia/hopperAttestationReport.txt", "no status, policy 44"),
        Row("nvidia/hopperAttestationReportInvalidSignature.txt", "refused 4"),
        Row("nvidia/hopper_evidence.json", "no status, policy 44"),
        Row("nvidia/hopperCertChain.txt", "certificates of nvidia"),
        Row("nvidia/spdm_parsed_output.json", "no quote"),
        Row("nvidia/spdm_req_parsed_output.json", "no quote"),
        Row("nvidia/hopperClaimsv3_decoded.json", "no quote"),
        Row("nvidia/hopperClaimsv3_detached_eat.json", "no quote"),
        Row("nvidia/NV_GPU_DRIVER_GH100_550.144.03.rim.xml", "no quote"),
        Row("nitro/evervault_valid_doc.cbor", "no status, policy 0"),
        Row("nitro/evervault_debug_mode_doc.cbor", "no status, policy 42"),
        Row("roots/intel_sgx_root_ca.pem", "certificates of intel"),
        Row("roots/amd_ask_ark_milan.pem", "certificates of amd"),
        Row("roots/amd_ask_ark_genoa.pem", "certificates of amd"),
        Row("roots/amd_ask_ark_turin_vcek.pem", "certificates of amd"),
        Row("roots/amd_asvk_ark_milan_vlek.pem", "certificates of amd"),
        Row("roots/amd_asvk_ark_genoa_vlek.pem", "certificates of amd"),
        Row("roots/amd_asvk_ark_turin_vlek.pem", "certificates of amd"),
        Row("roots/aws_nitro_root.pem", "certificates of aws"),
        Row("roots/nvidia_device_root.pem", "certificates of nvidia"),
        // The root of reference measurements, which are not compared.
        Row("roots/nvidia_rim_root.pem", "certificates, one is 107"),
    ]

    @Test func noFileIsLeftOut() throws {
        let folder = try #require(Fixtures.url(Samples.folder))
        var found: [String] = []
        let walk = FileManager.default.enumerator(atPath: folder.path)
        while let name = walk?.nextObject() as? String {
            var isFolder: ObjCBool = false
            _ = unsafe FileManager.default.fileExists(
                atPath: folder.path + "/" + name, isDirectory: &isFolder)
            if !isFolder.boolValue, name != "SOURCES.md" { found.append(name) }
        }
        #expect(found.sorted() == EverySampleTests.rows.map(\.path).sorted())
    }

    @Test(arguments: rows) func isAsItsSourceSays(row: Row) throws {
        #expect(try verdict(row.path) == row.verdict)
    }

    // MARK: What comes out

    private func verdict(_ path: String) throws -> String {
        let bytes = try Samples.bytes(path)
        switch path {
        case "sgx/intel_qvl_sample/quote.dat":
            let quote = try Quote(
                bytes, certificates: try Samples.certificates("sgx/intel_qvl_sample/pckCert.pem"))
            return judged(quote, try Samples.syntheticVerifier(synthetic()))
                + "; under Intel's root "
                + judged(quote, try Samples.syntheticVerifier(.builtIn)).dropFirst("refused ".count)
        case _ where path.hasSuffix(".collateral.json"): return try collateral(path)
        case _ where path.hasSuffix(".rim.xml") || path.contains("Claims") || path.contains("spdm"):
            return Technology(ofQuote: bytes) == nil ? "no quote" : "a quote"
        case _ where path.hasPrefix("nvidia/hopperAttestation"), "nvidia/hopper_evidence.json":
            return try judged(gpuQuote(path), verifier("2025-06-25T00:00:00Z"))
        case _ where path.hasSuffix(".pem") || path.hasSuffix("vcek.der"),
            "nvidia/hopperCertChain.txt":
            return try certificates(path)
        case _ where path.hasSuffix(".der"): return try list(path, bytes)
        case _ where path.hasSuffix(".json"): return try document(path, bytes)
        case "sevsnp/google_milan_report.bin":
            let chain =
                [try Certificate(try Samples.bytes("sevsnp/google_milan_vcek.der"))]
                + (try Samples.certificates("roots/amd_ask_ark_milan.pem"))
            return try judged(Quote(bytes, certificates: chain), verifier("2023-01-01T00:00:00Z"))
        default: return try judged(Quote(bytes), try verifier(of: path))
        }
    }

    private func verifier(
        _ time: String, _ collateral: Collateral = Collateral()
    ) throws -> AttestationVerifier {
        AttestationVerifier(collateral: collateral, atSeconds: try Samples.time(time))
    }

    private func verifier(of path: String) throws -> AttestationVerifier {
        switch path {
        case "sgx/phala_sgx_quote_v3.bin", "tdx/phala_tdx_quote.bin":
            let file = path.replacing(".bin", with: ".collateral.json")
            return try verifier("2025-06-25T00:00:00Z", Samples.collateral(file))
        case "tdx/google_tdx_prod_quote_SPR_E4.bin":
            return try verifier("2023-07-01T00:00:00Z", Samples.googleCollateral())
        case "tdx/google_tdx_quote_v5.bin":
            var collateral = try Samples.collateral("tdx/phala_tdx_quote.collateral.json")
            collateral.tcbInfos = [
                try TCBInfo(
                    SignedDocument(answer: try Samples.bytes("tdx/google_tcbInfo_v5.json")))
            ]
            return try verifier("2026-02-15T00:00:00Z", collateral)
        case "nitro/evervault_debug_mode_doc.cbor": return try verifier("2022-10-12T15:00:00Z")
        default: return try verifier("2022-10-13T09:30:00Z")
        }
    }

    private func judged(_ quote: Quote, _ verifier: AttestationVerifier) -> String {
        do {
            let verdict = try verifier.verdict(on: quote)
            let words = [verdict.tcbStatus?.description ?? "no status"] + verdict.advisories
            do throws(PolicyRefusal) {
                try AttestationPolicy.strict.check(verdict, owner: .chain)
                return words.joined(separator: " ") + ", policy 0"
            } catch {
                return words.joined(separator: " ") + ", policy \(error.code)"
            }
        } catch {
            return "refused \(error.code)"
        }
    }

    private func gpuQuote(_ path: String) throws -> Quote {
        guard path.hasSuffix(".json") else {
            return try Quote(
                try Samples.hexFile(path),
                certificates: try Samples.certificates("nvidia/hopperCertChain.txt"))
        }
        let entry = try JSONValue(parsing: try Samples.bytes(path)).elements?.first
        let evidence = try #require(entry?["evidence"]?.text)
        let chain = try #require(entry?["certificate"]?.text)
        return try Quote(
            try #require(Bytes(base64: evidence)),
            certificates: try PEM.certificates(in: try #require(Bytes(base64: chain))[...]))
    }

    /// Whose root the certificates of a file end in, given the others at hand.
    private func certificates(_ path: String) throws -> String {
        let own =
            path.hasSuffix(".der")
            ? [try Certificate(try Samples.bytes(path))] : try Samples.certificates(path)
        var pile = own
        if path.contains("vcek.der") {
            pile += try Samples.certificates("roots/amd_ask_ark_milan.pem")
        }
        if path.contains("intel_qvl_sample") {
            pile += try ["pckSignChain", "trustedRootCaCert"].flatMap {
                try Samples.certificates("sgx/intel_qvl_sample/\($0).pem")
            }
        }
        let time = path.contains("intel_qvl_sample") ? "2020-01-01" : "2025-01-01"
        let anchors = TrustedRoots.builtIn.all.compactMap(\.anchor)
        var vendors: [String] = []
        for certificate in own {
            do throws(CertificateError) {
                let found = try CertificatePath(
                    from: certificate, through: pile, to: anchors,
                    atSeconds: seconds(time + "T00:00:00Z"), mayBeRoot: true)
                vendors.append(TrustedRoots.builtIn.all[found.anchorIndex].vendor)
            } catch {
                return "certificates, one is \(100 + error.code)"
            }
        }
        guard let vendor = vendors.first, vendors.allSatisfy({ $0 == vendor }) else {
            return "certificates of several"
        }
        return "certificates of \(vendor)"
    }

    private func seconds(_ text: String) -> Int64 { Timestamp(text: text)?.seconds ?? 0 }

    private func synthetic() throws -> TrustedRoots {
        let root = try #require(
            try Samples.certificates("sgx/intel_qvl_sample/trustedRootCaCert.pem").first)
        return try #require(
            TrustedRoots([
                TrustedRoot(.intel, keyFingerprint: root.keyFingerprint, isDevelopment: true)
            ]))
    }

    private func collateral(_ path: String) throws -> String {
        let collateral = try Samples.collateral(path)
        let verifier = try verifier("2025-06-25T00:00:00Z", collateral)
        for info in collateral.tcbInfos { try verifier.check(info) }
        for identity in collateral.identities { try verifier.check(identity) }
        var vendors: [Vendor] = []
        for list in collateral.lists { vendors.append(try verifier.check(list)) }
        return "collateral of \(vendors[0].rawValue)"
    }

    /// Documents of other times than their signer's certificate: the key is the same.
    private func document(_ path: String, _ bytes: Bytes) throws -> String {
        let document = try SignedDocument(answer: bytes)
        guard (try? TCBInfo(document)) != nil || (try? EnclaveIdentity(document)) != nil else {
            return "no document"
        }
        let isSynthetic = path.contains("intel_qvl_sample")
        let pile =
            isSynthetic
            ? try Samples.certificates("sgx/intel_qvl_sample/tcbSignChain.pem")
            : try Samples.collateral("tdx/phala_tdx_quote.collateral.json").certificates
        let isSigned = pile.contains { $0.isDocumentSigner && document.isSigned(by: $0) }
        guard isSigned else { return "document of nobody" }
        return isSynthetic ? "document of the synthetic root" : "document of intel"
    }

    private func list(_ path: String, _ bytes: Bytes) throws -> String {
        let list = try RevocationList(bytes)
        if path.contains("intel_qvl_sample") {
            let verifier = try Samples.syntheticVerifier(synthetic())
            try verifier.check(list)
            return "list of the synthetic root"
        }
        let verifier = try verifier("2023-07-01T00:00:00Z", Samples.googleCollateral())
        return "list of \(try verifier.check(list).rawValue)"
    }
}
