import TestSupport
import Testing

@Suite struct SeededGeneratorTests {
    /// Reference output of the public-domain `splitmix64.c` by Sebastiano Vigna, seed 1234567.
    @Test func followsThePublishedSequence() {
        var generator = SeededGenerator(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect(expected == (0..<5).map { _ in generator.next() })
    }

    @Test(arguments: 0..<40) func makesExactlyTheBytesAskedFor(count: Int) {
        var generator = SeededGenerator(seed: 7)
        var twin = generator
        let bytes = generator.bytes(count: count)
        #expect(bytes.count == count)
        #expect(bytes == twin.bytes(count: count))
    }

    @Test func staysInItsRangeAndReachesBothEnds() {
        var generator = SeededGenerator(seed: 3)
        let values = (0..<500).map { _ in generator.int(in: -2...2) }
        #expect(values.min() == -2)
        #expect(values.max() == 2)
    }
}
