// Validators that miss too many blocks, or sign two in one round, lose stake and leave the set.
// `README.md` in this folder is the specification. Source: cosmos-sdk x/slashing and x/evidence.

import Cryptography
public import Ledger
import Wire

/// The module that watches validators.
public struct Slashing: Module, StakingHooks {
    public static let name = "slashing"

    let validators: any ValidatorPunishing

    /// Makes the module.
    public init(validators: any ValidatorPunishing) { self.validators = validators }

    public var messages: [MessageRoute] {
        [
            MessageRoute(
                MsgUnjail.self, MsgUnjailResponse.self,
                signers: {
                    [Address.account(ofOperator: $0.validatorAddress)]
                },
                validate: { (message) throws(Failure) in
                    _ = try Address.parseOperator(message.validatorAddress)
                }, handle: unjail),
            MessageRoute(
                MsgUpdateSlashingParameters.self, MsgUpdateSlashingParametersResponse.self,
                signers: { [$0.authority] },
                validate: { (message) throws(Failure) in try message.parameters.validate() },
                handle: updateParameters),
        ]
    }

    /// The parameters in force.
    public func parameters(_ context: inout Context) throws(Failure) -> SlashingParameters {
        try SlashingKeys.parameters.get(&context) ?? .standard
    }

    public func beginBlock(_ context: inout Context) throws(Failure) {
        let parameters = try parameters(&context)
        for vote in context.block.lastCommit {
            guard let address = Address(vote.address) else { continue }
            try judge(address, vote, parameters, &context)
        }
        for offence in context.block.offences {
            try punish(offence, parameters, &context)
        }
    }

    // MARK: Handlers

    @Sendable private func unjail(
        _ message: MsgUnjail, _ context: inout Context
    ) throws(Failure) -> MsgUnjailResponse {
        let address = try Address.parseOperator(message.validatorAddress)
        guard let validator = try validators.validator(operator: address, &context) else {
            throw .slashing(.validatorNotFound)
        }
        guard
            let shares = try validators.delegationShares(of: address, with: address, &context)
        else { throw .slashing(.noSelfDelegation) }
        let own = try validator.tokens(for: shares).truncated()
        guard own >= validator.minimumSelfDelegation else {
            throw .slashing(
                .selfDelegationTooLow, "\(own) less than \(validator.minimumSelfDelegation)")
        }
        guard validator.isJailed else { throw .slashing(.notJailed) }
        if let info = try SlashingKeys.signingInfos.get(
            validator.consensusAddress.bytes, &context)
        {
            guard !info.isTombstoned, context.block.time >= info.jailedUntil else {
                throw .slashing(.stillJailed)
            }
        }
        try validators.unjail(consensus: validator.consensusAddress, &context)
        return MsgUnjailResponse()
    }

    @Sendable private func updateParameters(
        _ message: MsgUpdateSlashingParameters, _ context: inout Context
    ) throws(Failure) -> MsgUpdateSlashingParametersResponse {
        try Address.checkAuthority(message.authority)
        let old = try parameters(&context)
        try SlashingKeys.parameters.set(message.parameters, &context)
        // Positions of the old window mean other blocks in the new one: all start anew.
        if old.signedBlocksWindow != message.parameters.signedBlocksWindow {
            try forgetWindows(&context)
        }
        return MsgUpdateSlashingParametersResponse()
    }

    // MARK: Hooks

    public func didBondValidator(
        _ validator: ValidatorView, _ context: inout Context
    ) throws(Failure) {
        let key = validator.consensusAddress.bytes
        var info = try SlashingKeys.signingInfos.get(key, &context) ?? SigningInfo()
        info.address = validator.consensusAddress.consensusText
        info.startHeight = context.block.height
        try SlashingKeys.signingInfos.set(key, info, &context)
    }
}
