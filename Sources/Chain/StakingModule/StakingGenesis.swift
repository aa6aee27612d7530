// Stake at the start of a chain, in the Cosmos SDK's JSON form (`app_state.staking`). Coins of the
// two pools come from the bank's genesis and must be what validators and entries add up to.

import Cryptography
public import Ledger
public import Wire

/// The stake of a genesis.
public struct StakingGenesis: WireMessage {
    /// Parameters; absent means the standard ones.
    public var parameters: StakingParameters?
    /// Sum of the powers; recomputed, so not read.
    public var lastTotalPower = Amount.zero
    /// Power of each validator in the set; empty means that the first block chooses.
    public var lastPowers: [LastValidatorPower] = []
    /// Validators.
    public var validators: [Validator] = []
    /// Delegations.
    public var delegations: [Delegation] = []
    /// Stake on its way back.
    public var unbondingDelegations: [UnbondingDelegation] = []
    /// Stake that moved.
    public var redelegations: [Redelegation] = []
    /// Whether this is the state of a running chain: rewards are then in its genesis too.
    public var isExported = false

    public static let wireName = "cosmos.staking.v1beta1.GenesisState"
    public static let wireFields: WireFields<StakingGenesis> = [
        .message(1, "params", \.parameters),
        .textBytes(2, "last_total_power", \.lastTotalPower),
        .messages(3, "last_validator_powers", \.lastPowers),
        .messages(4, "validators", \.validators),
        .messages(5, "delegations", \.delegations),
        .messages(6, "unbonding_delegations", \.unbondingDelegations),
        .messages(7, "redelegations", \.redelegations),
        .bool(8, "exported", \.isExported),
    ]

    public init() {}
}

/// The power of a validator in the set.
public struct LastValidatorPower: WireMessage {
    /// Operator.
    public var address = ""
    /// Power.
    public var power: Int64 = 0
    public static let wireName = "cosmos.staking.v1beta1.LastValidatorPower"
    public static let wireFields: WireFields<LastValidatorPower> = [
        .string(1, "address", \.address),
        .int64(2, "power", \.power),
    ]
    public init() {}
}

extension Staking {
    private static let registry = WireRegistry([Ed25519KeyMessage.self])

