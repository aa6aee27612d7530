// The engine's side of the socket, as far as tests need it, and a chain for it to drive.

import ABCI
import App
import Base
import Blocks
import Cryptography
import Ledger
import Store
import Testing
import Wire

/// A connection as the engine uses it: a question, a Flush, and the two answers.
struct EngineConnection {
    let connection: Connection
    private var reader = FrameReader(limit: 1 << 26)

    init(to address: SocketAddress) throws { connection = try Connection(to: address) }

    /// Sends `requests` and a Flush in one write.
    func send(_ requests: [ABCIRequest]) throws {
        var flush = ABCIRequest()
        flush.flush = FlushRequest()
        var bytes = Bytes()
        for request in requests + [flush] { bytes.appendFrame(request.encoded()) }
        try connection.write(bytes)
    }

    /// The next answer; `nil` at the end of the connection.
    mutating func next() throws -> ABCIResponse? {
        while true {
            if let frame = try reader.next() { return try ABCIResponse(decoding: frame) }
            let bytes = try connection.read(limit: 4_096)
            if bytes.isEmpty { return nil }
            reader.append(bytes)
        }
    }

    /// The answers to `requests`; the Flush is answered too.
    mutating func ask(_ requests: [ABCIRequest]) throws -> [ABCIResponse] {
        try send(requests)
        var answers: [ABCIResponse] = []
        for _ in requests { answers.append(try #require(try next())) }
        #expect(try next()?.flush != nil)
        return answers
    }

    mutating func ask(_ change: (inout ABCIRequest) -> Void) throws -> ABCIResponse {
        var request = ABCIRequest()
        change(&request)
        return try ask([request])[0]
    }
}

/// A genesis and the questions about its blocks.
enum TestGenesis {
    static let appState = """
        {"bank": {"balances": [
          {"address": "aivm1vmaczejvydtrrzfzn9wqgg43w3xys5m7r9gwj4",
           "coins": [{"denom": "ucgpt", "amount": "1000000000"}]}]}}
        """

    static func initialization(_ appState: String = appState) -> ABCIRequest {
        var change = ValidatorChange()
        change.publicKey.ed25519 = Bytes(repeating: 7, count: 32)
        change.power = 10
        var inner = InitializeChainRequest()
        inner.time = Timestamp(seconds: 1_700_000_000)
        inner.chainID = "aivm-1"
        inner.validators = [change]
        inner.appState = Bytes(appState.utf8)
        inner.initialHeight = 1
        var request = ABCIRequest()
        request.initializeChain = inner
        return request
    }

    static func finalize(_ height: Int64, _ transactions: [Bytes] = []) -> ABCIRequest {
        var inner = FinalizeBlockRequest()
        inner.height = height
        inner.time = Timestamp(seconds: 1_700_000_000 + height)
        inner.transactions = transactions
        inner.hash = SHA256.hash([UInt8(truncatingIfNeeded: height)]).bytes
        var request = ABCIRequest()
        request.finalizeBlock = inner
        return request
    }

    static var commit: ABCIRequest {
        var request = ABCIRequest()
        request.commit = CommitRequest()
        return request
    }

    static var info: ABCIRequest {
        var request = ABCIRequest()
        request.info = InfoRequest()
        return request
    }

    static func session(_ store: MemoryStore) throws -> ApplicationSession {
        try ApplicationSession(try AIVMApplication(reading: store), store: store)
    }
}
