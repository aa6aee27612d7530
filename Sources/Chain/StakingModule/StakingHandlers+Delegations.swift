// What the messages of delegators do. Every failure stands in the README.

import Cryptography
import Ledger
import Wire

extension Staking {
    @Sendable func delegate(
        _ message: MsgDelegate, _ context: inout Context
    ) throws(Failure) -> MsgDelegateResponse {
        let validator = try get(try Address.parseOperator(message.validatorAddress), &context)
        let delegator = try Address.parse(message.delegatorAddress)
        let amount = try checkDenomination(message.amount, &context)
        let shares = try delegate(
            amount, of: delegator, from: .balance(delegator), to: validator, &context)
        context.emit(
            "delegate",
            [
                "validator": message.validatorAddress, "delegator": message.delegatorAddress,
                "amount": message.amount.text, "new_shares": shares.description,
            ])
        return MsgDelegateResponse()
    }

    @Sendable func undelegate(
        _ message: MsgUndelegate, _ context: inout Context
    ) throws(Failure) -> MsgUndelegateResponse {
        let operatorAddress = try Address.parseOperator(message.validatorAddress)
        let delegator = try Address.parse(message.delegatorAddress)
        let validator = try get(operatorAddress, &context)
        let amount = try checkDenomination(message.amount, &context)
        let shares = try sharesToUnbond(amount, of: delegator, from: validator, &context)
        let unbonding = try undelegate(shares, of: delegator, from: operatorAddress, &context)
        var response = MsgUndelegateResponse()
        response.completionTime = unbonding.time
        response.amount = Coin(unbonding.amount, message.amount.denom)
        context.emit(
            "unbond",
            [
                "validator": message.validatorAddress, "delegator": message.delegatorAddress,
                "amount": response.amount.text, "completion_time": unbonding.time.text,
            ])
        return response
    }

    @Sendable func redelegate(
        _ message: MsgBeginRedelegate, _ context: inout Context
    ) throws(Failure) -> MsgBeginRedelegateResponse {
        let source = try Address.parseOperator(message.sourceAddress)
        let destination = try Address.parseOperator(message.destinationAddress)
        let delegator = try Address.parse(message.delegatorAddress)
        let validator = try get(source, &context)
        let amount = try checkDenomination(message.amount, &context)
        let shares = try sharesToUnbond(amount, of: delegator, from: validator, &context)
        let time = try redelegate(
            shares, of: delegator, from: source, to: destination, &context)
        var response = MsgBeginRedelegateResponse()
        response.completionTime = time ?? context.block.time
        context.emit(
            "redelegate",
            [
                "source_validator": message.sourceAddress,
                "destination_validator": message.destinationAddress,
                "delegator": message.delegatorAddress, "amount": message.amount.text,
                "completion_time": response.completionTime.text,
            ])
        return response
    }

    @Sendable func cancelUnbonding(
        _ message: MsgCancelUnbondingDelegation, _ context: inout Context
    ) throws(Failure) -> MsgCancelUnbondingDelegationResponse {
        let operatorAddress = try Address.parseOperator(message.validatorAddress)
        let delegator = try Address.parse(message.delegatorAddress)
        let amount = try checkDenomination(message.amount, &context)
        let validator = try get(operatorAddress, &context)
        guard !validator.isJailed else { throw .staking(.validatorJailed) }
        let key = StakingKeys.pair(delegator, operatorAddress)
        guard var unbonding = try StakingKeys.unbonding.get(key, &context) else {
            throw .notFound(
                "unbonding delegation with delegator \(delegator) not found for validator "
                    + operatorAddress.operatorText)
        }
        let now = context.block.time
        guard
            let index = unbonding.entries.firstIndex(where: {
                $0.creationHeight == message.creationHeight && $0.completionTime > now
            })
        else {
            throw .notFound(
                "unbonding delegation entry is not found at block height "
                    + "\(message.creationHeight)")
        }
        guard let rest = unbonding.entries[index].balance.subtracting(amount) else {
            throw .sdk(
                .invalidRequest, "amount is greater than the unbonding delegation entry balance")
        }
        try delegate(
            amount, of: delegator, from: .pool(Staking.notBondedPool), to: validator, &context)
        if rest == .zero {
            unbonding.entries.remove(at: index)
        } else {
            unbonding.entries[index].balance = rest
            unbonding.entries[index].initialBalance =
                unbonding.entries[index].initialBalance.subtracting(amount) ?? .zero
        }
        try store(unbonding, delegator, operatorAddress, &context)
        context.emit(
            "cancel_unbonding_delegation",
            [
                "amount": message.amount.text, "validator": message.validatorAddress,
                "delegator": message.delegatorAddress,
                "creation_height": String(message.creationHeight),
            ])
        return MsgCancelUnbondingDelegationResponse()
    }
}
