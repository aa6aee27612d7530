// Fees and new coins, shared out: to validators by voting power, to their operators as commission,
// to their delegators by stake, and to the community pool. Nobody is paid coin by coin: each
// validator's rewards per unit of stake add up by periods, and a delegator is settled when its
// stake changes or it asks. `README.md` in this folder is the specification.
// Source: cosmos-sdk x/distribution (F1 fee distribution, Ojha and Goes, 2018).

public import Cryptography
public import Ledger
import Wire

/// The module that shares rewards.
public struct Distribution: Module {
    public static let name = "distribution"

    /// Holds all rewards that nobody has withdrawn, and the community pool.
    public static let account = Address.module(name)

    let bank: any BalanceMoving & BalanceListing & RecipientChecking
    let validators: any ValidatorReading
    let feeCollector: Address

    /// Makes the module.
    ///
    /// - Parameters:
    ///   - bank: moves rewards.
    ///   - validators: reads stake.
    ///   - feeCollector: the account of the fees of a block.
    public init(
        bank: any BalanceMoving & BalanceListing & RecipientChecking,
        validators: any ValidatorReading, feeCollector: Address
    ) {
        self.bank = bank
        self.validators = validators
        self.feeCollector = feeCollector
    }

    public var messages: [MessageRoute] { delegatorMessages + poolMessages }

    private var delegatorMessages: [MessageRoute] {
        [
            MessageRoute(
                MsgSetWithdrawAddress.self, MsgSetWithdrawAddressResponse.self,
                signers: { [$0.delegatorAddress] },
                validate: { (message) throws(Failure) in
                    _ = try Address.parse(message.delegatorAddress)
                    _ = try Address.parse(message.withdrawAddress)
                }, handle: setWithdrawAddress),
            MessageRoute(
                MsgWithdrawDelegatorReward.self, MsgWithdrawDelegatorRewardResponse.self,
                signers: { [$0.delegatorAddress] },
                validate: { (message) throws(Failure) in
                    _ = try Address.parse(message.delegatorAddress)
                    _ = try Address.parseOperator(message.validatorAddress)
                }, handle: withdrawReward),
            MessageRoute(
                MsgWithdrawValidatorCommission.self, MsgWithdrawValidatorCommissionResponse.self,
                signers: {
                    [Address.account(ofOperator: $0.validatorAddress)]
                },
                validate: { (message) throws(Failure) in
                    _ = try Address.parseOperator(message.validatorAddress)
                }, handle: withdrawCommission),
        ]
    }

    private var poolMessages: [MessageRoute] {
        [
            MessageRoute(
                MsgFundCommunityPool.self, MsgFundCommunityPoolResponse.self,
                signers: { [$0.depositor] },
                validate: { (message) throws(Failure) in
                    try message.amount.checkPositive()
                }, handle: fundPool),
            MessageRoute(
                MsgCommunityPoolSpend.self, MsgCommunityPoolSpendResponse.self,
                signers: { [$0.authority] },
                validate: { (message) throws(Failure) in
                    _ = try Address.parse(message.recipient)
                    try message.amount.checkPositive()
                }, handle: spendPool),
            MessageRoute(
                MsgDepositValidatorRewardsPool.self, MsgDepositValidatorRewardsPoolResponse.self,
                signers: { [$0.depositor] },
                validate: { (message) throws(Failure) in
                    _ = try Address.parseOperator(message.validatorAddress)
                    try message.amount.checkPositive()
                }, handle: depositRewards),
            MessageRoute(
                MsgUpdateDistributionParameters.self,
                MsgUpdateDistributionParametersResponse.self, signers: { [$0.authority] },
                validate: { (message) throws(Failure) in try message.parameters.validate() },
                handle: updateParameters),
        ]
    }

    /// The parameters in force.
    public func parameters(
        _ context: inout Context
    ) throws(Failure) -> DistributionParameters {
        try DistributionKeys.parameters.get(&context) ?? .standard
    }

    public func beginBlock(_ context: inout Context) throws(Failure) {
        try shareFees(&context)
    }
}
