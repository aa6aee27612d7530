// Certificates and revocation lists, in DER and as text: no bytes trap the readers, what is read is
// what was given, and no certificate but the one that was signed is found valid.

import Base
import Certificates
import DevelopmentAuthority
import FuzzSupport

private let roots = DevelopmentRoots(
    seed: [0xF1], validity: 1_700_000_000...1_900_000_000, products: ["Milan"])
private let pile = [roots.intel.platformCA, roots.intel.root].map(\.certificate)
private let leaf = roots.intel.platformCertificate().certificate

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    let milan = roots.amd[0]
    FuzzInput.writeSeeds([
        leaf.encoded, milan.leaf(SNPRecipe()).encoded, milan.ask.certificate.encoded,
        Bytes((PEM.text(leaf.encoded) + PEM.text(pile[0].encoded)).utf8),
        roots.intel.root.revocationList([[1], [0, 0x80]], validity: roots.validity),
        milan.root.revocationList(validity: roots.validity),
    ])
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    if let certificates = try? PEM.certificates(in: bytes[...]) {
        precondition(
            certificates.allSatisfy { (try? Certificate($0.encoded)) == $0 },
            "what is read can be read again")
    }
    if let list = try? RevocationList(bytes) {
        precondition(list.encoded == bytes, "a list keeps its bytes")
        _ = list.isSigned(by: pile[1])
    }
    guard let certificate = try? Certificate(bytes) else { return 0 }
    precondition(certificate.encoded == bytes, "a certificate keeps its bytes")
    _ = "\(certificate.subject) \(certificate.extensions.map(\.identifier))"
    let anchor = TrustAnchor(keyFingerprint: pile[1].keyFingerprint)
    let path = try? CertificatePath(
        from: certificate, through: pile, to: [anchor], atSeconds: 1_800_000_000)
    if path != nil {
        precondition(
            certificate == leaf || certificate == pile[0], "only what was signed is found valid")
    }
    return 0
}
