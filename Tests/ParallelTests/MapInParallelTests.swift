import Parallel
import Testing

@Suite struct MapInParallelTests {
    @Test(arguments: [0, 1, 2, 7, 1000])
    func resultsStandInTheOrderOfTheirNumbers(threads: Int) {
        let squares = mapInParallel(100, threads: threads) { $0 * $0 }
        #expect(squares == (0..<100).map { $0 * $0 })
        #expect(mapInParallel(0, threads: threads) { $0 }.isEmpty)
    }
}
