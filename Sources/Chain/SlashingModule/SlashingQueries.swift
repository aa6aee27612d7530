// What clients ask about validators' votes (`cosmos.slashing.v1beta1.Query`).

import Cryptography
public import Ledger
public import Wire

extension Slashing {
    public var queries: [QueryRoute] {
        [
            QueryRoute(
                "/cosmos.slashing.v1beta1.Query/Params", SlashingParametersRequest.self,
                SlashingParametersResponse.self,
                rest: ["/cosmos/slashing/v1beta1/params"]
            ) { (_, context) throws(Failure) in
                var response = SlashingParametersResponse()
                response.parameters = try parameters(&context)
                return response
            },
            QueryRoute(
                "/cosmos.slashing.v1beta1.Query/SigningInfo", SigningInfoRequest.self,
                SigningInfoResponse.self,
                rest: ["/cosmos/slashing/v1beta1/signing_infos/{cons_address}"]
            ) { (request, context) throws(Failure) in
                guard
                    let address = try? Address(
                        bech32: request.consensusAddress, prefix: "aivmvalcons")
                else {
                    throw .invalidArgument(
                        "invalid consensus address \(request.consensusAddress.prefix(100))")
                }
                guard let info = try SlashingKeys.signingInfos.get(address.bytes, &context) else {
                    throw .notFound(
                        "SigningInfo not found for validator \(address.consensusText)")
                }
                var response = SigningInfoResponse()
                response.info = info
                return response
            },
            QueryRoute(
                "/cosmos.slashing.v1beta1.Query/SigningInfos", SigningInfosRequest.self,
                SigningInfosResponse.self,
                rest: ["/cosmos/slashing/v1beta1/signing_infos"]
            ) { (request, context) throws(Failure) in
                let page = try SlashingKeys.signingInfos.page(request.pagination, &context)
                var response = SigningInfosResponse()
                response.infos = page.entries.map(\.value)
                response.pagination = page.response
                return response
            },
        ]
    }
}

/// Asks for the parameters.
public struct SlashingParametersRequest: WireMessage {
    public static let wireName = "cosmos.slashing.v1beta1.QueryParamsRequest"
    public static let wireFields: WireFields<SlashingParametersRequest> = []
    public init() {}
}

/// The parameters.
public struct SlashingParametersResponse: WireMessage {
    /// The parameters in force.
    public var parameters = SlashingParameters()
    public static let wireName = "cosmos.slashing.v1beta1.QueryParamsResponse"
    public static let wireFields: WireFields<SlashingParametersResponse> = [
        .message(1, "params", \.parameters)
    ]
    public init() {}
}

/// Asks what is known of a validator's votes.
public struct SigningInfoRequest: WireMessage {
    /// Consensus address, prefix `aivmvalcons`.
    public var consensusAddress = ""
    public static let wireName = "cosmos.slashing.v1beta1.QuerySigningInfoRequest"
    public static let wireFields: WireFields<SigningInfoRequest> = [
        .string(1, "cons_address", \.consensusAddress)
    ]
    public init() {}
}

/// What is known of a validator's votes.
public struct SigningInfoResponse: WireMessage {
    /// What is known.
    public var info = SigningInfo()
    public static let wireName = "cosmos.slashing.v1beta1.QuerySigningInfoResponse"
    public static let wireFields: WireFields<SigningInfoResponse> = [
        .message(1, "val_signing_info", \.info)
    ]
    public init() {}
}

/// Asks what is known of all validators' votes.
public struct SigningInfosRequest: WireMessage {
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.slashing.v1beta1.QuerySigningInfosRequest"
    public static let wireFields: WireFields<SigningInfosRequest> = [
        .message(1, "pagination", \.pagination)
    ]
    public init() {}
}

/// A page of what is known, by consensus address.
public struct SigningInfosResponse: WireMessage {
    /// What is known.
    public var infos: [SigningInfo] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.slashing.v1beta1.QuerySigningInfosResponse"
    public static let wireFields: WireFields<SigningInfosResponse> = [
        .messages(1, "info", \.infos),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}
