// A running chain written out as the start of another with the same state.

import Base
import ConsensusModule
public import Ledger
import StakingModule
public import Wire

/// Everything that the genesis of a chain with this state says.
public struct ChainExport: Equatable, Sendable {
    /// Chain id.
    public var chainID: String
    /// Height of the last block; the next chain begins after it.
    public var height: Int64
    /// Time of the last block.
    public var time: Timestamp
    /// Parameters of consensus.
    public var parameters: ConsensusParameterSet
    /// The validators that stake has chosen; empty when the engine's own are in force.
    public var validators: [ValidatorUpdate]
    /// The state of the modules.
    public var appState: JSONValue
}

extension AIVMApplication {
    /// The chain after its last block, as the start of another.
    public func exportChain() throws(Failure) -> ChainExport {
        let record = try Failure.reading { () throws(StorageFailure) in try started() }
        var context = try makeQueryContext(record.height)
        return ChainExport(
            chainID: record.chainID, height: record.height, time: record.time ?? Timestamp(),
            parameters: try modules.consensus.parameters(&context),
            validators: try modules.staking.genesisValidators(&context),
            appState: try exportState())
    }
}
