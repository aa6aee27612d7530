// Plans, and the messages and questions about them (`cosmos.upgrade.v1beta1`).

public import Wire

/// From which height on another version of the program is needed.
public struct UpgradePlan: WireMessage {
    /// Name of the upgrade; the program that carries it out knows it.
    public var name = ""
    /// Deprecated; must not be set. Go programs write the first moment of the year 1 for that.
    public var time = UpgradePlan.noTime
    /// The first height that the other version executes.
    public var height: Int64 = 0
    /// A note, such as where to find the program.
    public var info = ""
    /// Deprecated; must not be set.
    public var upgradedClientState: AnyMessage?

    public static let wireName = "cosmos.upgrade.v1beta1.Plan"
    public static let wireFields: WireFields<UpgradePlan> = [
        .string(1, "name", \.name),
        .message(2, "time", \.time),
        .int64(3, "height", \.height),
        .string(4, "info", \.info),
        .message(5, "upgraded_client_state", \.upgradedClientState),
    ]

    public init() {}

    /// Makes a plan.
    public init(_ name: String, height: Int64, info: String = "") {
        self.name = name
        self.height = height
        self.info = info
    }

    /// What Go programs write for "no time".
    static let noTime = Timestamp(seconds: -62_135_596_800)
}

/// Schedules an upgrade; governance signs.
public struct MsgSoftwareUpgrade: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// The plan; it replaces the one before.
    public var plan = UpgradePlan()
    public static let wireName = "cosmos.upgrade.v1beta1.MsgSoftwareUpgrade"
    public static let wireFields: WireFields<MsgSoftwareUpgrade> = [
        .string(1, "authority", \.authority),
        .message(2, "plan", \.plan),
    ]
    public init() {}
    /// Makes the message.
    public init(authority: String, _ plan: UpgradePlan) {
        self.authority = authority
        self.plan = plan
    }
}

/// The answer to ``MsgSoftwareUpgrade``.
public struct MsgSoftwareUpgradeResponse: WireMessage {
    public static let wireName = "cosmos.upgrade.v1beta1.MsgSoftwareUpgradeResponse"
    public static let wireFields: WireFields<MsgSoftwareUpgradeResponse> = []
    public init() {}
}

/// Drops the scheduled upgrade; governance signs.
public struct MsgCancelUpgrade: WireMessage {
    /// The account of governance.
    public var authority = ""
    public static let wireName = "cosmos.upgrade.v1beta1.MsgCancelUpgrade"
    public static let wireFields: WireFields<MsgCancelUpgrade> = [
        .string(1, "authority", \.authority)
    ]
    public init() {}
    /// Makes the message.
    public init(authority: String) { self.authority = authority }
}

/// The answer to ``MsgCancelUpgrade``.
public struct MsgCancelUpgradeResponse: WireMessage {
    public static let wireName = "cosmos.upgrade.v1beta1.MsgCancelUpgradeResponse"
    public static let wireFields: WireFields<MsgCancelUpgradeResponse> = []
    public init() {}
}

/// Asks for the scheduled upgrade.
public struct CurrentPlanRequest: WireMessage {
    public static let wireName = "cosmos.upgrade.v1beta1.QueryCurrentPlanRequest"
    public static let wireFields: WireFields<CurrentPlanRequest> = []
    public init() {}
}

/// The scheduled upgrade.
public struct CurrentPlanResponse: WireMessage {
    /// The plan; `nil` when there is none.
    public var plan: UpgradePlan?
    public static let wireName = "cosmos.upgrade.v1beta1.QueryCurrentPlanResponse"
    public static let wireFields: WireFields<CurrentPlanResponse> = [
        .message(1, "plan", \.plan)
    ]
    public init() {}
}

/// Asks when an upgrade was carried out.
public struct AppliedPlanRequest: WireMessage {
    /// Name of the upgrade.
    public var name = ""
    public static let wireName = "cosmos.upgrade.v1beta1.QueryAppliedPlanRequest"
    public static let wireFields: WireFields<AppliedPlanRequest> = [.string(1, "name", \.name)]
    public init() {}
    /// Makes the request.
    public init(_ name: String) { self.name = name }
}

/// When an upgrade was carried out.
public struct AppliedPlanResponse: WireMessage {
    /// Its height; 0 when it was not.
    public var height: Int64 = 0
    public static let wireName = "cosmos.upgrade.v1beta1.QueryAppliedPlanResponse"
    public static let wireFields: WireFields<AppliedPlanResponse> = [
        .int64(1, "height", \.height)
    ]
    public init() {}
}

/// Asks who may schedule upgrades.
public struct UpgradeAuthorityRequest: WireMessage {
    public static let wireName = "cosmos.upgrade.v1beta1.QueryAuthorityRequest"
    public static let wireFields: WireFields<UpgradeAuthorityRequest> = []
    public init() {}
}

/// Who may schedule upgrades.
public struct UpgradeAuthorityResponse: WireMessage {
    /// The account of governance, in bech32.
    public var address = ""
    public static let wireName = "cosmos.upgrade.v1beta1.QueryAuthorityResponse"
    public static let wireFields: WireFields<UpgradeAuthorityResponse> = [
        .string(1, "address", \.address)
    ]
    public init() {}
}
