import ABCI
import App
import Base
import EngineDouble
import Ledger
import Store
import TestSupport
import Testing
import Wire

@Suite struct ServerTests {
    private func address(_ kind: String, _ folder: TemporaryDirectory) throws -> SocketAddress {
        try #require(
            SocketAddress(
                kind == "tcp" ? "tcp://127.0.0.1:0" : "unix://\(folder.path("abci.sock"))"))
    }

    @Test(arguments: ["tcp", "unix"])
    func anEngineDrivesAChainOverFourConnections(kind: String) throws {
        let folder = try TemporaryDirectory()
        let store = MemoryStore()
        let server = try ABCIServer(
            try TestGenesis.session(store), at: try address(kind, folder))
        defer { server.close() }
        var query = try EngineConnection(to: server.address)
        var snapshot = try EngineConnection(to: server.address)
        var mempool = try EngineConnection(to: server.address)
        var consensus = try EngineConnection(to: server.address)
        let info = try #require(try query.ask([TestGenesis.info])[0].info)
        #expect(info.lastHeight == 0 && info.protocolVersion == AIVMApplication.protocolVersion)
        let start = try #require(
            try consensus.ask([TestGenesis.initialization()])[0].initializeChain)
        #expect(start.appHash.count == 32)
        #expect(start.parameters?.version?.application == AIVMApplication.protocolVersion)
        var lastHash = Bytes()
        for height in 1...20 as ClosedRange<Int64> {
            let proposal = try consensus.ask {
                var inner = PrepareProposalRequest()
                (inner.height, inner.maximumBytes) = (height, 1_000)
                inner.transactions = [[1, 2, 3]]
                inner.time = Timestamp(seconds: 1_700_000_000 + height)
                $0.prepareProposal = inner
            }
            let chosen = try #require(proposal.prepareProposal).transactions
            let verdict = try consensus.ask {
                var inner = ProcessProposalRequest()
                (inner.height, inner.transactions) = (height, chosen)
                inner.time = Timestamp(seconds: 1_700_000_000 + height)
                $0.processProposal = inner
            }
            #expect(verdict.processProposal?.status == .accept)
            let check = try mempool.ask {
                $0.checkTransaction = CheckTransactionRequest()
                $0.checkTransaction?.transaction = [0xFF, UInt8(height)]
            }
            #expect(check.checkTransaction?.code != 0)
            // Garbage in a decided block fails alone.
            let block = TestGenesis.finalize(height, height % 3 == 0 ? [[9, 9], []] : [])
            let answers = try consensus.ask([block, TestGenesis.commit])
            let result = try #require(answers[0].finalizeBlock)
            #expect(result.results.count == (height % 3 == 0 ? 2 : 0))
            #expect(result.results.allSatisfy { $0.code != 0 })
            #expect(answers[1].commit != nil)
            lastHash = result.appHash
            let now = try #require(try query.ask([TestGenesis.info])[0].info)
            #expect(now.lastHeight == height && now.lastAppHash == lastHash)
        }
        #expect(
            try snapshot.ask { $0.listSnapshots = ListSnapshotsRequest() }.listSnapshots != nil)
        let echo = try snapshot.ask {
            $0.echo = EchoRequest()
            $0.echo?.message = "still here"
        }
        #expect(echo.echo?.message == "still here")
        let unknown = try query.ask {
            $0.query = QueryRequest()
            $0.query?.path = "/no/such/path"
        }
        #expect(unknown.query.map { $0.code != 0 } ?? false)
        // A new process finds what was committed.
        let again = try TestGenesis.session(store).answer(TestGenesis.info).info
        #expect(again?.lastHeight == 20 && again?.lastAppHash == lastHash)
    }

    @Test func answersLeaveInTheOrderOfTheQuestions() throws {
        let server = try ABCIServer(
            try TestGenesis.session(MemoryStore()), at: .tcp(host: "127.0.0.1", port: 0))
        defer { server.close() }
        var connection = try EngineConnection(to: server.address)
        let questions = (0..<3_000).map { index in
            var request = ABCIRequest()
            request.echo = EchoRequest()
            request.echo?.message = String(repeating: "x", count: index % 700) + "\(index)"
            return request
        }
        let answers = try connection.ask(questions)
        #expect(answers.map { $0.echo?.message } == questions.map { $0.echo?.message })
    }

    @Test(
        arguments: [
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [3, 0xFF, 0xFF, 0xFF], [4, 0x12, 5, 0, 0],
            [0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [2, 0xFA, 0x7F],
        ] as [Bytes])
    func garbageGetsAnExceptionAndOnlyItsConnectionEnds(bytes: Bytes) throws {
        let server = try ABCIServer(
            try TestGenesis.session(MemoryStore()), at: .tcp(host: "127.0.0.1", port: 0))
        defer { server.close() }
        var healthy = try EngineConnection(to: server.address)
        var garbled = try EngineConnection(to: server.address)
        try garbled.connection.write(bytes)
        #expect(try garbled.next()?.exception != nil)
        #expect(try garbled.next() == nil)
        #expect(try healthy.ask([TestGenesis.info])[0].info != nil)
    }

    @Test func connectionsBeyondTheLimitAreClosedAndOthersServed() throws {
        let server = try ABCIServer(
            try TestGenesis.session(MemoryStore()), at: .tcp(host: "127.0.0.1", port: 0))
        defer { server.close() }
        var taken: [EngineConnection] = []
        for _ in 0..<ABCIServer.maximumConnections {
            var connection = try EngineConnection(to: server.address)
            #expect(try connection.ask([TestGenesis.info])[0].info != nil)
            taken.append(connection)
        }
        var refused = try EngineConnection(to: server.address)
        #expect(throws: (any Error).self) { try refused.ask([TestGenesis.info]) }
        #expect(try taken[7].ask([TestGenesis.info])[0].info != nil)
        // One that ends makes room.
        taken[3].connection.close()
        var served = false
        for _ in 0..<200 where !served {
            if var late = try? EngineConnection(to: server.address) {
                served = (try? late.ask([TestGenesis.info])) != nil
            }
        }
        #expect(served)
    }

    @Test func aGenesisFormattedOtherwiseGivesTheSameAppHash() throws {
        let session = try TestGenesis.session(MemoryStore())
        let compact = TestGenesis.appState.filter { !$0.isWhitespace }
        let first = session.answer(TestGenesis.initialization()).initializeChain?.appHash
        let second = session.answer(TestGenesis.initialization(compact)).initializeChain?.appHash
        #expect(first == second && first?.count == 32)
    }

    @Test func whatTheApplicationCannotFollowStopsTheEngineForGood() throws {
        for wrong in [
            TestGenesis.initialization("not json"), TestGenesis.finalize(7), ABCIRequest(),
            TestGenesis.commit,
        ] {
            let session = try TestGenesis.session(MemoryStore())
            #expect(session.answer(wrong).exception != nil)
            // Going on could make this node differ from others.
            #expect(session.answer(TestGenesis.info).exception != nil)
        }
    }

    @Test func addressesAreReadAsTheEngineWritesThem() {
        #expect(SocketAddress("tcp://127.0.0.1:26658") == .tcp(host: "127.0.0.1", port: 26_658))
        #expect(SocketAddress("unix:///run/aivm.sock") == .unix(path: "/run/aivm.sock"))
        for text in [
            "127.0.0.1:26658", "tcp://", "tcp://host", "tcp://:1", "tcp://h:70000", "unix://",
            "unix://" + String(repeating: "x", count: 200), "http://127.0.0.1:1",
        ] {
            #expect(SocketAddress(text) == nil, "\(text)")
        }
        #expect(throws: SocketError.self) {
            try ListeningSocket(at: .tcp(host: "no address", port: 0))
        }
    }
}
