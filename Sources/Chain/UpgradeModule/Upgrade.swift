// Planned changes of the program: at the height of a plan, only a program that knows the upgrade's
// name goes on, and all nodes change at one block. `README.md` is the specification.
// Source: cosmos-sdk x/upgrade.

import Base
import Cryptography
public import Ledger
public import Wire

/// The module of planned upgrades.
public struct Upgrade: Module {
    public static let name = "upgrade"

    /// The scheduled plan; absent for none.
    private static let plans = StateMap<UpgradePlan>(name, prefix: 0x00)
    /// Heights of upgrades that were carried out, by name.
    private static let applied = StateMap<StoredNumber>(name, prefix: 0x01)
    /// The key of the one plan.
    private static let current: Bytes = []

    /// Names of the upgrades that this program carries out.
    private let known: [String]

    /// Makes the module of a program that knows the upgrades `known`.
    public init(known: [String] = []) { self.known = known }

    // MARK: Blocks

    public func beginBlock(_ context: inout Context) throws(Failure) {
        guard let plan = try plan(&context) else { return }
        let isKnown = known.contains(plan.name)
        guard context.block.height >= plan.height else {
            guard !isKnown else {
                throw .storage(
                    StorageFailure(
                        "BINARY UPDATED BEFORE TRIGGER! UPGRADE \"\(plan.name)\" is due at height "
                            + "\(plan.height), this is \(context.block.height). Run the version "
                            + "before it until then"))
            }
            return
        }
        guard isKnown else {
            throw .storage(
                StorageFailure(
                    "UPGRADE \"\(plan.name)\" NEEDED at height: \(plan.height): \(plan.info)"))
        }
        try Upgrade.applied.set(
            Bytes(plan.name.utf8), StoredNumber(UInt64(clamping: context.block.height)), &context)
        try Upgrade.plans.remove(Upgrade.current, &context)
    }

    /// The scheduled plan, or `nil`.
    private func plan(_ context: inout Context) throws(Failure) -> UpgradePlan? {
        try Upgrade.plans.get(Upgrade.current, &context)
    }

    // MARK: Messages

    public var messages: [MessageRoute] {
        [
            MessageRoute(
                MsgSoftwareUpgrade.self, MsgSoftwareUpgradeResponse.self,
                signers: { [$0.authority] },
                validate: { (message) throws(Failure) in try Upgrade.check(message.plan) },
                handle: schedule),
            MessageRoute(
                MsgCancelUpgrade.self, MsgCancelUpgradeResponse.self,
                signers: { [$0.authority] }, validate: { (_) in },
                handle: { (message, context) throws(Failure) in
                    try Address.checkAuthority(message.authority)
                    try Upgrade.plans.remove(Upgrade.current, &context)
                    return MsgCancelUpgradeResponse()
                }),
        ]
    }

    private static func check(_ plan: UpgradePlan) throws(Failure) {
        // Other programs leave the field out, which is the first moment of 1970.
        guard plan.time == UpgradePlan.noTime || plan.time == Timestamp() else {
            throw .sdk(
                .invalidRequest, "time-based upgrades have been deprecated in the SDK")
        }
        guard plan.upgradedClientState == nil else {
            throw .sdk(
                .invalidRequest, "upgrade logic for IBC has been moved to the IBC module")
        }
        guard !plan.name.isEmpty, plan.name.utf8.count <= 140 else {
            throw .sdk(.invalidRequest, "name cannot be empty")
        }
        guard plan.height > 0 else {
            throw .sdk(.invalidRequest, "height must be greater than 0")
        }
    }

    @Sendable private func schedule(
        _ message: MsgSoftwareUpgrade, _ context: inout Context
    ) throws(Failure) -> MsgSoftwareUpgradeResponse {
        try Address.checkAuthority(message.authority)
        var plan = message.plan
        guard plan.height > context.block.height else {
            throw .sdk(.invalidRequest, "upgrade cannot be scheduled in the past")
        }
        guard try !Upgrade.applied.contains(Bytes(plan.name.utf8), &context) else {
            throw .sdk(
                .invalidRequest, "upgrade with name \(plan.name) has already been completed")
        }
        plan.time = UpgradePlan.noTime
        try Upgrade.plans.set(Upgrade.current, plan, &context)
        return MsgSoftwareUpgradeResponse()
    }

