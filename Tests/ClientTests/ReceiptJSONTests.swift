import Base
import Blocks
import Client
import Foundation
import TestSupport
import Testing
import Wire

@Suite struct ReceiptJSONTests {
    @Test func survivesItsFile() throws {
        let receipt = try ReceiptWorld().receipt()
        #expect(try Receipt(parsing: receipt.fileBytes) == receipt)
        #expect(try Receipt(parsing: Bytes(receipt.json.compactText.utf8)) == receipt)
        _ = try JSONSerialization.jsonObject(with: Data(receipt.fileBytes))
    }

    @Test func rejectsTruncationAtEveryOffset() throws {
        let bytes = Bytes(try ReceiptWorld().receipt().json.compactText.utf8)
        for count in 0..<bytes.count {
            do {
                _ = try Receipt(parsing: Bytes(bytes[..<count]))
                Issue.record("accepted \(count) of \(bytes.count) bytes")
            } catch {
                #expect(error.code == "not-json")
            }
        }
    }

    /// Whatever byte is altered, the receipt is refused or says the same.
    @Test func rejectsEveryAlteredByte() throws {
        let receipt = try ReceiptWorld().receipt()
        let bytes = receipt.fileBytes
        var accepted = 0
        for index in bytes.indices {
            for mask in [1 << UInt8(index % 8), 0x20] as [UInt8] {
                var altered = bytes
                altered[index] ^= mask
                guard let read = try? Receipt(parsing: altered),
                    (try? ReceiptVerifier.verify(read)) != nil
                else { continue }
                accepted += 1
                #expect(read == receipt, "byte \(index)")
            }
        }
        #expect(accepted == 0)
    }

    @Test func rejectsMembersItDoesNotKnow() throws {
        let text = try ReceiptWorld().receipt().json.compactText
        for (from, to) in [
            ("{\"format\"", "{\"x\":1,\"format\""),
            ("\"store\":\"ai\"", "\"store\":\"ai\",\"x\":1"),
            ("\"voting_power\"", "\"x\":1,\"voting_power\""), ("\"round\"", "\"x\":{},\"round\""),
            ("\"type\":\"ics23:iavl\"", "\"type\":\"ics23:iavl\",\"x\":null"),
        ] {
            let altered = text.replacingOccurrences(of: from, with: to)
            #expect(altered != text)
            #expect(throws: ReceiptError.notCanonical) {
                try Receipt(parsing: Bytes(altered.utf8))
            }
        }
    }

    @Test func saysWhyItIsNoReceipt() throws {
        func read(_ text: String) throws -> Receipt { try Receipt(parsing: Bytes(text.utf8)) }
        #expect(throws: ReceiptError.notAReceipt) { try read("{}") }
        #expect(throws: ReceiptError.notAReceipt) { try read("[]") }
        #expect(throws: ReceiptError.notAReceipt) { try read("{\"format\":\"x\",\"version\":1}") }
        #expect(throws: ReceiptError.unsupportedVersion("2")) {
            try read("{\"format\":\"aivm-receipt\",\"version\":2}")
        }
        #expect(throws: ReceiptError.unsupportedVersion("\"1\"")) {
            try read("{\"format\":\"aivm-receipt\",\"version\":\"1\"}")
        }
        #expect(throws: ReceiptError.malformed(member: "receipt.statement")) {
            try read("{\"format\":\"aivm-receipt\",\"version\":1}")
        }
        #expect(throws: ReceiptError.self) { try read(String(repeating: "[", count: 100_000)) }
    }

    @Test func leavesOutWhatIsNotSigned() throws {
        var receipt = try ReceiptWorld().receipt()
        receipt.validators.validators[0].proposerPriority = -5
        #expect(throws: ReceiptError.malformed(member: "validators.proposer_priority")) {
            try Receipt(parsing: receipt.fileBytes)
        }
    }

    @Test func neverTrapsOnDamagedText() throws {
        var mutator = Mutator(seed: 13)
        let bytes = Bytes(try ReceiptWorld().receipt().json.compactText.utf8)
        for _ in 0..<2000 {
            guard let read = try? Receipt(parsing: mutator.mutate(bytes)) else { continue }
            _ = try? ReceiptVerifier.verify(read)
        }
    }
}
