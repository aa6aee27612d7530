// The messages of authorizations (`cosmos.authz.v1beta1`).

public import Base
import Ledger
public import Wire

/// Authorizes an account to run a kind of message as the signer.
public struct MsgGrant: WireMessage {
    /// Who authorizes, in bech32; signs.
    public var granter = ""
    /// Who may use the authorization, in bech32.
    public var grantee = ""
    /// The authorization and its end.
    public var grant = Grant()

    public static let wireName = "cosmos.authz.v1beta1.MsgGrant"
    public static let wireFields: WireFields<MsgGrant> = [
        .string(1, "granter", \.granter),
        .string(2, "grantee", \.grantee),
        .message(3, "grant", \.grant),
    ]

    public init() {}

    /// Makes the message.
    public init(granter: String, grantee: String, _ grant: Grant) {
        self.granter = granter
        self.grantee = grantee
        self.grant = grant
    }
}

/// The answer to ``MsgGrant``.
public struct MsgGrantResponse: WireMessage {
    public static let wireName = "cosmos.authz.v1beta1.MsgGrantResponse"
    public static let wireFields: WireFields<MsgGrantResponse> = []
    public init() {}
}

/// Runs messages, each as the account that would have to sign it.
public struct MsgExec: WireMessage {
    /// Who uses authorizations, in bech32; signs.
    public var grantee = ""
    /// The messages, run in order, all or none.
    public var messages: [AnyMessage] = []

    public static let wireName = "cosmos.authz.v1beta1.MsgExec"
    public static let wireFields: WireFields<MsgExec> = [
        .string(1, "grantee", \.grantee),
        .messages(2, "msgs", \.messages),
    ]

    public init() {}

    /// Makes the message.
    public init(grantee: String, _ messages: [AnyMessage]) {
        self.grantee = grantee
        self.messages = messages
    }
}

/// The answer to ``MsgExec``.
public struct MsgExecResponse: WireMessage {
    /// The bytes of each message's response.
    public var results: [Bytes] = []

    public static let wireName = "cosmos.authz.v1beta1.MsgExecResponse"
    public static let wireFields: WireFields<MsgExecResponse> = [
        .byteStrings(1, "results", \.results)
    ]

    public init() {}
}

/// Ends an authorization.
public struct MsgRevoke: WireMessage {
    /// Who authorized, in bech32; signs.
    public var granter = ""
    /// Who used it, in bech32.
    public var grantee = ""
    /// Type of the messages it was for.
    public var messageTypeURL = ""

    public static let wireName = "cosmos.authz.v1beta1.MsgRevoke"
    public static let wireFields: WireFields<MsgRevoke> = [
        .string(1, "granter", \.granter),
        .string(2, "grantee", \.grantee),
        .string(3, "msg_type_url", \.messageTypeURL),
    ]

    public init() {}

    /// Makes the message.
    public init(granter: String, grantee: String, _ messageTypeURL: String) {
        self.granter = granter
        self.grantee = grantee
        self.messageTypeURL = messageTypeURL
    }
}

/// The answer to ``MsgRevoke``.
public struct MsgRevokeResponse: WireMessage {
    public static let wireName = "cosmos.authz.v1beta1.MsgRevokeResponse"
    public static let wireFields: WireFields<MsgRevokeResponse> = []
    public init() {}
}

/// An authorization and its end; the stored form.
public struct Grant: WireMessage {
    /// A ``GenericAuthorization``, ``SendAuthorization`` or ``StakeAuthorization``.
    public var authorization: AnyMessage?
    /// The last moment of use; `nil` means no end.
    public var expiration: Timestamp?

    public static let wireName = "cosmos.authz.v1beta1.Grant"
    public static let wireFields: WireFields<Grant> = [
        .message(1, "authorization", \.authorization),
        .message(2, "expiration", \.expiration),
    ]

    public init() {}

    /// Makes a grant.
    public init(_ authorization: some WireMessage, expiration: Timestamp? = nil) {
        self.authorization = AnyMessage(authorization)
        self.expiration = expiration
    }
}

/// A grant and whose it is, for lists and genesis.
public struct GrantAuthorization: WireMessage {
    /// Who authorizes, in bech32.
    public var granter = ""
    /// Who may use it, in bech32.
    public var grantee = ""
    /// The authorization.
    public var authorization: AnyMessage?
    /// The last moment of use; `nil` means no end.
    public var expiration: Timestamp?

    public static let wireName = "cosmos.authz.v1beta1.GrantAuthorization"
    public static let wireFields: WireFields<GrantAuthorization> = [
        .string(1, "granter", \.granter),
        .string(2, "grantee", \.grantee),
        .message(3, "authorization", \.authorization),
        .message(4, "expiration", \.expiration),
    ]

    public init() {}

    /// Makes the entry of `grant`.
    public init(granter: String, grantee: String, _ grant: Grant) {
        self.granter = granter
        self.grantee = grantee
        authorization = grant.authorization
        expiration = grant.expiration
    }
}
