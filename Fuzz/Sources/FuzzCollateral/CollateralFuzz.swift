// Collateral and policies: no bytes trap the readers of documents, of answers and of policies, and
// no document but those that were signed is accepted.

import Attestation
import Base
import Certificates
import DevelopmentAuthority
import FuzzSupport
import Wire

private let roots = DevelopmentRoots(
    seed: [0xF3], validity: 1_700_000_000...1_900_000_000, products: [])
private let collateral = try? roots.intel.collateral()

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    guard let collateral else { preconditionFailure("the authority can be made") }
    var policy = AttestationPolicy.strict
    policy.technologies = ["tdx"]
    policy.measurements = [MeasurementRule(.tdx, "mrtd", [[1]])]
    policy.minimumVersions = [VersionRule(.nvidiaGPU, "driver", "570.1")]
    FuzzInput.writeSeeds(
        collateral.tcbInfos.map { $0.document.answer(member: "tcbInfo") }
            + collateral.identities.map { $0.document.answer(member: "enclaveIdentity") }
            + [policy.encoded()])
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    if let policy = try? AttestationPolicy(decoding: bytes) { _ = policy.problem }
    guard let document = try? SignedDocument(answer: bytes), let collateral,
        let trusted = TrustedRoots(roots.trusted)
    else { return 0 }
    let verifier = AttestationVerifier(
        roots: trusted, collateral: collateral, atSeconds: 1_800_000_000)
    let signed = (collateral.tcbInfos.map(\.document) + collateral.identities.map(\.document))
        .map(\.body)
    if let info = try? TCBInfo(document), (try? verifier.check(info)) != nil {
        precondition(signed.contains(document.body), "only what was signed is accepted")
    }
    if let identity = try? EnclaveIdentity(document), (try? verifier.check(identity)) != nil {
        precondition(signed.contains(document.body), "only what was signed is accepted")
    }
    return 0
}
