// The code space `bank`: append-only, numbers and texts as in the Cosmos SDK.

public import Ledger

/// Codes of the code space `bank`.
public enum BankCode: UInt32, ModuleCode {
    public static var codespace: String { Bank.name }

    /// A transfer of many names nobody who pays.
    case noInputs = 2
    /// A transfer of many names nobody who receives.
    case noOutputs = 3
    /// What is paid is not what is received.
    case inputOutputMismatch = 4
    /// The denomination may not be sent.
    case sendDisabled = 5
    /// A transfer of many names several who pay.
    case multipleSenders = 9

    /// The SDK's text for the code.
    public var text: String {
        switch self {
        case .noInputs: "no inputs to send transaction"
        case .noOutputs: "no outputs to send transaction"
        case .inputOutputMismatch: "sum inputs != sum outputs"
        case .sendDisabled: "send transactions are disabled"
        case .multipleSenders: "multiple senders not allowed"
        }
    }
}

extension Failure {
    /// Refuses with a code of the bank.
    static func bank(_ code: BankCode, _ message: String = "") -> Failure { coded(code, message) }
}
