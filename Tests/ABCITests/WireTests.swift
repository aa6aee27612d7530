import App
import Base
import EngineDouble
import Ledger
import Simulator
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import ABCI

/// What goes over the socket, byte by byte.
@Suite struct WireTests {
    private func request(_ change: (inout ABCIRequest) -> Void) -> ABCIRequest {
        var request = ABCIRequest()
        change(&request)
        return request
    }

    private func response(_ change: (inout ABCIResponse) -> Void) -> ABCIResponse {
        var response = ABCIResponse()
        change(&response)
        return response
    }

    private func frame(_ message: Bytes) -> String {
        var bytes = Bytes()
        bytes.appendFrame(message)
        return bytes.hex
    }

    /// Frames of a real CometBFT 0.38.25 and its applications.
    @Test func goldenRequests() throws {
        let rows: [(ABCIRequest, String)] = [
            (request { $0.flush = FlushRequest() }, "021200"),
            (
                request {
                    $0.info = InfoRequest()
                    $0.info?.version = "0.38.25"
                    $0.info?.blockVersion = 11
                    $0.info?.peerVersion = 8
                    $0.info?.abciVersion = "2.0.0"
                }, "161a140a07302e33382e3235100b18082205322e302e30"
            ),
            (
                request {
                    $0.checkTransaction = CheckTransactionRequest()
                    $0.checkTransaction?.transaction = Bytes("aa=1".utf8)
                }, "0842060a0461613d31"
            ),
            (
                request {
                    $0.checkTransaction = CheckTransactionRequest()
                    $0.checkTransaction?.transaction = Bytes("aa=1".utf8)
                    $0.checkTransaction?.kind = .recheck
                }, "0a42080a0461613d311001"
            ),
            (request { $0.commit = CommitRequest() }, "025a00"),
            (request { $0.listSnapshots = ListSnapshotsRequest() }, "026200"),
            (
                request {
                    $0.loadSnapshotChunk = LoadSnapshotChunkRequest()
                    $0.loadSnapshotChunk?.height = 9
                    $0.loadSnapshotChunk?.format = 1
                }, "06720408091001"
            ),
        ]
        for (message, bytes) in rows {
            #expect(frame(message.encoded()) == bytes)
            let content = try #require(Bytes(hex: bytes)).dropFirst()
            #expect(try ABCIRequest(decoding: content) == message)
        }
    }

    @Test func goldenResponses() throws {
        let rows: [(ABCIResponse, String)] = [
            (response { $0.flush = FlushResponse() }, "021a00"),
            (
                response {
                    $0.checkTransaction = TransactionResult()
                    $0.checkTransaction?.gasWanted = 1
                }, "044a022801"
            ),
            (response { $0.commit = CommitResponse() }, "026200"),
            (response { $0.prepareProposal = PrepareProposalResponse() }, "038a0100"),
            (
                response {
                    $0.processProposal = ProcessProposalResponse()
                    $0.processProposal?.status = .accept
                }, "059201020801"
            ),
            (
                response {
                    $0.verifyVoteExtension = VerifyVoteExtensionResponse()
                    $0.verifyVoteExtension?.status = .accept
                }, "05a201020801"
            ),
            (
                response {
                    $0.extendVote = ExtendVoteResponse()
                    $0.extendVote?.voteExtension = [10]
                }, "069a01030a010a"
            ),
            (
                response {
                    $0.offerSnapshot = OfferSnapshotResponse()
                    $0.offerSnapshot?.result = .accept
                }, "0472020801"
            ),
            (
                response {
                    $0.applySnapshotChunk = ApplySnapshotChunkResponse()
                    $0.applySnapshotChunk?.result = .accept
                }, "058201020801"
            ),
            (
                response {
                    $0.finalizeBlock = FinalizeBlockResponse()
                    $0.finalizeBlock?.appHash = Bytes(repeating: 0, count: 8)
                }, "0daa010a2a080000000000000000"
            ),
        ]
        for (message, bytes) in rows {
            #expect(frame(message.encoded()) == bytes)
            let content = try #require(Bytes(hex: bytes)).dropFirst()
            #expect(try ABCIResponse(decoding: content) == message)
        }
    }

    @Test func negativeNumbersEmptyPartsAndUnknownFieldsAreRead() throws {
        var query = request { $0.query = QueryRequest() }
        query.query?.height = -1
        #expect(query.encoded().count == 13)
        #expect(try ABCIRequest(decoding: query.encoded()) == query)
        // Present and empty is the same as absent: `local_last_commit` of PrepareProposal.
        let with = try #require(Bytes(hex: "8201021a00"))
        let without = try #require(Bytes(hex: "820100"))
        #expect(try ABCIRequest(decoding: with) == ABCIRequest(decoding: without))
        // Field 99, from a later engine.
        let unknown = try #require(Bytes(hex: "12039a0600"))
        let rules = WireRules(unknownFields: .skipped)
        #expect(try ABCIRequest(decoding: unknown, rules: rules).flush != nil)
    }

