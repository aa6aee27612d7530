// The parameters that the engine works by: limits of blocks, age of evidence, kinds of keys. The
// engine names them at genesis; governance changes them. `README.md` is the specification.
// Source: cosmos-sdk x/consensus; CometBFT 0.38, types/params.go.

import Cryptography
public import Ledger
public import Wire

/// The module of the parameters of consensus.
public struct ConsensusParameters: Module {
    public static let name = "consensus"

    private static let stored = StateItem<ConsensusParameterSet>(name, prefix: 0x00)

    /// Most bytes of a block that an engine takes.
    private static let maximumBlockBytes: Int64 = 104_857_600

    /// Makes the module. Its state is all in the store.
    public init() {}

    /// The parameters in force.
    public func parameters(
        _ context: inout Context
    ) throws(Failure) -> ConsensusParameterSet {
        try ConsensusParameters.stored.get(&context) ?? ConsensusParameterSet()
    }

    /// Takes in what the engine's genesis names.
    public func initialize(
        parameters: ConsensusParameterSet, _ context: inout Context
    ) throws(Failure) {
        try ConsensusParameters.check(parameters)
        try ConsensusParameters.stored.set(parameters, &context)
    }

    public var messages: [MessageRoute] {
        [
            MessageRoute(
                MsgUpdateConsensusParameters.self, MsgUpdateConsensusParametersResponse.self,
                signers: { [$0.authority] },
                validate: { (message) throws(Failure) in
                    try ConsensusParameters.check(message.changes)
                }, handle: update)
        ]
    }

    public var queries: [QueryRoute] {
        [
            QueryRoute(
                "/cosmos.consensus.v1.Query/Params", ConsensusParametersRequest.self,
                ConsensusParametersResponse.self,
                rest: ["/cosmos/consensus/v1/params"]
            ) { (_, context) throws(Failure) in
                var response = ConsensusParametersResponse()
                response.parameters = try parameters(&context)
                return response
            }
        ]
    }

    @Sendable private func update(
        _ message: MsgUpdateConsensusParameters, _ context: inout Context
    ) throws(Failure) -> MsgUpdateConsensusParametersResponse {
        try Address.checkAuthority(message.authority)
        let old = try parameters(&context)
        let new = old.applying(message.changes)
        try ConsensusParameters.check(new)
        try ConsensusParameters.checkExtensions(
            old.abci?.voteExtensionsHeight ?? 0, new.abci?.voteExtensionsHeight ?? 0, context)
        try ConsensusParameters.stored.set(new, &context)
        return MsgUpdateConsensusParametersResponse()
    }

    /// Vote extensions begin once, at a height to come, and never end.
    private static func checkExtensions(
        _ old: Int64, _ new: Int64, _ context: Context
    ) throws(Failure) {
        guard old != new else { return }
        guard new > context.block.height, old == 0 || old > context.block.height else {
            throw .sdk(
                .invalidRequest, "vote extensions can only begin at a height to come, once")
        }
    }

    /// Checks what an engine checks: a change that it refuses would stop the chain.
    private static func check(_ parameters: ConsensusParameterSet) throws(Failure) {
        let limits = parameters.limits
        guard limits.maximumBytes == -1 || (1...maximumBlockBytes).contains(limits.maximumBytes),
            limits.maximumGas >= -1
        else {
            throw .sdk(
                .invalidRequest,
                "block.max_bytes must be from 1 to \(maximumBlockBytes), max_gas -1 or more")
        }
        if let evidence = parameters.evidence {
            let most =
                limits.maximumBytes == -1 ? maximumBlockBytes : limits.maximumBytes
            let isPositive =
                evidence.maximumAge.seconds > 0
                || (evidence.maximumAge.seconds == 0 && evidence.maximumAge.nanoseconds > 0)
            guard evidence.maximumAgeInBlocks > 0, isPositive,
                (0...most).contains(evidence.maximumBytes)
            else {
                throw .sdk(
                    .invalidRequest,
                    "evidence must have a positive age and at most block.max_bytes")
            }
        }
        if let validator = parameters.validator {
            guard validator.publicKeyTypes == ["ed25519"] else {
                throw .sdk(.invalidRequest, "validators have keys of kind ed25519 only")
            }
        }
        guard (parameters.abci?.voteExtensionsHeight ?? 0) >= 0 else {
            throw .sdk(.invalidRequest, "vote extensions height must not be negative")
        }
    }

    // MARK: Genesis

    /// The engine's genesis names the parameters, so this part of the application's must be empty.
    public func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure) {
        guard genesis == .null || genesis == .object([JSONMember]()) else {
            throw .sdk(
                .invalidRequest, "app_state.consensus must be empty; use consensus_params")
        }
    }

    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        .object([JSONMember]())
    }
}

/// Changes parameters of consensus; governance signs.
public struct MsgUpdateConsensusParameters: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// Limits of a block.
    public var block: BlockLimits?
    /// How long evidence counts.
    public var evidence: EvidenceParameterSet?
    /// What validators may be.
    public var validator: ValidatorParameterSet?
    /// What the application asks of the engine.
    public var abci: ABCIParameterSet?

    public static let wireName = "cosmos.consensus.v1.MsgUpdateParams"
    public static let wireFields: WireFields<MsgUpdateConsensusParameters> = [
        .string(1, "authority", \.authority),
        .message(2, "block", \.block),
        .message(3, "evidence", \.evidence),
        .message(4, "validator", \.validator),
        .message(5, "abci", \.abci),
    ]

    public init() {}

    /// The parts that change.
    var changes: ConsensusParameterSet {
        var changes = ConsensusParameterSet()
        changes.block = block
        changes.evidence = evidence
        changes.validator = validator
        changes.abci = abci
        return changes
    }
}

/// The answer to ``MsgUpdateConsensusParameters``.
public struct MsgUpdateConsensusParametersResponse: WireMessage {
    public static let wireName = "cosmos.consensus.v1.MsgUpdateParamsResponse"
    public static let wireFields: WireFields<MsgUpdateConsensusParametersResponse> = []
    public init() {}
}

/// Asks for the parameters of consensus.
public struct ConsensusParametersRequest: WireMessage {
    public static let wireName = "cosmos.consensus.v1.QueryParamsRequest"
    public static let wireFields: WireFields<ConsensusParametersRequest> = []
    public init() {}
}

/// The parameters of consensus.
public struct ConsensusParametersResponse: WireMessage {
    /// The parameters in force.
    public var parameters: ConsensusParameterSet?
    public static let wireName = "cosmos.consensus.v1.QueryParamsResponse"
    public static let wireFields: WireFields<ConsensusParametersResponse> = [
        .message(1, "params", \.parameters)
    ]
    public init() {}
}
