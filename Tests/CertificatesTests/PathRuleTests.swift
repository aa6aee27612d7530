// The rules of chains, on chains made for the purpose: who may issue, how deep, until when, and
// what an unknown critical extension means.

import Base
import Certificates
import Cryptography
import DevelopmentAuthority
import Testing

@Suite struct PathRuleTests {
    private static let validity: ClosedRange<Int64> = 1000...2000
    private let root = Issuer(
        root: CertificateTemplate("root", validity: validity, isAuthority: true), key: key("root"))

    private static func key(_ label: String) -> SigningKey {
        SigningKey(.p384, seed: [1], label)
    }

    private func template(
        _ name: String, isAuthority: Bool = false,
        extensions: [(identifier: OID, isCritical: Bool, value: Bytes)] = []
    ) -> CertificateTemplate {
        CertificateTemplate(
            name, validity: PathRuleTests.validity, isAuthority: isAuthority,
            extensions: extensions)
    }

    private func path(
        _ leaf: Issuer, _ pile: [Issuer], at time: Int64 = 1500
    ) throws(CertificateError) -> CertificatePath {
        try CertificatePath(
            from: leaf.certificate, through: pile.map(\.certificate),
            to: [TrustAnchor(keyFingerprint: root.certificate.keyFingerprint)], atSeconds: time)
    }