    private func server() throws -> ABCIServer {
        let store = MemoryStore()
        return try ABCIServer(
            try ApplicationSession(try AIVMApplication(reading: store), store: store),
            at: .tcp(host: "127.0.0.1", port: 0))
    }

    @Test func bytesOneByOneAndManyFramesAtOnce() throws {
        let server = try server()
        defer { server.close() }
        var connection = try EngineConnection(to: server.address)
        let echo = request {
            $0.echo = EchoRequest()
            $0.echo?.message = "one byte after another"
        }
        var bytes = Bytes()
        for message in [echo, TestGenesis.info, request { $0.flush = FlushRequest() }] {
            bytes.appendFrame(message.encoded())
        }
        for byte in bytes { try connection.connection.write([byte]) }
        #expect(try connection.next()?.echo?.message == "one byte after another")
        #expect(try connection.next()?.info != nil)
        #expect(try connection.next()?.flush != nil)
    }

    @Test func aThousandChecksThenOneFlush() throws {
        let server = try server()
        defer { server.close() }
        let workload = Workload(seed: 3)
        var consensus = try EngineConnection(to: server.address)
        _ = try consensus.ask([Questions.initialization(workload)])
        var mempool = try EngineConnection(to: server.address)
        // Of 5 MB one, which is refused by its content and carried all the same.
        let large = Bytes(repeating: 0xAB, count: 5_000_000)
        let checks = (0..<1_000).map { index in
            request {
                $0.checkTransaction = CheckTransactionRequest()
                $0.checkTransaction?.transaction = index == 500 ? large : [UInt8(index % 251)]
            }
        }
        let answers = try mempool.ask(checks)
        #expect(answers.count == 1_000)
        #expect(answers.allSatisfy { ($0.checkTransaction?.code ?? 0) != 0 })
    }

    @Test(
        arguments: [
            [0], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
            [0x80, 0x80, 0x80, 0x80, 0x80, 0x20],
        ] as [Bytes])
    func anEmptyFrameAndWildLengthsGetAnException(bytes: Bytes) throws {
        let server = try server()
        defer { server.close() }
        var connection = try EngineConnection(to: server.address)
        try connection.connection.write(bytes)
        #expect(try connection.next()?.exception != nil)
    }

    @Test func anEngineThatVanishesAndComesBackIsServed() throws {
        let server = try server()
        defer { server.close() }
        for _ in 0..<20 {
            let connection = try EngineConnection(to: server.address)
            try connection.connection.write([200, 1, 0x0A])
            connection.connection.close()
        }
        for _ in 0..<5 {
            var connections: [EngineConnection] = []
            for _ in 0..<4 { connections.append(try EngineConnection(to: server.address)) }
            for index in connections.indices {
                #expect(try connections[index].ask([TestGenesis.info])[0].info != nil)
            }
            for connection in connections { connection.connection.close() }
        }
    }

    @Test func checksAndQueriesGoOnWhileABlockIsExecuted() throws {
        let store = MemoryStore()
        let session = try ApplicationSession(
            try AIVMApplication(reading: store), store: store)
        var workload = Workload(seed: 4)
        _ = session.answer(Questions.initialization(workload))
        _ = session.answer(Questions.finalize(1))
        #expect(session.answer(Questions.commit).commit != nil)
        // The lock of execution is held; checks and queries do not need it.
        let candidate = workload.transactions(upTo: 9).first ?? [1]
        let (code, height) = session.execution.withLock { _ in
            let check = request {
                $0.checkTransaction = CheckTransactionRequest()
                $0.checkTransaction?.transaction = candidate
            }
            let query = request {
                $0.query = QueryRequest()
                $0.query?.path = "/cosmos.bank.v1beta1.Query/TotalSupply"
            }
            return (
                session.answer(check).checkTransaction?.code,
                session.answer(query).query?.height
            )
        }
        #expect(code != nil && height == 1)
    }

    /// CheckTx is coded by hand, alone in its frame; whatever else a frame holds is not.
    @Test func checksAreCodedByHandAsByTheirTables() {
        var check = ABCIRequest()
        check.checkTransaction = CheckTransactionRequest()
        check.checkTransaction?.transaction = Bytes(repeating: 7, count: 300)
        var recheck = check
        recheck.checkTransaction?.kind = .recheck
        var echo = ABCIRequest()
        echo.echo = EchoRequest()
        echo.echo?.message = "hello"
        var empty = ABCIRequest()
        empty.checkTransaction = CheckTransactionRequest()
        #expect(handCodingDifferences([check, recheck, echo, empty], seed: 41) == [])
        var answer = ABCIResponse()
        answer.checkTransaction = TransactionResult()
        answer.checkTransaction?.log = "refused"
        answer.checkTransaction?.gasUsed = 7
        #expect(handCodingDifferences([answer, ABCIResponse(exception: "no")], seed: 42) == [])
    }
}
