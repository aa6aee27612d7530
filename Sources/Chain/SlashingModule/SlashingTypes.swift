// Parameters, signing infos and messages (`cosmos.slashing.v1beta1`), and where they lie.

public import Ledger
public import Wire

/// The typed keys of the store `slashing`.
enum SlashingKeys {
    /// The parameters.
    static let parameters = StateItem<SlashingParameters>(Slashing.name, prefix: 0x00)
    /// What is known of a validator's votes, by consensus address.
    static let signingInfos = StateMap<SigningInfo>(Slashing.name, prefix: 0x01)
    /// A bit per block of the window, 1 for missed, by consensus address and chunk.
    static let missedBlocks = StateMap<StoredBytes>(Slashing.name, prefix: 0x02)
}

/// The parameters of slashing.
public struct SlashingParameters: WireMessage {
    /// Blocks of the window.
    public var signedBlocksWindow: Int64 = 0
    /// Part of the window that must be signed.
    public var minimumSignedPerWindow = Decimal.zero
    /// How long downtime jails.
    public var jailDuration = WireDuration()
    /// What signing twice costs.
    public var doubleSignFraction = Decimal.zero
    /// What downtime costs.
    public var downtimeFraction = Decimal.zero

    public static let wireName = "cosmos.slashing.v1beta1.Params"
    public static let wireFields: WireFields<SlashingParameters> = [
        .int64(1, "signed_blocks_window", \.signedBlocksWindow),
        .textBytes(2, "min_signed_per_window", \.minimumSignedPerWindow),
        .message(3, "downtime_jail_duration", \.jailDuration),
        .textBytes(4, "slash_fraction_double_sign", \.doubleSignFraction),
        .textBytes(5, "slash_fraction_downtime", \.downtimeFraction),
    ]

    public init() {}

    /// 100 blocks of which half must be signed, ten minutes, 5 % and 1 %.
    public static var standard: SlashingParameters {
        var parameters = SlashingParameters()
        parameters.signedBlocksWindow = 100
        parameters.minimumSignedPerWindow = Decimal(percent: 50)
        parameters.jailDuration = WireDuration(seconds: 600)
        parameters.doubleSignFraction = Decimal(percent: 5)
        parameters.downtimeFraction = Decimal(percent: 1)
        return parameters
    }

    /// Most blocks of the window that may be missed; 0 for parameters that are not valid.
    var maximumMissed: Int64 {
        let signed =
            (try? minimumSignedPerWindow.multiplied(
                by: Decimal(UInt64(clamping: signedBlocksWindow)), rounding: .nearest
            ).rounded().units) ?? 0
        return max(0, signedBlocksWindow - Int64(clamping: signed))
    }

    /// Checks that every value can be used.
    public func validate() throws(Failure) {
        guard (1...1_000_000).contains(signedBlocksWindow) else {
            throw .sdk(.invalidRequest, "signed blocks window must be from 1 to 1000000")
        }
        let rates = [minimumSignedPerWindow, doubleSignFraction, downtimeFraction]
        guard rates.allSatisfy({ $0 <= .one }) else {
            throw .sdk(.invalidRequest, "slashing rates must be from 0 to 1")
        }
        guard (1...100 * 365 * 24 * 3600).contains(jailDuration.seconds),
            (0..<1_000_000_000).contains(jailDuration.nanoseconds)
        else { throw .sdk(.invalidRequest, "jail duration must be from 1 s to 100 years") }
    }
}

/// What is known of a validator's votes.
public struct SigningInfo: WireMessage {
    /// Consensus address, prefix `aivmvalcons`.
    public var address = ""
    /// Height at which the window began.
    public var startHeight: Int64 = 0
    /// Position of the next block in the window.
    public var indexOffset: Int64 = 0
    /// When it may come back.
    public var jailedUntil = Timestamp()
    /// Whether it never may.
    public var isTombstoned = false
    /// Missed blocks in the window.
    public var missedBlocksCounter: Int64 = 0

    public static let wireName = "cosmos.slashing.v1beta1.ValidatorSigningInfo"
    public static let wireFields: WireFields<SigningInfo> = [
        .string(1, "address", \.address),
        .int64(2, "start_height", \.startHeight),
        .int64(3, "index_offset", \.indexOffset),
        .message(4, "jailed_until", \.jailedUntil),
        .bool(5, "tombstoned", \.isTombstoned),
        .int64(6, "missed_blocks_counter", \.missedBlocksCounter),
    ]

    public init() {}
}

/// Lets a jailed validator in again.
public struct MsgUnjail: WireMessage {
    /// Operator; its account signs.
    public var validatorAddress = ""
    public static let wireName = "cosmos.slashing.v1beta1.MsgUnjail"
    public static let wireFields: WireFields<MsgUnjail> = [
        .string(1, "validator_addr", \.validatorAddress)
    ]
    public init() {}
}

/// The answer to ``MsgUnjail``.
public struct MsgUnjailResponse: WireMessage {
    public static let wireName = "cosmos.slashing.v1beta1.MsgUnjailResponse"
    public static let wireFields: WireFields<MsgUnjailResponse> = []
    public init() {}
}

/// Changes the parameters; governance signs.
public struct MsgUpdateSlashingParameters: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// All parameters.
    public var parameters = SlashingParameters()
    public static let wireName = "cosmos.slashing.v1beta1.MsgUpdateParams"
    public static let wireFields: WireFields<MsgUpdateSlashingParameters> = [
        .string(1, "authority", \.authority),
        .message(2, "params", \.parameters),
    ]
    public init() {}
}

/// The answer to ``MsgUpdateSlashingParameters``.
public struct MsgUpdateSlashingParametersResponse: WireMessage {
    public static let wireName = "cosmos.slashing.v1beta1.MsgUpdateParamsResponse"
    public static let wireFields: WireFields<MsgUpdateSlashingParametersResponse> = []
    public init() {}
}

/// Codes of the code space `slashing`: append-only, numbers and texts as in the Cosmos SDK.
public enum SlashingCode: UInt32, ModuleCode {
    public static var codespace: String { Slashing.name }

    /// No validator has the address.
    case validatorNotFound = 2
    /// It must wait, or may never come back.
    case stillJailed = 4
    /// It is not jailed.
    case notJailed = 5
    /// Its operator has no stake.
    case noSelfDelegation = 6
    /// Its operator has too little stake.
    case selfDelegationTooLow = 7

    /// The SDK's text for the code.
    public var text: String {
        switch self {
        case .validatorNotFound: "address is not associated with any known validator"
        case .stillJailed: "validator still jailed; cannot be unjailed"
        case .notJailed: "validator not jailed; cannot be unjailed"
        case .noSelfDelegation: "validator has no self-delegation; cannot be unjailed"
        case .selfDelegationTooLow:
            "validator's self delegation less than minimum; cannot be unjailed"
        }
    }
}

extension Failure {
    /// Refuses with a code of slashing.
    static func slashing(_ code: SlashingCode, _ message: String = "") -> Failure {
        coded(code, message)
    }
}
