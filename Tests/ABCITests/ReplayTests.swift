import App
import Base
import EngineDouble
import Foundation
import Ledger
import Store
import TestSupport
import Testing
import Wire

@testable import ABCI

private let folder = "fixtures/abci/abci"

/// What a real CometBFT 0.38.25 said to its applications is said to ours, in the same order over
/// the same four connections, through all restarts: every question gets an answer of its kind.
@Suite struct ReplayTests {
    /// A question, and the connection it came on.
    private struct Question {
        let run: Int
        let connection: String
        let frame: Bytes
        /// The height that the recorded application named, when this is Info.
        var recordedHeight: Int64?
    }

    private static func questions(_ scenario: String) throws -> [Question] {
        let path = Fixtures.root.appendingPathComponent(folder + "/" + scenario)
        let text = try ChildProcess.run(
            "/bin/gzip", ["-dc", path.appendingPathComponent("index.jsonl.gz").path]
        ).text
        var files: [String: Bytes] = [:]
        var questions: [Question] = []
        for line in text.split(separator: "\n") {
            let entry = try JSONValue(parsing: String(line))
            let name = try #require(entry["file"]?.text)
            let bytes =
                try files[name] ?? Bytes(try Data(contentsOf: path.appendingPathComponent(name)))
            files[name] = bytes
            let start = try #require(entry["off"]?.integer(as: Int.self))
            let count = try #require(entry["len"]?.integer(as: Int.self))
            let frame = Bytes(bytes[start..<start + count])
            let connection = try #require(entry["conn"]?.text)
            if entry["dir"]?.text == "req" {
                let run = try #require(Int(connection.dropFirst(3).prefix { $0 != "-" }))
                questions.append(Question(run: run, connection: connection, frame: frame))
            } else if let info = try response(frame).info,
                let index = questions.lastIndex(where: { $0.connection == connection })
            {
                let asked = questions[...index].lastIndex {
                    $0.connection == connection && (try? request($0.frame))??.info != nil
                }
                if let asked { questions[asked].recordedHeight = info.lastHeight }
            }
        }
        return questions
    }

    private static func content(_ frame: Bytes) throws -> Bytes {
        var reader = FrameReader(limit: 1 << 26)
        reader.append(frame)
        return try #require(try reader.next())
    }

    private static func request(_ frame: Bytes) throws -> ABCIRequest? {
        try ABCIRequest(decoding: try content(frame), rules: WireRules(unknownFields: .skipped))
    }

    private static func response(_ frame: Bytes) throws -> ABCIResponse {
        try ABCIResponse(decoding: try content(frame), rules: WireRules(unknownFields: .skipped))
    }

    /// An application, through restarts at the heights that the recorded one restarted at.
    private final class Node {
        var store = MemoryStore()
        var server: ABCIServer?
        var connections: [String: EngineConnection] = [:]
        var pending: [String: [ABCIRequest]] = [:]
        /// The disk after each height.
        var disks: [Int64: MemoryStore] = [0: MemoryStore()]
        var answers = 0

        func restart(at height: Int64) throws {
            connections = [:]
            pending = [:]
            server?.close()
            if disks[height] == nil { try goAhead(to: height) }
            store = try #require(disks[height]).copy()
            server = try ABCIServer(
                try ApplicationSession(try AIVMApplication(reading: store), store: store),
                at: .tcp(host: "127.0.0.1", port: 0))
        }

        /// Makes a disk of a height that the engine never reached, as one recorded node had.
        private func goAhead(to height: Int64) throws {
            let top = try #require(disks.keys.filter { $0 < height }.max())
            let store = try #require(disks[top]).copy()
            var application = try AIVMApplication(reading: store)
            for height in (top + 1)...height {
                let block = BlockInfo(
                    chainID: try application.info().chainID, height: height,
                    time: Timestamp(seconds: 1_900_000_000 + height))
                _ = try application.finalizeBlock([], block: block)
                try store.commit(try application.commitWrites())
                application.didCommit()
            }
            disks[height] = store
        }

