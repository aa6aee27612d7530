// A height of a simulation: transactions, proposals, the decision, and its execution by every node.

import App
import Base
import Cryptography
import Ledger
import Store
import TestSupport
import Wire

extension Simulation {
    mutating func runBlock() throws {
        let height = genesis.initialHeight + Int64(chain.count)
        if chain.isEmpty { for index in nodes.indices { try initialize(index) } }
        var info = BlockInfo(
            chainID: genesis.chainID, height: height,
            time: Timestamp(
                seconds: genesis.time.seconds + Int64(chain.count) * 5
                    + Int64(generator.int(in: 0...4))),
            lastCommit: validators.votes(&generator))
        info.offences = validators.offences(info, &generator)
        info.proposer = generator.element(of: validators.current).address
        workload.results.time = info.time
        let candidates = workload.transactions(upTo: options.transactions)
        for index in nodes.indices where generator.isOne(in: 4) {
            try askBeside(index, candidates)
        }
        let transactions = try decide(candidates, info)
        info.hash = SHA256.hash(concatenating: transactions + [info.height.bytes]).bytes
        chain.append(Decided(transactions: transactions, info: info))
        // One node is always at the top: proposers and observers need it.
        let leader = generator.int(in: 0..<nodes.count)
        for index in generator.permutation(of: nodes.count) {
            guard index == leader || !generator.isOne(in: 6) else { continue }
            try catchUp(index, all: index == leader)
        }
        try observe(leader)
        if generator.isOne(in: 40) { try restoreOne(from: leader) }
        if chain.count % 20 == 0 { try compareStates() }
    }

    /// After each block: the users learn, and every invariant must hold.
    private mutating func observe(_ leader: Int) throws {
        guard let result = chain.last?.result else { throw fail("no node executed the block") }
        report.transactions += result.results.count
        report.succeeded += result.results.count { $0.code == 0 }
        validators.advance(result.validatorUpdates)
        guard !validators.current.isEmpty else { throw fail("no validator is left") }
        try workload.observe(nodes[leader].application)
        do { try nodes[leader].application.checkInvariants() } catch {
            throw fail("an invariant: \(error)")
        }
    }

    // MARK: Proposals

    /// Nodes that are at the height before the next.
    private func ready() throws -> [Int] {
        let last = chain.isEmpty ? 0 : genesis.initialHeight + Int64(chain.count) - 1
        return try nodes.indices.filter {
            try nodes[$0].height() == last && (last > 0 || !genesisHash.isEmpty)
        }
    }

    /// Rounds of proposals; what every honest node accepts is decided.
    private mutating func decide(_ candidates: [Bytes], _ info: BlockInfo) throws -> [Bytes] {
        var judges = try ready()
        if judges.isEmpty {
            let first = generator.int(in: 0..<nodes.count)
            try catchUp(first, all: true)
            judges = [first]
        }
        var decided: [Bytes] = []
        for _ in 0..<(generator.isOne(in: 5) ? 3 : 1) {
            let proposer = generator.element(of: judges)
            let limit = Int64(generator.element(of: [400, 2_000, 1_000_000]))
            var node = nodes[proposer].application
            decided = try node.prepareProposal(candidates, maximumBytes: limit, block: info)
            let size = decided.reduce(0) { $0 + Simulation.proposalByteCount($1) }
            guard size <= limit else { throw fail("a proposal of \(size) bytes, not \(limit)") }
            for judge in judges {
                guard try nodes[judge].application.processProposal(decided, block: info) else {
                    throw fail("node \(judge) refuses the proposal of node \(proposer)")
                }
            }
            try compareVerdicts(judges, candidates + [generator.bytes(count: 9)], info)
        }
        // A proposal may be decided that holds what no honest proposer takes.
        if generator.isOne(in: 10) { decided.append(generator.bytes(count: 20)) }
        return decided
    }

    /// A hostile proposal gets one verdict from all nodes.
    private mutating func compareVerdicts(
        _ judges: [Int], _ proposal: [Bytes], _ info: BlockInfo
    ) throws {
        var verdicts: [Bool] = []
        for judge in judges {
            verdicts.append(
                try nodes[judge].application.processProposal(proposal, block: info))
        }
        guard verdicts.allSatisfy({ $0 == verdicts.first }) else {
            throw fail("nodes judge a proposal differently: \(verdicts)")
        }
    }

    static func proposalByteCount(_ bytes: Bytes) -> Int64 {
        var length = Bytes()
        length.appendVarint(UInt64(bytes.count))
        return Int64(1 + length.count + bytes.count)
    }

    // MARK: Execution

