// Receipts: no text traps the reader or the verifier, and under pinned validators none but the
// receipt that they signed is accepted.

import Base
import Client
import Foundation
import FuzzSupport

/// The receipt that the tests recorded, and the trust of a reader who knows its chain.
private let recorded: (receipt: Receipt, trust: ReceiptTrust)? = {
    var root = URL(fileURLWithPath: #filePath)
    // Fuzz/Sources/FuzzReceipt/ReceiptFuzz.swift
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let path = root.appendingPathComponent("Tests/Vectors/receipt.json").path
    guard let data = FileManager.default.contents(atPath: path),
        let receipt = try? Receipt(parsing: Bytes(data)),
        let report = try? ReceiptVerifier.verify(receipt)
    else { return nil }
    return (
        receipt,
        ReceiptTrust(chainID: receipt.chainID, validatorsHash: report.validatorsHash)
    )
}()

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    guard let recorded else { preconditionFailure("the recorded receipt is valid") }
    FuzzInput.writeSeeds([
        recorded.receipt.fileBytes, Bytes(recorded.receipt.json.compactText.utf8),
    ])
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    guard let receipt = try? Receipt(parsing: bytes) else { return 0 }
    precondition((try? Receipt(parsing: receipt.fileBytes)) == receipt, "a receipt is its file")
    guard let recorded else { return 0 }
    if (try? ReceiptVerifier.verify(receipt, trusting: recorded.trust)) != nil {
        precondition(receipt == recorded.receipt, "only what was signed is accepted")
    }
    return 0
}
