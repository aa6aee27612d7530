// Requests and responses of the service `aivm.ai.v1.Query`.

public import Base
public import Ledger
public import Verification
public import Wire

/// A request for the parameters.
public struct QueryParamsRequest: WireMessage {
    public init() {}
    public static let wireName = "aivm.ai.v1.QueryParamsRequest"
    public static let wireFields: WireFields<QueryParamsRequest> = []
}

/// The parameters in force.
public struct QueryParamsResponse: WireMessage {
    /// Parameters.
    public var parameters = AIParameters()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryParamsResponse"
    public static let wireFields: WireFields<QueryParamsResponse> = [
        .message(1, "params", \.parameters)
    ]
}

/// A request for a model.
public struct QueryModelRequest: WireMessage {
    /// Which model.
    public var model = ModelReference()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryModelRequest"
    public static let wireFields: WireFields<QueryModelRequest> = [
        .message(1, "model", \.model)
    ]
}

/// A model.
public struct QueryModelResponse: WireMessage {
    /// What a request needs to know.
    public var model = ModelRecord()
    /// Texts and chunk hashes.
    public var details = ModelDetails()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryModelResponse"
    public static let wireFields: WireFields<QueryModelResponse> = [
        .message(1, "model", \.model),
        .message(2, "details", \.details),
    ]
}

/// A request for a list of models.
public struct QueryModelsRequest: WireMessage {
    /// Only models of this owner; empty for all.
    public var owner = ""
    /// Only versions of this name; needs an owner.
    public var name = ""
    /// Which part.
    public var pagination: PageRequest?

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryModelsRequest"
    public static let wireFields: WireFields<QueryModelsRequest> = [
        .string(1, "owner", \.owner),
        .string(2, "name", \.name),
        .message(3, "pagination", \.pagination),
    ]
}

/// Models: in order of registration, or of an owner by name and version.
public struct QueryModelsResponse: WireMessage {
    /// Models.
    public var models: [ModelRecord] = []
    /// Where the list goes on.
    public var pagination = PageResponse()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryModelsResponse"
    public static let wireFields: WireFields<QueryModelsResponse> = [
        .messages(1, "models", \.models),
        .message(2, "pagination", \.pagination),
    ]
}

/// A request for the registrations of a ModelID.
public struct QueryModelByIDRequest: WireMessage {
    /// ModelID, 32 bytes.
    public var modelID: Bytes = []
    /// Which part.
    public var pagination: PageRequest?

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryModelByIDRequest"
    public static let wireFields: WireFields<QueryModelByIDRequest> = [
        .bytes(1, "model_id", \.modelID),
        .message(2, "pagination", \.pagination),
    ]
}

/// The registrations of a ModelID whose weights are complete, by number.
public struct QueryModelByIDResponse: WireMessage {
    /// Registration that requests by ModelID come to.
    public var primary: UInt64 = 0
    /// Registrations.
    public var models: [ModelRecord] = []
    /// Where the list goes on.
    public var pagination = PageResponse()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryModelByIDResponse"
    public static let wireFields: WireFields<QueryModelByIDResponse> = [
        .uint64(1, "primary", \.primary),
        .messages(2, "models", \.models),
        .message(3, "pagination", \.pagination),
    ]
}

/// A request for what an upload still needs; the version must be given.
public struct QueryMissingChunksRequest: WireMessage {
    /// Which model.
    public var model = ModelReference()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryMissingChunksRequest"
    public static let wireFields: WireFields<QueryMissingChunksRequest> = [
        .message(1, "model", \.model)
    ]
}

/// What an upload still needs.
public struct QueryMissingChunksResponse: WireMessage {
    /// Indices of missing chunks, ascending.
    public var indices: [UInt32] = []
    /// Number of all chunks.
    public var chunkCount: UInt32 = 0
    /// Bytes of every chunk but the last.
    public var chunkByteCount: UInt64 = 0
    /// Bytes of all chunks.
    public var weightByteCount: UInt64 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryMissingChunksResponse"
    public static let wireFields: WireFields<QueryMissingChunksResponse> = [
        .uint32s(1, "indices", \.indices),
        .uint32(2, "chunk_count", \.chunkCount),
        .uint64(3, "chunk_byte_count", \.chunkByteCount),
        .uint64(4, "weight_byte_count", \.weightByteCount),
    ]
}