    /// Questions that change no state, at any moment.
    mutating func askBeside(_ index: Int, _ transactions: [Bytes]) throws {
        guard try nodes[index].height() > 0 else { return }
        for bytes in transactions where generator.isOne(in: 2) {
            _ = try nodes[index].application.checkTransaction(
                bytes, recheck: generator.isOne(in: 3))
        }
        let paths = [
            "/cosmos.bank.v1beta1.Query/TotalSupply", "/store/bank/key", "/no/such/path",
        ]
        _ = try nodes[index].application.query(
            StateQuery(
                path: generator.element(of: paths), data: generator.bytes(count: 5),
                height: Int64(generator.int(in: 0...3))))
    }

    /// Brings a node forward: to the last block, or part of the way.
    mutating func catchUp(_ index: Int, all: Bool) throws {
        while true {
            let height = try nodes[index].height()
            let next = height == 0 ? 0 : Int(height - genesis.initialHeight) + 1
            if height == 0 { try initialize(index) }
            guard next < chain.count else { return }
            if !all, next < chain.count - 1, generator.isOne(in: 3) { return }
            if next < chain.count - 1 { nodes[index].replayedCount += 1 }
            try execute(next, on: index)
        }
    }

    private mutating func initialize(_ index: Int) throws {
        for _ in 0..<(generator.isOne(in: 4) ? 2 : 1) {
            let result = try nodes[index].application.initializeChain(genesis)
            let hash = result.appHash
            if genesisHash.isEmpty, !result.validators.isEmpty {
                validators = SimulatedValidators(result.validators)
            }
            guard genesisHash.isEmpty || genesisHash == hash else {
                throw fail("node \(index) has another app hash of genesis")
            }
            genesisHash = hash
        }
    }

    /// Executes a block on a node, once or more, with a crash at some step now and then.
    private mutating func execute(_ position: Int, on index: Int) throws {
        let block = chain[position]
        let crash = generator.isOne(in: 8) ? generator.int(in: 0..<4) : -1
        if crash == 0 { return try nodes[index].crash() }
        if generator.isOne(in: 12) {
            // Another block of the same height, which was not decided.
            let other = Array(block.transactions.reversed()) + [[1, 2, 3]]
            _ = try nodes[index].application.finalizeBlock(other, block: block.info)
        }
        for _ in 0..<(generator.isOne(in: 10) ? 2 : 1) {
            let result = try nodes[index].application.finalizeBlock(
                block.transactions, block: block.info)
            try compare(result, position, index)
        }
        if crash == 1 { return try nodes[index].crash() }
        if generator.isOne(in: 6) { try askBeside(index, block.transactions) }
        if crash == 2 { return try nodes[index].crashInCommit(&generator) }
        try nodes[index].commit()
        if crash == 3 { try nodes[index].crash() }
        let info = try nodes[index].application.info()
        guard info.lastHeight == block.info.height,
            info.lastAppHash == chain[position].result?.appHash
        else { throw fail("node \(index) has height \(info.lastHeight) after its commit") }
    }

    private mutating func compare(
        _ result: BlockResult, _ position: Int, _ index: Int
    ) throws {
        guard let known = chain[position].result else {
            guard result.results.count == chain[position].transactions.count else {
                throw fail("results and transactions differ in number")
            }
            chain[position].result = result
            return
        }
        guard known != result else { return }
        let reason =
            known.appHash != result.appHash
            ? "app hash \(result.appHash.hex), not \(known.appHash.hex)"
            : "results, events or updates"
        throw fail(
            "node \(index) differs in block \(chain[position].info.height): \(reason)")
    }

    // MARK: State

    /// A node loses its disk and starts from another's snapshot.
    private mutating func restoreOne(from leader: Int) throws {
        let index = generator.int(in: 0..<nodes.count)
        guard index != leader else { return }
        try nodes[index].restore(from: nodes[leader], &generator)
        report.restorations += 1
        let (old, new) = (
            try nodes[leader].application.info(), try nodes[index].application.info()
        )
        guard old.lastAppHash == new.lastAppHash, old.lastHeight == new.lastHeight else {
            throw fail("node \(index) restored another state")
        }
    }

    /// Nodes at one height hold the same state and blobs, byte for byte.
    func compareStates() throws {
        let last = genesis.initialHeight + Int64(chain.count) - 1
        let top = try nodes.filter { try $0.height() == last }
        guard let first = top.first else { return }
        for family in [ColumnFamily.state, .blobs] {
            let expected = try first.content.allPairs(family)
            for node in top.dropFirst() {
                guard try node.content.allPairs(family) == expected else {
                    throw fail("nodes \(first.index) and \(node.index) differ in \(family)")
                }
            }
        }
    }
}

extension Int64 {
    fileprivate var bytes: Bytes {
        var bytes = Bytes()
        bytes.appendBigEndian(UInt64(bitPattern: self))
        return bytes
    }
}

extension SeededGenerator {
    /// The numbers below `count` in random order.
    mutating func permutation(of count: Int) -> [Int] { (0..<count).shuffled(using: &self) }
}
