// The start of a chain, and its state written out as the start of another.

import Base
import ConsensusModule
public import Ledger
import StakingModule
public import Wire

/// State and record of a chain before its first block.
struct Genesis {
    let state: State
    let record: ApplicationRecord
    /// The first validators, where stake chooses them; empty leaves it to the engine's genesis.
    let validators: [ValidatorUpdate]

    /// Checks the request and lets every module set up its state.
    init(
        _ request: ChainInitialization, _ modules: Modules, _ reading: any KeyValueReading
    ) throws(Failure) {
        guard (1...50).contains(request.chainID.utf8.count) else {
            throw .sdk(.invalidChainID, "a chain id has 1 to 50 characters")
        }
        guard request.initialHeight >= 1, request.initialHeight <= Int64.max / 2 else {
            throw .sdk(.invalidHeight, "initial height \(request.initialHeight)")
        }
        let limits = request.parameters.limits
        guard limits.maximumBytes > 0 || limits.maximumBytes == -1, limits.maximumGas >= -1 else {
            throw .sdk(.invalidRequest, "block limits must be positive, or -1 for no limit")
        }
        try Genesis.checkNames(request.appState, modules)
        let block = BlockInfo(chainID: request.chainID, height: 0, time: request.time)
        var context = Context(
            state: State(over: reading), gasLimit: nil, block: block, mode: .finalize)
        for module in modules.all {
            let part = request.appState[type(of: module).name] ?? .null
            try module.initialize(genesis: part, &context)
        }
        try modules.consensus.initialize(parameters: request.parameters, &context)
        validators = try modules.staking.genesisValidators(&context)
        for invariant in modules.all.flatMap(\.invariants) { try invariant.check(&context) }
        state = context.state
        var record = ApplicationRecord()
        record.chainID = request.chainID
        record.initialHeight = request.initialHeight
        record.height = request.initialHeight - 1
        record.time = request.time
        record.maximumBlockBytes = limits.maximumBytes
        record.maximumBlockGas = limits.maximumGas
        self.record = record
    }

    private static func checkNames(_ appState: JSONValue, _ modules: Modules) throws(Failure) {
        switch appState {
        case .null: return
        case .object(let members):
            for member in members where !modules.storeNames.contains(member.name) {
                throw .sdk(
                    .invalidRequest, "app_state names unknown module \(member.name.prefix(100))")
            }
        default: throw .sdk(.invalidRequest, "app_state is not an object")
        }
    }
}

extension AIVMApplication {
    /// The state as the `app_state` of a genesis that starts a chain with the same state.
    public func exportState() throws(Failure) -> JSONValue {
        var context = makeReadContext()
        var members: [JSONMember] = []
        for module in modules.all {
            members.append(
                JSONMember(type(of: module).name, try module.exportGenesis(&context)))
        }
        return .object(members)
    }

    /// Checks every invariant of every module; throws what is broken first.
    public func checkInvariants() throws(Failure) {
        var context = makeReadContext()
        for invariant in modules.all.flatMap(\.invariants) { try invariant.check(&context) }
    }

    private func makeReadContext() -> Context {
        let block = BlockInfo(
            chainID: record?.chainID ?? "", height: record?.height ?? 0,
            time: record?.time ?? Timestamp())
        return Context(state: baseState, gasLimit: nil, block: block, mode: .simulate)
    }
}
