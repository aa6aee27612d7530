// Limits and prices of authentication that the chain agrees on (`cosmos.auth.v1beta1.Params`).

public import Ledger
public import Wire

/// Limits and prices of authentication.
public struct AccountsParameters: WireMessage {
    /// Most bytes of a memo.
    public var maximumMemoCharacters: UInt64 = 0
    /// Most signatures of a transaction.
    public var signatureLimit: UInt64 = 0
    /// Gas of each byte of a transaction.
    public var gasPerTransactionByte: UInt64 = 0
    /// Gas of an Ed25519 signature. Accounts cannot have such keys; clients expect the field.
    public var gasPerEd25519Signature: UInt64 = 0
    /// Gas of a secp256k1 signature.
    public var gasPerSecp256k1Signature: UInt64 = 0

    public static let wireName = "cosmos.auth.v1beta1.Params"
    public static let wireFields: WireFields<AccountsParameters> = [
        .uint64(1, "max_memo_characters", \.maximumMemoCharacters),
        .uint64(2, "tx_sig_limit", \.signatureLimit),
        .uint64(3, "tx_size_cost_per_byte", \.gasPerTransactionByte),
        .uint64(4, "sig_verify_cost_ed25519", \.gasPerEd25519Signature),
        .uint64(5, "sig_verify_cost_secp256k1", \.gasPerSecp256k1Signature),
    ]

    public init() {}

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout AccountsParameters, rules: WireRules,
        depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.maximumMemoCharacters = try cursor.uint64()
            case 2: message.signatureLimit = try cursor.uint64()
            case 3: message.gasPerTransactionByte = try cursor.uint64()
            case 4: message.gasPerEd25519Signature = try cursor.uint64()
            case 5: message.gasPerSecp256k1Signature = try cursor.uint64()
            default: try cursor.skipUnknown()
            }
        }
    }

    /// The Cosmos SDK's values.
    public static var standard: AccountsParameters {
        var parameters = AccountsParameters()
        parameters.maximumMemoCharacters = 256
        parameters.signatureLimit = 7
        parameters.gasPerTransactionByte = 10
        parameters.gasPerEd25519Signature = 590
        parameters.gasPerSecp256k1Signature = 1000
        return parameters
    }

    /// Checks that every value can be used.
    public func validate() throws(Failure) {
        let values = [
            maximumMemoCharacters, signatureLimit, gasPerTransactionByte, gasPerEd25519Signature,
            gasPerSecp256k1Signature,
        ]
        // Below 2^32, so that a product with a size or a count never overflows.
        guard values.allSatisfy({ $0 > 0 && $0 <= UInt64(UInt32.max) }) else {
            throw .sdk(.invalidRequest, "auth parameters must be from 1 to \(UInt32.max)")
        }
    }
}

/// Changes the parameters; governance signs.
public struct MsgUpdateAccountsParameters: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// The new parameters, all of them.
    public var parameters = AccountsParameters()
    public static let wireName = "cosmos.auth.v1beta1.MsgUpdateParams"
    public static let wireFields: WireFields<MsgUpdateAccountsParameters> = [
        .string(1, "authority", \.authority),
        .message(2, "params", \.parameters),
    ]
    public init() {}
}

/// The answer to ``MsgUpdateAccountsParameters``.
public struct MsgUpdateAccountsParametersResponse: WireMessage {
    public static let wireName = "cosmos.auth.v1beta1.MsgUpdateParamsResponse"
    public static let wireFields: WireFields<MsgUpdateAccountsParametersResponse> = []
    public init() {}
}
