// Questions of an engine about a simulated chain.

import Base
import Blocks
import Foundation
import Simulator
import Wire

@testable import ABCI

enum Questions {
    static func initialization(_ workload: Workload, initialHeight: Int64 = 1) -> ABCIRequest {
        var request = ABCIRequest()
        request.initializeChain = InitializeChainRequest()
        request.initializeChain?.time = Timestamp(seconds: 1_700_000_000)
        request.initializeChain?.chainID = workload.chainID
        request.initializeChain?.validators = workload.validators.map { ValidatorChange($0) }
        request.initializeChain?.appState = Bytes(workload.appState.compactText.utf8)
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
