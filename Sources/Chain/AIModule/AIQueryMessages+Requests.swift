// Requests and responses about committed models and requests for results.

public import Ledger
public import Verification
public import Wire

/// A request for a request for a result.
public struct QueryRequestRequest: WireMessage {
    /// Number of the request.
    public var number: UInt64 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryRequestRequest"
    public static let wireFields: WireFields<QueryRequestRequest> = [
        .uint64(1, "number", \.number)
    ]
}

/// A request for a result.
public struct QueryRequestResponse: WireMessage {
    /// The record, as the state holds it.
    public var request = RequestRecord()
    /// The input; empty where only a commitment is known.
    public var input = TensorSet()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryRequestResponse"
    public static let wireFields: WireFields<QueryRequestResponse> = [
        .message(1, "request", \.request),
        .message(2, "input", \.input),
    ]
}

/// A request for a list of requests: of a requester, those that wait for a model, or all.
public struct QueryRequestsRequest: WireMessage {
    /// Only requests of this account; empty for any.
    public var requester = ""
    /// Only open requests to this model.
    public var model: ModelReference?
    /// Which part.
    public var pagination: PageRequest?

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryRequestsRequest"
    public static let wireFields: WireFields<QueryRequestsRequest> = [
        .string(1, "requester", \.requester),
        .message(2, "model", \.model),
        .message(3, "pagination", \.pagination),
    ]
}

/// Requests by number.
public struct QueryRequestsResponse: WireMessage {
    /// Requests.
    public var requests: [RequestRecord] = []
    /// Where the list goes on.
    public var pagination = PageResponse()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryRequestsResponse"
    public static let wireFields: WireFields<QueryRequestsResponse> = [
        .messages(1, "requests", \.requests),
        .message(2, "pagination", \.pagination),
    ]
}

/// A request for a committed model.
public struct QueryCommittedModelRequest: WireMessage {
    /// The model; version 0 for the newest complete one.
    public var model = ModelReference()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryCommittedModelRequest"
    public static let wireFields: WireFields<QueryCommittedModelRequest> = [
        .message(1, "model", \.model)
    ]
}

/// A committed model.
public struct QueryCommittedModelResponse: WireMessage {
    /// Program, constants and commitments: all that verifying proofs needs.
    public var model = CommittedModel()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryCommittedModelResponse"
    public static let wireFields: WireFields<QueryCommittedModelResponse> = [
        .message(1, "model", \.model)
    ]
}
