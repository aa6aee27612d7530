// What clients ask about new coins (`cosmos.mint.v1beta1.Query`).

public import Ledger
public import Wire

extension Mint {
    public var queries: [QueryRoute] {
        [
            QueryRoute(
                "/cosmos.mint.v1beta1.Query/Params", MintParametersRequest.self,
                MintParametersResponse.self,
                rest: ["/cosmos/mint/v1beta1/params"]
            ) { (_, context) throws(Failure) in
                var response = MintParametersResponse()
                response.parameters = try parameters(&context)
                return response
            },
            QueryRoute(
                "/cosmos.mint.v1beta1.Query/Inflation", InflationRequest.self,
                InflationResponse.self,
                rest: ["/cosmos/mint/v1beta1/inflation"]
            ) { (_, context) throws(Failure) in
                var response = InflationResponse()
                response.inflation = try minter(&context).inflation
                return response
            },
            QueryRoute(
                "/cosmos.mint.v1beta1.Query/AnnualProvisions", AnnualProvisionsRequest.self,
                AnnualProvisionsResponse.self,
                rest: ["/cosmos/mint/v1beta1/annual_provisions"]
            ) { (_, context) throws(Failure) in
                var response = AnnualProvisionsResponse()
                response.annualProvisions = try minter(&context).annualProvisions
                return response
            },
        ]
    }
}

/// Asks for the parameters.
public struct MintParametersRequest: WireMessage {
    public static let wireName = "cosmos.mint.v1beta1.QueryParamsRequest"
    public static let wireFields: WireFields<MintParametersRequest> = []
    public init() {}
}

/// The parameters.
public struct MintParametersResponse: WireMessage {
    /// The parameters in force.
    public var parameters = MintParameters()
    public static let wireName = "cosmos.mint.v1beta1.QueryParamsResponse"
    public static let wireFields: WireFields<MintParametersResponse> = [
        .message(1, "params", \.parameters)
    ]
    public init() {}
}

/// Asks for the inflation.
public struct InflationRequest: WireMessage {
    public static let wireName = "cosmos.mint.v1beta1.QueryInflationRequest"
    public static let wireFields: WireFields<InflationRequest> = []
    public init() {}
}

/// The inflation.
public struct InflationResponse: WireMessage {
    /// Inflation of a year.
    public var inflation = Decimal.zero
    public static let wireName = "cosmos.mint.v1beta1.QueryInflationResponse"
    public static let wireFields: WireFields<InflationResponse> = [
        .textBytes(1, "inflation", \.inflation)
    ]
    public init() {}
}

/// Asks for what a year mints.
public struct AnnualProvisionsRequest: WireMessage {
    public static let wireName = "cosmos.mint.v1beta1.QueryAnnualProvisionsRequest"
    public static let wireFields: WireFields<AnnualProvisionsRequest> = []
    public init() {}
}

/// What a year mints.
public struct AnnualProvisionsResponse: WireMessage {
    /// Base units in a year.
    public var annualProvisions = Decimal.zero
    public static let wireName = "cosmos.mint.v1beta1.QueryAnnualProvisionsResponse"
    public static let wireFields: WireFields<AnnualProvisionsResponse> = [
        .textBytes(1, "annual_provisions", \.annualProvisions)
    ]
    public init() {}
}