        /// Sends a question; its answer comes with those before it when it is a Flush.
        func ask(_ question: Question) throws {
            let name = question.connection
            let address = try #require(server?.address)
            var connection = try connections[name] ?? EngineConnection(to: address)
            var request = try #require(try ReplayTests.request(question.frame))
            var frame = question.frame
            if request.initializeChain != nil {
                // The recorded genesis is of another application.
                request.initializeChain?.appState = Bytes("{}".utf8)
                frame = []
                frame.appendFrame(request.encoded())
            }
            try connection.connection.write(frame)
            pending[name, default: []].append(request)
            if request.flush != nil {
                for request in pending[name] ?? [] {
                    let answer = try #require(try connection.next())
                    #expect(answer.answers(request), "\(name): \(answer)")
                    answers += 1
                }
                pending[name] = []
                let info = try AIVMApplication(reading: store).info()
                disks[info.lastHeight] = store.copy()
            }
            connections[name] = connection
        }
    }

    @Test(
        .enabled(if: Fixtures.require(folder)),
        arguments: [
            "A-kvstore", "B-validator0", "B-validator1", "D-app-kill-after-Commit-persist",
            "D-app-kill-before-Commit-persist", "D-app-kill-in-FinalizeBlock",
            "D-app-kill-in-InitChain", "D-app-kill-in-PrepareProposal",
            "D-app-kill-in-ProcessProposal", "D-hs-app-ahead", "D-hs-app-behind",
            "D-hs-app-behind-diverged", "D-hs-app-reset", "D-hs-app-wrong-hash",
            "D-hs-comet-reset-app-kept", "D-hs-comet-rollback",
            "D-hs-comet-rollback-hard-app-ahead", "D-hs-same-height",
            "G-recheck-gas-initialheight", "H-params-blockevents",
        ])
    func everyRecordedQuestionIsAnswered(scenario: String) throws {
        let questions = try Self.questions(scenario)
        #expect(questions.count > 10)
        let node = Node()
        var run = -1
        for question in questions {
            if question.run != run {
                run = question.run
                let first = questions.first { $0.run == run && $0.recordedHeight != nil }
                try node.restart(at: first?.recordedHeight ?? 0)
            }
            try node.ask(question)
        }
        #expect(node.answers > 5)
        print("\(scenario): \(node.answers) answers of \(questions.count) questions")
        node.server?.close()
    }

    /// A snapshot of another application is refused, chunks that nobody asked for too.
    @Test(.enabled(if: Fixtures.require(folder)))
    func aRecordedOfferOfAnotherApplicationIsRefused() throws {
        let store = MemoryStore()
        let session = try ApplicationSession(
            try AIVMApplication(reading: store), store: store)
        var offers = 0
        for question in try Self.questions("B-statesync-node") {
            let request = try #require(try Self.request(question.frame))
            if request.offerSnapshot != nil {
                offers += 1
                let answer = session.answer(request).offerSnapshot?.result
                #expect(answer == .reject || answer == .rejectFormat)
            } else if request.applySnapshotChunk != nil {
                #expect(session.answer(request).applySnapshotChunk?.result == .abort)
            }
        }
        #expect(offers > 0)
    }
}

extension ABCIResponse {
    /// Whether this is an answer to `request`: of its kind, and with as many parts as it asks for.
    fileprivate func answers(_ request: ABCIRequest) -> Bool {
        if request.echo != nil { return echo != nil }
        if request.flush != nil { return flush != nil }
        if request.info != nil { return info != nil }
        if request.initializeChain != nil { return initializeChain?.appHash.count == 32 }
        if request.query != nil { return query != nil }
        if request.checkTransaction != nil { return checkTransaction != nil }
        if request.commit != nil { return commit != nil }
        if request.listSnapshots != nil { return listSnapshots != nil }
        if request.loadSnapshotChunk != nil { return loadSnapshotChunk != nil }
        if request.prepareProposal != nil { return prepareProposal != nil }
        if request.processProposal != nil {
            return processProposal.map { $0.status != .unknown } ?? false
        }
        if request.extendVote != nil { return extendVote != nil }
        if request.verifyVoteExtension != nil { return verifyVoteExtension?.status == .accept }
        if let block = request.finalizeBlock {
            return finalizeBlock?.results.count == block.transactions.count
                && finalizeBlock?.appHash.count == 32
        }
        return false
    }
}
