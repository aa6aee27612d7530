// Requests and responses of the bank's queries (`cosmos.bank.v1beta1`).

public import Cryptography
public import Ledger
public import Wire

/// Asks for the balance of an address in one denomination.
public struct BalanceRequest: WireMessage {
    /// Address in bech32.
    public var address = ""
    /// Denomination.
    public var denom = ""

    public static let wireName = "cosmos.bank.v1beta1.QueryBalanceRequest"
    public static let wireFields: WireFields<BalanceRequest> = [
        .string(1, "address", \.address),
        .string(2, "denom", \.denom),
    ]

    public init() {}

    /// Makes the request.
    public init(_ address: Address, _ denom: String) {
        self.address = address.description
        self.denom = denom
    }
}

/// A balance.
public struct BalanceResponse: WireMessage {
    /// The balance; its amount may be 0.
    public var balance: Coin?

    public static let wireName = "cosmos.bank.v1beta1.QueryBalanceResponse"
    public static let wireFields: WireFields<BalanceResponse> = [
        .message(1, "balance", \.balance)
    ]

    public init() {}

    /// Makes the answer.
    public init(_ balance: Coin) { self.balance = balance }
}

/// Asks for all balances of an address.
public struct AllBalancesRequest: WireMessage {
    /// Address in bech32.
    public var address = ""
    /// Which page.
    public var pagination: PageRequest?
    /// Whether to replace voucher denominations by their origin; there are none.
    public var resolvesDenom = false

    public static let wireName = "cosmos.bank.v1beta1.QueryAllBalancesRequest"
    public static let wireFields: WireFields<AllBalancesRequest> = [
        .string(1, "address", \.address),
        .message(2, "pagination", \.pagination),
        .bool(3, "resolve_denom", \.resolvesDenom),
    ]

    public init() {}

    /// Makes the request of the first page.
    public init(_ address: Address) { self.address = address.description }
}

/// A page of balances.
public struct AllBalancesResponse: WireMessage {
    /// Coins, by denomination.
    public var balances: [Coin] = []
    /// Where the list goes on.
    public var pagination: PageResponse?

    public static let wireName = "cosmos.bank.v1beta1.QueryAllBalancesResponse"
    public static let wireFields: WireFields<AllBalancesResponse> = [
        .messages(1, "balances", \.balances),
        .message(2, "pagination", \.pagination),
    ]

    public init() {}

    /// Makes the answer.
    public init(_ balances: [Coin], _ pagination: PageResponse) {
        self.balances = balances
        self.pagination = pagination
    }
}

/// Asks for what an address may spend.
public struct SpendableBalancesRequest: WireMessage {
    /// Address in bech32.
    public var address = ""
    /// Which page.
    public var pagination: PageRequest?

    public static let wireName = "cosmos.bank.v1beta1.QuerySpendableBalancesRequest"
    public static let wireFields: WireFields<SpendableBalancesRequest> = [
        .string(1, "address", \.address),
        .message(2, "pagination", \.pagination),
    ]

    public init() {}
}

/// A page of what an address may spend.
public struct SpendableBalancesResponse: WireMessage {
    /// Coins, by denomination.
    public var balances: [Coin] = []
    /// Where the list goes on.
    public var pagination: PageResponse?

    public static let wireName = "cosmos.bank.v1beta1.QuerySpendableBalancesResponse"
    public static let wireFields: WireFields<SpendableBalancesResponse> = [
        .messages(1, "balances", \.balances),
        .message(2, "pagination", \.pagination),
    ]

    public init() {}

    /// Makes the answer.
    public init(_ balances: [Coin], _ pagination: PageResponse) {
        self.balances = balances
        self.pagination = pagination
    }
}

/// Asks for what an address may spend in one denomination.
public struct SpendableBalanceRequest: WireMessage {
    /// Address in bech32.
    public var address = ""
    /// Denomination.
    public var denom = ""

    public static let wireName = "cosmos.bank.v1beta1.QuerySpendableBalanceByDenomRequest"
    public static let wireFields: WireFields<SpendableBalanceRequest> = [
        .string(1, "address", \.address),
        .string(2, "denom", \.denom),
    ]

    public init() {}
}

/// What an address may spend in one denomination.
public struct SpendableBalanceResponse: WireMessage {
    /// The balance; its amount may be 0.
    public var balance: Coin?

    public static let wireName = "cosmos.bank.v1beta1.QuerySpendableBalanceByDenomResponse"
    public static let wireFields: WireFields<SpendableBalanceResponse> = [
        .message(1, "balance", \.balance)
    ]

