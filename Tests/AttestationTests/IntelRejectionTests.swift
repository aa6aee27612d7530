// What makes a quote of SGX or TDX prove nothing, each with its own code.

import Attestation
import Base
import Certificates
import DevelopmentAuthority
import Testing

@Suite struct IntelRejectionTests {
    private let intel = Stand.roots.intel

    private func quote(_ change: (inout DCAPRecipe) -> Void = { _ in }) throws -> Quote {
        var recipe = DCAPRecipe(tdx: TrustDomainRecipe())
        change(&recipe)
        return try Quote(intel.quote(recipe))
    }

    /// A quote of a virtual machine that `change` has changed.
    private func machineQuote(_ change: (inout TrustDomainRecipe) -> Void) throws -> Quote {
        var machine = TrustDomainRecipe()
        change(&machine)
        return try Quote(intel.quote(DCAPRecipe(tdx: machine)))
    }

    @Test func anotherRootIsRefused() throws {
        #expect(try Stand.code(quote(), Stand.verifier(trusting: Stand.others.trusted)) == 107)
        let makers = TrustedRoots.builtIn.all
        #expect(try Stand.code(quote(), Stand.verifier(trusting: makers)) == 107)
        // A key that is trusted for another maker only.
        let amd = TrustedRoot(.amd, keyFingerprint: intel.root.certificate.keyFingerprint)
        #expect(try Stand.code(quote(), Stand.verifier(trusting: [amd])) == 107)
    }

    @Test func aBrokenChainIsRefused() throws {
        let leaf = intel.platformCertificate().certificate
        let other = Stand.others.intel
        let cases: [([Certificate], UInt32)] = [
            // The CA of another root has the same name, not the same key.
            ([leaf, other.platformCA.certificate, intel.root.certificate], 105),
            // Another platform's certificate vouches for another key.
            (
                [
                    other.platformCertificate().certificate, other.platformCA.certificate,
                    other.root.certificate,
                ], 4
            ),
            ([intel.platformCA.certificate, intel.root.certificate], 6),
        ]
        for (chain, code) in cases {
            #expect(try Stand.code(quote { $0.chain = chain }, Stand.verifier()) == code)
        }
        // The issuer is taken from the collateral when the quote lacks it, and missing otherwise.
        var collateral = try intel.collateral()
        #expect(try Stand.code(quote { $0.chain = [leaf] }, Stand.verifier(collateral)) == nil)
        collateral.certificates.removeLast()
        #expect(try Stand.code(quote { $0.chain = [leaf] }, Stand.verifier(collateral)) == 106)
    }

    @Test func aPlatformIssuedByTheRootItselfIsRefused() throws {
        let platform = intel.platformCertificate()
        let direct = intel.root.issue(
            CertificateTemplate(
                "Intel SGX PCK Certificate", serial: [7], validity: Stand.validity,
                extensions: platform.certificate.extensions.filter { !$0.isCritical }.map {
                    ($0.identifier, false, Bytes($0.value))
                }), key: intel.platformKey)
        let chain = [direct.certificate, intel.root.certificate]
        #expect(try Stand.code(quote { $0.chain = chain }, Stand.verifier()) == 7)
    }

    /// Nobody can have more signatures checked than a chain of the maker needs.
    @Test func longerChainsThanTheMakersAreRefused() throws {
        let further = intel.platformCA.issue(
            CertificateTemplate(
                "Intel SGX PCK Processor CA", serial: [4], validity: Stand.validity,
                isAuthority: true), key: intel.platformKey)
        let platform = intel.platformCertificate()
        let leaf = further.issue(
            CertificateTemplate(
                "Intel SGX PCK Certificate", serial: [7], validity: Stand.validity,
                extensions: platform.certificate.extensions.filter { !$0.isCritical }.map {
                    ($0.identifier, false, Bytes($0.value))
                }), key: intel.platformKey)
        let chain = [leaf, further, intel.platformCA, intel.root].map(\.certificate)
        #expect(try Stand.code(quote { $0.chain = chain }, Stand.verifier()) == 111)
    }

