// What clients ask about attestations and the registry (`aivm.compute.v1.Query`).

public import Attestation
public import Base
import Certificates
public import Ledger
public import Verification
public import Wire

extension Compute {
    public var queries: [QueryRoute] {
        [
            QueryRoute(
                Self.path("Params"), QueryComputeParamsRequest.self,
                QueryComputeParamsResponse.self, rest: ["/aivm/compute/v1/params"]
            ) { (_, context) throws(Failure) in
                var response = QueryComputeParamsResponse()
                response.parameters = try currentParameters(&context)
                response.allowsDevelopment = try allowsDevelopment(&context)
                return response
            },
            QueryRoute(
                Self.path("Collateral"), QueryCollateralRequest.self,
                QueryCollateralResponse.self, rest: ["/aivm/compute/v1/collateral"],
                answer: collateral),
            QueryRoute(
                Self.path("ModelPolicy"), QueryModelPolicyRequest.self,
                QueryModelPolicyResponse.self, rest: ["/aivm/compute/v1/model_policy"]
            ) { (request, context) throws(Failure) in
                var response = QueryModelPolicyResponse()
                response.policy = try ComputeKeys.policies.get(request.modelID, &context)
                return response
            },
            QueryRoute(
                Self.path("Attestations"), QueryAttestationsRequest.self,
                QueryAttestationsResponse.self, rest: ["/aivm/compute/v1/attestations"]
            ) { (request, context) throws(Failure) in
                let page = try ComputeKeys.records.page(
                    keyPrefix: Compute.recordKey(request.statement), request.pagination, &context)
                var response = QueryAttestationsResponse()
                response.attestations = page.entries.map(\.value)
                response.pagination = page.response
                return response
            },
            QueryRoute(
                Self.path("Requests"), QueryAttestationRequestsRequest.self,
                QueryAttestationRequestsResponse.self, rest: ["/aivm/compute/v1/requests"]
            ) { (request, context) throws(Failure) in
                let page = try ComputeKeys.requests.page(request.pagination, &context)
                var response = QueryAttestationRequestsResponse()
                response.requests = page.entries.map(\.value)
                response.pagination = page.response
                return response
            },
        ]
    }

    private static func path(_ method: String) -> String { "/aivm.compute.v1.Query/\(method)" }

    /// What the registry holds: all of it, which is little.
    @Sendable private func collateral(
        _ request: QueryCollateralRequest, _ context: inout Context
    ) throws(Failure) -> QueryCollateralResponse {
        var response = QueryCollateralResponse()
        let limit = 100
        response.tcbInfos = try ComputeKeys.tcbInfos.entries(limit: limit, &context).map(\.value)
        response.identities = try ComputeKeys.identities.entries(limit: limit, &context)
            .map(\.value)
        response.lists = try ComputeKeys.lists.entries(limit: limit, &context).map(\.value.value)
        response.certificates =
            try ComputeKeys.signers.entries(limit: limit, &context).map(\.value.value)
            + ComputeKeys.issuers.entries(limit: limit, &context).map(\.value.value)
        return response
    }
}

/// Asks for the parameters.
public struct QueryComputeParamsRequest: WireMessage {
    public static let wireName = "aivm.compute.v1.QueryParamsRequest"
    public static let wireFields: WireFields<QueryComputeParamsRequest> = []
    public init() {}
}

/// The parameters.
public struct QueryComputeParamsResponse: WireMessage {
    /// The parameters in force.
    public var parameters = ComputeParameters()
    /// Whether the genesis allows roots for development: then nothing here vouches for anything.
    public var allowsDevelopment = false

    public static let wireName = "aivm.compute.v1.QueryParamsResponse"
    public static let wireFields: WireFields<QueryComputeParamsResponse> = [
        .message(1, "params", \.parameters),
        .bool(2, "allow_development", \.allowsDevelopment),
    ]
    public init() {}
}

/// Asks for the registry.
public struct QueryCollateralRequest: WireMessage {
    public static let wireName = "aivm.compute.v1.QueryCollateralRequest"
    public static let wireFields: WireFields<QueryCollateralRequest> = []
    public init() {}
}

/// The registry, at most 100 pieces of each kind.
public struct QueryCollateralResponse: WireMessage {
    /// TCB info.
    public var tcbInfos: [StoredDocument] = []
    /// Identities of enclaves.
    public var identities: [StoredDocument] = []
    /// DER revocation lists.
    public var lists: [Bytes] = []
    /// DER certificates of document signers and issuers.
    public var certificates: [Bytes] = []

    public static let wireName = "aivm.compute.v1.QueryCollateralResponse"
    public static let wireFields: WireFields<QueryCollateralResponse> = [
        .messages(1, "tcb_infos", \.tcbInfos),
        .messages(2, "identities", \.identities),
        .byteStrings(3, "revocation_lists", \.lists),
        .byteStrings(4, "certificates", \.certificates),
    ]
    public init() {}
}

/// Asks for a model's policy.
public struct QueryModelPolicyRequest: WireMessage {
    /// ModelID, 32 bytes.
    public var modelID: Bytes = []

    public static let wireName = "aivm.compute.v1.QueryModelPolicyRequest"
    public static let wireFields: WireFields<QueryModelPolicyRequest> = [
        .bytes(1, "model_id", \.modelID)
    ]
    public init() {}
}

/// A model's policy.
public struct QueryModelPolicyResponse: WireMessage {
    /// The policy; none when the owner set none.
    public var policy: AttestationPolicy?

    public static let wireName = "aivm.compute.v1.QueryModelPolicyResponse"
    public static let wireFields: WireFields<QueryModelPolicyResponse> = [
        .message(1, "policy", \.policy)
    ]
    public init() {}
}

/// Asks for the attestations of a statement.
public struct QueryAttestationsRequest: WireMessage {
    /// The statement.
    public var statement = Statement()
    /// Where to begin, and how many.
    public var pagination: PageRequest?

    public static let wireName = "aivm.compute.v1.QueryAttestationsRequest"
    public static let wireFields: WireFields<QueryAttestationsRequest> = [
        .message(1, "statement", \.statement),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// The attestations of a statement.
public struct QueryAttestationsResponse: WireMessage {
    /// What was accepted.
    public var attestations: [AttestationRecord] = []
    /// Where to go on.
    public var pagination: PageResponse?

    public static let wireName = "aivm.compute.v1.QueryAttestationsResponse"
    public static let wireFields: WireFields<QueryAttestationsResponse> = [
        .messages(1, "attestations", \.attestations),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for the open requests.
public struct QueryAttestationRequestsRequest: WireMessage {
    /// Where to begin, and how many.
    public var pagination: PageRequest?

    public static let wireName = "aivm.compute.v1.QueryRequestsRequest"
    public static let wireFields: WireFields<QueryAttestationRequestsRequest> = [
        .message(1, "pagination", \.pagination)
    ]
    public init() {}
}

/// The open requests, the oldest first.
public struct QueryAttestationRequestsResponse: WireMessage {
    /// The requests.
    public var requests: [AttestationRequest] = []
    /// Where to go on.
    public var pagination: PageResponse?

    public static let wireName = "aivm.compute.v1.QueryRequestsResponse"
    public static let wireFields: WireFields<QueryAttestationRequestsResponse> = [
        .messages(1, "requests", \.requests),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}
