// A batch gives each statement the answer it gets alone.

import Fields
import Plonk
import TestSupport
import Testing

@Suite struct BatchTests {
    private func statements(_ count: Int) throws -> [PlonkStatement] {
        let examples = PlonkCase.committed
        return try (0..<count).map {
            try examples[$0 % examples.count].statement(plain: $0 / examples.count % 2 == 1)
        }
    }

    @Test func trueStatementsPassTogether() throws {
        #expect(verify(batch: []).isEmpty)
        for count in [1, 2, 3, 16] {
            #expect(verify(batch: try statements(count)).allSatisfy { $0 == nil })
        }
    }

    @Test func statementsAboutDifferentTauPassTogether() throws {
        // chain1000 has other powers of tau than the rest.
        let all = try PlonkCase.all.map { try $0.statement() }
        #expect(verify(batch: all).allSatisfy { $0 == nil })
    }

    @Test func everyFalseStatementIsNamed() throws {
        for falseOnes in [[0], [7], [3, 4], [0, 2, 5, 7], Array(0..<8)] {
            var batch = try statements(8)
            for index in falseOnes { batch[index].proof.evaluationB += Fr.one }
            let expected = (0..<8).map {
                falseOnes.contains($0) ? PlonkError.proofDoesNotHold : nil
            }
            #expect(verify(batch: batch) == expected)
        }
    }

    @Test func malformedStatementsDoNotDisturbOthers() throws {
        var batch = try statements(5)
        batch[1].proof.t2 = .infinity
        batch[3].publicSignals = []
        batch[4].publicSignals[0] += Fr.one
        let answers = verify(batch: batch)
        #expect(answers[0] == nil && answers[2] == nil)
        #expect(answers[1] == .pointAtInfinity("T2"))
        #expect(
            answers[3]
                == .wrongPublicCount(expected: batch[3].key.publicCount, actual: 0))
        #expect(answers[4] == .proofDoesNotHold)
    }

    @Test func errorsDoNotCancelInTheSum() throws {
        // Two proofs whose errors are opposite: without factors their sum would hold.
        let statement = try #require(PlonkCase.committed.first).statement()
        var (first, second) = (statement, statement)
        let delta = G1Projective.generator
        first.proof.wxiw = (G1Projective(statement.proof.wxiw) + delta).affine
        second.proof.wxiw = (G1Projective(statement.proof.wxiw) - delta).affine
        #expect(verify(batch: [first, second]) == [.proofDoesNotHold, .proofDoesNotHold])
    }
}