    /// Makers issue the certificate of one root anew: of two with one name and key the one counts
    /// whose time is now.
    @Test func theRootsCertificateOfNowCounts() throws {
        let template = CertificateTemplate(
            intel.root.certificate.subject.commonName,
            validity: Stand.validity.lowerBound...Stand.validity.lowerBound + 9, isAuthority: true)
        let old = Issuer(root: template, key: intel.root.key).certificate
        let leaf = intel.platformCertificate().certificate
        let ca = intel.platformCA.certificate
        let chain = [leaf, old, ca, intel.root.certificate]
        #expect(try Stand.code(quote { $0.chain = chain }, Stand.verifier()) == nil)
        #expect(try Stand.code(quote { $0.chain = [leaf, old, ca] }, Stand.verifier()) == 109)
    }

    /// An older list says less: of several the newest counts that the issuer signed.
    @Test func theNewestListCounts() throws {
        let late = Stand.validity.lowerBound + 5...Stand.validity.upperBound
        let fresh = try RevocationList(
            intel.platformCA.revocationList([[0x51]], validity: late))
        let forged = try RevocationList(
            Stand.others.intel.platformCA.revocationList(
                validity: Stand.validity.lowerBound + 9...Stand.validity.upperBound))
        let good = try intel.collateral()
        for lists in [
            good.lists + [fresh], [fresh] + good.lists, [forged, fresh] + good.lists,
        ] {
            var collateral = good
            collateral.lists = lists
            #expect(try Stand.code(quote(), Stand.verifier(collateral)) == 110)
        }
        var collateral = good
        collateral.lists.append(forged)
        #expect(try Stand.code(quote(), Stand.verifier(collateral)) == nil)
    }

