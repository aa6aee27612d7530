// What modules may ask about validators, and what they are told when stake changes. Staking keeps
// validators; distribution and slashing read them, and slashing punishes. Hooks go the other way:
// staking calls them at fixed points, in the order that `App` lists them.
// Source: cosmos-sdk x/staking (StakingHooks) and its expected keepers.

public import Base
public import Cryptography
public import Wire

/// Whether a validator's stake secures the chain.
public enum BondStatus: Int32, WireEnum {
    /// Not set.
    case unspecified = 0
    /// Not in the set, and nothing binds its stake.
    case unbonded = 1
    /// Left the set; its stake still answers for offences.
    case unbonding = 2
    /// In the set.
    case bonded = 3

    public init() { self = .unspecified }
    public static let wireName = "cosmos.staking.v1beta1.BondStatus"
    public var wireLabel: String {
        switch self {
        case .unspecified: "BOND_STATUS_UNSPECIFIED"
        case .unbonded: "BOND_STATUS_UNBONDED"
        case .unbonding: "BOND_STATUS_UNBONDING"
        case .bonded: "BOND_STATUS_BONDED"
        }
    }
}

/// A validator as other modules need it.
public struct ValidatorView: Equatable, Sendable {
    /// Address of the operator: the bytes of its account.
    public var operatorAddress: Address
    /// First 20 bytes of the SHA-256 of the consensus key.
    public var consensusAddress: Address
    /// Stake, in the bond denomination.
    public var tokens: Amount
    /// Shares of all delegators.
    public var shares: Decimal
    /// Whether its stake secures the chain.
    public var status: BondStatus
    /// Whether it was put out of the set.
    public var isJailed: Bool
    /// Part of the rewards that the operator keeps before delegators.
    public var commissionRate: Decimal
    /// Least stake of the operator itself.
    public var minimumSelfDelegation: Amount

    /// Makes a view.
    public init(
        operatorAddress: Address, consensusAddress: Address, tokens: Amount, shares: Decimal,
        status: BondStatus, isJailed: Bool, commissionRate: Decimal,
        minimumSelfDelegation: Amount
    ) {
        self.operatorAddress = operatorAddress
        self.consensusAddress = consensusAddress
        self.tokens = tokens
        self.shares = shares
        self.status = status
        self.isJailed = isJailed
        self.commissionRate = commissionRate
        self.minimumSelfDelegation = minimumSelfDelegation
    }

    /// The stake that `shares` stand for, rounded down. No shares are worth nothing.
    public func tokens(for shares: Decimal) throws(Failure) -> Decimal {
        guard self.shares > .zero else { return .zero }
        return try shares.multiplied(by: Decimal(tokens), rounding: .down)
            .divided(by: self.shares, rounding: .down)
    }
}

/// Reads validators and delegations.
public protocol ValidatorReading: Sendable {
    /// The validator of an operator.
    func validator(
        operator address: Address, _ context: inout Context
    ) throws(Failure) -> ValidatorView?
    /// The validator with a consensus address.
    func validator(
        consensus address: Address, _ context: inout Context
    ) throws(Failure) -> ValidatorView?
    /// Shares that `delegator` has with a validator; `nil` when it has no delegation.
    func delegationShares(
        of delegator: Address, with operatorAddress: Address, _ context: inout Context
    ) throws(Failure) -> Decimal?
    /// Operators that `delegator` delegates to, ascending; at most `limit`.
    func delegatedOperators(
        of delegator: Address, limit: Int, _ context: inout Context
    ) throws(Failure) -> [Address]
    /// Denomination of stake.
    func bondDenomination(_ context: inout Context) throws(Failure) -> String
    /// Part of the supply of the bond denomination that is bonded.
    func bondedRatio(_ context: inout Context) throws(Failure) -> Decimal
}

/// Punishes validators.
public protocol ValidatorPunishing: ValidatorReading {
    /// Burns `fraction` of the stake that was bonded at `infractionHeight`, when the validator's
    /// power was `power`; also of stake that has left since.
    func slash(
        consensus address: Address, infractionHeight: Int64, power: Int64, fraction: Decimal,
        _ context: inout Context
    ) throws(Failure)
    /// Puts a validator out of the set at the end of the block.
    func jail(consensus address: Address, _ context: inout Context) throws(Failure)
    /// Lets a validator in again.
    func unjail(consensus address: Address, _ context: inout Context) throws(Failure)
}

