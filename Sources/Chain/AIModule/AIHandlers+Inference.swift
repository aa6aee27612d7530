// The on-chain path: a request is checked, its gas charged, its price locked, the model run, the
// result stored, the price paid out. Gas comes first, so nothing costly happens that is not paid
// for; the price is held by the module's own account while the model runs. When anything fails the
// whole message is undone: the requester keeps the price and has paid the transaction's fee only.

import Base
import Cryptography
import Ledger
import Verification

extension AI {
    func requestInference(
        _ message: MsgRequestInference, _ context: inout Context
    ) throws(Failure) -> MsgRequestInferenceResponse {
        let parameters = try currentParameters(&context)
        let model = try resolve(message.model, &context)
        try checkIsActive(model)
        guard !model.isCommitted else { throw .ai(.weightsNotOnChain, model.text) }
        try checkSizes(model.inputs, model.outputs, parameters)
        let input: TensorSet
        do throws(VerificationError) {
            input = try message.input.canonical(for: model.inputs)
        } catch {
            throw .ai(.invalidInput, "\(error)")
        }
        try checkThat(model.price, isWithin: message.maximumPrice)
        let requester = try Address.parse(message.requester)

        try context.gas.consume(
            parameters.chainGas(ofMachineGas: model.gas), "Inference")
        if !model.price.isEmpty {
            try bank.move(
                model.price, from: requester, to: AI.escrowAddress, &context)
        }
        let inference = try run(model, on: input, &context)

        var record = InferenceRecord()
        record.id = try next(AIKeys.inferenceCount, &context)
        record.requester = message.requester
        record.model = model.reference
        record.registration = model.registration
        record.statement = inference.statement
        record.evidence = EvidenceMessage(inference.evidence)
        record.input = try StoredTensors.store(
            input, maximumInlineBytes: parameters.maximumInlineBytes, &context)
        record.output = try StoredTensors.store(
            inference.output, maximumInlineBytes: parameters.maximumInlineBytes, &context)
        record.gasUsed = inference.gasUsed
        record.price = model.price
        record.payments = try payOut(model.price, to: model.owner, parameters, &context)
        record.height = context.block.height
        try set(record, &context)
        emitInference(record, &context)

        var response = MsgRequestInferenceResponse()
        response.id = record.id
        if context.mode == .finalize { response.output = inference.output }
        response.gasUsed = record.gasUsed
        response.price = record.price
        return response
    }

    /// Refuses a model that is not complete or switched off.
    func checkIsActive(_ model: ModelRecord) throws(Failure) {
        switch model.status {
        case .active: break
        case .disabled: throw .ai(.modelDisabled, model.text)
        case .uploading, .unspecified: throw .ai(.modelUploading, model.text)
        }
    }

    /// Refuses a price above `maximum` in any denomination.
    func checkThat(_ price: [Coin], isWithin maximum: [Coin]) throws(Failure) {
        for coin in price {
            let limit = try maximum.first { $0.denom == coin.denom }.map {
                (coin) throws(Failure) in try coin.value()
            }
            guard try coin.value() <= limit ?? .zero else {
                throw .ai(
                    .priceAboveMaximum,
                    "\(price.coinsText) is above \(maximum.isEmpty ? "0" : maximum.coinsText)")
            }
        }
    }

    /// Runs the model in a block. Elsewhere stands in a result of the same size, so that estimates
    /// of gas are exact and no mempool check runs a model.
    private func run(
        _ model: ModelRecord, on input: TensorSet, _ context: inout Context
    ) throws(Failure) -> Inference {
        guard context.mode == .finalize else {
            guard let modelID = Hash256(model.modelID), let output = model.outputs.zeroSet else {
                throw .storage(StorageFailure("the record of \(model.text) is damaged"))
            }
            return Inference(
                input: input, output: output,
                statement: Statement(
                    modelID: modelID, arithmeticVersion: model.arithmeticVersion, input: input,
                    output: output),
                gasUsed: model.gas, traceRoot: .zero)
        }
        let loaded = try loadedModel(model, &context)
        do throws(VerificationError) {
            return try engine.run(loaded, on: input, gasLimit: model.gas)
        } catch {
            throw .ai(.executionFailed, "\(error)")
        }
    }

    /// Pays a locked price out: the model's owner, or who proved the answer, and the validators
    /// get their shares rounded down, the treasury the rest, so that nothing is lost or made.
    func payOut(
        _ price: [Coin], to earner: String, _ parameters: AIParameters, _ context: inout Context
    ) throws(Failure) -> [Payment] {
        let owner = try parameters.share(parameters.ownerShare, of: price)
        let validators = try parameters.share(parameters.validatorShare, of: price)
        guard let treasury = try price.subtracting(owner)?.subtracting(validators) else {
            throw .sdk(.logic, "the shares are larger than the price")
        }
        var payments: [Payment] = []
        for (recipient, amount) in [
            (try Address.parse(earner), owner),
            (AI.validatorsAddress, validators),
        ] where !amount.isEmpty {
            try bank.move(amount, from: AI.escrowAddress, to: recipient, &context)
            payments.append(Payment(recipient.bech32(), amount))
        }
        if !treasury.isEmpty {
            try self.treasury.fundCommunityPool(treasury, from: AI.escrowAddress, &context)
            payments.append(Payment(AI.treasuryAddress.bech32(), treasury))
        }
        return payments
    }
}

extension AIParameters {
    /// `share` basis points of `price`, each coin rounded down; coins of nothing are left out.
    func share(_ share: UInt32, of price: [Coin]) throws(Failure) -> [Coin] {
        var part: [Coin] = []
        for coin in price {
            let amount = try coin.value().scaled(
                by: UInt64(share), over: UInt64(AIParameters.wholeShare))
            if amount > .zero { part.append(Coin(amount, coin.denom)) }
        }
        return part
    }
}
