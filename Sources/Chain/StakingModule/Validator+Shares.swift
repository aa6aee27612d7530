// The arithmetic of shares: a share is a part of a validator's stake, so that slashing takes from
// all delegators in one step. shares = tokens x total shares / total tokens, rounded down, always
// in favour of those who stay. Source: cosmos-sdk x/staking/types/validator.go.

import Cryptography
import Ledger
import Wire

/// Base units of stake to one unit of voting power.
let powerReduction: UInt128 = 1_000_000

/// Most voting power of all validators together (CometBFT).
let maximumTotalPower: UInt128 = UInt128(Int64.max) / 8

extension Validator {
    /// The voting power of its stake. Never above ``maximumTotalPower``: the module keeps all stake
    /// below that.
    var power: Int64 { Int64(clamping: tokens.units / powerReduction) }

    /// Whether it lost all its stake while shares are left.
    var hasInvalidExchangeRate: Bool { tokens == .zero && delegatorShares > .zero }

    /// The shares that `amount` is worth.
    func shares(for amount: Amount) throws(Failure) -> Decimal {
        if delegatorShares == .zero { return Decimal(amount) }
        guard tokens > .zero else { throw .staking(.invalidExchangeRate) }
        return try delegatorShares.multiplied(by: Decimal(amount), rounding: .down)
            .divided(by: Decimal(tokens), rounding: .down)
    }

    /// The stake that `shares` are worth.
    func tokens(for shares: Decimal) throws(Failure) -> Decimal {
        guard delegatorShares > .zero else { return .zero }
        return try shares.multiplied(by: Decimal(tokens), rounding: .nearest)
            .divided(by: delegatorShares, rounding: .nearest)
    }

    /// Adds stake and returns the shares it became.
    mutating func add(_ amount: Amount) throws(Failure) -> Decimal {
        let issued = try shares(for: amount)
        tokens = try tokens.adding(amount)
        delegatorShares = try delegatorShares.adding(issued)
        return issued
    }

    /// Takes shares away and returns the stake they were worth. The last shares take all.
    mutating func remove(shares: Decimal) throws(Failure) -> Amount {
        guard let rest = delegatorShares.subtracting(shares) else {
            throw .staking(.insufficientShares)
        }
        let amount = rest == .zero ? tokens : min(tokens, try tokens(for: shares).truncated())
        delegatorShares = rest
        tokens = tokens.subtracting(amount) ?? .zero
        return amount
    }

    /// The operator's address.
    func address() throws(Failure) -> Address { try Address.parseOperator(operatorAddress) }

    /// The consensus key, 32 bytes.
    func key() throws(Failure) -> Ed25519.PublicKey {
        guard let packed = consensusKey, let message = try? packed.unpack(Ed25519KeyMessage.self),
            let key = Ed25519.PublicKey(message.key)
        else { throw .staking(.keyTypeNotSupported) }
        return key
    }

    /// The validator as other modules see it.
    func view() throws(Failure) -> ValidatorView {
        ValidatorView(
            operatorAddress: try address(), consensusAddress: .consensus(try key()),
            tokens: tokens, shares: delegatorShares, status: status, isJailed: isJailed,
            commissionRate: commission.rates.rate, minimumSelfDelegation: minimumSelfDelegation)
    }
}
