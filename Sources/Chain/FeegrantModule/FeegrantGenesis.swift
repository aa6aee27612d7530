// Fee allowances at the start of a chain, in the Cosmos SDK's JSON form (`app_state.feegrant`).

import Cryptography
public import Ledger
public import Wire

/// The allowances of a genesis.
public struct FeegrantGenesis: WireMessage {
    /// Allowances, each pair of granter and grantee once.
    public var allowances: [FeeGrant] = []

    public static let wireName = "cosmos.feegrant.v1beta1.GenesisState"
    public static let wireFields: WireFields<FeegrantGenesis> = [
        .messages(1, "allowances", \.allowances)
    ]

    public init() {}
}

extension Feegrant {
    private var registry: WireRegistry { WireRegistry(otherTypes) }

    public func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure) {
        if genesis == .null { return }
        let state: FeegrantGenesis
        do { state = try FeegrantGenesis(json: genesis, registry: registry) } catch {
            throw .sdk(.invalidRequest, "genesis of feegrant: \(error)")
        }
        for grant in state.allowances {
            let pair = try Feegrant.pair(grant.granter, grant.grantee)
            guard pair.granter != pair.grantee else {
                throw .sdk(.invalidAddress, "cannot self-grant fee authorization")
            }
            guard try !FeegrantKeys.allowances.contains(pair.key, &context) else {
                throw .sdk(
                    .invalidRequest,
                    "genesis names the allowance of \(pair.granter) to \(pair.grantee) twice")
            }
            let allowance = try Allowance(grant.allowance)
            if case .periodic(let periodic) = allowance.limit, !periodic.periodReset.isValid {
                throw .feegrant(.invalidDuration, "period reset")
            }
            try add(allowance, pair, &context)
        }
    }

    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        var state = FeegrantGenesis()
        try FeegrantKeys.allowances.forEach(&context) { (_, grant) throws(Failure) in
            state.allowances.append(grant)
        }
        do { return try state.json(JSONEncoding(registry: registry)) } catch {
            throw .sdk(.logic, "genesis of feegrant: \(error)")
        }
    }
}
