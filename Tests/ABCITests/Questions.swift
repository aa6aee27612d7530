// Questions of an engine about a simulated chain.

import ABCI
import Base
import Blocks
import Foundation
import Simulator
import Wire

enum Questions {
    static func initialization(_ workload: Workload, initialHeight: Int64 = 1) -> ABCIRequest {
        var change = ValidatorChange()
        change.publicKey.ed25519 = Bytes(repeating: 7, count: 32)
        change.power = 10
        var request = ABCIRequest()
        request.initializeChain = InitializeChainRequest()
        request.initializeChain?.time = Timestamp(seconds: 1_700_000_000)
        request.initializeChain?.chainID = workload.chainID
        request.initializeChain?.validators = [change]
        let state = JSONValue.object(["bank": workload.bankGenesis])
        request.initializeChain?.appState = Bytes(state.compactText.utf8)
        request.initializeChain?.initialHeight = initialHeight
        return request
    }

    static func finalize(_ height: Int64, _ transactions: [Bytes] = []) -> ABCIRequest {
        TestGenesis.finalize(height, transactions)
    }

    static var commit: ABCIRequest { TestGenesis.commit }
}

extension Array where Element == UInt8 {
    /// Writes the bytes to a file.
    func write(to path: String) throws {
        try Data(self).write(to: URL(fileURLWithPath: path))
    }
}
