// Rewards at the start of a chain, in the Cosmos SDK's JSON form (`app_state.distribution`), and
// what always holds of them. Coins come from the bank's genesis.

import Cryptography
public import Ledger
public import Wire

/// Where the rewards of a delegator go.
public struct DelegatorWithdrawInfo: WireMessage {
    /// Delegator.
    public var delegatorAddress = ""
    /// Account.
    public var withdrawAddress = ""
    public static let wireName = "cosmos.distribution.v1beta1.DelegatorWithdrawInfo"
    public static let wireFields: WireFields<DelegatorWithdrawInfo> = [
        .string(1, "delegator_address", \.delegatorAddress),
        .string(2, "withdraw_address", \.withdrawAddress),
    ]
    public init() {}
}

/// Rewards of a validator that nobody has withdrawn.
public struct OutstandingRewardsRecord: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    /// Coins.
    public var rewards: [DecimalCoin] = []
    public static let wireName = "cosmos.distribution.v1beta1.ValidatorOutstandingRewardsRecord"
    public static let wireFields: WireFields<OutstandingRewardsRecord> = [
        .string(1, "validator_address", \.validatorAddress),
        .messages(2, "outstanding_rewards", \.rewards),
    ]
    public init() {}
}

/// Commission of a validator.
public struct AccumulatedCommissionRecord: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    /// Commission.
    public var accumulated = AccumulatedCommission()
    public static let wireName = "cosmos.distribution.v1beta1.ValidatorAccumulatedCommissionRecord"
    public static let wireFields: WireFields<AccumulatedCommissionRecord> = [
        .string(1, "validator_address", \.validatorAddress),
        .message(2, "accumulated", \.accumulated),
    ]
    public init() {}
}

/// A period of a validator that has ended.
public struct HistoricalRewardsRecord: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    /// Number of the period.
    public var period: UInt64 = 0
    /// Rewards per unit of stake.
    public var rewards = HistoricalRewards()
    public static let wireName = "cosmos.distribution.v1beta1.ValidatorHistoricalRewardsRecord"
    public static let wireFields: WireFields<HistoricalRewardsRecord> = [
        .string(1, "validator_address", \.validatorAddress),
        .uint64(2, "period", \.period),
        .message(3, "rewards", \.rewards),
    ]
    public init() {}
}

/// The running period of a validator.
public struct CurrentRewardsRecord: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    /// Rewards.
    public var rewards = CurrentRewards()
    public static let wireName = "cosmos.distribution.v1beta1.ValidatorCurrentRewardsRecord"
    public static let wireFields: WireFields<CurrentRewardsRecord> = [
        .string(1, "validator_address", \.validatorAddress),
        .message(2, "rewards", \.rewards),
    ]
    public init() {}
}

/// Since when a delegator has its stake.
public struct StartingInfoRecord: WireMessage {
    /// Delegator.
    public var delegatorAddress = ""
    /// Operator.
    public var validatorAddress = ""
    /// Since when.
    public var info = StartingInfo()
    public static let wireName = "cosmos.distribution.v1beta1.DelegatorStartingInfoRecord"
    public static let wireFields: WireFields<StartingInfoRecord> = [
        .string(1, "delegator_address", \.delegatorAddress),
        .string(2, "validator_address", \.validatorAddress),
        .message(3, "starting_info", \.info),
    ]
    public init() {}
}

/// A slash of a validator.
public struct SlashEventRecord: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    /// Height.
    public var height: UInt64 = 0
    /// The period that ended with it.
    public var period: UInt64 = 0
    /// The slash.
    public var event = SlashEvent()
    public static let wireName = "cosmos.distribution.v1beta1.ValidatorSlashEventRecord"
    public static let wireFields: WireFields<SlashEventRecord> = [
        .string(1, "validator_address", \.validatorAddress),
        .uint64(2, "height", \.height),
        .uint64(3, "period", \.period),
        .message(4, "validator_slash_event", \.event),
    ]
    public init() {}
}