/// A request for a program.
public struct QueryProgramRequest: WireMessage {
    /// Which model.
    public var model = ModelReference()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryProgramRequest"
    public static let wireFields: WireFields<QueryProgramRequest> = [
        .message(1, "model", \.model)
    ]
}

/// A program.
public struct QueryProgramResponse: WireMessage {
    /// Canonical bytes of an `aivm.ir.v1.Program`.
    public var program: Bytes = []

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryProgramResponse"
    public static let wireFields: WireFields<QueryProgramResponse> = [
        .bytes(1, "program", \.program)
    ]
}

/// A request for a chunk of weights.
public struct QueryChunkRequest: WireMessage {
    /// Which model.
    public var model = ModelReference()
    /// Index of the chunk, from 0.
    public var index: UInt32 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryChunkRequest"
    public static let wireFields: WireFields<QueryChunkRequest> = [
        .message(1, "model", \.model),
        .uint32(2, "index", \.index),
    ]
}

/// A chunk of weights.
public struct QueryChunkResponse: WireMessage {
    /// The chunk.
    public var data: Bytes = []

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryChunkResponse"
    public static let wireFields: WireFields<QueryChunkResponse> = [
        .bytes(1, "data", \.data)
    ]
}

/// A request for what an inference would cost.
public struct QueryEstimateRequest: WireMessage {
    /// Which model.
    public var model = ModelReference()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryEstimateRequest"
    public static let wireFields: WireFields<QueryEstimateRequest> = [
        .message(1, "model", \.model)
    ]
}

/// What an inference costs, without running it.
public struct QueryEstimateResponse: WireMessage {
    /// ModelID, 32 bytes.
    public var modelID: Bytes = []
    /// Machine gas of the run.
    public var machineGas: UInt64 = 0
    /// Chain gas of the run.
    public var runGas: UInt64 = 0
    /// Chain gas of the whole message but for moving the price; a transaction adds its own.
    public var messageGas: UInt64 = 0
    /// Price; empty when free.
    public var price: [Coin] = []

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryEstimateResponse"
    public static let wireFields: WireFields<QueryEstimateResponse> = [
        .bytes(1, "model_id", \.modelID),
        .uint64(2, "machine_gas", \.machineGas),
        .uint64(3, "run_gas", \.runGas),
        .uint64(4, "message_gas", \.messageGas),
        .messages(5, "price", \.price),
    ]
}

/// A request for an inference.
public struct QueryInferenceRequest: WireMessage {
    /// Number of the inference.
    public var id: UInt64 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryInferenceRequest"
    public static let wireFields: WireFields<QueryInferenceRequest> = [
        .uint64(1, "id", \.id)
    ]
}

/// An inference with its tensors.
public struct QueryInferenceResponse: WireMessage {
    /// The record, as the state holds it.
    public var inference = InferenceRecord()
    /// The input in canonical form.
    public var input = TensorSet()
    /// The output in canonical form.
    public var output = TensorSet()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryInferenceResponse"
    public static let wireFields: WireFields<QueryInferenceResponse> = [
        .message(1, "inference", \.inference),
        .message(2, "input", \.input),
        .message(3, "output", \.output),
    ]
}

/// A request for the inferences someone asked for.
public struct QueryInferencesRequest: WireMessage {
    /// Address of who asked; empty for all.
    public var requester = ""
    /// Which part.
    public var pagination: PageRequest?

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryInferencesRequest"
    public static let wireFields: WireFields<QueryInferencesRequest> = [
        .string(1, "requester", \.requester),
        .message(2, "pagination", \.pagination),
    ]
}

/// Inferences by number.
public struct QueryInferencesResponse: WireMessage {
    /// Records.
    public var inferences: [InferenceRecord] = []
    /// Where the list goes on.
    public var pagination = PageResponse()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryInferencesResponse"
    public static let wireFields: WireFields<QueryInferencesResponse> = [
        .messages(1, "inferences", \.inferences),
        .message(2, "pagination", \.pagination),
    ]
}