/// Told when stake changes.
public protocol StakingHooks: Sendable {
    /// A validator was created.
    func didCreateValidator(
        _ validator: ValidatorView, _ context: inout Context
    ) throws(Failure)
    /// A validator was removed; nobody delegates to it any more.
    func didRemoveValidator(
        _ validator: ValidatorView, _ context: inout Context
    ) throws(Failure)
    /// A validator entered the set.
    func didBondValidator(_ validator: ValidatorView, _ context: inout Context) throws(Failure)
    /// The shares of a delegation are about to change; `isNew` when there was none.
    func willChangeDelegation(
        of delegator: Address, with validator: ValidatorView, isNew: Bool,
        _ context: inout Context
    ) throws(Failure)
    /// The shares of a delegation changed; it still exists.
    func didChangeDelegation(
        of delegator: Address, with validator: ValidatorView, _ context: inout Context
    ) throws(Failure)
    /// A validator is about to lose `fraction` of its stake.
    func willSlashValidator(
        _ validator: ValidatorView, fraction: Decimal, _ context: inout Context
    ) throws(Failure)
}

extension StakingHooks {
    public func didCreateValidator(
        _ validator: ValidatorView, _ context: inout Context
    ) throws(Failure) {}
    public func didRemoveValidator(
        _ validator: ValidatorView, _ context: inout Context
    ) throws(Failure) {}
    public func didBondValidator(
        _ validator: ValidatorView, _ context: inout Context
    ) throws(Failure) {}
    public func willChangeDelegation(
        of delegator: Address, with validator: ValidatorView, isNew: Bool,
        _ context: inout Context
    ) throws(Failure) {}
    public func didChangeDelegation(
        of delegator: Address, with validator: ValidatorView, _ context: inout Context
    ) throws(Failure) {}
    public func willSlashValidator(
        _ validator: ValidatorView, fraction: Decimal, _ context: inout Context
    ) throws(Failure) {}
}

/// Gives coins to the community pool, which governance spends.
public protocol CommunityPoolFunding: Sendable {
    /// Moves `coins` of `sender` to the pool.
    func fundCommunityPool(
        _ coins: [Coin], from sender: Address, _ context: inout Context
    ) throws(Failure)
}

extension Address {
    /// Reads an operator's bech32 text, prefix `aivmvaloper`.
    public static func parseOperator(_ text: String) throws(Failure) -> Address {
        do { return try Address(bech32: text, prefix: "aivmvaloper") } catch {
            throw .sdk(.invalidAddress, "invalid validator address \(text.prefix(100))")
        }
    }

    /// Reads an operator's text in a query; refused as a malformed argument.
    public static func parseOperatorArgument(_ text: String) throws(Failure) -> Address {
        do { return try Address(bech32: text, prefix: "aivmvaloper") } catch {
            throw .invalidArgument("invalid validator address \(text.prefix(100)): \(error)")
        }
    }

    /// The account of an operator, both as text: who signs for a validator. Text that names no
    /// operator stays as it is, to be refused as an address.
    public static func account(ofOperator text: String) -> String {
        (try? Address.parseOperator(text).description) ?? text
    }

    /// Text of an operator, prefix `aivmvaloper`.
    public var operatorText: String { bech32(prefix: "aivmvaloper") }

    /// Text of a consensus address, prefix `aivmvalcons`.
    public var consensusText: String { bech32(prefix: "aivmvalcons") }
}

/// An Ed25519 consensus key (`cosmos.crypto.ed25519.PubKey`).
public struct Ed25519KeyMessage: WireMessage, Hashable {
    /// 32 bytes.
    public var key: Bytes = []
    public static let wireName = "cosmos.crypto.ed25519.PubKey"
    public static let wireFields: WireFields<Ed25519KeyMessage> = [.bytes(1, "key", \.key)]
    public init() {}
    /// Makes the message of a key.
    public init(_ key: Bytes) { self.key = key }
}
