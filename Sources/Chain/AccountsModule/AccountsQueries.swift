// What clients ask about accounts (`cosmos.auth.v1beta1.Query`).

public import Cryptography
public import Ledger
public import Wire

extension Accounts {
    public var queries: [QueryRoute] { accountQueries + moduleQueries }

    private var accountQueries: [QueryRoute] {
        [
            QueryRoute(
                "/cosmos.auth.v1beta1.Query/Account", AccountRequest.self, AccountResponse.self,
                rest: ["/cosmos/auth/v1beta1/accounts/{address}"]
            ) { (request, context) throws(Failure) in
                AccountResponse(shown(try stored(request.address, &context)))
            },
            QueryRoute(
                "/cosmos.auth.v1beta1.Query/AccountInfo", AccountInfoRequest.self,
                AccountInfoResponse.self,
                rest: ["/cosmos/auth/v1beta1/account_info/{address}"]
            ) { (request, context) throws(Failure) in
                AccountInfoResponse(try stored(request.address, &context))
            },
            QueryRoute(
                "/cosmos.auth.v1beta1.Query/Accounts", AccountsRequest.self, AccountsResponse.self,
                rest: ["/cosmos/auth/v1beta1/accounts"]
            ) { (request, context) throws(Failure) in
                let page = try AccountsKeys.accounts.page(request.pagination, &context)
                var response = AccountsResponse()
                response.accounts = page.entries.map { shown($0.value) }
                response.pagination = page.response
                return response
            },
            QueryRoute(
                "/cosmos.auth.v1beta1.Query/Params", AccountsParametersRequest.self,
                AccountsParametersResponse.self,
                rest: ["/cosmos/auth/v1beta1/params"]
            ) { (_, context) throws(Failure) in
                AccountsParametersResponse(try parameters(&context))
            },
            QueryRoute(
                "/cosmos.auth.v1beta1.Query/Bech32Prefix", Bech32PrefixRequest.self,
                Bech32PrefixResponse.self,
                rest: ["/cosmos/auth/v1beta1/bech32"]
            ) { (_, _) throws(Failure) in Bech32PrefixResponse("aivm") },
        ]
    }

    private func stored(
        _ text: String, _ context: inout Context
    ) throws(Failure) -> BaseAccount {
        let address = try Address.parseArgument(text)
        guard let account = try AccountsKeys.accounts.get(address.bytes, &context) else {
            throw .notFound("account \(address) not found")
        }
        return account
    }
}

/// Asks for the account of an address.
public struct AccountRequest: WireMessage {
    /// Address in bech32.
    public var address = ""
    public static let wireName = "cosmos.auth.v1beta1.QueryAccountRequest"
    public static let wireFields: WireFields<AccountRequest> = [.string(1, "address", \.address)]
    public init() {}
    /// Makes the request.
    public init(_ address: Address) { self.address = address.description }
}

/// An account, as `Any` because other chains have several kinds.
public struct AccountResponse: WireMessage {
    /// A ``BaseAccount``, or a ``ModuleAccount``.
    public var account: AnyMessage?
    public static let wireName = "cosmos.auth.v1beta1.QueryAccountResponse"
    public static let wireFields: WireFields<AccountResponse> = [
        .message(1, "account", \.account)
    ]
    public init() {}
    /// Makes the answer.
    public init(_ account: AnyMessage) { self.account = account }
}

/// Asks for the account of an address, in its plain form.
public struct AccountInfoRequest: WireMessage {
    /// Address in bech32.
    public var address = ""
    public static let wireName = "cosmos.auth.v1beta1.QueryAccountInfoRequest"
    public static let wireFields: WireFields<AccountInfoRequest> = [
        .string(1, "address", \.address)
    ]
    public init() {}
}

/// An account in its plain form.
public struct AccountInfoResponse: WireMessage {
    /// The account.
    public var info: BaseAccount?
    public static let wireName = "cosmos.auth.v1beta1.QueryAccountInfoResponse"
    public static let wireFields: WireFields<AccountInfoResponse> = [.message(1, "info", \.info)]
    public init() {}
    /// Makes the answer.
    public init(_ info: BaseAccount) { self.info = info }
}

/// Asks for all accounts, by page.
public struct AccountsRequest: WireMessage {
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.auth.v1beta1.QueryAccountsRequest"
    public static let wireFields: WireFields<AccountsRequest> = [
        .message(1, "pagination", \.pagination)
    ]
    public init() {}
}

/// A page of accounts, ordered by address.
public struct AccountsResponse: WireMessage {
    /// ``BaseAccount`` messages.
    public var accounts: [AnyMessage] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.auth.v1beta1.QueryAccountsResponse"
    public static let wireFields: WireFields<AccountsResponse> = [
        .messages(1, "accounts", \.accounts),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for the parameters.
public struct AccountsParametersRequest: WireMessage {
    public static let wireName = "cosmos.auth.v1beta1.QueryParamsRequest"
    public static let wireFields: WireFields<AccountsParametersRequest> = []
    public init() {}
}

/// The parameters.
public struct AccountsParametersResponse: WireMessage {
    /// The parameters in force.
    public var parameters = AccountsParameters()
    public static let wireName = "cosmos.auth.v1beta1.QueryParamsResponse"
    public static let wireFields: WireFields<AccountsParametersResponse> = [
        .message(1, "params", \.parameters)
    ]
    public init() {}
    /// Makes the answer.
    public init(_ parameters: AccountsParameters) { self.parameters = parameters }
}

/// Asks for the prefix of addresses.
public struct Bech32PrefixRequest: WireMessage {
    public static let wireName = "cosmos.auth.v1beta1.Bech32PrefixRequest"
    public static let wireFields: WireFields<Bech32PrefixRequest> = []
    public init() {}
}

/// The prefix of addresses.
public struct Bech32PrefixResponse: WireMessage {
    /// The prefix.
    public var prefix = ""
    public static let wireName = "cosmos.auth.v1beta1.Bech32PrefixResponse"
    public static let wireFields: WireFields<Bech32PrefixResponse> = [
        .string(1, "bech32_prefix", \.prefix)
    ]
    public init() {}
    /// Makes the answer.
    public init(_ prefix: String) { self.prefix = prefix }
}