/// The rewards of a genesis.
public struct DistributionGenesis: WireMessage {
    /// Parameters; absent means the standard ones.
    public var parameters: DistributionParameters?
    /// The community pool.
    public var feePool = FeePool()
    /// Where rewards go.
    public var withdrawInfos: [DelegatorWithdrawInfo] = []
    /// Unused: proposers earn nothing more.
    public var previousProposer = ""
    /// What nobody has withdrawn.
    public var outstandingRewards: [OutstandingRewardsRecord] = []
    /// Commission.
    public var commissions: [AccumulatedCommissionRecord] = []
    /// Periods that have ended.
    public var historicalRewards: [HistoricalRewardsRecord] = []
    /// Running periods.
    public var currentRewards: [CurrentRewardsRecord] = []
    /// Since when delegators have their stake.
    public var startingInfos: [StartingInfoRecord] = []
    /// Slashes.
    public var slashEvents: [SlashEventRecord] = []
    public static let wireName = "cosmos.distribution.v1beta1.GenesisState"
    public static let wireFields: WireFields<DistributionGenesis> = [
        .message(1, "params", \.parameters),
        .message(2, "fee_pool", \.feePool),
        .messages(3, "delegator_withdraw_infos", \.withdrawInfos),
        .string(4, "previous_proposer", \.previousProposer),
        .messages(5, "outstanding_rewards", \.outstandingRewards),
        .messages(6, "validator_accumulated_commissions", \.commissions),
        .messages(7, "validator_historical_rewards", \.historicalRewards),
        .messages(8, "validator_current_rewards", \.currentRewards),
        .messages(9, "delegator_starting_infos", \.startingInfos),
        .messages(10, "validator_slash_events", \.slashEvents),
    ]
    public init() {}
}

