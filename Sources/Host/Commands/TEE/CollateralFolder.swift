// Collateral in a folder, each file told by what is in it: answers of Intel's service, certificates
// in PEM or DER, revocation lists in DER. Files are read in the order of their names.

import Attestation
import Base
import Certificates
import Foundation

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
        if bytes.first == 0x30 {
            if let certificate = try? Certificate(bytes) {
                collateral.certificates.append(certificate)
            } else {
                collateral.lists.append(try RevocationList(bytes))
            }
        } else if bytes.starts(with: "-----BEGIN CERTIFICATE-----".utf8) {
            collateral.certificates += try PEM.certificates(in: bytes[...])
        } else if let document = try? SignedDocument(answer: bytes) {
            if let info = try? TCBInfo(document) {
                collateral.tcbInfos.append(info)
            } else {
                collateral.identities.append(try EnclaveIdentity(document))
            }
        }
    }
}
