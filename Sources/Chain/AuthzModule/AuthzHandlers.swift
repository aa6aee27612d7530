// What the messages of authorizations do. Every failure stands in the README.

import Cryptography
public import Ledger
import Wire

extension Authz {
    public var messages: [MessageRoute] {
        [
            MessageRoute(
                MsgGrant.self, MsgGrantResponse.self, signers: { [$0.granter] },
                validate: { (message) throws(Failure) in
                    try Authz.checkPair(message.granter, message.grantee)
                    try Authz.check(message.grant)
                },
                handle: grant),
            MessageRoute(
                MsgExec.self, MsgExecResponse.self, signers: { [$0.grantee] },
                validate: { (message) throws(Failure) in
                    _ = try Address.parse(message.grantee)
                    guard !message.messages.isEmpty else {
                        throw .sdk(.invalidRequest, "messages cannot be empty")
                    }
                },
                inner: { $0.messages },
                handle: execute),
            MessageRoute(
                MsgRevoke.self, MsgRevokeResponse.self, signers: { [$0.granter] },
                validate: { (message) throws(Failure) in
                    try Authz.checkPair(message.granter, message.grantee)
                    guard !message.messageTypeURL.isEmpty else {
                        throw .sdk(.invalidRequest, "missing msg method name")
                    }
                },
                handle: revoke),
        ]
    }

    static func checkPair(_ granter: String, _ grantee: String) throws(Failure) {
        guard try Address.parse(granter) != Address.parse(grantee) else {
            throw .authz(.granteeIsGranter)
        }
    }

    static func check(_ grant: Grant) throws(Failure) {
        _ = try Authorization(grant.authorization)
        if let expiration = grant.expiration, !expiration.isValid {
            throw .authz(.invalidExpiration, "not a moment in the years 1 to 9999")
        }
    }

    @Sendable private func grant(
        _ message: MsgGrant, _ context: inout Context
    ) throws(Failure) -> MsgGrantResponse {
        let authorization = try Authorization(message.grant.authorization)
        let identity = GrantIdentity(
            granter: try Address.parse(message.granter),
            grantee: try Address.parse(message.grantee), typeURL: authorization.typeURL)
        guard router.runs(identity.typeURL) else {
            throw .sdk(.invalidType, "\(identity.typeURL.prefix(200)) doesn't exist.")
        }
        let now = context.block.time
        if let expiration = message.grant.expiration, expiration <= now {
            throw .authz(
                .invalidExpiration,
                "expiration must be after the current block time (\(now.text)), got "
                    + expiration.text)
        }
        try accounts.ensureAccount(identity.grantee, &context)
        var grant = Grant()
        grant.authorization = authorization.packed
        grant.expiration = message.grant.expiration
        try save(grant, identity, &context)
        AuthzEvents.granted(identity, &context)
        return MsgGrantResponse()
    }

    @Sendable private func revoke(
        _ message: MsgRevoke, _ context: inout Context
    ) throws(Failure) -> MsgRevokeResponse {
        let identity = GrantIdentity(
            granter: try Address.parse(message.granter),
            grantee: try Address.parse(message.grantee), typeURL: message.messageTypeURL)
        try remove(identity, &context)
        AuthzEvents.revoked(identity, &context)
        return MsgRevokeResponse()
    }

    // MARK: MsgExec

    @Sendable private func execute(
        _ message: MsgExec, _ context: inout Context
    ) throws(Failure) -> MsgExecResponse {
        let grantee = try Address.parse(message.grantee)
        var response = MsgExecResponse()
        for (index, inner) in message.messages.enumerated() {
            try useAuthorization(of: grantee, for: inner, &context)
            let firstEvent = context.events.count
            do throws(Failure) {
                response.results.append(try router.run(inner, &context).value)
            } catch {
                guard case .rejected(var rejection) = error else { throw error }
                rejection.message =
                    "failed to execute message; message \(inner.typeURL): \(rejection.message)"
                throw .rejected(rejection)
            }
            let tag = EventAttribute("authz_msg_index", String(index))
            for event in firstEvent..<context.events.count {
                context.events[event].attributes.append(tag)
            }
        }
        return response
    }

    /// Checks that `grantee` may run `message` as the one who would have to sign it, and counts it.
    private func useAuthorization(
        of grantee: Address, for message: AnyMessage, _ context: inout Context
    ) throws(Failure) {
        let signers = try router.signers(of: message)
        guard signers.count == 1, let granter = signers.first else {
            throw .authz(.severalSigners)
        }
        // Nobody needs an authorization of their own.
        guard granter != grantee else { return }
        let identity = GrantIdentity(
            granter: granter, grantee: grantee, typeURL: message.typeURL)
        guard var grant = try AuthzKeys.grants.get(identity.key, &context) else {
            throw .authz(
                .notFound,
                "failed to get grant with given granter: \(granter), grantee: \(grantee) & "
                    + "msgType: \(message.typeURL)")
        }
        if let expiration = grant.expiration, expiration < context.block.time {
            throw .authz(.expired)
        }
        var authorization = try Authorization(grant.authorization)
        if try authorization.use(message, &context) {
            try remove(identity, &context)
            AuthzEvents.revoked(identity, &context)
        } else if authorization.packed != grant.authorization {
            grant.authorization = authorization.packed
            try AuthzKeys.grants.set(identity.key, grant, &context)
        }
    }
}
