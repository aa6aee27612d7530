import Fields
import Sumcheck
import SumcheckProver
import Testing

@Suite struct SoundnessTests {
    /// Printed, because a number that nobody sees is not checked by anybody.
    @Test func boundIsAtLeastOneHundredBits() throws {
        let systems = [
            ("perceptron", try Network.perceptron().system(rowBits: 7)),
            ("convolutional", try Network.convolutional().system(rowBits: 7)),
            ("attention", try Network.attention().system(rowBits: 8)),
        ]
        for (name, system) in systems {
            let bound = SoundnessBound(system)
            let bits = bound.bits(fieldBits: 253)
            print(
                "\(name): \(bits) bits; "
                    + bound.steps.map { "\($0.name) \($0.numerator)" }
                    .joined(separator: ", "))
            #expect(bits >= 220)
        }
    }

    @Test func boundAddsUpItsSteps() throws {
        let bound = SoundnessBound(try Network.perceptron().system(rowBits: 7))
        #expect(bound.numerator == bound.steps.reduce(0) { $0 + $1.numerator })
        #expect(bound.steps.allSatisfy { $0.numerator > 0 })
        // Two polynomials of the degree of the longest string dominate everything else.
        #expect(bound.numerator < 4 * SoundnessBound.stringDegree)
    }
}
