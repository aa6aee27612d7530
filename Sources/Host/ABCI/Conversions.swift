// Between the messages of the engine and the values of the application.

import Base
import Blocks
import Ledger
import Merkle
import Wire

extension ABCIResponse {
    init(exception text: String) {
        self.init()
        var answer = ExceptionResponse()
        answer.error = text
        exception = answer
    }
}

extension InfoResponse {
    init(_ info: ApplicationInfo) {
        self.init()
        data = info.name
        version = info.version
        protocolVersion = info.protocolVersion
        lastHeight = info.lastHeight
        lastAppHash = info.lastAppHash
    }
}

extension QueryResponse {
    init(_ result: StateQueryResult) throws(Failure) {
        self.init()
        code = result.code
        codespace = result.codespace
        log = result.log
        key = result.key
        value = result.value
        height = result.height
        guard !result.proofOperations.isEmpty else { return }
        do throws(WireError) {
            proof = try ProofOps(decoding: result.proofOperations)
        } catch {
            throw .sdk(.logic, "the application made a proof that cannot be read: \(error)")
        }
    }
}

extension ValidatorChange {
    init(_ update: ValidatorUpdate) {
        self.init()
        publicKey.ed25519 = update.publicKey
        power = update.power
    }
}

extension FinalizeBlockResponse {
    init(_ result: BlockResult) {
        self.init()
        events = result.events
        results = result.results
        validatorChanges = result.validatorUpdates.map { ValidatorChange($0) }
        appHash = result.appHash
    }
}

extension ChainInitialization {
    /// The start that the engine describes. `app_state` is parsed, never hashed: after a restart
    /// the engine sends the same value formatted differently.
    init(_ request: InitializeChainRequest) throws(Failure) {
        let state: JSONValue
        do throws(WireError) {
            state = try JSONValue(parsing: request.appState)
        } catch {
            throw .sdk(.invalidRequest, "app_state: \(error)")
        }
        var validators: [ValidatorUpdate] = []
        for change in request.validators {
            guard let key = change.publicKey.ed25519, key.count == 32 else {
                throw .sdk(.invalidPublicKey, "a validator of the genesis has no Ed25519 key")
            }
            validators.append(ValidatorUpdate(publicKey: key, power: change.power))
        }
        var parameters = BlockParameters()
        if let block = request.parameters?.block {
            parameters = BlockParameters(
                maximumBytes: block.maximumBytes, maximumGas: block.maximumGas)
        }
        self.init(
            chainID: request.chainID, time: request.time, initialHeight: request.initialHeight,
            validators: validators, parameters: parameters, appState: state)
    }
}
