// The parameters of consensus (`tendermint.types.ConsensusParams`). The header commits to the
// limits of a block. Source: CometBFT 0.38, `types/params.proto`.

public import Wire

/// How long evidence counts.
public struct EvidenceParameterSet: WireMessage {
    /// Oldest evidence, in blocks.
    public var maximumAgeInBlocks: Int64 = 0
    /// Oldest evidence, in time.
    public var maximumAge = WireDuration()
    /// Most bytes of evidence in a block.
    public var maximumBytes: Int64 = 0

    public static let wireName = "tendermint.types.EvidenceParams"
    public static let wireFields: WireFields<EvidenceParameterSet> = [
        .int64(1, "max_age_num_blocks", \.maximumAgeInBlocks),
        .message(2, "max_age_duration", \.maximumAge),
        .int64(3, "max_bytes", \.maximumBytes),
    ]
    public init() {}
}

/// What validators may be.
public struct ValidatorParameterSet: WireMessage {
    /// Kinds of keys, such as `ed25519`.
    public var publicKeyTypes: [String] = []

    public static let wireName = "tendermint.types.ValidatorParams"
    public static let wireFields: WireFields<ValidatorParameterSet> = [
        .strings(1, "pub_key_types", \.publicKeyTypes)
    ]
    public init() {}
}

/// The version of the application, which every header names.
public struct VersionParameterSet: WireMessage {
    /// Protocol version of the application.
    public var application: UInt64 = 0

    public static let wireName = "tendermint.types.VersionParams"
    public static let wireFields: WireFields<VersionParameterSet> = [
        .uint64(1, "app", \.application)
    ]
    public init() {}
}

/// What the application asks of the engine.
public struct ABCIParameterSet: WireMessage {
    /// First height with vote extensions; 0 for none.
    public var voteExtensionsHeight: Int64 = 0

    public static let wireName = "tendermint.types.ABCIParams"
    public static let wireFields: WireFields<ABCIParameterSet> = [
        .int64(1, "vote_extensions_enable_height", \.voteExtensionsHeight)
    ]
    public init() {}
}

/// All parameters; in an update, those that change.
public struct ConsensusParameterSet: WireMessage {
    /// Limits of a block.
    public var block: BlockLimits?
    /// How long evidence counts.
    public var evidence: EvidenceParameterSet?
    /// What validators may be.
    public var validator: ValidatorParameterSet?
    /// The version of the application.
    public var version: VersionParameterSet?
    /// What the application asks of the engine.
    public var abci: ABCIParameterSet?

    public static let wireName = "tendermint.types.ConsensusParams"
    public static let wireFields: WireFields<ConsensusParameterSet> = [
        .message(1, "block", \.block),
        .message(2, "evidence", \.evidence),
        .message(3, "validator", \.validator),
        .message(4, "version", \.version),
        .message(5, "abci", \.abci),
    ]
    public init() {}

    /// Limits of a block, and nothing else.
    public init(_ limits: BlockParameters) {
        block = BlockLimits()
        block?.maximumBytes = limits.maximumBytes
        block?.maximumGas = limits.maximumGas
    }

    /// The limits of a block; the defaults where none are named.
    public var limits: BlockParameters {
        block.map {
            BlockParameters(maximumBytes: $0.maximumBytes, maximumGas: $0.maximumGas)
        } ?? BlockParameters()
    }

    /// These parameters with the parts that `changes` names replaced.
    public func applying(_ changes: ConsensusParameterSet) -> ConsensusParameterSet {
        var result = self
        if let block = changes.block { result.block = block }
        if let evidence = changes.evidence { result.evidence = evidence }
        if let validator = changes.validator { result.validator = validator }
        if let version = changes.version { result.version = version }
        if let abci = changes.abci { result.abci = abci }
        return result
    }
}
