// Collateral in a folder, each file told by what is in it: answers of Intel's service, bundles of
// collateral as tools for quotes write them, certificates in PEM or DER, revocation lists in PEM or
// DER. Files are read in the order of their names.

import Attestation
import Base
import Certificates
import Foundation
import Wire

enum CollateralFolder {
    static func read(_ path: String) throws -> Collateral {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw CommandFailure(
                "cannot read \(path): \(error.localizedDescription)", .noInput)
        }
        var collateral = Collateral()
        for name in names where !name.hasPrefix(".") {
            let file = path + "/" + name
            do {
                try add(try readFile(file, limit: 2 << 20), to: &collateral)
            } catch let failure as CommandFailure {
                throw failure
            } catch {
                throw CommandFailure("\(file): \(error)", .malformedData)
            }
        }
        return collateral
    }

    /// Adds what `bytes` are. Other files of a folder, such as a text that explains it, are left.
    private static func add(_ bytes: Bytes, to collateral: inout Collateral) throws {
        let isObject = bytes.first { $0 > 0x20 } == UInt8(ascii: "{")
        if bytes.first == 0x30 {
            if let certificate = try? Certificate(bytes) {
                collateral.certificates.append(certificate)
            } else {
                collateral.lists.append(try RevocationList(bytes))
            }
        } else if bytes.starts(with: "-----BEGIN CERTIFICATE-----".utf8) {
            collateral.certificates += try PEM.certificates(in: bytes[...])
        } else if bytes.starts(with: "-----BEGIN X509 CRL-----".utf8) {
            collateral.lists.append(try list(inText: bytes))
        } else if isObject, let bundle = try? JSONValue(parsing: bytes), bundle["tcb_info"] != nil {
            try add(bundle, to: &collateral)
        } else if isObject {
            try add(try SignedDocument(answer: bytes), to: &collateral)
        }
    }

    private static func add(_ document: SignedDocument, to collateral: inout Collateral) throws {
        if let info = try? TCBInfo(document) {
            collateral.tcbInfos.append(info)
        } else {
            collateral.identities.append(try EnclaveIdentity(document))
        }
    }

    /// A list in PEM (RFC 7468).
    private static func list(inText bytes: Bytes) throws -> RevocationList {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard lines.count > 2, lines.last == "-----END X509 CRL-----",
            let decoded = Bytes(base64: lines.dropFirst().dropLast().joined())
        else { throw CertificateError.malformed("a list in PEM") }
        return try RevocationList(decoded)
    }

    /// Everything about one quote in an object: documents as text with their signatures, chains in
    /// PEM, lists in hexadecimal.
    private static func add(_ bundle: JSONValue, to collateral: inout Collateral) throws {
        func text(_ name: String) throws -> Bytes {
            guard let text = bundle[name]?.text else {
                throw AttestationError.malformed("the bundle has no \(name)")
            }
            return Bytes(text.utf8)
        }
        func hexadecimal(_ name: String) throws -> Bytes {
            guard let bytes = Bytes(hex: String(decoding: try text(name), as: UTF8.self)) else {
                throw AttestationError.malformed("\(name) is not hexadecimal")
            }
            return bytes
        }
        for name in ["tcb_info", "qe_identity"] {
            try add(
                SignedDocument(
                    body: try text(name), signature: try hexadecimal(name + "_signature")),
                to: &collateral)
        }
        for name in ["tcb_info_issuer_chain", "qe_identity_issuer_chain", "pck_crl_issuer_chain"]
        where bundle[name] != nil {
            for certificate in try PEM.certificates(in: try text(name)[...])
            where !collateral.certificates.contains(certificate) {
                collateral.certificates.append(certificate)
            }
        }
        for name in ["root_ca_crl", "pck_crl"] {
            collateral.lists.append(try RevocationList(try hexadecimal(name)))
        }
    }
}
