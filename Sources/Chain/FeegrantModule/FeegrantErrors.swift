// The code space `feegrant`: append-only, numbers and texts as in the Cosmos SDK.

public import Ledger

/// Codes of the code space `feegrant`.
public enum FeegrantCode: UInt32, ModuleCode {
    public static var codespace: String { Feegrant.name }

    /// The fee is more than is left.
    case limitExceeded = 2
    /// The allowance is over.
    case expired = 3
    /// A time or a span cannot be used.
    case invalidDuration = 4
    /// There is no allowance where one is needed.
    case noAllowance = 5
    /// No message is allowed.
    case noMessages = 6
    /// A message of the transaction is not allowed.
    case messageNotAllowed = 7

    /// The SDK's text for the code.
    public var text: String {
        switch self {
        case .limitExceeded: "fee limit exceeded"
        case .expired: "fee allowance expired"
        case .invalidDuration: "invalid duration"
        case .noAllowance: "no allowance"
        case .noMessages: "allowed messages are empty"
        case .messageNotAllowed: "message not allowed"
        }
    }
}

extension Failure {
    /// Refuses with a code of the module.
    static func feegrant(_ code: FeegrantCode, _ message: String) -> Failure {
        coded(code, message)
    }
}
