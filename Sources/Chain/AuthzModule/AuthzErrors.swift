// The code space `authz`: append-only, numbers and texts as in the Cosmos SDK.

public import Ledger

/// Codes of the code space `authz`.
public enum AuthzCode: UInt32, ModuleCode {
    public static var codespace: String { Authz.name }

    /// There is no such authorization.
    case notFound = 2
    /// The end lies not in the future.
    case invalidExpiration = 3
    /// No such kind of authorization.
    case unknownType = 4
    /// The authorization is over.
    case expired = 6
    /// Somebody authorizes themself.
    case granteeIsGranter = 7
    /// A message with several signers cannot be run for one.
    case severalSigners = 9
    /// A limit of tokens is not a positive number.
    case invalidMaximum = 12

    /// The SDK's text for the code.
    public var text: String {
        switch self {
        case .notFound: "authorization not found"
        case .invalidExpiration:
            "expiration time of authorization should be more than current time"
        case .unknownType: "unknown authorization type"
        case .expired: "authorization expired"
        case .granteeIsGranter: "grantee and granter should be different"
        case .severalSigners: "authorization can be given to msg with only one signer"
        case .invalidMaximum: "max tokens should be positive"
        }
    }
}

extension Failure {
    /// Refuses with a code of the module.
    static func authz(_ code: AuthzCode, _ message: String = "") -> Failure { coded(code, message) }
}
