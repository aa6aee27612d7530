// What the bank's messages do. Every failure stands in the README.

import Base
public import Cryptography
public import Ledger

extension Bank {
    public var messages: [MessageRoute] {
        [
            MessageRoute(
                MsgSend.self, MsgSendResponse.self, signers: { [$0.fromAddress] },
                validate: Bank.validate(send:), handle: send),
            MessageRoute(
                MsgMultiSend.self, MsgMultiSendResponse.self,
                signers: { $0.inputs.map(\.address) },
                validate: Bank.validate(multiSend:), handle: multiSend),
            MessageRoute(
                MsgUpdateBankParameters.self, MsgUpdateBankParametersResponse.self,
                signers: { [$0.authority] },
                validate: { (message) throws(Failure) in
                    guard message.parameters.sendEnabled.isEmpty else {
                        throw .sdk(.invalidRequest, "use of send_enabled in params is deprecated")
                    }
                },
                handle: { (message, context) throws(Failure) in
                    try Address.checkAuthority(message.authority)
                    try BankKeys.parameters.set(message.parameters, &context)
                    return MsgUpdateBankParametersResponse()
                }),
            MessageRoute(
                MsgSetSendEnabled.self, MsgSetSendEnabledResponse.self,
                signers: { [$0.authority] }, validate: Bank.validate(setSendEnabled:),
                handle: setSendEnabled),
        ]
    }

    // MARK: Settings

    @Sendable private static func validate(
        setSendEnabled message: MsgSetSendEnabled
    ) throws(Failure) {
        let denoms = (message.sendEnabled.map(\.denom) + message.useDefaultFor).sorted()
        for denom in denoms {
            guard Coin.isValid(denom: denom) else {
                throw .sdk(.invalidRequest, "invalid denom \(denom.prefix(50))")
            }
        }
        for (denom, next) in zip(denoms, denoms.dropFirst()) where denom == next {
            throw .sdk(.invalidRequest, "duplicate denom entries found for \(denom)")
        }
    }

    @Sendable private func setSendEnabled(
        _ message: MsgSetSendEnabled, _ context: inout Context
    ) throws(Failure) -> MsgSetSendEnabledResponse {
        try Address.checkAuthority(message.authority)
        for entry in message.sendEnabled {
            try BankKeys.sendEnabled.set(Bytes(entry.denom.utf8), entry, &context)
        }
        for denom in message.useDefaultFor {
            try BankKeys.sendEnabled.remove(Bytes(denom.utf8), &context)
        }
        return MsgSetSendEnabledResponse()
    }

    // MARK: MsgSend

    @Sendable private static func validate(send message: MsgSend) throws(Failure) {
        _ = try Address.parse(message.fromAddress)
        _ = try Address.parse(message.toAddress)
        try message.amount.checkPositive()
    }

    @Sendable private func send(
        _ message: MsgSend, _ context: inout Context
    ) throws(Failure) -> MsgSendResponse {
        let sender = try Address.parse(message.fromAddress)
        let recipient = try Address.parse(message.toAddress)
        try checkSendEnabled(message.amount, &context)
        try checkNotBlocked(recipient)
        try move(message.amount, from: sender, to: recipient, &context)
        return MsgSendResponse()
    }

    // MARK: MsgMultiSend

    @Sendable private static func validate(multiSend message: MsgMultiSend) throws(Failure) {
        guard let input = message.inputs.first else { throw .bank(.noInputs) }
        guard message.inputs.count == 1 else { throw .bank(.multipleSenders) }
        guard !message.outputs.isEmpty else { throw .bank(.noOutputs) }
        _ = try Address.parse(input.address)
        try input.coins.checkPositive()
        var left: [String: Amount] = [:]
        for coin in input.coins { left[coin.denom] = try coin.value() }
        for output in message.outputs {
            _ = try Address.parse(output.address)
            try output.coins.checkPositive()
            for coin in output.coins {
                guard let rest = left[coin.denom]?.subtracting(try coin.value()) else {
                    throw .bank(.inputOutputMismatch)
                }
                left[coin.denom] = rest
            }
        }
        for coin in input.coins where left[coin.denom] != .zero {
            throw .bank(.inputOutputMismatch)
        }
    }

    @Sendable private func multiSend(
        _ message: MsgMultiSend, _ context: inout Context
    ) throws(Failure) -> MsgMultiSendResponse {
        guard let input = message.inputs.first else { throw .bank(.noInputs) }
        let sender = try Address.parse(input.address)
        try checkSendEnabled(input.coins, &context)
        for output in message.outputs { try checkNotBlocked(try Address.parse(output.address)) }
        for output in message.outputs {
            try move(
                output.coins, from: sender, to: try Address.parse(output.address), &context)
        }
        return MsgMultiSendResponse()
    }

    // MARK: Checks

    private func checkSendEnabled(
        _ coins: [Coin], _ context: inout Context
    ) throws(Failure) {
        for coin in coins {
            guard try isSendEnabled(coin.denom, &context) else {
                throw .bank(.sendDisabled, "\(coin.denom) transfers are currently disabled")
            }
        }
    }

    public func checkNotBlocked(_ recipient: Address) throws(Failure) {
        guard !isBlocked(recipient) else {
            throw .sdk(.unauthorized, "\(recipient) is not allowed to receive funds")
        }
    }
}
