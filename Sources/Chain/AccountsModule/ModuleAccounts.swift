// Accounts that modules own. They lie in the store like all others; their names and permissions are
// the program's, and clients see them as accounts of their own kind.

import Cryptography
import Ledger
public import Wire

/// An account that a module owns, as the program declares it.
public struct ModuleAccountDeclaration: Sendable {
    /// Its name, from which its address follows.
    public let name: String
    /// What its module may do with coins, for people to read.
    public let permissions: [String]

    /// Declares an account.
    public init(_ name: String, permissions: [String] = []) {
        self.name = name
        self.permissions = permissions
    }

    var address: Address { .module(name) }
}

extension Accounts {
    var moduleQueries: [QueryRoute] {
        [
            QueryRoute(
                "/cosmos.auth.v1beta1.Query/ModuleAccounts", ModuleAccountsRequest.self,
                ModuleAccountsResponse.self, rest: ["/cosmos/auth/v1beta1/module_accounts"]
            ) { (_, context) throws(Failure) in
                var response = ModuleAccountsResponse()
                for declaration in modules {
                    response.accounts.append(
                        AnyMessage(try moduleAccount(declaration, &context)))
                }
                return response
            },
            QueryRoute(
                "/cosmos.auth.v1beta1.Query/ModuleAccountByName",
                ModuleAccountByNameRequest.self, ModuleAccountByNameResponse.self,
                rest: ["/cosmos/auth/v1beta1/module_accounts/{name}"]
            ) { (request, context) throws(Failure) in
                guard let declaration = modules.first(where: { $0.name == request.name }) else {
                    throw .notFound("account \(request.name.prefix(100)) not found")
                }
                var response = ModuleAccountByNameResponse()
                response.account = AnyMessage(try moduleAccount(declaration, &context))
                return response
            },
        ]
    }

    /// `account` as clients see it: those of modules with their names.
    func shown(_ account: BaseAccount) -> AnyMessage {
        guard
            let declaration = modules.first(where: { $0.address.description == account.address })
        else { return AnyMessage(account) }
        return AnyMessage(ModuleAccount(declaration, account))
    }

    private func moduleAccount(
        _ declaration: ModuleAccountDeclaration, _ context: inout Context
    ) throws(Failure) -> ModuleAccount {
        // Before the first coin arrives the account has no number yet.
        var account =
            try AccountsKeys.accounts.get(declaration.address.bytes, &context) ?? BaseAccount()
        account.address = declaration.address.description
        return ModuleAccount(declaration, account)
    }
}

/// An account that a module owns.
public struct ModuleAccount: WireMessage {
    /// Address and number; it has no key and sends nothing.
    public var account: BaseAccount?
    /// Name of the account.
    public var name = ""
    /// What its module may do with coins.
    public var permissions: [String] = []

    public static let wireName = "cosmos.auth.v1beta1.ModuleAccount"
    public static let wireFields: WireFields<ModuleAccount> = [
        .message(1, "base_account", \.account),
        .string(2, "name", \.name),
        .strings(3, "permissions", \.permissions),
    ]

    public init() {}

    init(_ declaration: ModuleAccountDeclaration, _ account: BaseAccount) {
        self.account = account
        name = declaration.name
        permissions = declaration.permissions
    }
}

/// Asks for the accounts of all modules.
public struct ModuleAccountsRequest: WireMessage {
    public static let wireName = "cosmos.auth.v1beta1.QueryModuleAccountsRequest"
    public static let wireFields: WireFields<ModuleAccountsRequest> = []
    public init() {}
}

/// The accounts of all modules.
public struct ModuleAccountsResponse: WireMessage {
    /// ``ModuleAccount`` messages.
    public var accounts: [AnyMessage] = []
    public static let wireName = "cosmos.auth.v1beta1.QueryModuleAccountsResponse"
    public static let wireFields: WireFields<ModuleAccountsResponse> = [
        .messages(1, "accounts", \.accounts)
    ]
    public init() {}
}

/// Asks for the account of a module.
public struct ModuleAccountByNameRequest: WireMessage {
    /// Name of the account.
    public var name = ""
    public static let wireName = "cosmos.auth.v1beta1.QueryModuleAccountByNameRequest"
    public static let wireFields: WireFields<ModuleAccountByNameRequest> = [
        .string(1, "name", \.name)
    ]
    public init() {}
}

/// The account of a module.
public struct ModuleAccountByNameResponse: WireMessage {
    /// A ``ModuleAccount``.
    public var account: AnyMessage?
    public static let wireName = "cosmos.auth.v1beta1.QueryModuleAccountByNameResponse"
    public static let wireFields: WireFields<ModuleAccountByNameResponse> = [
        .message(1, "account", \.account)
    ]
    public init() {}
}
