// What clients ask about fee allowances (`cosmos.feegrant.v1beta1.Query`).

import Base
import Cryptography
public import Ledger
public import Wire

extension Feegrant {
    public var queries: [QueryRoute] {
        [
            QueryRoute(
                "/cosmos.feegrant.v1beta1.Query/Allowance", AllowanceRequest.self,
                AllowanceResponse.self,
                rest: ["/cosmos/feegrant/v1beta1/allowance/{granter}/{grantee}"]
            ) { (request, context) throws(Failure) in
                let pair = AllowancePair(
                    granter: try Address.parseArgument(request.granter),
                    grantee: try Address.parseArgument(request.grantee))
                guard let grant = try FeegrantKeys.allowances.get(pair.key, &context) else {
                    throw .notFound("fee-grant not found")
                }
                return AllowanceResponse(grant)
            },
            QueryRoute(
                "/cosmos.feegrant.v1beta1.Query/Allowances", AllowancesRequest.self,
                AllowancesResponse.self,
                rest: ["/cosmos/feegrant/v1beta1/allowances/{grantee}"]
            ) { (request, context) throws(Failure) in
                let grantee = try Address.parseArgument(request.grantee)
                let page = try FeegrantKeys.allowances.page(
                    keyPrefix: grantee.keyBytes, request.pagination, &context)
                var response = AllowancesResponse()
                response.allowances = page.entries.map(\.value)
                response.pagination = page.response
                return response
            },
            QueryRoute(
                "/cosmos.feegrant.v1beta1.Query/AllowancesByGranter",
                AllowancesByGranterRequest.self, AllowancesByGranterResponse.self,
                rest: ["/cosmos/feegrant/v1beta1/issued/{granter}"]
            ) { (request, context) throws(Failure) in
                let granter = try Address.parseArgument(request.granter)
                let page = try FeegrantKeys.byGranter.page(
                    keyPrefix: granter.keyBytes, request.pagination, &context)
                var response = AllowancesByGranterResponse()
                for entry in page.entries {
                    var reader = KeyReader(entry.key)
                    let pair = AllowancePair(
                        granter: try reader.address(), grantee: try reader.address())
                    if let grant = try FeegrantKeys.allowances.get(pair.key, &context) {
                        response.allowances.append(grant)
                    }
                }
                response.pagination = page.response
                return response
            },
        ]
    }
}

/// Asks for one allowance.
public struct AllowanceRequest: WireMessage {
    /// Who allows, in bech32.
    public var granter = ""
    /// Who may use it, in bech32.
    public var grantee = ""
    public static let wireName = "cosmos.feegrant.v1beta1.QueryAllowanceRequest"
    public static let wireFields: WireFields<AllowanceRequest> = [
        .string(1, "granter", \.granter),
        .string(2, "grantee", \.grantee),
    ]
    public init() {}
    /// Makes the request.
    public init(granter: String, grantee: String) {
        self.granter = granter
        self.grantee = grantee
    }
}

/// One allowance.
public struct AllowanceResponse: WireMessage {
    /// The allowance.
    public var allowance: FeeGrant?
    public static let wireName = "cosmos.feegrant.v1beta1.QueryAllowanceResponse"
    public static let wireFields: WireFields<AllowanceResponse> = [
        .message(1, "allowance", \.allowance)
    ]
    public init() {}
    /// Makes the answer.
    public init(_ allowance: FeeGrant) { self.allowance = allowance }
}

/// Asks for the allowances that an account may use.
public struct AllowancesRequest: WireMessage {
    /// Who may use them, in bech32.
    public var grantee = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.feegrant.v1beta1.QueryAllowancesRequest"
    public static let wireFields: WireFields<AllowancesRequest> = [
        .string(1, "grantee", \.grantee),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
    /// Makes the request.
    public init(grantee: String) { self.grantee = grantee }
}

/// A page of allowances.
public struct AllowancesResponse: WireMessage {
    /// Allowances, by granter.
    public var allowances: [FeeGrant] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.feegrant.v1beta1.QueryAllowancesResponse"
    public static let wireFields: WireFields<AllowancesResponse> = [
        .messages(1, "allowances", \.allowances),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for the allowances that an account has given.
public struct AllowancesByGranterRequest: WireMessage {
    /// Who allows, in bech32.
    public var granter = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.feegrant.v1beta1.QueryAllowancesByGranterRequest"
    public static let wireFields: WireFields<AllowancesByGranterRequest> = [
        .string(1, "granter", \.granter),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
    /// Makes the request.
    public init(granter: String) { self.granter = granter }
}

/// A page of allowances.
public struct AllowancesByGranterResponse: WireMessage {
    /// Allowances, by grantee.
    public var allowances: [FeeGrant] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.feegrant.v1beta1.QueryAllowancesByGranterResponse"
    public static let wireFields: WireFields<AllowancesByGranterResponse> = [
        .messages(1, "allowances", \.allowances),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}
