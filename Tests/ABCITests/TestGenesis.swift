// A chain for an engine to drive.

import ABCI
import App
import Base
import Blocks
import Cryptography
import Store
import Wire

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
