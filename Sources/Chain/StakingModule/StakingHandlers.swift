// What the messages of validators do. Every failure stands in the README.

import Cryptography
import Ledger
import Wire

extension Staking {
    // MARK: Checks without state

    /// A delegator, operators, and a positive amount.
    static func check(
        _ delegator: String, _ operators: [String], _ amount: Coin
    ) throws(Failure) {
        _ = try Address.parse(delegator)
        for text in operators { _ = try Address.parseOperator(text) }
        guard Coin.isValid(denom: amount.denom), let value = Amount(amount.amount), value > .zero
        else { throw .sdk(.invalidRequest, "invalid delegation amount") }
    }

    @Sendable static func validate(create message: MsgCreateValidator) throws(Failure) {
        let address = try Address.parseOperator(message.validatorAddress)
        guard message.delegatorAddress.isEmpty || message.delegatorAddress == address.description
        else { throw .sdk(.invalidAddress, "validator address is invalid") }
        try check(address.description, [], message.value)
        guard !message.description.moniker.isEmpty else {
            throw .sdk(.invalidRequest, "empty description")
        }
        try message.description.validate()
        try message.commission.validate()
        guard message.minimumSelfDelegation > .zero else {
            throw .sdk(.invalidRequest, "minimum self delegation must be a positive integer")
        }
        guard try message.value.value() >= message.minimumSelfDelegation else {
            throw .staking(.selfDelegationBelowMinimum)
        }
        _ = try key(of: message.publicKey)
    }

    @Sendable static func validate(edit message: MsgEditValidator) throws(Failure) {
        _ = try Address.parseOperator(message.validatorAddress)
        guard message.description != ValidatorDescription() else {
            throw .sdk(.invalidRequest, "empty description")
        }
        if !message.minimumSelfDelegation.isEmpty {
            guard let least = Amount(message.minimumSelfDelegation), least > .zero else {
                throw .sdk(
                    .invalidRequest, "minimum self delegation must be a positive integer")
            }
        }
        if !message.commissionRate.isEmpty {
            guard let rate = Decimal(wireText: message.commissionRate), rate <= .one else {
                throw .sdk(
                    .invalidRequest, "commission rate must be between 0 and 1 (inclusive)")
            }
        }
    }

    private static func key(of packed: AnyMessage?) throws(Failure) -> Ed25519.PublicKey {
        guard let packed else { throw .sdk(.invalidPublicKey, "empty validator public key") }
        guard let message = try? packed.unpack(Ed25519KeyMessage.self),
            let key = Ed25519.PublicKey(message.key)
        else {
            throw .staking(
                .keyTypeNotSupported, "got: \(packed.typeURL.prefix(100)), expected: ed25519")
        }
        return key
    }

    func checkDenomination(_ amount: Coin, _ context: inout Context) throws(Failure) -> Amount {
        let denom = try parameters(&context).bondDenomination
        guard amount.denom == denom else {
            throw .sdk(
                .invalidRequest,
                "invalid coin denomination: got \(amount.denom), expected \(denom)")
        }
        return try amount.value()
    }

    // MARK: Validators

    @Sendable func createValidator(
        _ message: MsgCreateValidator, _ context: inout Context
    ) throws(Failure) -> MsgCreateValidatorResponse {
        let address = try Address.parseOperator(message.validatorAddress)
        let least = try parameters(&context).minimumCommissionRate
        guard message.commission.rate >= least else {
            throw .staking(
                .commissionBelowMinimum, "cannot set validator commission to less than \(least)")
        }
        guard try find(address, &context) == nil else { throw .staking(.operatorExists) }
        let key = try Staking.key(of: message.publicKey)
        let consensus = Address.consensus(key)
        guard try !StakingKeys.operators.contains(consensus.bytes, &context) else {
            throw .staking(.consensusKeyExists)
        }
        let amount = try checkDenomination(message.value, &context)

        var validator = Validator()
        validator.operatorAddress = address.operatorText
        validator.consensusKey = AnyMessage(Ed25519KeyMessage(key.bytes))
        validator.status = .unbonded
        validator.description = message.description
        validator.commission.rates = message.commission
        validator.commission.updateTime = context.block.time
        validator.minimumSelfDelegation = message.minimumSelfDelegation
        try store(validator, replacing: nil, &context)
        try StakingKeys.operators.set(consensus.bytes, StoredBytes(address), &context)
        let view = try validator.view()
        for hook in hooks { try hook.didCreateValidator(view, &context) }
        try delegate(amount, of: address, from: .balance(address), to: validator, &context)
        context.emit(
            "create_validator",
            ["validator": message.validatorAddress, "amount": message.value.text])
        return MsgCreateValidatorResponse()
    }

    @Sendable func editValidator(
        _ message: MsgEditValidator, _ context: inout Context
    ) throws(Failure) -> MsgEditValidatorResponse {
        let address = try Address.parseOperator(message.validatorAddress)
        let old = try get(address, &context)
        var validator = old
        validator.description = old.description.applying(message.description)
        try validator.description.validate()
        if let rate = Decimal(wireText: message.commissionRate) {
            try setCommission(rate, of: &validator, &context)
        }
        if let least = Amount(message.minimumSelfDelegation) {
            guard least > old.minimumSelfDelegation else {
                throw .staking(.minimumSelfDelegationDecreased)
            }
            guard least <= old.tokens else { throw .staking(.selfDelegationBelowMinimum) }
            validator.minimumSelfDelegation = least
        }
        try store(validator, replacing: old, &context)
        context.emit(
            "edit_validator",
            [
                "commission_rate": validator.commission.rates.rate.description,
                "min_self_delegation": validator.minimumSelfDelegation.description,
            ])
        return MsgEditValidatorResponse()
    }

    /// A new commission: once a day, within the validator's own limits and the chain's.
    private func setCommission(
        _ rate: Decimal, of validator: inout Validator, _ context: inout Context
    ) throws(Failure) {
        let commission = validator.commission
        let day = WireDuration(seconds: 24 * 3600)
        guard context.block.time >= commission.updateTime.advancedClamped(by: day) else {
            throw .staking(.commissionUpdateTime)
        }
        guard rate <= commission.rates.maximumRate else {
            throw .staking(.commissionAboveMaximum)
        }
        let change =
            rate.subtracting(commission.rates.rate)
            ?? commission.rates.rate.subtractingClamped(rate)
        guard change <= commission.rates.maximumChangeRate else {
            throw .staking(.commissionAboveChangeRate)
        }
        let least = try parameters(&context).minimumCommissionRate
        guard rate >= least else {
            throw .staking(
                .commissionBelowMinimum, "cannot set validator commission to less than \(least)")
        }
        validator.commission.rates.rate = rate
        validator.commission.updateTime = context.block.time
    }

    @Sendable func updateParameters(
        _ message: MsgUpdateStakingParameters, _ context: inout Context
    ) throws(Failure) -> MsgUpdateStakingParametersResponse {
        try Address.checkAuthority(message.authority)
        try message.parameters.validate()
        // Stake in the pools is of the old denomination for ever.
        guard
            try parameters(&context).bondDenomination == message.parameters.bondDenomination
        else { throw .sdk(.invalidRequest, "the bond denomination cannot change") }
        try StakingKeys.parameters.set(message.parameters, &context)
        return MsgUpdateStakingParametersResponse()
    }
}
