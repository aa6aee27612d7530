import Base
import Fields
import Sumcheck
import SumcheckProver
import TestSupport
import Testing

@Suite struct CompletenessTests {
    @Test(arguments: [false, true])
    func provesALinearLayer(hiding: Bool) throws {
        let example = try LinearExample()
        try example.witness.check()
        let sample = try Sample(example.witness, hiding: hiding)
        try sample.verify()
        let bytes = sample.proof.encoded
        let read = try SumcheckProof<KZGRows>(
            encoded: bytes, system: sample.system, statement: sample.statement)
        #expect(read == sample.proof)
    }
}
