import AIModule
import Client
import TestSupport
import Testing

/// A receipt made once stays valid, and the same chain makes the same receipt: neither the form of
/// the file nor any hash in it changes by accident. `AIVM_RECORD=1` rewrites the file.
@Suite struct ReceiptGoldenTests {
    static let path = "Tests/Vectors/receipt.json"

    @Test func reproducesTheRecordedReceipt() throws {
        let text = String(decoding: try ReceiptWorld().receipt().fileBytes, as: UTF8.self)
        #expect(try RecordedFile.matches(text, at: Self.path))
    }

    @Test func verifiesTheRecordedReceipt() throws {
        let world = try ReceiptWorld()
        let receipt = try Receipt(parsing: Vectors.bytes("receipt.json"))
        let report = try ReceiptVerifier.verify(
            receipt, trusting: world.trust, rerunning: world.model)
        #expect(report.warnings.isEmpty && report.wasRerun)
        #expect(report.record.id == 42)
    }
}
