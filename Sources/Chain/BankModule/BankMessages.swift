// The messages that move coins (`cosmos.bank.v1beta1`).

public import Base
public import Ledger
public import Wire

/// Sends coins from one account to another.
public struct MsgSend: WireMessage {
    /// Who pays, in bech32; signs.
    public var fromAddress = ""
    /// Who receives, in bech32.
    public var toAddress = ""
    /// Coins, ascending by denomination, each positive.
    public var amount: [Coin] = []

    public static let wireName = "cosmos.bank.v1beta1.MsgSend"
    public static let wireFields: WireFields<MsgSend> = [
        .string(1, "from_address", \.fromAddress),
        .string(2, "to_address", \.toAddress),
        .messages(3, "amount", \.amount),
    ]

    public init() {}

    public func encode(into bytes: inout Bytes) {
        bytes.appendField(1, fromAddress)
        bytes.appendField(2, toAddress)
        for coin in amount { bytes.appendField(3, coin) }
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout MsgSend, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.fromAddress = try cursor.string()
            case 2: message.toAddress = try cursor.string()
            case 3: try Coin.append(&cursor, to: &message.amount)
            default: try cursor.skipUnknown()
            }
        }
    }

    /// Makes the message.
    public init(from: String, to: String, _ amount: [Coin]) {
        fromAddress = from
        toAddress = to
        self.amount = amount
    }
}

/// The answer to ``MsgSend``.
public struct MsgSendResponse: WireMessage {
    public static let wireName = "cosmos.bank.v1beta1.MsgSendResponse"
    public static let wireFields: WireFields<MsgSendResponse> = []
    public init() {}
}

/// Sends coins from one account to many.
public struct MsgMultiSend: WireMessage {
    /// Who pays; exactly one, who signs.
    public var inputs: [TransferInput] = []
    /// Who receives.
    public var outputs: [TransferOutput] = []

    public static let wireName = "cosmos.bank.v1beta1.MsgMultiSend"
    public static let wireFields: WireFields<MsgMultiSend> = [
        .messages(1, "inputs", \.inputs),
        .messages(2, "outputs", \.outputs),
    ]

    public init() {}
}

/// Who pays how much.
public struct TransferInput: WireMessage {
    /// Address in bech32.
    public var address = ""
    /// Coins.
    public var coins: [Coin] = []

    public static let wireName = "cosmos.bank.v1beta1.Input"
    public static let wireFields: WireFields<TransferInput> = [
        .string(1, "address", \.address),
        .messages(2, "coins", \.coins),
    ]

    public init() {}
}

/// Who receives how much.
public struct TransferOutput: WireMessage {
    /// Address in bech32.
    public var address = ""
    /// Coins.
    public var coins: [Coin] = []

    public static let wireName = "cosmos.bank.v1beta1.Output"
    public static let wireFields: WireFields<TransferOutput> = [
        .string(1, "address", \.address),
        .messages(2, "coins", \.coins),
    ]

    public init() {}
}

/// The answer to ``MsgMultiSend``.
public struct MsgMultiSendResponse: WireMessage {
    public static let wireName = "cosmos.bank.v1beta1.MsgMultiSendResponse"
    public static let wireFields: WireFields<MsgMultiSendResponse> = []
    public init() {}
}