    private func code(_ leaf: Issuer, _ pile: [Issuer], at time: Int64 = 1500) -> UInt32? {
        do throws(CertificateError) {
            _ = try path(leaf, pile, at: time)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func aChainEndsAtAPinnedKey() throws {
        let middle = root.issue(
            template("middle", isAuthority: true), key: PathRuleTests.key("middle"))
        let leaf = middle.issue(template("leaf"), key: PathRuleTests.key("leaf"))
        let found = try path(leaf, [root, middle])
        #expect(found.certificates.map(\.subject.commonName) == ["leaf", "middle", "root"])
        #expect(found.notBefore == 1000 && found.notAfter == 2000)
        #expect(code(leaf, [middle]) == 6)
        #expect(code(leaf, [root]) == 6)
        #expect(code(leaf, [middle, root], at: 999) == 8)
        #expect(code(leaf, [middle, root], at: 2001) == 9)
        #expect(code(leaf, [middle, root], at: 1000) == nil)
        #expect(code(leaf, [middle, root], at: 2000) == nil)
        // A root of the pinned key by another name is a root still.
        let renamed = Issuer(
            root: template("renamed", isAuthority: true), key: PathRuleTests.key("root"))
        #expect(code(renamed.issue(template("leaf"), key: leaf.key), [renamed]) == nil)
        let stranger = Issuer(
            root: template("root", isAuthority: true), key: PathRuleTests.key("stranger"))
        #expect(code(stranger.issue(template("leaf"), key: leaf.key), [stranger]) == 7)
        #expect(code(stranger.issue(template("leaf"), key: leaf.key), [root]) == 5)
        #expect(code(root, []) == 7)
    }

    @Test func onlyAuthoritiesIssue() {
        let middle = root.issue(template("middle"), key: PathRuleTests.key("middle"))
        let leaf = middle.issue(template("leaf"), key: PathRuleTests.key("leaf"))
        #expect(code(leaf, [root, middle]) == 4)
        // An authority by its constraints that is limited to no authority below it.
        let limited = root.issue(
            template(
                "limited",
                extensions: [
                    (
                        OID(2, 5, 29, 19), true,
                        DERWriter.sequence(
                            DERWriter.element(DERTag.boolean, [0xFF]), DERWriter.integer(0))
                    )
                ]), key: PathRuleTests.key("limited"))
        // Its key usage is to sign data.
        #expect(code(limited.issue(template("leaf"), key: leaf.key), [root, limited]) == 4)
        #expect(limited.certificate.pathLength == 0)
    }

    @Test func unknownCriticalExtensionsAreRefused() {
        let unknown = OID(1, 2, 3, 4)
        for (isCritical, expected) in [(true, 3), (false, nil)] as [(Bool, UInt32?)] {
            let leaf = root.issue(
                template("leaf", extensions: [(unknown, isCritical, [5, 0])]),
                key: PathRuleTests.key("leaf"))
            #expect(code(leaf, [root]) == expected)
            #expect(leaf.certificate.value(of: unknown).map { Bytes($0) } == [5, 0])
        }
    }

    @Test func longChainsAndPilesAreRefused() {
        var issuers = [root]
        for index in 0..<12 {
            issuers.append(
                issuers[index].issue(
                    template("issuer \(index)", isAuthority: true),
                    key: PathRuleTests.key("issuer \(index)")))
        }
        let leaf = issuers[12].issue(template("leaf"), key: PathRuleTests.key("leaf"))
        #expect(code(leaf, issuers) == 11)
        #expect(code(leaf, Array(repeating: root, count: 65)) == 11)
        // Two that name each other as issuers.
        let first = Issuer(root: template("first", isAuthority: true), key: leaf.key)
        let second = first.issue(template("second", isAuthority: true), key: leaf.key)
        let loop = second.issue(template("first", isAuthority: true), key: leaf.key)
        #expect(code(loop, [loop, second]) == 11)
    }

    @Test func derIsReadStrictly() {
        let cases: [(String, Bytes)] = [
            ("a long length", [0x04, 0x81, 0x01, 0xAA]),
            ("an indefinite length", [0x30, 0x80, 0, 0]),
            ("a length with a zero", [0x04, 0x82, 0x00, 0x81] + Bytes(repeating: 0, count: 129)),
            ("a cut length", [0x04, 0x82, 0x01]), ("a cut content", [0x04, 0x02, 0x01]),
            ("a long tag", [0x1F, 0x81, 0x01, 0x00]), ("nothing", []), ("a tag", [0x04]),
            ("five bytes of length", [0x04, 0x85, 1, 0, 0, 0, 0]),
        ]
        for (name, bytes) in cases {
            #expect(throws: CertificateError.self, "\(name)") {
                var reader = DERReader(bytes)
                _ = try reader.read()
            }
        }
        let numbers: [Bytes] = [
            [0x02, 0x00], [0x02, 0x02, 0x00, 0x7F], [0x02, 0x02, 0xFF, 0x80],
        ]
        for bytes in numbers {
            #expect(throws: CertificateError.self) {
                var reader = DERReader(bytes)
                _ = try reader.readInteger("number")
            }
        }
        for bytes in [[0x01, 0x01, 0x01], [0x01, 0x00], [0x01, 0x02, 0, 0]] as [Bytes] {
            #expect(throws: CertificateError.self) {
                var reader = DERReader(bytes)
                _ = try reader.readBoolean("flag")
            }
        }
    }

    @Test func timesAreReadAsTheirSeconds() throws {
        func seconds(_ tag: UInt8, _ text: String) throws -> Int64 {
            var reader = DERReader(DERWriter.element(tag, Bytes(text.utf8)))
            return try reader.readTime("time")
        }
        #expect(try seconds(DERTag.utcTime, "700101000000Z") == 0)
        #expect(try seconds(DERTag.utcTime, "491231235959Z") == 2_524_607_999)
        #expect(try seconds(DERTag.utcTime, "500101000000Z") == -631_152_000)
        #expect(try seconds(DERTag.generalizedTime, "99991231235959Z") == 253_402_300_799)
        let wrong = [
            "20250230000000Z", "20251301000000Z", "20250101000060Z", "2025010100000Z",
            "20250101000000+", "20250101000000.5Z", "2025010100000\u{e9}",
        ]
        for text in wrong {
            #expect(throws: CertificateError.self, "\(text)") {
                try seconds(DERTag.generalizedTime, text)
            }
        }
    }

    @Test func identifiersAreShownAsNumbers() {
        #expect(OID(1, 2, 840, 113_741, 1, 13, 1).description == "1.2.840.113741.1.13.1")
        #expect(OID(2, 5, 29, 19).content == [0x55, 0x1D, 0x13])
        #expect(OID(content: [0x55, 0x80]).description == "0x5580")
    }

    @Test func textAroundCertificatesIsRefused() throws {
        let text = PEM.text(root.certificate.encoded)
        #expect(try PEM.certificates(in: Bytes(text.utf8)[...]) == [root.certificate])
        let carriage = text.replacing("\n", with: "\r\n")
        #expect(try PEM.certificates(in: Bytes(carriage.utf8)[...]) == [root.certificate])
        #expect(try PEM.certificates(in: (Bytes(text.utf8) + [0, 0])[...]).count == 1)
        let wrong = [
            "", "text", text + "x", "x" + text, String(text.dropLast(3)),
            text.replacing("END", with: "end"), text + String(text.prefix(100)),
            text.replacing("=", with: "-"),
        ]
        for text in wrong where text != PEM.text(root.certificate.encoded) {
            #expect(throws: CertificateError.self) {
                try PEM.certificates(in: Bytes(text.utf8)[...])
            }
        }
    }
}
