// Validators, delegations and stake on its way, as stored and as clients decode them
// (`cosmos.staking.v1beta1`).

import Base
public import Cryptography
public import Ledger
public import Wire

/// What a validator says of itself.
public struct ValidatorDescription: WireMessage {
    /// Name.
    public var moniker = ""
    /// Signature of an identity service.
    public var identity = ""
    /// Site.
    public var website = ""
    /// Address for reports of faults.
    public var securityContact = ""
    /// More.
    public var details = ""

    public static let wireName = "cosmos.staking.v1beta1.Description"
    public static let wireFields: WireFields<ValidatorDescription> = [
        .string(1, "moniker", \.moniker),
        .string(2, "identity", \.identity),
        .string(3, "website", \.website),
        .string(4, "security_contact", \.securityContact),
        .string(5, "details", \.details),
    ]

    public init() {}

    /// The value by which a field of an edit keeps the old text.
    public static let keep = "[do-not-modify]"

    /// This description with the fields of `edit` that are not ``keep``.
    func applying(_ edit: ValidatorDescription) -> ValidatorDescription {
        func choose(_ new: String, _ old: String) -> String {
            new == ValidatorDescription.keep ? old : new
        }
        var result = self
        result.moniker = choose(edit.moniker, moniker)
        result.identity = choose(edit.identity, identity)
        result.website = choose(edit.website, website)
        result.securityContact = choose(edit.securityContact, securityContact)
        result.details = choose(edit.details, details)
        return result
    }

    /// Checks the SDK's limits of length.
    func validate() throws(Failure) {
        let limits = [
            ("moniker", moniker, 70), ("identity", identity, 3000), ("website", website, 140),
            ("security contact", securityContact, 140), ("details", details, 280),
        ]
        for (name, text, limit) in limits where text.utf8.count > limit {
            throw .sdk(
                .invalidRequest, "invalid \(name) length; got: \(text.utf8.count), max: \(limit)")
        }
    }
}

/// Rates of commission, each from 0 to 1.
public struct CommissionRates: WireMessage {
    /// Rate in force.
    public var rate = Decimal.zero
    /// Largest rate ever.
    public var maximumRate = Decimal.zero
    /// Largest change in a day.
    public var maximumChangeRate = Decimal.zero

    public static let wireName = "cosmos.staking.v1beta1.CommissionRates"
    public static let wireFields: WireFields<CommissionRates> = [
        .text(1, "rate", \.rate),
        .text(2, "max_rate", \.maximumRate),
        .text(3, "max_change_rate", \.maximumChangeRate),
    ]

    public init() {}

    /// Makes rates.
    public init(rate: Decimal, maximumRate: Decimal, maximumChangeRate: Decimal) {
        self.rate = rate
        self.maximumRate = maximumRate
        self.maximumChangeRate = maximumChangeRate
    }

    /// Checks how the rates stand to one another.
    func validate() throws(Failure) {
        guard maximumRate <= .one else { throw .staking(.commissionHuge) }
        guard rate <= maximumRate else { throw .staking(.commissionAboveMaximum) }
        guard maximumChangeRate <= maximumRate else { throw .staking(.changeRateAboveMaximum) }
    }
}

/// Commission, and when it changed last.
public struct Commission: WireMessage {
    /// The rates.
    public var rates = CommissionRates()
    /// Time of the last change.
    public var updateTime = Timestamp()

    public static let wireName = "cosmos.staking.v1beta1.Commission"
    public static let wireFields: WireFields<Commission> = [
        .message(1, "commission_rates", \.rates),
        .message(2, "update_time", \.updateTime),
    ]

    public init() {}
}

/// A validator.
public struct Validator: WireMessage {
    /// Operator, prefix `aivmvaloper`.
    public var operatorAddress = ""
    /// ``Ed25519KeyMessage``.
    public var consensusKey: AnyMessage?
    /// Whether it is out of the set until it asks back.
    public var isJailed = false
    /// Whether its stake secures the chain.
    public var status = BondStatus()
    /// Stake.
    public var tokens = Amount.zero
    /// Shares of its delegators.
    public var delegatorShares = Decimal.zero
    /// What it says of itself.
    public var description = ValidatorDescription()
    /// Height at which it left the set.
    public var unbondingHeight: Int64 = 0
    /// When it will be unbonded.
    public var unbondingTime = Timestamp()
    /// Commission.
    public var commission = Commission()
    /// Least stake of the operator.
    public var minimumSelfDelegation = Amount.zero
    /// Unused: nothing holds unbonding back.
    public var unbondingOnHoldReferenceCount: Int64 = 0
    /// Unused.
    public var unbondingIDs: [UInt64] = []

