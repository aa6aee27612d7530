// The stake behind votes, for governance. A validator's vote counts for everybody who delegates to
// it and does not vote.

public import Cryptography

/// Reads the validators whose stake secures the chain.
public protocol BondedValidatorReading: Sendable {
    /// The validators in the set, ascending by operator.
    func bondedValidators(_ context: inout Context) throws(Failure) -> [ValidatorView]
    /// The stake of all of them.
    func totalBondedTokens(_ context: inout Context) throws(Failure) -> Amount
}

/// Reads delegations.
public protocol DelegationReading: Sendable {
    /// Calls `body` with operator and shares of each delegation of `delegator`, ascending by
    /// operator.
    func forEachDelegation(
        of delegator: Address, _ context: inout Context,
        _ body: (_ operatorAddress: Address, _ shares: Decimal) throws(Failure) -> Void
    ) throws(Failure)
}