    // MARK: Queries

    public var queries: [QueryRoute] {
        [
            QueryRoute(
                "/cosmos.upgrade.v1beta1.Query/CurrentPlan", CurrentPlanRequest.self,
                CurrentPlanResponse.self, rest: ["/cosmos/upgrade/v1beta1/current_plan"]
            ) { (_, context) throws(Failure) in
                var response = CurrentPlanResponse()
                response.plan = try plan(&context)
                return response
            },
            QueryRoute(
                "/cosmos.upgrade.v1beta1.Query/AppliedPlan", AppliedPlanRequest.self,
                AppliedPlanResponse.self, rest: ["/cosmos/upgrade/v1beta1/applied_plan/{name}"]
            ) { (request, context) throws(Failure) in
                var response = AppliedPlanResponse()
                let height = try Upgrade.applied.get(Bytes(request.name.utf8), &context)
                response.height = Int64(clamping: height?.value ?? 0)
                return response
            },
            QueryRoute(
                "/cosmos.upgrade.v1beta1.Query/Authority", UpgradeAuthorityRequest.self,
                UpgradeAuthorityResponse.self, rest: ["/cosmos/upgrade/v1beta1/authority"]
            ) { (_, _) throws(Failure) in
                var response = UpgradeAuthorityResponse()
                response.address = Address.governance.description
                return response
            },
        ]
    }

    // MARK: Genesis

    public func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure) {
        if genesis == .null { return }
        let state: UpgradeGenesis
        do { state = try UpgradeGenesis(json: genesis) } catch {
            throw .sdk(.invalidRequest, "genesis of upgrade: \(error)")
        }
        for entry in state.applied {
            guard !entry.name.isEmpty, entry.height > 0,
                try !Upgrade.applied.contains(Bytes(entry.name.utf8), &context)
            else { throw .sdk(.invalidRequest, "genesis of upgrade: \(entry.name.prefix(100))") }
            try Upgrade.applied.set(
                Bytes(entry.name.utf8), StoredNumber(UInt64(entry.height)), &context)
        }
        guard let plan = state.plan else { return }
        try Upgrade.check(plan)
        try Upgrade.plans.set(Upgrade.current, plan, &context)
    }

    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        var state = UpgradeGenesis()
        state.plan = try plan(&context)
        try Upgrade.applied.forEach(&context) { (key, height) in
            var entry = AppliedUpgrade()
            entry.name = String(decoding: key, as: UTF8.self)
            entry.height = Int64(clamping: height.value)
            state.applied.append(entry)
        }
        do { return try state.json() } catch {
            throw .sdk(.logic, "genesis of upgrade: \(error)")
        }
    }
}

/// The upgrades of a genesis; the Cosmos SDK has none there.
struct UpgradeGenesis: WireMessage {
    /// The scheduled plan.
    var plan: UpgradePlan?
    /// Upgrades that were carried out.
    var applied: [AppliedUpgrade] = []
    static let wireName = "cosmos.upgrade.v1beta1.GenesisState"
    static let wireFields: WireFields<UpgradeGenesis> = [
        .message(1, "plan", \.plan),
        .messages(2, "applied", \.applied),
    ]
}

/// An upgrade that was carried out.
struct AppliedUpgrade: WireMessage {
    /// Its name.
    var name = ""
    /// Its height.
    var height: Int64 = 0
    static let wireName = "cosmos.upgrade.v1beta1.AppliedUpgrade"
    static let wireFields: WireFields<AppliedUpgrade> = [
        .string(1, "name", \.name),
        .int64(2, "height", \.height),
    ]
}