    public init() {}

    /// Makes the answer.
    public init(_ balance: Coin) { self.balance = balance }
}

/// Asks for the supply of all denominations.
public struct TotalSupplyRequest: WireMessage {
    /// Which page.
    public var pagination: PageRequest?

    public static let wireName = "cosmos.bank.v1beta1.QueryTotalSupplyRequest"
    public static let wireFields: WireFields<TotalSupplyRequest> = [
        .message(1, "pagination", \.pagination)
    ]

    public init() {}
}

/// A page of supplies.
public struct TotalSupplyResponse: WireMessage {
    /// Supplies, by denomination.
    public var supply: [Coin] = []
    /// Where the list goes on.
    public var pagination: PageResponse?

    public static let wireName = "cosmos.bank.v1beta1.QueryTotalSupplyResponse"
    public static let wireFields: WireFields<TotalSupplyResponse> = [
        .messages(1, "supply", \.supply),
        .message(2, "pagination", \.pagination),
    ]

    public init() {}
}

/// Asks for the supply of a denomination.
public struct SupplyOfRequest: WireMessage {
    /// Denomination.
    public var denom = ""

    public static let wireName = "cosmos.bank.v1beta1.QuerySupplyOfRequest"
    public static let wireFields: WireFields<SupplyOfRequest> = [
        .string(1, "denom", \.denom)
    ]

    public init() {}
}

/// The supply of a denomination.
public struct SupplyOfResponse: WireMessage {
    /// The supply; its amount may be 0.
    public var amount = Coin()

    public static let wireName = "cosmos.bank.v1beta1.QuerySupplyOfResponse"
    public static let wireFields: WireFields<SupplyOfResponse> = [
        .message(1, "amount", \.amount)
    ]

    public init() {}

    /// Makes the answer.
    public init(_ amount: Coin) { self.amount = amount }
}

/// Asks for the parameters of the bank.
public struct BankParametersRequest: WireMessage {

    public static let wireName = "cosmos.bank.v1beta1.QueryParamsRequest"
    public static let wireFields: WireFields<BankParametersRequest> = []

    public init() {}
}

/// The parameters of the bank.
public struct BankParametersResponse: WireMessage {
    /// The parameters in force.
    public var parameters = BankParameters()

    public static let wireName = "cosmos.bank.v1beta1.QueryParamsResponse"
    public static let wireFields: WireFields<BankParametersResponse> = [
        .message(1, "params", \.parameters)
    ]

    public init() {}

    /// Makes the answer.
    public init(_ parameters: BankParameters) { self.parameters = parameters }
}

/// Asks for the metadata of a denomination.
public struct DenomMetadataRequest: WireMessage {
    /// Denomination.
    public var denom = ""

    public static let wireName = "cosmos.bank.v1beta1.QueryDenomMetadataRequest"
    public static let wireFields: WireFields<DenomMetadataRequest> = [
        .string(1, "denom", \.denom)
    ]

    public init() {}
}

/// The metadata of a denomination.
public struct DenomMetadataResponse: WireMessage {
    /// The metadata.
    public var metadata = DenomMetadata()

    public static let wireName = "cosmos.bank.v1beta1.QueryDenomMetadataResponse"
    public static let wireFields: WireFields<DenomMetadataResponse> = [
        .message(1, "metadata", \.metadata)
    ]

    public init() {}

    /// Makes the answer.
    public init(_ metadata: DenomMetadata) { self.metadata = metadata }
}

/// Asks for the metadata of all denominations.
public struct DenomsMetadataRequest: WireMessage {
    /// Which page.
    public var pagination: PageRequest?

    public static let wireName = "cosmos.bank.v1beta1.QueryDenomsMetadataRequest"
    public static let wireFields: WireFields<DenomsMetadataRequest> = [
        .message(1, "pagination", \.pagination)
    ]

    public init() {}
}

/// A page of metadata.
public struct DenomsMetadataResponse: WireMessage {
    /// Metadata, by denomination.
    public var metadatas: [DenomMetadata] = []
    /// Where the list goes on.
    public var pagination: PageResponse?

    public static let wireName = "cosmos.bank.v1beta1.QueryDenomsMetadataResponse"
    public static let wireFields: WireFields<DenomsMetadataResponse> = [
        .messages(1, "metadatas", \.metadatas),
        .message(2, "pagination", \.pagination),
    ]

    public init() {}
}
