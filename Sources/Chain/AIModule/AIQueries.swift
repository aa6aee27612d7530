// The queries of the module. They read committed state and run nothing.

import Base
import Cryptography
import Ledger
import Verification

extension AI {
    func parameters(
        _ request: QueryParamsRequest, _ context: inout Context
    ) throws(Failure) -> QueryParamsResponse {
        var response = QueryParamsResponse()
        response.parameters = try currentParameters(&context)
        return response
    }

    func model(
        _ request: QueryModelRequest, _ context: inout Context
    ) throws(Failure) -> QueryModelResponse {
        var response = QueryModelResponse()
        response.model = try find(request.model, &context)
        let key = response.model.registration.keyBytes
        response.details = try AIKeys.details.get(key, &context) ?? ModelDetails()
        return response
    }

    func models(
        _ request: QueryModelsRequest, _ context: inout Context
    ) throws(Failure) -> QueryModelsResponse {
        var response = QueryModelsResponse()
        guard !request.owner.isEmpty else {
            guard request.name.isEmpty else {
                throw .ai(.invalidReference, "a name without an owner")
            }
            let page = try AIKeys.models.page(request.pagination, &context)
            response.models = page.entries.map(\.value)
            response.pagination = page.response
            return response
        }
        let owner = try Address.parse(request.owner)
        var prefix = owner.keyBytes
        if !request.name.isEmpty {
            try checkName(request.name)
            prefix = AIKeys.name(owner, request.name)
        }
        let page = try AIKeys.versions.page(keyPrefix: prefix, request.pagination, &context)
        for entry in page.entries {
            response.models.append(try record(entry.value.value, &context))
        }
        response.pagination = page.response
        return response
    }

    func modelByID(
        _ request: QueryModelByIDRequest, _ context: inout Context
    ) throws(Failure) -> QueryModelByIDResponse {
        guard request.modelID.count == Hash256.byteCount else {
            throw .ai(.invalidReference, "a ModelID of \(request.modelID.count) bytes")
        }
        guard let primary = try AIKeys.primaries.get(request.modelID, &context) else {
            throw .ai(.modelNotFound, request.modelID.hex)
        }
        var response = QueryModelByIDResponse()
        response.primary = primary.value
        let page = try AIKeys.registrationsByModelID.page(
            keyPrefix: request.modelID, request.pagination, &context)
        for entry in page.entries {
            response.models.append(try record(entry.value.value, &context))
        }
        response.pagination = page.response
        return response
    }

    func missingChunks(
        _ request: QueryMissingChunksRequest, _ context: inout Context
    ) throws(Failure) -> QueryMissingChunksResponse {
        let model = try find(request.model, &context)
        var response = QueryMissingChunksResponse()
        response.chunkCount = model.chunkCount
        response.chunkByteCount = UInt64(WeightChunks.byteCount)
        response.weightByteCount = model.weightByteCount
        for index in 0..<model.chunkCount {
            let key = AIKeys.chunk(model.registration, index)
            if try !AIKeys.chunks.contains(key, &context) { response.indices.append(index) }
        }
        return response
    }

    func program(
        _ request: QueryProgramRequest, _ context: inout Context
    ) throws(Failure) -> QueryProgramResponse {
        var response = QueryProgramResponse()
        response.program = try programBytes(of: try find(request.model, &context), &context)
        return response
    }

    func chunk(
        _ request: QueryChunkRequest, _ context: inout Context
    ) throws(Failure) -> QueryChunkResponse {
        let model = try find(request.model, &context)
        guard request.index < model.chunkCount else {
            throw .ai(.chunkOutOfRange, "\(request.index) of \(model.chunkCount)")
        }
        guard let data = try chunkBytes(request.index, of: model, &context) else {
            throw .ai(.modelUploading, "chunk \(request.index) of \(model.text)")
        }
        var response = QueryChunkResponse()
        response.data = data
        return response
    }

