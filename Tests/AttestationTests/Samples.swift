// Real quotes and what their makers published about them. They lie beside the checkout, because
// they are not ours; every test that needs them says so when they are absent.

import Attestation
import Base
import Certificates
import Foundation
import TestSupport
import Testing
import Wire

enum Samples {
    static let folder = "fixtures/tee/"

    static let arePresent = Fixtures.require(folder + "SOURCES.md")

    static func bytes(_ path: String) throws -> Bytes { try Fixtures.bytes(folder + path) }

    static func certificates(_ path: String) throws -> [Certificate] {
        try PEM.certificates(in: try bytes(path)[...])
    }

    /// Seconds since 1970 of an RFC 3339 time.
    static func time(_ text: String) throws -> Int64 {
        try #require(Timestamp(text: text)).seconds
    }

    /// Collateral in one JSON object, with the documents already taken out of their answers.
    static func collateral(_ path: String) throws -> Collateral {
        let json = try JSONValue(parsing: try bytes(path))
        func text(_ name: String) throws -> Bytes { Bytes(try #require(json[name]?.text).utf8) }
        func hex(_ name: String) throws -> Bytes {
            let text = try #require(json[name]?.text)
            return try #require(Bytes(hex: text))
        }
        func document(_ name: String) throws -> SignedDocument {
            SignedDocument(body: try text(name), signature: try hex(name + "_signature"))
        }
        return Collateral(
            tcbInfos: [try TCBInfo(try document("tcb_info"))],
            identities: [try EnclaveIdentity(try document("qe_identity"))],
            certificates: try PEM.certificates(in: try text("tcb_info_issuer_chain")[...])
                + PEM.certificates(in: try text("pck_crl_issuer_chain")[...]),
            lists: [
                try RevocationList(try hex("root_ca_crl")), try RevocationList(try hex("pck_crl")),
            ])
    }

    // What Google's library tests with, of 2023; the lists are of that time too.
    static func googleCollateral() throws -> Collateral {
        // The signer of these documents is the one of the other set, and still valid.
        var collateral = try Samples.collateral("tdx/phala_tdx_quote.collateral.json")
        collateral.tcbInfos = [
            try TCBInfo(
                SignedDocument(answer: try Samples.bytes("tdx/google_tcbInfo_50806f000000.json")))
        ]
        collateral.identities = [
            try EnclaveIdentity(
                SignedDocument(answer: try Samples.bytes("tdx/google_qeIdentity_td.json")))
        ]
        collateral.lists = [
            try RevocationList(try Samples.bytes("tdx/google_pck_platform_crl.der")),
            try RevocationList(try Samples.bytes("tdx/google_root_crl.der")),
        ]
        return collateral
    }

    static func syntheticVerifier(_ roots: TrustedRoots) throws -> AttestationVerifier {
        let folder = "sgx/intel_qvl_sample/"
        func document(_ name: String) throws -> SignedDocument {
            try SignedDocument(answer: try Samples.bytes(folder + name))
        }
        let collateral = Collateral(
            tcbInfos: [try TCBInfo(try document("tcbInfo.json"))],
            identities: [
                try EnclaveIdentity(try document("qeIdentity.json")),
                try EnclaveIdentity(try document("qveIdentity.json")),
            ],
            certificates: try ["tcbSignChain.pem", "pckSignChain.pem", "trustedRootCaCert.pem"]
                .flatMap { try Samples.certificates(folder + $0) },
            lists: try ["rootCaCrl.der", "intermediateCaCrl.der"].map {
                try RevocationList(try Samples.bytes(folder + $0))
            })
        return AttestationVerifier(
            roots: roots, collateral: collateral,
            atSeconds: try Samples.time("2020-01-01T00:00:00Z"))
    }

    /// The bytes of a text of hexadecimal digits.
    static func hexFile(_ path: String) throws -> Bytes {
        let text = String(decoding: try bytes(path), as: UTF8.self)
        return try #require(Bytes(hex: text.filter { !$0.isWhitespace }))
    }
}

extension Verdict {
    func measurement(_ name: String) -> Bytes? { measurements.first { $0.name == name }?.value }
    func version(_ name: String) -> String? { versions.first { $0.name == name }?.text }
}
