import Base
import Cryptography
import TestSupport
import Testing
import Wire

@testable import Verification

@Suite struct StatementTests {
    private func sample(_ generator: inout SeededGenerator) -> TensorSet {
        let count = generator.int(in: 0...3)
        return TensorSet(
            (0..<count).map { index in
                TensorEntry(
                    name: "t\(index)", elementType: 2,
                    dimensions: [UInt64(generator.int(in: 0...4))],
                    data: generator.bytes(count: generator.int(in: 0...20)))
            })
    }

    @Test func commitmentIsTheHashOfDomainAndCanonicalBytes() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<50 {
            let set = sample(&generator)
            let joined = Bytes("AIVM/tensors/1".utf8) + set.encoded()
            #expect(set.commitment == SHA256.hash(joined))
        }
    }

    @Test func commitmentOfAKnownSetIsFrozen() {
        let set = TensorSet([
            TensorEntry(name: "x", elementType: 1, dimensions: [1], data: [0, 0, 0x80, 0x3F])
        ])
        // name "x", type 1, packed dimensions [1], data 1.0f.
        #expect(set.encoded().hex == "0a0e0a017810011a01012204" + "0000803f")
        #expect(
            set.commitment.hex
                == "a6f41bba0e35f2d18bf48ee33b3217083bf96d65908191be0885601af028a2d3")
    }

    @Test func everyFieldChangesTheCommitment() {
        let base = TensorEntry(name: "x", elementType: 2, dimensions: [2], data: [1, 2])
        var changed = [base, base, base, base]
        changed[0].name = "y"
        changed[1].elementType = 3
        changed[2].dimensions = [1, 2]
        changed[3].data = [1, 3]
        let all = [base] + changed
        let hashes = all.map { TensorSet([$0]).commitment } + [TensorSet([base, base]).commitment]
        #expect(Set(hashes).count == 6)
    }

    @Test func statementHoldsBothCommitments() throws {
        var generator = SeededGenerator(seed: 2)
        let input = sample(&generator)
        let output = sample(&generator)
        let modelID = SHA256.hash([7])
        let statement = Statement(
            modelID: modelID, arithmeticVersion: 1, input: input, output: output)
        #expect(statement.modelID == modelID.bytes)
        #expect(statement.inputCommitment == input.commitment.bytes)
        #expect(statement.outputCommitment == output.commitment.bytes)
        #expect(try Statement(decoding: statement.encoded(), rules: .canonical) == statement)
    }
}