    func estimate(
        _ request: QueryEstimateRequest, _ context: inout Context
    ) throws(Failure) -> QueryEstimateResponse {
        let model = try find(request.model, &context)
        guard model.status == .active else {
            throw .ai(
                model.status == .disabled ? .modelDisabled : .modelUploading, model.text)
        }
        guard !model.isCommitted else { throw .ai(.weightsNotOnChain, model.text) }
        let parameters = try currentParameters(&context)
        var response = QueryEstimateResponse()
        response.modelID = model.modelID
        response.machineGas = model.gas
        response.runGas = parameters.chainGas(ofMachineGas: model.gas)
        response.messageGas = try messageGas(of: model, request.model, context)
        response.price = model.price
        return response
    }

    /// Gas of a request to `model`, by simulating one on a copy of the state. Every input that fits
    /// the model costs the same. The price is left out: nobody in particular is asking.
    private func messageGas(
        of model: ModelRecord, _ reference: ModelReference, _ context: Context
    ) throws(Failure) -> UInt64 {
        var trial = Context(
            state: context.state, gasLimit: nil, block: context.block, mode: .simulate)
        guard let input = model.inputs.zeroSet else {
            throw .storage(StorageFailure("the record of \(model.text) is damaged"))
        }
        let free = AI(bank: UnpaidBank(), treasury: UnpaidBank(), engine: engine)
        _ = try free.requestInference(
            MsgRequestInference(
                requester: model.owner, model: reference, input: input, maximumPrice: model.price),
            &trial)
        return trial.gas.used
    }

    func inference(
        _ request: QueryInferenceRequest, _ context: inout Context
    ) throws(Failure) -> QueryInferenceResponse {
        guard let record = try AIKeys.inferences.get(request.id.keyBytes, &context) else {
            throw .ai(.inferenceNotFound, "\(request.id)")
        }
        var response = QueryInferenceResponse()
        response.inference = record
        response.input = try record.input.load(&context)
        response.output = try record.output.load(&context)
        return response
    }

    func inferences(
        _ request: QueryInferencesRequest, _ context: inout Context
    ) throws(Failure) -> QueryInferencesResponse {
        var response = QueryInferencesResponse()
        guard !request.requester.isEmpty else {
            let page = try AIKeys.inferences.page(request.pagination, &context)
            response.inferences = page.entries.map(\.value)
            response.pagination = page.response
            return response
        }
        let prefix = (try Address.parse(request.requester)).keyBytes
        let page = try AIKeys.inferencesByRequester.page(
            keyPrefix: prefix, request.pagination, &context)
        for entry in page.entries {
            let key = entry.value.value.keyBytes
            guard let record = try AIKeys.inferences.get(key, &context) else {
                throw .storage(StorageFailure("inference \(entry.value.value) is missing"))
            }
            response.inferences.append(record)
        }
        response.pagination = page.response
        return response
    }

    /// The model that a query names; a name without a complete version gives its newest.
    func find(
        _ reference: ModelReference, _ context: inout Context
    ) throws(Failure) -> ModelRecord {
        try reference.check()
        guard !reference.owner.isEmpty, reference.version == 0 else {
            return try resolve(reference, &context)
        }
        let owner = try Address.parse(reference.owner)
        let key = AIKeys.name(owner, reference.name)
        let versions = try AIKeys.names.get(key, &context) ?? NameRecord()
        var newest = reference
        newest.version =
            versions.latestCompleteVersion == 0
            ? versions.latestVersion : versions.latestCompleteVersion
        return try resolve(newest, &context)
    }
}

/// Moves nothing: for estimates that concern nobody's balance.
private struct UnpaidBank: BalanceMoving, CommunityPoolFunding {
    func balance(
        of address: Address, denom: String, _ context: inout Context
    ) throws(Failure) -> Amount { .zero }

    func move(
        _ coins: [Coin], from sender: Address, to recipient: Address, _ context: inout Context
    ) throws(Failure) {}

    func fundCommunityPool(
        _ coins: [Coin], from sender: Address, _ context: inout Context
    ) throws(Failure) {}
}
