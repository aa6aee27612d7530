// Authorizations at the start of a chain, in the Cosmos SDK's JSON form (`app_state.authz`).

import Cryptography
public import Ledger
public import Wire

/// The authorizations of a genesis.
public struct AuthzGenesis: WireMessage {
    /// Grants, each granter, grantee and type of message once.
    public var authorizations: [GrantAuthorization] = []

    public static let wireName = "cosmos.authz.v1beta1.GenesisState"
    public static let wireFields: WireFields<AuthzGenesis> = [
        .messages(1, "authorization", \.authorizations)
    ]

    public init() {}
}

extension Authz {
    private var registry: WireRegistry { WireRegistry(otherTypes) }

    public func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure) {
        if genesis == .null { return }
        let state: AuthzGenesis
        do { state = try AuthzGenesis(json: genesis, registry: registry) } catch {
            throw .sdk(.invalidRequest, "genesis of authz: \(error)")
        }
        for entry in state.authorizations {
            try Authz.checkPair(entry.granter, entry.grantee)
            var grant = Grant()
            grant.authorization = entry.authorization
            grant.expiration = entry.expiration
            try Authz.check(grant)
            let authorization = try Authorization(entry.authorization)
            grant.authorization = authorization.packed
            let identity = GrantIdentity(
                granter: try Address.parse(entry.granter),
                grantee: try Address.parse(entry.grantee), typeURL: authorization.typeURL)
            guard router.runs(identity.typeURL) else {
                throw .sdk(.invalidType, "\(identity.typeURL.prefix(200)) doesn't exist.")
            }
            guard try !AuthzKeys.grants.contains(identity.key, &context) else {
                throw .sdk(
                    .invalidRequest,
                    "genesis names the authorization of \(identity.granter) to "
                        + "\(identity.grantee) for \(identity.typeURL) twice")
            }
            try save(grant, identity, &context)
        }
    }

    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        var state = AuthzGenesis()
        try AuthzKeys.grants.forEach(&context) { (key, grant) throws(Failure) in
            var reader = KeyReader(key)
            let identity = try GrantIdentity(reading: &reader)
            state.authorizations.append(Authz.entry(grant, identity))
        }
        do { return try state.json(JSONEncoding(registry: registry)) } catch {
            throw .sdk(.logic, "genesis of authz: \(error)")
        }
    }

    static func entry(_ grant: Grant, _ identity: GrantIdentity) -> GrantAuthorization {
        GrantAuthorization(
            granter: identity.granter.description, grantee: identity.grantee.description, grant)
    }
}
