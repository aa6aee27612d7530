import Base
import Simulator
import Testing

@Suite struct SimulationTests {
    /// `make simulate` runs many more; `make simulate SEED=n` one of them.
    @Test(arguments: [0, 1, 7] as [UInt64])
    func nodesThatCrashAndLagStayInAgreement(seed: UInt64) throws {
        let report = try Simulation.run(
            Simulation.Options(seed: seed, blocks: 20, transactions: 3))
        #expect(report.transactions > 10 && report.succeeded > 0)
        #expect(report.crashes > 3 && report.replays > 0)
        #expect(report.appHash.count == 32)
    }

    @Test func resultsAreProvedOrTakenBack() throws {
        var options = Simulation.Options(seed: 6, blocks: 60, nodes: 2, transactions: 10)
        options.prefersResults = true
        let report = try Simulation.run(options)
        #expect(report.answers > 0 && report.cancellations > 0, "\(report)")
    }

    @Test func aSeedRepeatsItself() throws {
        let options = Simulation.Options(seed: 11, blocks: 12)
        #expect(try Simulation.run(options) == Simulation.run(options))
        let other = Simulation.Options(seed: 12, blocks: 12)
        #expect(try Simulation.run(options).appHash != Simulation.run(other).appHash)
    }
}
