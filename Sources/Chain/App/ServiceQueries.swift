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
        /// Heights the node has.
        case status = "/cosmos.base.node.v1beta1.Service/Status"
        /// What the node is.
        case nodeInformation = "/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo"
        /// Raw state.
        case abciQuery = "/cosmos.base.tendermint.v1beta1.Service/ABCIQuery"

        /// The service as doors show it; `nil` when only the engine's door has it.
        var description: CallDescription? {
            switch self {
            case .simulate:
                CallDescription(
                    rawValue, SimulateRequest.self, SimulateResponse.self,
                    [.post("/cosmos/tx/v1beta1/simulate")])
            case .configuration:
                CallDescription(
                    rawValue, NodeConfigurationRequest.self, NodeConfigurationResponse.self,
                    ["/cosmos/base/node/v1beta1/config"])
            case .status:
                CallDescription(
                    rawValue, NodeStatusRequest.self, NodeStatusResponse.self,
                    ["/cosmos/base/node/v1beta1/status"])
            case .nodeInformation:
                CallDescription(
                    rawValue, NodeInformationRequest.self, NodeInformationResponse.self,
                    ["/cosmos/base/tendermint/v1beta1/node_info"])
            case .abciQuery:
                CallDescription(
                    rawValue, ABCIQueryRequest.self, ABCIQueryResponse.self,
                    ["/cosmos/base/tendermint/v1beta1/abci_query"])
            case .simulateBytes, .version: nil
            }
        }
    }

    /// The services that doors show.
    static var serviceCalls: [CallDescription] { Service.allCases.compactMap(\.description) }

    func answer(
        _ service: Service, _ data: Bytes, _ height: Int64
    ) throws(Failure) -> Bytes {
        switch service {
        case .version: return Bytes(options.version.utf8)
        case .configuration: return configuration().encoded()
        case .status: return try nodeStatus().encoded()
        case .nodeInformation: return nodeInformation().encoded()
        case .abciQuery: return try answerABCIQuery(data).encoded()
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
