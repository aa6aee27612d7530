// The registry of models and the on-chain path of inference. `README.md` in this folder is the
// specification; this file says what the module consists of, one line per message and query.

public import Cryptography
public import Ledger
public import Verification
import Wire

/// Models, and inferences paid for and run in blocks.
public struct AI: Module {
    public static let name = "ai"

    /// Holds a price while its inference runs. Nobody has its key.
    public static let escrowAddress = Address.module(name)
    /// Takes the validators' share: the account that transaction fees go to, so that one rule
    /// divides both.
    public static let validatorsAddress = Address.module("fee_collector")
    /// Holds the treasury: the community pool, which governance spends.
    public static let treasuryAddress = Address.module("distribution")

    let bank: any BalanceMoving
    let treasury: any CommunityPoolFunding
    let engine: InferenceEngine

    /// Makes the module.
    ///
    /// - Parameters:
    ///   - bank: moves prices.
    ///   - treasury: takes the treasury's share of prices.
    ///   - engine: checks and runs models; its limits and gas schedule are part of consensus.
    public init(
        bank: any BalanceMoving, treasury: any CommunityPoolFunding,
        engine: InferenceEngine = InferenceEngine()
    ) {
        self.bank = bank
        self.treasury = treasury
        self.engine = engine
    }

    public var messages: [MessageRoute] {
        [
            MessageRoute(
                MsgRegisterModel.self, MsgRegisterModelResponse.self, signers: { [$0.owner] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: registerModel),
            MessageRoute(
                MsgUploadChunk.self, MsgUploadChunkResponse.self, signers: { [$0.owner] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: uploadChunk),
            MessageRoute(
                MsgSetModelStatus.self, MsgSetModelStatusResponse.self, signers: { [$0.owner] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: setModelStatus),
            MessageRoute(
                MsgUpdateModelPrice.self, MsgUpdateModelPriceResponse.self,
                signers: { [$0.owner] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: updateModelPrice),
            MessageRoute(
                MsgRequestInference.self, MsgRequestInferenceResponse.self,
                signers: { [$0.requester] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: requestInference),
            MessageRoute(
                MsgRegisterVerificationKey.self, MsgRegisterVerificationKeyResponse.self,
                signers: { [$0.owner] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: registerVerificationKey),
            MessageRoute(
                MsgSubmitProof.self, MsgSubmitProofResponse.self, signers: { [$0.submitter] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: submitProof),
            MessageRoute(
                MsgRegisterCommittedModel.self, MsgRegisterCommittedModelResponse.self,
                signers: { [$0.owner] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: registerCommittedModel),
            MessageRoute(
                MsgRequestResult.self, MsgRequestResultResponse.self,
                signers: { [$0.requester] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: requestResult),
            MessageRoute(
                MsgCancelRequest.self, MsgCancelRequestResponse.self,
                signers: { [$0.requester] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: cancelRequest),
            MessageRoute(
                MsgSubmitResult.self, MsgSubmitResultResponse.self, signers: { [$0.worker] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: submitResult),
            MessageRoute(
                MsgUpdateParams.self, MsgUpdateParamsResponse.self, signers: { [$0.authority] },
                validate: { (message) throws(Failure) in try message.parameters.check() },
                handle: { (message, context) throws(Failure) in
                    try Address.checkAuthority(message.authority)
                    try AIKeys.parameters.set(message.parameters, &context)
                    return MsgUpdateParamsResponse()
                }),
        ]
    }

    public var queries: [QueryRoute] {
        [
            QueryRoute(
                Self.path("Params"), QueryParamsRequest.self, QueryParamsResponse.self,
                rest: ["/aivm/ai/v1/params"],
                answer: parameters),
            QueryRoute(
                Self.path("Model"), QueryModelRequest.self, QueryModelResponse.self,
                rest: [
                    "/aivm/ai/v1/models/{model.owner}/{model.name}",
                    "/aivm/ai/v1/models/{model.owner}/{model.name}/{model.version}",
                ],
                answer: model),
            QueryRoute(
                Self.path("Models"), QueryModelsRequest.self, QueryModelsResponse.self,
                rest: ["/aivm/ai/v1/models", "/aivm/ai/v1/models/{owner}"],
                answer: models),
            QueryRoute(
                Self.path("ModelByID"), QueryModelByIDRequest.self, QueryModelByIDResponse.self,
                rest: ["/aivm/ai/v1/model_by_id"],
                answer: modelByID),
            QueryRoute(
                Self.path("MissingChunks"), QueryMissingChunksRequest.self,
                QueryMissingChunksResponse.self,
                rest: [
                    "/aivm/ai/v1/models/{model.owner}/{model.name}/{model.version}/missing_chunks"
                ], answer: missingChunks),
            QueryRoute(
                Self.path("Program"), QueryProgramRequest.self, QueryProgramResponse.self,
                rest: ["/aivm/ai/v1/models/{model.owner}/{model.name}/{model.version}/program"],
                answer: program),
            QueryRoute(
                Self.path("Chunk"), QueryChunkRequest.self, QueryChunkResponse.self,
                rest: [
                    "/aivm/ai/v1/models/{model.owner}/{model.name}/{model.version}/chunks/{index}"
                ],
                answer: chunk),
            QueryRoute(
                Self.path("Estimate"), QueryEstimateRequest.self, QueryEstimateResponse.self,
                rest: ["/aivm/ai/v1/models/{model.owner}/{model.name}/{model.version}/estimate"],
                answer: estimate),
            QueryRoute(
                Self.path("Inference"), QueryInferenceRequest.self, QueryInferenceResponse.self,
                rest: ["/aivm/ai/v1/inferences/{id}"],
                answer: inference),
            QueryRoute(
                Self.path("Inferences"), QueryInferencesRequest.self,
                QueryInferencesResponse.self,
                rest: ["/aivm/ai/v1/inferences"], answer: inferences),
        ] + circuitQueries + requestQueries
    }

    private var circuitQueries: [QueryRoute] {
        [
            QueryRoute(
                Self.path("VerificationKey"), QueryVerificationKeyRequest.self,
                QueryVerificationKeyResponse.self,
                rest: ["/aivm/ai/v1/verification_key"], answer: verificationKey),
            QueryRoute(
                Self.path("VerificationKeys"), QueryVerificationKeysRequest.self,
                QueryVerificationKeysResponse.self,
                rest: [
                    "/aivm/ai/v1/verification_keys", "/aivm/ai/v1/verification_keys/{owner}",
                ], answer: verificationKeys),
            QueryRoute(
                Self.path("ProvenStatement"), QueryProvenStatementRequest.self,
                QueryProvenStatementResponse.self,
                rest: ["/aivm/ai/v1/proven_statement"], answer: provenStatement),
            QueryRoute(
                Self.path("ProvenStatements"), QueryProvenStatementsRequest.self,
                QueryProvenStatementsResponse.self,
                rest: ["/aivm/ai/v1/proven_statements"], answer: provenStatements),
        ]
    }

    private var requestQueries: [QueryRoute] {
        [
            QueryRoute(
                Self.path("Request"), QueryRequestRequest.self, QueryRequestResponse.self,
                rest: ["/aivm/ai/v1/requests/{number}"], answer: request),
            QueryRoute(
                Self.path("Requests"), QueryRequestsRequest.self, QueryRequestsResponse.self,
                rest: ["/aivm/ai/v1/requests"], answer: requests),
            QueryRoute(
                Self.path("CommittedModel"), QueryCommittedModelRequest.self,
                QueryCommittedModelResponse.self,
                rest: [
                    "/aivm/ai/v1/models/{model.owner}/{model.name}/{model.version}/commitment"
                ], answer: committedModel),
        ]
    }

    private static func path(_ method: String) -> String { "/aivm.ai.v1.Query/\(method)" }
}
