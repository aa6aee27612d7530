// What the messages do. Every failure stands in the README.

import Cryptography
import Ledger
import Wire

extension Distribution {
    @Sendable func setWithdrawAddress(
        _ message: MsgSetWithdrawAddress, _ context: inout Context
    ) throws(Failure) -> MsgSetWithdrawAddressResponse {
        guard try parameters(&context).isWithdrawAddressEnabled else {
            throw .distribution(.withdrawAddressDisabled)
        }
        let recipient = try Address.parse(message.withdrawAddress)
        try bank.checkNotBlocked(recipient)
        try DistributionKeys.withdrawAddresses.set(
            try Address.parse(message.delegatorAddress).bytes,
            StoredText(recipient.description), &context)
        context.emit("set_withdraw_address", ["withdraw_address": message.withdrawAddress])
        return MsgSetWithdrawAddressResponse()
    }

    @Sendable func withdrawReward(
        _ message: MsgWithdrawDelegatorReward, _ context: inout Context
    ) throws(Failure) -> MsgWithdrawDelegatorRewardResponse {
        let delegator = try Address.parse(message.delegatorAddress)
        let validator = try validator(message.validatorAddress, &context)
        var response = MsgWithdrawDelegatorRewardResponse()
        response.amount = try settle(delegator, with: validator, &context)
        try begin(delegator, with: validator, &context)
        return response
    }

    @Sendable func withdrawCommission(
        _ message: MsgWithdrawValidatorCommission, _ context: inout Context
    ) throws(Failure) -> MsgWithdrawValidatorCommissionResponse {
        let address = try Address.parseOperator(message.validatorAddress)
        let stored = try DistributionKeys.commissions.get(address.bytes, &context)
        let (coins, change) = try (stored?.commission ?? []).truncated()
        guard !coins.isEmpty else { throw .distribution(.noCommission) }
        var rest = AccumulatedCommission()
        rest.commission = change
        try DistributionKeys.commissions.set(address.bytes, rest, &context)
        var outstanding =
            try DistributionKeys.outstanding.get(address.bytes, &context)
            ?? OutstandingRewards()
        guard let left = try outstanding.rewards.subtracting(try [DecimalCoin](coins)) else {
            throw .sdk(.logic, "commission above all rewards of \(message.validatorAddress)")
        }
        outstanding.rewards = left
        try DistributionKeys.outstanding.set(address.bytes, outstanding, &context)
        let recipient = try withdrawAddress(of: address, &context)
        try bank.move(coins, from: Distribution.account, to: recipient, &context)
        context.emit(
            "withdraw_commission",
            ["amount": coins.coinsText, "validator": message.validatorAddress])
        var response = MsgWithdrawValidatorCommissionResponse()
        response.amount = coins
        return response
    }

    @Sendable func fundPool(
        _ message: MsgFundCommunityPool, _ context: inout Context
    ) throws(Failure) -> MsgFundCommunityPoolResponse {
        let depositor = try Address.parse(message.depositor)
        try fundCommunityPool(message.amount, from: depositor, &context)
        return MsgFundCommunityPoolResponse()
    }

    @Sendable func spendPool(
        _ message: MsgCommunityPoolSpend, _ context: inout Context
    ) throws(Failure) -> MsgCommunityPoolSpendResponse {
        try Address.checkAuthority(message.authority)
        let recipient = try Address.parse(message.recipient)
        try bank.checkNotBlocked(recipient)
        var pool = try DistributionKeys.pool.get(&context) ?? FeePool()
        guard
            let rest = try pool.communityPool.subtracting(try [DecimalCoin](message.amount))
        else { throw .distribution(.poolTooSmall) }
        pool.communityPool = rest
        try DistributionKeys.pool.set(pool, &context)
        try bank.move(message.amount, from: Distribution.account, to: recipient, &context)
        return MsgCommunityPoolSpendResponse()
    }

    @Sendable func depositRewards(
        _ message: MsgDepositValidatorRewardsPool, _ context: inout Context
    ) throws(Failure) -> MsgDepositValidatorRewardsPoolResponse {
        let depositor = try Address.parse(message.depositor)
        let validator = try validator(message.validatorAddress, &context)
        try bank.move(message.amount, from: depositor, to: Distribution.account, &context)
        try give(try [DecimalCoin](message.amount), to: validator, &context)
        return MsgDepositValidatorRewardsPoolResponse()
    }

    @Sendable func updateParameters(
        _ message: MsgUpdateDistributionParameters, _ context: inout Context
    ) throws(Failure) -> MsgUpdateDistributionParametersResponse {
        try Address.checkAuthority(message.authority)
        try message.parameters.validate()
        try DistributionKeys.parameters.set(message.parameters, &context)
        return MsgUpdateDistributionParametersResponse()
    }

    private func validator(
        _ text: String, _ context: inout Context
    ) throws(Failure) -> ValidatorView {
        let address = try Address.parseOperator(text)
        guard let validator = try validators.validator(operator: address, &context) else {
            throw .distribution(.validatorNotFound)
        }
        return validator
    }
}
