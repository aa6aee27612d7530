// Many nodes, one chain, one thread: a simulated engine decides blocks and brings them to every
// node, each at its own pace, with other calls in between, with crashes at every step, with lost
// and torn writes, with nodes that fall behind and nodes that start from another's snapshot.
// Whatever happens to a node, its results, its app hash and its state must be those of the others.
//
// All of it follows from a seed: a failure is repeated by its number. Calls are permuted, not run
// at once; threads are for the tests of the host.

import App
public import Base
import Cryptography
import Ledger
import Store
import TestSupport
import Wire

/// A simulation and its outcome.
public struct Simulation {
    /// What to simulate.
    public struct Options: Sendable {
        /// All randomness follows from it.
        public var seed: UInt64
        /// Number of blocks.
        public var blocks: Int
        /// Number of nodes.
        public var nodes: Int
        /// Most transactions of a block.
        public var transactions: Int
        /// Whether every other transaction is about results of committed models.
        public var prefersResults: Bool

        /// Makes options; by default 4 nodes, or 16 for one seed in eight. One in four prefers
        /// results.
        public init(seed: UInt64, blocks: Int = 200, nodes: Int? = nil, transactions: Int = 4) {
            self.seed = seed
            self.blocks = blocks
            self.nodes = nodes ?? (seed % 8 == 7 ? 16 : 4)
            self.transactions = transactions
            prefersResults = seed % 4 == 2
        }
    }

    /// What happened.
    public struct Report: Equatable, Sendable {
        /// Transactions in blocks.
        public var transactions = 0
        /// Those of them that succeeded.
        public var succeeded = 0
        /// Crashes of nodes.
        public var crashes = 0
        /// Blocks that a node executed again, or late.
        public var replays = 0
        /// Nodes that started from a snapshot.
        public var restorations = 0
        /// Requests for results that were answered with a proof.
        public var answers = 0
        /// Requests for results whose price was taken back.
        public var cancellations = 0
        /// App hash after the last block.
        public var appHash: Bytes = []

        /// Nothing happened.
        public init() {}
    }

    /// Nodes differ, or one refused what it must not.
    public struct Divergence: Error, Equatable, CustomStringConvertible {
        /// Seed of the simulation.
        public let seed: UInt64
        /// Height at which it shows.
        public let height: Int64
        /// What differs.
        public let reason: String

        public var description: String { "seed \(seed), height \(height): \(reason)" }
    }

    /// A block that was decided, and what the first node to execute it got.
    struct Decided {
        let transactions: [Bytes]
        let info: BlockInfo
        var result: BlockResult?
    }

    let options: Options
    var generator: SeededGenerator
    var workload: Workload
    var nodes: [SimulatedNode] = []
    var chain: [Decided] = []
    var genesis: ChainInitialization
    var genesisHash: Bytes = []
    var validators: SimulatedValidators
    var report = Report()

    /// Runs a simulation.
    ///
    /// - Throws: ``Divergence`` when nodes differ or an invariant breaks.
    public static func run(_ options: Options) throws -> Report {
        var simulation = try Simulation(options)
        for _ in 0..<options.blocks { try simulation.runBlock() }
        try simulation.finish()
        return simulation.report
    }

    private init(_ options: Options) throws {
        self.options = options
        var generator = SeededGenerator(seed: options.seed)
        workload = Workload(seed: generator.next())
        workload.prefersResults = options.prefersResults
        let initialHeight: Int64 = generator.isOne(in: 3) ? 1_000 : 1
        genesis = Simulation.genesis(workload, initialHeight, &generator)
        validators = SimulatedValidators(genesis.validators)
        for index in 0..<options.nodes {
            // What an operator chooses must not matter.
            let kept = Int64(generator.element(of: [2, 3, 7, 100]))
            nodes.append(
                try SimulatedNode(
                    index: index, options: ApplicationOptions(retainedVersions: kept)))
        }
        self.generator = generator
    }

    private static func genesis(
        _ workload: Workload, _ initialHeight: Int64, _ generator: inout SeededGenerator
    ) -> ChainInitialization {
        return ChainInitialization(
            chainID: workload.chainID, time: Timestamp(seconds: 1_700_000_000),
            initialHeight: initialHeight, validators: workload.validators,
            parameters: ConsensusParameterSet(
                BlockParameters(maximumGas: generator.element(of: [-1, 2_000_000, 100_000_000]))),
            appState: workload.appState)
    }

    func fail(_ reason: String) -> Divergence {
        Divergence(
            seed: options.seed, height: genesis.initialHeight + Int64(chain.count) - 1,
            reason: reason)
    }

    /// The end: every node is brought to the last block, and all states are compared.
    private mutating func finish() throws {
        for index in nodes.indices { try catchUp(index, all: true) }
        try compareStates()
        report.crashes = nodes.reduce(0) { $0 + $1.crashCount }
        report.replays = nodes.reduce(0) { $0 + $1.replayedCount }
        report.answers = workload.results.answerCount
        report.cancellations = workload.results.cancellationCount
        report.appHash = chain.last?.result?.appHash ?? genesisHash
    }
}
