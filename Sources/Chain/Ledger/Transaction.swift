// Transactions in the Cosmos form (`cosmos.tx.v1beta1`), signed with SIGN_MODE_DIRECT.
//
// A signature covers the received body and auth-info bytes, never a re-encoding (ADR-020), so
// `TxRaw` keeps them as they came. `TxRaw` itself must be in ADR-027 order.

public import Base
public import Wire

/// The bytes of a transaction as signed and broadcast.
public struct TxRaw: WireMessage, Hashable {
    /// A ``TxBody``.
    public var bodyBytes: Bytes = []
    /// An ``AuthInfo``.
    public var authInfoBytes: Bytes = []
    /// One signature per signer, in order.
    public var signatures: [Bytes] = []

    public static let wireName = "cosmos.tx.v1beta1.TxRaw"
    public static let wireFields: WireFields<TxRaw> = [
        .bytes(1, "body_bytes", \.bodyBytes),
        .bytes(2, "auth_info_bytes", \.authInfoBytes),
        .byteStrings(3, "signatures", \.signatures),
    ]

    public init() {}

    /// Makes a transaction of its parts.
    public init(bodyBytes: Bytes, authInfoBytes: Bytes, signatures: [Bytes]) {
        self.bodyBytes = bodyBytes
        self.authInfoBytes = authInfoBytes
        self.signatures = signatures
    }
}

/// What a transaction does.
public struct TxBody: WireMessage, Hashable {
    /// Messages, run in order, all or none.
    public var messages: [AnyMessage] = []
    /// A note.
    public var memo = ""
    /// Last height at which the transaction may run; 0 for none.
    public var timeoutHeight: UInt64 = 0
    /// Whether sequence numbers are not used; not enabled.
    public var unordered = false
    /// Last block time at which an unordered transaction may run.
    public var timeoutTimestamp: Timestamp?
    /// Extensions that must be understood.
    public var extensionOptions: [AnyMessage] = []
    /// Extensions that may be ignored.
    public var nonCriticalExtensionOptions: [AnyMessage] = []

    public static let wireName = "cosmos.tx.v1beta1.TxBody"
    public static let wireFields: WireFields<TxBody> = [
        .messages(1, "messages", \.messages),
        .string(2, "memo", \.memo),
        .uint64(3, "timeout_height", \.timeoutHeight),
        .bool(4, "unordered", \.unordered),
        .message(5, "timeout_timestamp", \.timeoutTimestamp),
        .messages(1023, "extension_options", \.extensionOptions),
        .messages(2047, "non_critical_extension_options", \.nonCriticalExtensionOptions),
    ]

    public init() {}

    /// Makes a body of `messages`.
    public init(_ messages: [AnyMessage], memo: String = "", timeoutHeight: UInt64 = 0) {
        self.messages = messages
        self.memo = memo
        self.timeoutHeight = timeoutHeight
    }
}

/// Who signs and who pays.
public struct AuthInfo: WireMessage, Hashable {
    /// One entry per signer, in the order of the body's signers.
    public var signerInfos: [SignerInfo] = []
    /// Fee and gas limit.
    public var fee: Fee?
    /// Deprecated tip; refused when present.
    public var tip: Tip?

    public static let wireName = "cosmos.tx.v1beta1.AuthInfo"
    public static let wireFields: WireFields<AuthInfo> = [
        .messages(1, "signer_infos", \.signerInfos),
        .message(2, "fee", \.fee),
        .message(3, "tip", \.tip),
    ]

    public init() {}

    /// Makes auth info.
    public init(signerInfos: [SignerInfo], fee: Fee) {
        self.signerInfos = signerInfos
        self.fee = fee
    }
}

/// A signer's key, mode and sequence.
public struct SignerInfo: WireMessage, Hashable {
    /// Public key; may be left out once the account has one.
    public var publicKey: AnyMessage?
    /// How it signed.
    public var modeInfo: ModeInfo?
    /// The account's sequence number.
    public var sequence: UInt64 = 0

    public static let wireName = "cosmos.tx.v1beta1.SignerInfo"
    public static let wireFields: WireFields<SignerInfo> = [
        .message(1, "public_key", \.publicKey),
        .message(2, "mode_info", \.modeInfo),
        .uint64(3, "sequence", \.sequence),
    ]

    public init() {}

    /// Makes the entry of a single key that signs in direct mode.
    public init(publicKey: AnyMessage?, sequence: UInt64) {
        self.publicKey = publicKey
        modeInfo = ModeInfo(single: .direct)
        self.sequence = sequence
    }
}

/// How a signer signed.
public struct ModeInfo: WireMessage, Hashable {
    /// A single key.
    public var single: SingleMode?
    /// A multi-signature key.
    public var multi: MultiMode?

    public static let wireName = "cosmos.tx.v1beta1.ModeInfo"
    public static let wireFields: WireFields<ModeInfo> = [
        .message(1, "single", \.single, oneof: "sum"),
        .message(2, "multi", \.multi, oneof: "sum"),
    ]

    public init() {}

    /// Makes the mode of a single key.
    public init(single mode: SignMode) {
        single = SingleMode()
        single?.mode = mode
    }

    /// The mode of a single key.
    public struct SingleMode: WireMessage, Hashable {
        /// The mode.
        public var mode = SignMode.unspecified
        public static let wireName = "cosmos.tx.v1beta1.ModeInfo.Single"
        public static let wireFields: WireFields<SingleMode> = [
            .enumeration(1, "mode", \.mode)
        ]
        public init() {}
    }

