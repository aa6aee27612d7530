// The start of the driver: a new chain from genesis, or the stored one.

import Base
import Blocks
import Cryptography
import Ledger
import Wire

extension EmbeddedEngine.Production {
    /// Continues the chain in `archive`, or begins it.
    init(
        application: any Application, archive: BlockArchive, genesis: EngineGenesis,
        key: Ed25519.PublicKey
    ) throws(ConsensusError) {
        try genesis.check()
        let info = try storing { () throws(StorageFailure) in try application.info() }
        self.application = application
        applicationVersion = info.protocolVersion
        guard let stored = try archive.state() else {
            guard info.lastHeight == 0 else {
                throw .stateMismatch(
                    height: 0, applicationHeight: info.lastHeight, detail: "blocks are missing")
            }
            state = try EngineState(genesis: genesis, key: key, application: &self.application)
            return
        }
        guard stored.chainID == genesis.chainID else {
            throw .wrongChain(stored: stored.chainID, given: genesis.chainID)
        }
        guard info.lastHeight == stored.height, info.lastAppHash == stored.appHash else {
            throw .stateMismatch(
                height: stored.height, applicationHeight: info.lastHeight,
                detail: info.lastHeight == stored.height
                    ? "app hash is \(info.lastAppHash.hex), not \(stored.appHash.hex)"
                    : "heights differ")
        }
        state = stored
    }
}

extension EngineState {
    /// The state before the first block.
    init(
        genesis: EngineGenesis, key: Ed25519.PublicKey, application: inout any Application
    ) throws(ConsensusError) {
        let own = ValidatorUpdate(publicKey: key.bytes, power: genesis.validatorPower)
        let result: ChainInitializationResult
        do {
            result = try application.initializeChain(
                ChainInitialization(
                    chainID: genesis.chainID, time: genesis.time,
                    initialHeight: genesis.initialHeight, validators: [own],
                    parameters: genesis.parameters, appState: genesis.appState))
        } catch {
            switch error {
            case .rejected(let rejection): throw .genesisRefused(rejection)
            case .storage(let failure): throw .storage(failure)
            }
        }
        chainID = genesis.chainID
        genesisTime = genesis.time
        initialHeight = genesis.initialHeight
        lowestHeight = genesis.initialHeight
        height = genesis.initialHeight - 1
        appHash = result.appHash
        lastResultsHash = BlockHashes.empty.bytes
        let updates = result.validators.isEmpty ? [own] : result.validators
        validators = try ValidatorSet().applying(updates, height: 0)
        nextValidators = validators
        maximumBytes = genesis.parameters.limits.maximumBytes
        maximumGas = genesis.parameters.limits.maximumGas
    }
}

extension EmbeddedEngine.Pool {
    /// Checks the transactions of the journal again; returns the positions of those refused.
    mutating func reload(
        _ waiting: [(sequence: UInt64, bytes: Bytes)]
    ) throws(ConsensusError) -> [UInt64] {
        var refused: [UInt64] = []
        for (sequence, bytes) in waiting {
            let hash = SHA256.hash(bytes)
            let result = try storing { () throws(StorageFailure) in
                try application.checkTransaction(bytes, recheck: false)
            }
            guard result.code == 0, !mempool.contains(hash) else {
                refused.append(sequence)
                continue
            }
            _ = mempool.append(
                bytes, hash: hash, gasWanted: result.gasWanted, sequence: sequence)
        }
        return refused
    }
}
