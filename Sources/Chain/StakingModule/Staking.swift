// Stake: who secures the chain, with whose coins, and how those coins come back. `README.md` in
// this folder is the specification; this file says what the module consists of.

public import Cryptography
public import Ledger
public import Wire

/// The module of validators and delegations.
public struct Staking: Module {
    public static let name = "staking"

    /// Holds the stake of validators in the set.
    public static let bondedPool = Address.module("bonded_tokens_pool")
    /// Holds all other stake: of validators out of the set, and on its way back.
    public static let notBondedPool = Address.module("not_bonded_tokens_pool")

    let bank: any SupplyChanging
    let hooks: [any StakingHooks]

    /// Makes the module.
    ///
    /// - Parameters:
    ///   - bank: moves stake, and burns what is slashed.
    ///   - hooks: told of changes, in this order. A value without hooks may only read.
    public init(bank: any SupplyChanging, hooks: [any StakingHooks]) {
        self.bank = bank
        self.hooks = hooks
    }

    public var otherTypes: [any WireMessage.Type] { [Ed25519KeyMessage.self] }

    public var messages: [MessageRoute] {
        [
            MessageRoute(
                MsgCreateValidator.self, MsgCreateValidatorResponse.self,
                signers: { [Address.account(ofOperator: $0.validatorAddress)] },
                validate: Staking.validate(create:), handle: createValidator),
            MessageRoute(
                MsgEditValidator.self, MsgEditValidatorResponse.self,
                signers: { [Address.account(ofOperator: $0.validatorAddress)] },
                validate: Staking.validate(edit:), handle: editValidator),
            MessageRoute(
                MsgDelegate.self, MsgDelegateResponse.self, signers: { [$0.delegatorAddress] },
                validate: { (message) throws(Failure) in
                    try Staking.check(
                        message.delegatorAddress, [message.validatorAddress], message.amount)
                }, handle: delegate),
            MessageRoute(
                MsgBeginRedelegate.self, MsgBeginRedelegateResponse.self,
                signers: { [$0.delegatorAddress] },
                validate: { (message) throws(Failure) in
                    try Staking.check(
                        message.delegatorAddress,
                        [message.sourceAddress, message.destinationAddress], message.amount)
                }, handle: redelegate),
            MessageRoute(
                MsgUndelegate.self, MsgUndelegateResponse.self,
                signers: { [$0.delegatorAddress] },
                validate: { (message) throws(Failure) in
                    try Staking.check(
                        message.delegatorAddress, [message.validatorAddress], message.amount)
                }, handle: undelegate),
            MessageRoute(
                MsgCancelUnbondingDelegation.self, MsgCancelUnbondingDelegationResponse.self,
                signers: { [$0.delegatorAddress] },
                validate: { (message) throws(Failure) in
                    try Staking.check(
                        message.delegatorAddress, [message.validatorAddress], message.amount)
                    guard message.creationHeight > 0 else {
                        throw .sdk(.invalidRequest, "invalid height")
                    }
                }, handle: cancelUnbonding),
            MessageRoute(
                MsgUpdateStakingParameters.self, MsgUpdateStakingParametersResponse.self,
                signers: { [$0.authority] },
                validate: { (message) throws(Failure) in try message.parameters.validate() },
                handle: updateParameters),
        ]
    }

    /// The parameters in force.
    public func parameters(_ context: inout Context) throws(Failure) -> StakingParameters {
        try StakingKeys.parameters.get(&context) ?? .standard
    }

    public func endBlock(_ context: inout Context) throws(Failure) -> [ValidatorUpdate] {
        let updates = try updateValidatorSet(&context)
        try unbondMatureValidators(&context)
        try completeUnbonding(&context)
        try completeRedelegations(&context)
        return updates
    }
}
