// Who may change parameters and spend for the chain: the account of governance, whose messages run
// when a proposal passes. Nobody has its key.

public import Cryptography

extension Address {
    /// The account of governance.
    public static let governance = Address.module("gov")

    /// Refuses a message whose authority is not the account of governance.
    public static func checkAuthority(_ text: String) throws(Failure) {
        guard text == Address.governance.description else {
            throw .rejected(
                Rejection(
                    codespace: "gov", code: 13,
                    message: "invalid authority; expected \(Address.governance), got "
                        + "\(text.prefix(100)): expected gov account as only signer for "
                        + "proposal message"))
        }
    }
}