extension Distribution {
    public func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure) {
        let state: DistributionGenesis
        do {
            state =
                genesis == .null ? DistributionGenesis() : try DistributionGenesis(json: genesis)
        } catch { throw .sdk(.invalidRequest, "genesis of distribution: \(error)") }
        let parameters = state.parameters ?? .standard
        try parameters.validate()
        try DistributionKeys.parameters.set(parameters, &context)
        try state.feePool.communityPool.checkCoins()
        try DistributionKeys.pool.set(state.feePool, &context)
        for record in state.withdrawInfos {
            try DistributionKeys.withdrawAddresses.set(
                try Address.parse(record.delegatorAddress).bytes,
                StoredText(try Address.parse(record.withdrawAddress).description), &context)
        }
        try restore(validators: state, &context)
        for record in state.startingInfos {
            let operatorAddress = try Address.parseOperator(record.validatorAddress)
            try DistributionKeys.starts.set(
                operatorAddress.keyBytes + (try Address.parse(record.delegatorAddress)).keyBytes,
                record.info, &context)
        }
    }

    private func restore(
        validators state: DistributionGenesis, _ context: inout Context
    ) throws(Failure) {
        for record in state.outstandingRewards {
            try record.rewards.checkCoins()
            var rewards = OutstandingRewards()
            rewards.rewards = record.rewards
            try DistributionKeys.outstanding.set(
                try Address.parseOperator(record.validatorAddress).bytes, rewards, &context)
        }
        for record in state.commissions {
            try record.accumulated.commission.checkCoins()
            try DistributionKeys.commissions.set(
                try Address.parseOperator(record.validatorAddress).bytes, record.accumulated,
                &context)
        }
        for record in state.historicalRewards {
            try record.rewards.cumulativeRatio.checkCoins()
            try DistributionKeys.historical.set(
                DistributionKeys.period(
                    try Address.parseOperator(record.validatorAddress), record.period),
                record.rewards, &context)
        }
        for record in state.currentRewards {
            guard (1...UInt64(Int64.max)).contains(record.rewards.period) else {
                throw .sdk(.invalidRequest, "period of \(record.validatorAddress)")
            }
            try record.rewards.rewards.checkCoins()
            try DistributionKeys.current.set(
                try Address.parseOperator(record.validatorAddress).bytes, record.rewards,
                &context)
        }
        for record in state.slashEvents {
            guard record.event.fraction <= .one else {
                throw .sdk(.invalidRequest, "slash of \(record.validatorAddress) above 100 %")
            }
            let address = try Address.parseOperator(record.validatorAddress)
            try DistributionKeys.slashes.set(
                address.keyBytes + record.height.keyBytes + record.period.keyBytes,
                record.event, &context)
        }
    }

    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        var state = DistributionGenesis()
        state.parameters = try parameters(&context)
        state.feePool = try DistributionKeys.pool.get(&context) ?? FeePool()
        try DistributionKeys.withdrawAddresses.forEach(&context) { (key, value) throws(Failure) in
            var record = DelegatorWithdrawInfo()
            record.delegatorAddress = Address(key)?.description ?? ""
            record.withdrawAddress = value.value
            state.withdrawInfos.append(record)
        }
        try exportValidators(&state, &context)
        try DistributionKeys.starts.forEach(&context) { (key, value) throws(Failure) in
            var reader = KeyReader(key)
            var record = StartingInfoRecord()
            record.validatorAddress = try reader.address().operatorText
            record.delegatorAddress = try reader.address().description
            record.info = value
            state.startingInfos.append(record)
        }
        do { return try state.json() } catch {
            throw .sdk(.logic, "genesis of distribution: \(error)")
        }
    }

    private func exportValidators(
        _ state: inout DistributionGenesis, _ context: inout Context
    ) throws(Failure) {
        try DistributionKeys.outstanding.forEach(&context) { (key, value) throws(Failure) in
            var record = OutstandingRewardsRecord()
            record.validatorAddress = Address(key)?.operatorText ?? ""
            record.rewards = value.rewards
            state.outstandingRewards.append(record)
        }
        try DistributionKeys.commissions.forEach(&context) { (key, value) throws(Failure) in
            var record = AccumulatedCommissionRecord()
            record.validatorAddress = Address(key)?.operatorText ?? ""
            record.accumulated = value
            state.commissions.append(record)
        }
        try DistributionKeys.current.forEach(&context) { (key, value) throws(Failure) in
            var record = CurrentRewardsRecord()
            record.validatorAddress = Address(key)?.operatorText ?? ""
            record.rewards = value
            state.currentRewards.append(record)
        }
        try DistributionKeys.historical.forEach(&context) { (key, value) throws(Failure) in
            var reader = KeyReader(key)
            var record = HistoricalRewardsRecord()
            record.validatorAddress = try reader.address().operatorText
            record.period = try reader.number()
            record.rewards = value
            state.historicalRewards.append(record)
        }
        try DistributionKeys.slashes.forEach(&context) { (key, value) throws(Failure) in
            var reader = KeyReader(key)
            var record = SlashEventRecord()
            record.validatorAddress = try reader.address().operatorText
            record.height = try reader.number()
            record.period = try reader.number()
            record.event = value
            state.slashEvents.append(record)
        }
    }

    public var invariants: [Invariant] {
        [
            Invariant("distribution/account") { (context) throws(Failure) in
                var total = try DistributionKeys.pool.get(&context)?.communityPool ?? []
                try DistributionKeys.outstanding.forEach(&context) { (_, value) throws(Failure) in
                    total = try total.adding(value.rewards)
                }
                let balances = try bank.balances(of: Distribution.account, &context)
                guard try [DecimalCoin](balances) == total else {
                    throw .sdk(
                        .logic,
                        "the account holds \(balances.coinsText), rewards and pool are "
                            + total.coinsText)
                }
            },
            Invariant("distribution/references") { (context) throws(Failure) in
                try checkReferences(&context)
            },
        ]
    }

    /// Every period that has ended is needed by as many records as it says.
    private func checkReferences(_ context: inout Context) throws(Failure) {
        var references: UInt64 = 0
        try DistributionKeys.current.forEach(&context) { (_, _) throws(Failure) in
            references += 1
        }
        try DistributionKeys.starts.forEach(&context) { (_, _) throws(Failure) in
            references += 1
        }
        try DistributionKeys.slashes.forEach(&context) { (_, _) throws(Failure) in
            references += 1
        }
        var count: UInt64 = 0
        try DistributionKeys.historical.forEach(&context) { (_, value) throws(Failure) in
            count += UInt64(value.referenceCount)
        }
        guard count == references else {
            throw .sdk(.logic, "\(count) references to periods, \(references) records")
        }
    }
}