    public func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure) {
        let state: StakingGenesis
        do {
            state =
                genesis == .null
                ? StakingGenesis() : try StakingGenesis(json: genesis, registry: Staking.registry)
        } catch { throw .sdk(.invalidRequest, "genesis of staking: \(error)") }
        let parameters = state.parameters ?? .standard
        try parameters.validate()
        try StakingKeys.parameters.set(parameters, &context)
        try restore(validators: state.validators, state.isExported, &context)
        try restore(delegations: state.delegations, state.isExported, &context)
        try restore(unbonding: state.unbondingDelegations, &context)
        try restore(redelegations: state.redelegations, &context)
        for entry in state.lastPowers {
            let address = try Address.parseOperator(entry.address)
            guard entry.power > 0, try find(address, &context) != nil else {
                throw .sdk(.invalidRequest, "last_validator_powers names \(entry.address)")
            }
            try StakingKeys.lastPowers.set(
                address.bytes, StoredNumber(UInt64(entry.power)), &context)
        }
        try checkTotalPower(adding: .zero, &context)
    }

    /// The set that genesis describes: for the engine, as the first validators. Empty when no
    /// validator has stake: then the engine's own validators stay.
    public func genesisValidators(
        _ context: inout Context
    ) throws(Failure) -> [ValidatorUpdate] {
        let stored = try StakingKeys.lastPowers.entries(limit: .max, &context)
        guard !stored.isEmpty else { return try updateValidatorSet(&context) }
        var updates: [ValidatorUpdate] = []
        for entry in stored {
            guard let address = Address(entry.key) else { continue }
            updates.append(
                ValidatorUpdate(
                    publicKey: try get(address, &context).key().bytes,
                    power: Int64(clamping: entry.value.value)))
        }
        return updates
    }

    private func restore(
        validators: [Validator], _ isExported: Bool, _ context: inout Context
    ) throws(Failure) {
        for validator in validators {
            let address = try validator.address()
            let consensus = Address.consensus(try validator.key())
            guard try find(address, &context) == nil,
                try !StakingKeys.operators.contains(consensus.bytes, &context)
            else {
                throw .sdk(.invalidRequest, "genesis names validator \(address) twice")
            }
            guard validator.status != .unspecified else {
                throw .sdk(.invalidRequest, "validator \(address) has no status")
            }
            try validator.commission.rates.validate()
            try validator.description.validate()
            try store(validator, replacing: nil, &context)
            try StakingKeys.operators.set(consensus.bytes, StoredBytes(address), &context)
            if validator.status == .unbonding {
                try StakingKeys.validatorQueue.set(
                    validator.unbondingTime.keyBytes + address.keyBytes, StoredNumber(0),
                    &context)
            }
            guard !isExported else { continue }
            let view = try validator.view()
            for hook in hooks { try hook.didCreateValidator(view, &context) }
            if validator.status == .bonded {
                for hook in hooks { try hook.didBondValidator(view, &context) }
            }
        }
    }

    private func restore(
        delegations: [Delegation], _ isExported: Bool, _ context: inout Context
    ) throws(Failure) {
        for delegation in delegations {
            let delegator = try Address.parse(delegation.delegatorAddress)
            let operatorAddress = try Address.parseOperator(delegation.validatorAddress)
            let view = try get(operatorAddress, &context).view()
            let key = StakingKeys.pair(delegator, operatorAddress)
            guard delegation.shares > .zero,
                try !StakingKeys.delegations.contains(key, &context)
            else {
                throw .sdk(.invalidRequest, "delegation of \(delegator) is empty or named twice")
            }
            if !isExported {
                for hook in hooks {
                    try hook.willChangeDelegation(
                        of: delegator, with: view, isNew: true, &context)
                }
            }
            try StakingKeys.delegations.set(key, delegation, &context)
            try StakingKeys.delegators.set(
                StakingKeys.pair(operatorAddress, delegator), StoredBytes(delegator), &context)
            guard !isExported else { continue }
            for hook in hooks {
                try hook.didChangeDelegation(of: delegator, with: view, &context)
            }
        }
    }

    private func restore(
        unbonding: [UnbondingDelegation], _ context: inout Context
    ) throws(Failure) {
        for record in unbonding {
            let delegator = try Address.parse(record.delegatorAddress)
            let operatorAddress = try Address.parseOperator(record.validatorAddress)
            let key = StakingKeys.pair(delegator, operatorAddress)
            guard !record.entries.isEmpty, try !StakingKeys.unbonding.contains(key, &context)
            else {
                throw .sdk(.invalidRequest, "unbonding of \(delegator) is empty or named twice")
            }
            try store(record, delegator, operatorAddress, &context)
            try StakingKeys.unbondingDelegators.set(
                StakingKeys.pair(operatorAddress, delegator), StoredBytes(delegator), &context)
            for entry in record.entries {
                try StakingKeys.unbondingQueue.set(
                    entry.completionTime.keyBytes + key, StoredNumber(0), &context)
                try keepNumber(entry.unbondingID, &context)
            }
        }
    }

    private func restore(
        redelegations: [Redelegation], _ context: inout Context
    ) throws(Failure) {
        for record in redelegations {
            let delegator = try Address.parse(record.delegatorAddress)
            let source = try Address.parseOperator(record.sourceAddress)
            let destination = try Address.parseOperator(record.destinationAddress)
            let key = StakingKeys.triple(delegator, source, destination)
            guard !record.entries.isEmpty,
                try !StakingKeys.redelegations.contains(key, &context)
            else {
                throw .sdk(
                    .invalidRequest, "redelegation of \(delegator) is empty or named twice")
            }
            try StakingKeys.redelegations.set(key, record, &context)
            try StakingKeys.redelegationsFrom.set(
                StakingKeys.triple(source, delegator, destination), StoredNumber(0), &context)
            for entry in record.entries {
                try StakingKeys.redelegationQueue.set(
                    entry.completionTime.keyBytes + key, StoredNumber(0), &context)
                try keepNumber(entry.unbondingID, &context)
            }
        }
    }

    /// The next entry gets a number above `id`.
    private func keepNumber(_ id: UInt64, _ context: inout Context) throws(Failure) {
        guard id < UInt64(UInt32.max) else {
            throw .sdk(.invalidRequest, "unbonding id \(id) is too large")
        }
        let next = try StakingKeys.nextUnbondingID.get(&context)?.value ?? 1
        try StakingKeys.nextUnbondingID.set(StoredNumber(max(next, id + 1)), &context)
    }

    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        var state = StakingGenesis()
        state.parameters = try parameters(&context)
        state.isExported = true
        try StakingKeys.lastPowers.forEach(&context) { (key, value) throws(Failure) in
            var power = LastValidatorPower()
            power.address = Address(key)?.operatorText ?? ""
            power.power = Int64(clamping: value.value)
            state.lastPowers.append(power)
        }
        try StakingKeys.validators.forEach(&context) { (_, value) throws(Failure) in
            state.validators.append(value)
        }
        try StakingKeys.delegations.forEach(&context) { (_, value) throws(Failure) in
            state.delegations.append(value)
        }
        try StakingKeys.unbonding.forEach(&context) { (_, value) throws(Failure) in
            state.unbondingDelegations.append(value)
        }
        try StakingKeys.redelegations.forEach(&context) { (_, value) throws(Failure) in
            state.redelegations.append(value)
        }
        do { return try state.json(JSONEncoding(registry: Staking.registry)) } catch {
            throw .sdk(.logic, "genesis of staking: \(error)")
        }
    }
}