    /// The modes of a multi-signature key's members.
    public struct MultiMode: WireMessage, Hashable {
        /// Which members signed.
        public var bitArray: CompactBitArray?
        /// Their modes.
        public var modeInfos: [ModeInfo] = []
        public static let wireName = "cosmos.tx.v1beta1.ModeInfo.Multi"
        public static let wireFields: WireFields<MultiMode> = [
            .message(1, "bitarray", \.bitArray),
            .messages(2, "mode_infos", \.modeInfos),
        ]
        public init() {}
    }
}

/// A bit per member of a multi-signature key.
public struct CompactBitArray: WireMessage, Hashable {
    /// Bits used in the last byte.
    public var extraBitsStored: UInt32 = 0
    /// The bits.
    public var elements: Bytes = []
    public static let wireName = "cosmos.crypto.multisig.v1beta1.CompactBitArray"
    public static let wireFields: WireFields<CompactBitArray> = [
        .uint32(1, "extra_bits_stored", \.extraBitsStored),
        .bytes(2, "elems", \.elements),
    ]
    public init() {}
}

/// What a signature covers.
public enum SignMode: Int32, WireEnum {
    /// None; refused.
    case unspecified = 0
    /// The sign document's protobuf bytes.
    case direct = 1
    /// Text on a device; not enabled.
    case textual = 2
    /// Direct, by a signer who does not pay; not enabled.
    case directAuxiliary = 3
    /// Amino JSON, for devices and older wallets.
    case legacyAminoJSON = 127
    /// Ethereum's signed text; not enabled.
    case eip191 = 191

    public init() { self = .unspecified }
    public static let wireName = "cosmos.tx.signing.v1beta1.SignMode"
    public var wireLabel: String {
        switch self {
        case .unspecified: "SIGN_MODE_UNSPECIFIED"
        case .direct: "SIGN_MODE_DIRECT"
        case .textual: "SIGN_MODE_TEXTUAL"
        case .directAuxiliary: "SIGN_MODE_DIRECT_AUX"
        case .legacyAminoJSON: "SIGN_MODE_LEGACY_AMINO_JSON"
        case .eip191: "SIGN_MODE_EIP_191"
        }
    }
}

/// Fee and gas limit.
public struct Fee: WireMessage, Hashable {
    /// Coins paid, whether or not the messages succeed.
    public var amount: [Coin] = []
    /// Most gas the transaction may use.
    public var gasLimit: UInt64 = 0
    /// Who pays; empty means the first signer.
    public var payer = ""
    /// Whose allowance is used; empty means none.
    public var granter = ""

    public static let wireName = "cosmos.tx.v1beta1.Fee"
    public static let wireFields: WireFields<Fee> = [
        .messages(1, "amount", \.amount),
        .uint64(2, "gas_limit", \.gasLimit),
        .string(3, "payer", \.payer),
        .string(4, "granter", \.granter),
    ]

    public init() {}

    /// Makes a fee paid by the first signer.
    public init(_ amount: [Coin], gasLimit: UInt64) {
        self.amount = amount
        self.gasLimit = gasLimit
    }
}

/// A deprecated tip to whoever pays.
public struct Tip: WireMessage, Hashable {
    /// Coins.
    public var amount: [Coin] = []
    /// Who gives them.
    public var tipper = ""
    public static let wireName = "cosmos.tx.v1beta1.Tip"
    public static let wireFields: WireFields<Tip> = [
        .messages(1, "amount", \.amount),
        .string(2, "tipper", \.tipper),
    ]
    public init() {}
}

/// What SIGN_MODE_DIRECT signs: the SHA-256 of this message's bytes.
public struct SignDoc: WireMessage, Hashable {
    /// The body as received.
    public var bodyBytes: Bytes = []
    /// The auth info as received.
    public var authInfoBytes: Bytes = []
    /// Chain id.
    public var chainID = ""
    /// The signer's account number.
    public var accountNumber: UInt64 = 0

    public static let wireName = "cosmos.tx.v1beta1.SignDoc"
    public static let wireFields: WireFields<SignDoc> = [
        .bytes(1, "body_bytes", \.bodyBytes),
        .bytes(2, "auth_info_bytes", \.authInfoBytes),
        .string(3, "chain_id", \.chainID),
        .uint64(4, "account_number", \.accountNumber),
    ]

    public init() {}

    /// Makes the document of a transaction for one signer.
    public init(bodyBytes: Bytes, authInfoBytes: Bytes, chainID: String, accountNumber: UInt64) {
        self.bodyBytes = bodyBytes
        self.authInfoBytes = authInfoBytes
        self.chainID = chainID
        self.accountNumber = accountNumber
    }
}

/// A compressed secp256k1 key (`cosmos.crypto.secp256k1.PubKey`).
public struct Secp256k1KeyMessage: WireMessage, Hashable {
    /// 33 bytes.
    public var key: Bytes = []
    public static let wireName = "cosmos.crypto.secp256k1.PubKey"
    public static let wireFields: WireFields<Secp256k1KeyMessage> = [.bytes(1, "key", \.key)]
    public init() {}
    /// Makes the message of a compressed key.
    public init(_ key: Bytes) { self.key = key }
}
