// What clients ask about authorizations (`cosmos.authz.v1beta1.Query`).

import Base
import Cryptography
public import Ledger
public import Wire

extension Authz {
    public var queries: [QueryRoute] {
        [
            QueryRoute(
                "/cosmos.authz.v1beta1.Query/Grants", GrantsRequest.self, GrantsResponse.self,
                rest: ["/cosmos/authz/v1beta1/grants"],
                answer: grants),
            QueryRoute(
                "/cosmos.authz.v1beta1.Query/GranterGrants", GranterGrantsRequest.self,
                GranterGrantsResponse.self,
                rest: ["/cosmos/authz/v1beta1/grants/granter/{granter}"]
            ) { (request, context) throws(Failure) in
                let granter = try Address.parseArgument(request.granter)
                let page = try AuthzKeys.grants.page(
                    keyPrefix: granter.keyBytes, request.pagination, &context)
                var response = GranterGrantsResponse()
                for entry in page.entries {
                    var reader = KeyReader(entry.key)
                    let identity = try GrantIdentity(reading: &reader)
                    response.grants.append(Authz.entry(entry.value, identity))
                }
                response.pagination = page.response
                return response
            },
            QueryRoute(
                "/cosmos.authz.v1beta1.Query/GranteeGrants", GranteeGrantsRequest.self,
                GranteeGrantsResponse.self,
                rest: ["/cosmos/authz/v1beta1/grants/grantee/{grantee}"]
            ) { (request, context) throws(Failure) in
                let grantee = try Address.parseArgument(request.grantee)
                let page = try AuthzKeys.byGrantee.page(
                    keyPrefix: grantee.keyBytes, request.pagination, &context)
                var response = GranteeGrantsResponse()
                for entry in page.entries {
                    let identity = try GrantIdentity(granteeKey: entry.key)
                    if let grant = try AuthzKeys.grants.get(identity.key, &context) {
                        response.grants.append(Authz.entry(grant, identity))
                    }
                }
                response.pagination = page.response
                return response
            },
        ]
    }

    @Sendable private func grants(
        _ request: GrantsRequest, _ context: inout Context
    ) throws(Failure) -> GrantsResponse {
        let granter = try Address.parseArgument(request.granter)
        let grantee = try Address.parseArgument(request.grantee)
        var response = GrantsResponse()
        guard request.messageTypeURL.isEmpty else {
            let identity = GrantIdentity(
                granter: granter, grantee: grantee, typeURL: request.messageTypeURL)
            guard let grant = try AuthzKeys.grants.get(identity.key, &context) else {
                throw .notFound(
                    "authorization not found for \(request.messageTypeURL.prefix(200)) type")
            }
            response.grants = [grant]
            return response
        }
        let page = try AuthzKeys.grants.page(
            keyPrefix: granter.keyBytes + grantee.keyBytes, request.pagination, &context)
        response.grants = page.entries.map(\.value)
        response.pagination = page.response
        return response
    }
}

/// Asks for the grants between two accounts.
public struct GrantsRequest: WireMessage {
    /// Who authorizes, in bech32.
    public var granter = ""
    /// Who may use them, in bech32.
    public var grantee = ""
    /// Type of the messages; empty means all.
    public var messageTypeURL = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.authz.v1beta1.QueryGrantsRequest"
    public static let wireFields: WireFields<GrantsRequest> = [
        .string(1, "granter", \.granter),
        .string(2, "grantee", \.grantee),
        .string(3, "msg_type_url", \.messageTypeURL),
        .message(4, "pagination", \.pagination),
    ]
    public init() {}
    /// Makes the request.
    public init(granter: String, grantee: String, messageTypeURL: String = "") {
        self.granter = granter
        self.grantee = grantee
        self.messageTypeURL = messageTypeURL
    }
}

/// A page of grants.
public struct GrantsResponse: WireMessage {
    /// Grants, by type of message.
    public var grants: [Grant] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.authz.v1beta1.QueryGrantsResponse"
    public static let wireFields: WireFields<GrantsResponse> = [
        .messages(1, "grants", \.grants),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for the grants that an account has given.
public struct GranterGrantsRequest: WireMessage {
    /// Who authorizes, in bech32.
    public var granter = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.authz.v1beta1.QueryGranterGrantsRequest"
    public static let wireFields: WireFields<GranterGrantsRequest> = [
        .string(1, "granter", \.granter),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
    /// Makes the request.
    public init(granter: String) { self.granter = granter }
}

/// A page of grants that an account has given.
public struct GranterGrantsResponse: WireMessage {
    /// Grants, by grantee and type of message.
    public var grants: [GrantAuthorization] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.authz.v1beta1.QueryGranterGrantsResponse"
    public static let wireFields: WireFields<GranterGrantsResponse> = [
        .messages(1, "grants", \.grants),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for the grants that an account may use.
public struct GranteeGrantsRequest: WireMessage {
    /// Who may use them, in bech32.
    public var grantee = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.authz.v1beta1.QueryGranteeGrantsRequest"
    public static let wireFields: WireFields<GranteeGrantsRequest> = [
        .string(1, "grantee", \.grantee),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
    /// Makes the request.
    public init(grantee: String) { self.grantee = grantee }
}

/// A page of grants that an account may use.
public struct GranteeGrantsResponse: WireMessage {
    /// Grants, by granter and type of message.
    public var grants: [GrantAuthorization] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.authz.v1beta1.QueryGranteeGrantsResponse"
    public static let wireFields: WireFields<GranteeGrantsResponse> = [
        .messages(1, "grants", \.grants),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}
