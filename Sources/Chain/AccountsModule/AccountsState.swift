// The accounts of the chain: who may sign, with which key, and with which sequence number next. The
// pipeline of transactions reads and advances them; the bank creates them when coins arrive.

public import Cryptography
public import Ledger
public import Wire

/// The module of accounts.
public struct Accounts: Module, AccountKeeping {
    public static let name = "auth"

    let modules: [ModuleAccountDeclaration]

    /// Makes the module; `modules` are the accounts that modules own.
    public init(modules: [ModuleAccountDeclaration] = []) { self.modules = modules }

    public var messages: [MessageRoute] {
        [
            MessageRoute(
                MsgUpdateAccountsParameters.self, MsgUpdateAccountsParametersResponse.self,
                signers: { [$0.authority] },
                validate: { (message) throws(Failure) in try message.parameters.validate() },
                handle: { (message, context) throws(Failure) in
                    try Address.checkAuthority(message.authority)
                    try AccountsKeys.parameters.set(message.parameters, &context)
                    return MsgUpdateAccountsParametersResponse()
                })
        ]
    }

    public var otherTypes: [any WireMessage.Type] {
        [
            BaseAccount.self, ModuleAccount.self, Secp256k1KeyMessage.self,
            MultisigKeyMessage.self,
        ]
    }

    /// The parameters in force.
    public func parameters(_ context: inout Context) throws(Failure) -> AccountsParameters {
        try AccountsKeys.parameters.get(&context) ?? .standard
    }

    public func account(
        _ address: Address, _ context: inout Context
    ) throws(Failure) -> AccountView? {
        guard let stored = try AccountsKeys.accounts.get(address.bytes, &context) else {
            return nil
        }
        var view = AccountView(
            address: address, publicKey: nil, number: stored.accountNumber,
            sequence: stored.sequence)
        view.multisig = Accounts.multisig(of: stored)
        if view.multisig == nil { view.publicKey = try Accounts.publicKey(of: stored) }
        return view
    }

    /// Whether `address` has an account; costs the same gas as reading it.
    public func hasAccount(_ address: Address, _ context: inout Context) throws(Failure) -> Bool {
        try AccountsKeys.accounts.contains(address.bytes, &context)
    }

    public func update(_ account: AccountView, _ context: inout Context) throws(Failure) {
        try AccountsKeys.accounts.set(account.address.bytes, BaseAccount(account), &context)
    }

    public func ensureAccount(_ address: Address, _ context: inout Context) throws(Failure) {
        guard try !AccountsKeys.accounts.contains(address.bytes, &context) else { return }
        let number = try AccountsKeys.nextNumber.get(&context)?.value ?? 0
        try AccountsKeys.nextNumber.set(StoredNumber(number + 1), &context)
        try update(
            AccountView(address: address, publicKey: nil, number: number, sequence: 0), &context)
    }

    /// The key in `account`. Only ``update(_:_:)`` and genesis write keys, and both check them.
    static func publicKey(
        of account: BaseAccount
    ) throws(Failure) -> Secp256k1.PublicKey? {
        guard let packed = account.publicKey else { return nil }
        guard packed.typeURL == keyTypeURL,
            let message = try? Secp256k1KeyMessage(decoding: packed.value),
            let key = Secp256k1.PublicKey(known: message.key)
        else {
            throw .sdk(.invalidPublicKey, "the key of \(account.address) is not secp256k1")
        }
        return key
    }

    /// The threshold key in `account`, or `nil`.
    static func multisig(of account: BaseAccount) -> MultisigKey? {
        guard let packed = account.publicKey, packed.typeURL == multisigTypeURL else { return nil }
        return MultisigKey(packed)
    }

    private static let keyTypeURL = Secp256k1KeyMessage.typeURL
    private static let multisigTypeURL = MultisigKeyMessage.typeURL
}