    @Test func anotherTimeIsRefused() throws {
        let late = Stand.validity.upperBound + 1
        let early = Stand.validity.lowerBound - 1
        #expect(try Stand.code(quote(), Stand.verifier(at: late)) == 109)
        #expect(try Stand.code(quote(), Stand.verifier(at: early)) == 108)
        #expect(try Stand.code(quote(), Stand.verifier(at: Stand.validity.upperBound)) == nil)
        #expect(try Stand.code(quote(), Stand.verifier(at: Stand.validity.lowerBound)) == nil)
        let past = 1_700_000_000...1_700_000_100 as ClosedRange<Int64>
        let future = 1_850_000_000...1_900_000_000 as ClosedRange<Int64>
        #expect(
            try Stand.code(quote(), Stand.verifier(intel.collateral(validity: past))) == 10)
        #expect(
            try Stand.code(quote(), Stand.verifier(intel.collateral(validity: future))) == 11)
        // Lists alone.
        for (validity, code) in [(past, 10), (future, 11)] as [(ClosedRange<Int64>, UInt32)] {
            var collateral = try intel.collateral()
            collateral.lists[1] = try RevocationList(
                intel.platformCA.revocationList(validity: validity))
            #expect(try Stand.code(quote(), Stand.verifier(collateral)) == code)
        }
        // The platform's certificate alone.
        for (validity, code) in [(past, 109), (future, 108)] as [(ClosedRange<Int64>, UInt32)] {
            let leaf = intel.platformCertificate(validity: validity).certificate
            let chain = [leaf, intel.platformCA.certificate, intel.root.certificate]
            #expect(try Stand.code(quote { $0.chain = chain }, Stand.verifier()) == code)
        }
    }

    @Test func aRevokedPlatformIsRefused() throws {
        let revoked = try intel.collateral(revoked: [[9], [0x51]])
        #expect(try Stand.code(quote(), Stand.verifier(revoked)) == 110)
        let others = try intel.collateral(revoked: [[9], [0x52], [0, 0xD1]])
        #expect(try Stand.code(quote(), Stand.verifier(others)) == nil)
        // Who signs documents, or the CA itself.
        for serial in [3, 2] as [UInt8] {
            var collateral = try intel.collateral()
            collateral.lists[0] = try RevocationList(
                intel.root.revocationList([[serial]], validity: Stand.validity))
            #expect(try Stand.code(quote(), Stand.verifier(collateral)) == 110)
        }
    }

    @Test func missingOrForgedListsAreRefused() throws {
        for place in 0..<2 {
            var collateral = try intel.collateral()
            collateral.lists.remove(at: place)
            #expect(try Stand.code(quote(), Stand.verifier(collateral)) == 8)
        }
        var collateral = try intel.collateral()
        collateral.lists[1] = try RevocationList(
            Stand.others.intel.platformCA.revocationList(validity: Stand.validity))
        #expect(try Stand.code(quote(), Stand.verifier(collateral)) == 9)
    }

    @Test func serialNumberZeroIsAccepted() throws {
        #expect(try Stand.code(quote { $0.platform.serial = [0] }, Stand.verifier()) == nil)
        let revoked = try intel.collateral(revoked: [[0]])
        #expect(
            try Stand.code(quote { $0.platform.serial = [0] }, Stand.verifier(revoked)) == 110)
    }

    @Test func anotherPlatformsDocumentsAreRefused() throws {
        #expect(
            try Stand.code(
                quote { $0.platform.fmspc = [0, 1, 2, 3, 4, 5] }, Stand.verifier()) == 12)
        #expect(try Stand.code(quote { $0.platform.pceID = [0, 1] }, Stand.verifier()) == 12)
        var collateral = try intel.collateral()
        collateral.tcbInfos.removeAll { $0.id == "TDX" }
        #expect(try Stand.code(quote(), Stand.verifier(collateral)) == 8)
        collateral = try intel.collateral()
        collateral.identities.removeAll { $0.id == "TD_QE" }
        #expect(try Stand.code(quote(), Stand.verifier(collateral)) == 8)
        collateral = try intel.collateral()
        collateral.certificates.removeFirst()
        #expect(try Stand.code(quote(), Stand.verifier(collateral)) == 8)
    }

    @Test func aDocumentWithOneSpaceMoreIsRefused() throws {
        let levels = IntelAuthority.Levels(validity: Stand.validity)
        let signed = intel.sign(intel.tcbInfoText(levels, isTDX: true))
        let changed = SignedDocument(
            body: Bytes(
                String(decoding: signed.body, as: UTF8.self)
                    .replacing("\"version\":3", with: "\"version\": 3").utf8),
            signature: signed.signature)
        #expect(changed.body.count == signed.body.count + 1)
        var collateral = try intel.collateral()
        collateral.tcbInfos = [try TCBInfo(changed)]
        #expect(try Stand.code(quote(), Stand.verifier(collateral)) == 9)
        collateral.tcbInfos = [try TCBInfo(signed)]
        #expect(try Stand.code(quote(), Stand.verifier(collateral)) == nil)
        // As Intel's service answers: the exact bytes are found again.
        #expect(try SignedDocument(answer: signed.answer(member: "tcbInfo")) == signed)
    }

    @Test func documentsOfAnotherSignerAreRefused() throws {
        let text = intel.tcbInfoText(
            IntelAuthority.Levels(validity: Stand.validity), isTDX: true)
        // Signed by the platform itself.
        var collateral = try intel.collateral()
        collateral.tcbInfos = [
            try TCBInfo(intel.sign(text, by: intel.platformCertificate()))
        ]
        #expect(try Stand.code(quote(), Stand.verifier(collateral)) == 9)
        // Signed by a key that the CA of platforms calls the signer.
        let usurper = intel.platformCA.issue(
            CertificateTemplate("Intel SGX TCB Signing", serial: [8], validity: Stand.validity),
            key: intel.platformKey)
        collateral.tcbInfos = [try TCBInfo(intel.sign(text, by: usurper))]
        collateral.certificates[0] = usurper.certificate
        #expect(try Stand.code(quote(), Stand.verifier(collateral)) == 7)
        // Signed by the signer of another root, which is trusted too.
        let both = Stand.roots.trusted + Stand.others.trusted
        let other = Stand.others.intel
        collateral.tcbInfos = [try TCBInfo(other.sign(text))]
        collateral.certificates = [
            other.documentSigner.certificate, other.root.certificate,
            intel.platformCA.certificate,
        ]
        let verifier = try Stand.verifier(collateral, trusting: both)
        #expect(try Stand.code(quote(), verifier) != nil)
    }

    @Test func versionsDecideTheStatus() throws {
        let rows: [(UInt8, String?)] = [
            (6, "UpToDate"), (5, "UpToDate"), (4, "OutOfDate"), (3, "OutOfDate"), (2, "Revoked"),
        ]
        for (version, status) in rows {
            let old = try quote {
                $0.platform.components = Bytes(repeating: version, count: 16)
            }
            let verdict = try Stand.verifier().verdict(on: old)
            #expect(verdict.tcbStatus?.description == status)
            if status != "UpToDate" {
                let refusal = #expect(throws: PolicyRefusal.self) {
                    try developmentPolicy.check(verdict, owner: .model)
                }
                #expect(refusal?.code == 41 && refusal?.owner == .model)
            }
        }
        // One component alone, the provisioning enclave, the module, the quoting enclave.
        var components = IntelAuthority.Platform().components
        components[15] = 3
        let verdict = try Stand.verifier().verdict(
            on: try quote { $0.platform.components = components })
        #expect(verdict.tcbStatus == .outOfDate)
        #expect(verdict.advisories == ["INTEL-SA-00001"])
        #expect(try Stand.code(quote { $0.platform.pceSVN = 4 }, Stand.verifier()) == 13)
        let enclave = try Stand.verifier().verdict(
            on: try quote { $0.quotingEnclave.securityVersion = 3 })
        #expect(enclave.tcbStatus == .outOfDate)
        #expect(
            try Stand.code(quote { $0.quotingEnclave.securityVersion = 1 }, Stand.verifier())
                == 13)
    }

    @Test func modulesAreJudgedByTheirVersion() throws {
        func status(_ svn: Bytes) throws -> String {
            let quote = try machineQuote { $0.teeTCBSVN = svn + Bytes(repeating: 5, count: 14) }
            return try Stand.verifier().verdict(on: quote).tcbStatus?.description ?? ""
        }
        #expect(try status([4, 1]) == "UpToDate")
        #expect(try status([3, 1]) == "OutOfDate")
        // Version 0 has no identity of its own: the first two count in the platform's level.
        #expect(try status([5, 0]) == "Revoked")
        let old = try machineQuote { $0.teeTCBSVN = [1, 1] + Bytes(repeating: 5, count: 14) }
        #expect(try Stand.code(old, Stand.verifier()) == 13)
        let unknown = try machineQuote { $0.teeTCBSVN = [9, 2] + Bytes(repeating: 5, count: 14) }
        #expect(try Stand.code(unknown, Stand.verifier()) == 15)
        let signed = try machineQuote { $0.mrSignerSeam[0] = 1 }
        #expect(try Stand.code(signed, Stand.verifier()) == 15)
    }

    @Test func anotherQuotingEnclaveIsRefused() throws {
        let changes: [(inout EnclaveRecipe) -> Void] = [
            { $0.mrSigner[3] ^= 1 }, { $0.productID = 2 },
            // A quoting enclave that can be debugged.
            { $0.attributes[0] |= 2 },
        ]
        for change in changes {
            let other = try quote { change(&$0.quotingEnclave) }
            #expect(try Stand.code(other, Stand.verifier()) == 14)
        }
        // A bit that the mask leaves out.
        let other = try quote { $0.quotingEnclave.attributes[0] |= 4 }
        #expect(try Stand.code(other, Stand.verifier()) == nil)
    }

    @Test func aQuotingEnclaveOfAnotherQuoteIsRefused() throws {
        let good = try quote().bytes
        let other = try quote { $0.authenticationData[0] ^= 1 }.bytes
        // Both are as long; the report and its signature follow the head of the section.
        let start = 632 + 4 + 128 + 6
        var swapped = good
        swapped.replaceSubrange(start..<start + 448, with: other[start..<start + 448])
        #expect(swapped != good)
        #expect(try Stand.code(Quote(swapped), Stand.verifier()) == 5)
    }

    @Test func debuggingIsRefusedByPolicy() throws {
        for bit in 0..<8 as Range<UInt8> {
            let quote = try machineQuote { $0.attributes[0] = 1 << bit }
            let verdict = try Stand.verifier().verdict(on: quote)
            let refusal = #expect(throws: PolicyRefusal.self) {
                try developmentPolicy.check(verdict, owner: .chain)
            }
            #expect(refusal?.rule == .debug)
        }
        var enclave = EnclaveRecipe()
        enclave.attributes[0] |= 2
        let quote = try Quote(intel.quote(DCAPRecipe(sgx: enclave)))
        #expect(try Stand.verifier().verdict(on: quote).isDebuggable == true)
    }

    @Test func bytesAfterAQuoteAreCountedAndNotBelieved() throws {
        let verdict = try Stand.verifier().verdict(on: try quote { $0.leftover = [1, 2, 3] })
        #expect(verdict.leftoverByteCount == 3)
        let refusal = #expect(throws: PolicyRefusal.self) {
            try developmentPolicy.check(verdict, owner: .request)
        }
        #expect(refusal?.code == 45)
    }
}
