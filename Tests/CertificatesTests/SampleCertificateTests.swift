// Certificates and lists of real makers, compared with what the OpenSSL command says of them.

import Base
import Certificates
import Foundation
import TestSupport
import Testing

private let folder = "fixtures/tee/"

@Suite(.enabled(if: Fixtures.require(folder + "SOURCES.md"))) struct SampleCertificateTests {
    @Test(arguments: [
        "amd_ask_ark_genoa", "amd_ask_ark_milan", "amd_ask_ark_turin_vcek",
        "amd_asvk_ark_genoa_vlek", "amd_asvk_ark_milan_vlek", "amd_asvk_ark_turin_vlek",
        "aws_nitro_root", "intel_sgx_root_ca", "nvidia_device_root", "nvidia_rim_root",
    ])
    func publishedRootsSignThemselves(name: String) throws {
        let certificates = try PEM.certificates(
            in: try Fixtures.bytes(folder + "roots/\(name).pem")[...])
        let root = try #require(certificates.last)
        #expect(root.isSelfIssued && root.isAuthority)
        #expect(root.isSigned(by: root))
        for certificate in certificates {
            #expect(certificate.isSigned(by: root))
            #expect(try Certificate(certificate.encoded) == certificate)
            // The text is written as it was read.
            #expect(
                try PEM.certificates(in: Bytes(PEM.text(certificate.encoded).utf8)[...])
                    == [certificate])
        }
    }

    @Test func leafWithSerialZeroIsRead() throws {
        let leaf = try Certificate(try Fixtures.bytes(folder + "sevsnp/google_milan_vcek.der"))
        #expect(leaf.serial == [0])
        #expect(leaf.subject.commonName == "SEV-VCEK")
        #expect(timeText(leaf.notBefore) == "2022-09-24T00:55:28Z")
        #expect(timeText(leaf.notAfter) == "2029-09-24T00:55:28Z")
        #expect(!leaf.isAuthority)
        #expect(leaf.extensions.count == 11)
    }

    @Test func listOfAPlatformCAIsRead() throws {
        let list = try RevocationList(
            try Fixtures.bytes(folder + "tdx/google_pck_platform_crl.der"))
        #expect(list.issuer.commonName == "Intel SGX PCK Platform CA")
        #expect(timeText(list.thisUpdate) == "2023-06-08T07:27:52Z")
        #expect(timeText(list.nextUpdate) == "2023-07-08T07:27:52Z")
        #expect(
            list.contains(
                serial: try #require(Bytes(hex: "6FC34E5023E728923435D61AA4B83C618166AD35"))))
        #expect(
            list.contains(
                serial: try #require(Bytes(hex: "00EFAE6E9715FCA13B87E333E8261ED6D990A926AD"))))
        #expect(!list.contains(serial: [0]))
    }

    @Test func damagedSamplesNeverTrap() throws {
        var mutator = Mutator(seed: 7)
        let samples = [
            try Fixtures.bytes(folder + "sevsnp/google_milan_vcek.der"),
            try Fixtures.bytes(folder + "tdx/google_pck_platform_crl.der"),
        ]
        for _ in 0..<2000 {
            for sample in samples {
                let damaged = mutator.mutate(sample, corpus: samples)
                _ = try? Certificate(damaged)
                _ = try? RevocationList(damaged)
            }
        }
    }
}
