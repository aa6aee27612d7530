import Base
import TestSupport
import Testing

@Suite struct MutatorTests {
    @Test func repeatsItselfFromItsSeed() {
        let corpus: [Bytes] = [Bytes(0..<50), Bytes(100..<120)]
        var first = Mutator(seed: 11)
        var second = Mutator(seed: 11)
        for _ in 0..<300 {
            #expect(
                first.mutate(corpus[0], corpus: corpus) == second.mutate(corpus[0], corpus: corpus))
        }
    }

    @Test func survivesEveryShortInputAndChangesMost() {
        var mutator = Mutator(seed: 5)
        var changed = 0
        for round in 0..<2_000 {
            let input = Bytes(repeating: 9, count: round % 6)
            let output = mutator.mutate(input, corpus: [[], [1, 2, 3]])
            changed += output == input ? 0 : 1
            #expect(output.count <= input.count + 4 * 4096)
        }
        #expect(changed > 1_500)
    }

    @Test func cutsGrowsAndSplices() {
        var mutator = Mutator(seed: 2)
        let input = Bytes(repeating: 7, count: 100)
        let outputs = (0..<500).map { _ in mutator.mutate(input, corpus: [[200, 201, 202]]) }
        #expect(outputs.contains { $0.count < 90 })
        #expect(outputs.contains { $0.count > 110 })
        #expect(outputs.contains { $0.suffix(2) == [201, 202] })
    }
}