    public static let wireName = "cosmos.staking.v1beta1.Validator"
    public static let wireFields: WireFields<Validator> = [
        .string(1, "operator_address", \.operatorAddress),
        .message(2, "consensus_pubkey", \.consensusKey),
        .bool(3, "jailed", \.isJailed),
        .enumeration(4, "status", \.status),
        .text(5, "tokens", \.tokens),
        .text(6, "delegator_shares", \.delegatorShares),
        .message(7, "description", \.description),
        .int64(8, "unbonding_height", \.unbondingHeight),
        .message(9, "unbonding_time", \.unbondingTime),
        .message(10, "commission", \.commission),
        .text(11, "min_self_delegation", \.minimumSelfDelegation),
        .int64(12, "unbonding_on_hold_ref_count", \.unbondingOnHoldReferenceCount),
        .uint64s(13, "unbonding_ids", \.unbondingIDs),
    ]

    public init() {}
}

/// Shares of a validator that a delegator has.
public struct Delegation: WireMessage {
    /// Delegator, in bech32.
    public var delegatorAddress = ""
    /// Operator.
    public var validatorAddress = ""
    /// Shares, never zero.
    public var shares = Decimal.zero

    public static let wireName = "cosmos.staking.v1beta1.Delegation"
    public static let wireFields: WireFields<Delegation> = [
        .string(1, "delegator_address", \.delegatorAddress),
        .string(2, "validator_address", \.validatorAddress),
        .text(3, "shares", \.shares),
    ]

    public init() {}

    /// Makes a delegation.
    public init(_ delegator: Address, _ operatorAddress: Address, _ shares: Decimal) {
        delegatorAddress = delegator.description
        validatorAddress = operatorAddress.operatorText
        self.shares = shares
    }
}

/// Stake that a delegator takes back from a validator.
public struct UnbondingDelegation: WireMessage {
    /// Delegator.
    public var delegatorAddress = ""
    /// Operator.
    public var validatorAddress = ""
    /// One entry per message, oldest first.
    public var entries: [UnbondingEntry] = []

    public static let wireName = "cosmos.staking.v1beta1.UnbondingDelegation"
    public static let wireFields: WireFields<UnbondingDelegation> = [
        .string(1, "delegator_address", \.delegatorAddress),
        .string(2, "validator_address", \.validatorAddress),
        .messages(3, "entries", \.entries),
    ]

    public init() {}
}

/// Stake that becomes free at a time.
public struct UnbondingEntry: WireMessage {
    /// Height of the message.
    public var creationHeight: Int64 = 0
    /// When it is free.
    public var completionTime = Timestamp()
    /// Amount at first.
    public var initialBalance = Amount.zero
    /// Amount left after slashing.
    public var balance = Amount.zero
    /// Number of the entry, unique on the chain.
    public var unbondingID: UInt64 = 0
    /// Unused.
    public var unbondingOnHoldReferenceCount: Int64 = 0

    public static let wireName = "cosmos.staking.v1beta1.UnbondingDelegationEntry"
    public static let wireFields: WireFields<UnbondingEntry> = [
        .int64(1, "creation_height", \.creationHeight),
        .message(2, "completion_time", \.completionTime),
        .text(3, "initial_balance", \.initialBalance),
        .text(4, "balance", \.balance),
        .uint64(5, "unbonding_id", \.unbondingID),
        .int64(6, "unbonding_on_hold_ref_count", \.unbondingOnHoldReferenceCount),
    ]

    public init() {}
}

/// Stake that a delegator moved from one validator to another.
public struct Redelegation: WireMessage {
    /// Delegator.
    public var delegatorAddress = ""
    /// Operator it left.
    public var sourceAddress = ""
    /// Operator it went to.
    public var destinationAddress = ""
    /// One entry per message, oldest first.
    public var entries: [RedelegationEntry] = []

    public static let wireName = "cosmos.staking.v1beta1.Redelegation"
    public static let wireFields: WireFields<Redelegation> = [
        .string(1, "delegator_address", \.delegatorAddress),
        .string(2, "validator_src_address", \.sourceAddress),
        .string(3, "validator_dst_address", \.destinationAddress),
        .messages(4, "entries", \.entries),
    ]

    public init() {}
}

/// Stake that answers for two validators until a time.
public struct RedelegationEntry: WireMessage {
    /// Height of the message.
    public var creationHeight: Int64 = 0
    /// When it answers for the new validator only.
    public var completionTime = Timestamp()
    /// Amount moved.
    public var initialBalance = Amount.zero
    /// Shares it became.
    public var destinationShares = Decimal.zero
    /// Number of the entry, unique on the chain.
    public var unbondingID: UInt64 = 0
    /// Unused.
    public var unbondingOnHoldReferenceCount: Int64 = 0

    public static let wireName = "cosmos.staking.v1beta1.RedelegationEntry"
    public static let wireFields: WireFields<RedelegationEntry> = [
        .int64(1, "creation_height", \.creationHeight),
        .message(2, "completion_time", \.completionTime),
        .text(3, "initial_balance", \.initialBalance),
        .text(4, "shares_dst", \.destinationShares),
        .uint64(5, "unbonding_id", \.unbondingID),
        .int64(6, "unbonding_on_hold_ref_count", \.unbondingOnHoldReferenceCount),
    ]

    public init() {}
}
