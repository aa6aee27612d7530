import ABCI
import App
import Base
import EngineDouble
import Ledger
import Simulator
import Store
import TestSupport
import Testing
import Wire

/// Every row of the engine's table of handshakes, over a socket.
@Suite struct HandshakeTests {
    /// An application behind a socket, whose disk can be put back to an earlier height.
    private final class Node {
        var store = MemoryStore()
        private var server: ABCIServer?
        /// The disk after each height, and at 0.
        private(set) var history: [MemoryStore] = [MemoryStore()]

        func start() throws -> SocketAddress {
            let session = try ApplicationSession(
                try AIVMApplication(reading: store), store: store)
            let server = try ABCIServer(session, at: .tcp(host: "127.0.0.1", port: 0))
            self.server = server
            return server.address
        }

        var address: SocketAddress { get throws { try #require(server?.address) } }

        func stop() {
            server?.close()
            server = nil
        }

        /// Notes the disk as that of the next height.
        func note() { history.append(store.copy()) }

        /// Another process, over the disk as it was after `height`.
        func restart(at height: Int) throws -> SocketAddress {
            stop()
            store = history[height].copy()
            return try start()
        }
    }

    private func chain(
        of count: Int, initialHeight: Int64 = 1
    ) throws -> (Node, FakeEngine, Workload) {
        let node = Node()
        var workload = Workload(seed: 5)
        let genesis = try #require(
            Questions.initialization(workload, initialHeight: initialHeight).initializeChain)
        var engine = FakeEngine(genesis: genesis)
        engine.voteExtensionsHeight = initialHeight + 1
        try engine.connect(to: try node.start())
        for number in 0..<count {
            let transactions = workload.transactions(upTo: 5)
            for transaction in transactions { _ = try engine.check(transaction) }
            try engine.makeBlock(transactions, rounds: 1 + number % 3)
            try workload.observe(try AIVMApplication(reading: node.store))
            node.note()
        }
        return (node, engine, workload)
    }

    /// The chain can go on.
    private func goOn(_ engine: inout FakeEngine, _ node: Node) throws {
        let before = engine.blocks.count
        for _ in 0..<2 { try engine.makeBlock([[1, 2, 3]]) }
        #expect(engine.blocks.count == before + 2)
        let info = try AIVMApplication(reading: node.store).info()
        #expect(info.lastAppHash == engine.blocks.last?.appHash)
        node.stop()
    }

    @Test(arguments: [1, 1_000] as [Int64])
    func anApplicationAtTheSameHeightSeesNothing(initialHeight: Int64) throws {
        var (node, engine, _) = try chain(of: 6, initialHeight: initialHeight)
        engine.disconnect()
        try engine.connect(to: try node.restart(at: 6))
        #expect(engine.replayedCount == 0)
        try goOn(&engine, node)
    }

    @Test(arguments: [1, 1_000] as [Int64], [0, 1, 3, 5])
    func anApplicationThatIsBehindExecutesWhatItMissed(
        initialHeight: Int64, height: Int
    ) throws {
        var (node, engine, _) = try chain(of: 6, initialHeight: initialHeight)
        engine.disconnect()
        try engine.connect(to: try node.restart(at: height))
        #expect(engine.replayedCount == 6 - height)
        try goOn(&engine, node)
    }

    @Test(arguments: FakeEngine.FailPoint.allCases, [false, true])
    func anEngineThatDiedAnywhereGoesOn(
        point: FakeEngine.FailPoint, restarts: Bool
    ) throws {
        var (node, engine, workload) = try chain(of: 3)
        engine.failPoint = point
        #expect(throws: EngineFault.planned) {
            try engine.makeBlock(workload.transactions(upTo: 5))
        }
        engine.failPoint = nil
        let isCommitted = point == .committed || point == .stateStored
        let height = try AIVMApplication(reading: node.store).info().lastHeight
        #expect(height == (isCommitted ? 4 : 3))
        engine.disconnect()
        if restarts {
            node.note()
            try engine.connect(to: try node.restart(at: 4))
        } else {
            // The application lives on, with whatever it had staged.
            try engine.connect(to: try node.address)
        }
        let isStored = point != .proposed
        #expect(engine.blocks.count == (isStored ? 4 : 3))
        #expect(engine.replayedCount == (isStored && !isCommitted ? 1 : 0))
        try goOn(&engine, node)
    }

    @Test func anApplicationAheadEndsTheEngine() throws {
        var (node, engine, _) = try chain(of: 6)
        engine.disconnect()
        engine.rollBack(hard: true)
        engine.rollBack(hard: true)
        #expect(throws: EngineFault.applicationAhead(6, 4)) {
            try engine.connect(to: try node.restart(at: 6))
        }
        engine.reset()
        #expect(throws: EngineFault.applicationAhead(6, 0)) {
            try engine.connect(to: try node.restart(at: 6))
        }
        node.stop()
    }

    @Test func afterARollbackTheBlockIsExecutedAgain() throws {
        // The application still has the block, or was rolled back too.
        for height in [6, 5] {
            var (node, engine, _) = try chain(of: 6)
            engine.disconnect()
            engine.rollBack()
            try engine.connect(to: try node.restart(at: height))
            #expect(engine.replayedCount == 6 - height)
            try goOn(&engine, node)
        }
        var (node, engine, _) = try chain(of: 6)
        engine.disconnect()
        engine.rollBack(hard: true)
        try engine.connect(to: try node.restart(at: 5))
        #expect(engine.replayedCount == 0 && engine.nextHeight == 6)
        try goOn(&engine, node)
    }

    @Test func anotherAppHashEndsTheEngine() throws {
        var (node, engine, _) = try chain(of: 5)
        engine.disconnect()
        engine.replaceAppHash(ofBlock: 4, with: Bytes(repeating: 1, count: 32))
        // At once, and after executing the block again.
        for height in [5, 4] {
            #expect(throws: EngineFault.otherAppHash(5)) {
                try engine.connect(to: try node.restart(at: height))
            }
        }
        node.stop()
    }

    @Test func anApplicationBelowTheOldestBlockEndsTheEngine() throws {
        var (node, engine, _) = try chain(of: 6)
        engine.disconnect()
        engine.prune(below: 4)
        #expect(throws: EngineFault.blocksPruned) {
            try engine.connect(to: try node.restart(at: 2))
        }
        // The oldest block itself can still be executed.
        try engine.connect(to: try node.restart(at: 3))
        #expect(engine.replayedCount == 3)
        try goOn(&engine, node)
    }
}
