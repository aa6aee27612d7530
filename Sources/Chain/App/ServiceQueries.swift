// The application's own services: what no module can answer, because it is about transactions as a
// whole or about the node.

import Base
import Ledger
import Wire

extension AIVMApplication {
    /// Paths that the application answers itself.
    enum Service: String, CaseIterable {
        /// What a transaction would do, as gRPC asks.
        case simulate = "/cosmos.tx.v1beta1.Service/Simulate"
        /// The same for plain transaction bytes; the answer is JSON.
        case simulateBytes = "/app/simulate"
        /// Version of the program, as text.
        case version = "/app/version"
        /// The node's own settings.
        case configuration = "/cosmos.base.node.v1beta1.Service/Config"
    }

    func answer(
        _ service: Service, _ data: Bytes, _ height: Int64
    ) throws(Failure) -> Bytes {
        switch service {
        case .version: return Bytes(options.version.utf8)
        case .configuration: return configuration().encoded()
        case .simulate: return try simulate(try transactionBytes(data), height).encoded()
        case .simulateBytes:
            let response = try simulate(data, height)
            do {
                let json = try response.json(JSONEncoding(registry: modules.registry))
                return Bytes(json.compactText.utf8)
            } catch { throw .sdk(.logic, "\(error)") }
        }
    }

    private func configuration() -> NodeConfigurationResponse {
        var response = NodeConfigurationResponse()
        response.minimumGasPrice =
            options.minimumGasPrices.map(\.description).joined(separator: ",")
        response.pruningKeepRecent = String(options.retainedVersions)
        response.pruningInterval = "1"
        return response
    }

    // MARK: Simulation

    private func transactionBytes(_ data: Bytes) throws(Failure) -> Bytes {
        let request: SimulateRequest
        do { request = try SimulateRequest(decoding: data, rules: .tolerant) } catch {
            throw .invalidArgument("\(error)")
        }
        if !request.transactionBytes.isEmpty { return request.transactionBytes }
        guard let tx = request.transaction else {
            throw .invalidArgument("empty txBytes is not allowed")
        }
        return TxRaw(
            bodyBytes: tx.body?.encoded() ?? [], authInfoBytes: tx.authInfo?.encoded() ?? [],
            signatures: tx.signatures
        ).encoded()
    }

    /// Runs a transaction on a throw-away state, with a whole block's gas and without checking
    /// signatures.
    private func simulate(_ bytes: Bytes, _ height: Int64) throws(Failure) -> SimulateResponse {
        let record = try Failure.reading { () throws(StorageFailure) in try started() }
        var context = Context(
            state: baseState, gasLimit: nil, block: nextBlock(record), mode: .simulate)
        context.cache = cache
        let result = try Failure.reading { () throws(StorageFailure) in
            try pipeline(record).run(bytes, &context)
        }
        guard result.code == 0 else {
            // As gRPC status `Unknown` arrives over ABCI.
            throw .sdk(
                .unknownRequest, "\(result.log) with gas used: '\(result.gasUsed)'")
        }
        var response = SimulateResponse()
        var gas = GasInfo()
        gas.gasWanted = UInt64(clamping: result.gasWanted)
        gas.gasUsed = UInt64(clamping: result.gasUsed)
        response.gasInfo = gas
        var outcome = SimulationResult()
        outcome.data = result.data
        outcome.log = result.log
        outcome.events = result.events
        outcome.messageResponses =
            (try? TransactionMessageData(decoding: result.data))?.messageResponses ?? []
        response.result = outcome
        return response
    }
}
