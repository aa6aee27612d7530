// The genesis document, in CometBFT's form (genesis.json), so that a chain can move under that
// engine.

import App
public import Base
public import Blocks
import Client
import Cryptography
public import Ledger
public import Wire

/// How a chain starts.
public struct Genesis: Equatable, Sendable {
    /// Time of the first block.
    public var time: Timestamp
    /// Chain id, of the form `aivm-1`.
    public var chainID: String
    /// Height of the first block.
    public var initialHeight: Int64
    /// Parameters of consensus, all parts: both engines hand them to the application, whose state
    /// must be the same under either.
    public var parameters: ConsensusParameterSet
    /// The first validators.
    public var validators: [Validator]
    /// One member per module.
    public var appState: JSONValue

    /// Makes a genesis that starts at height 1; parts of `parameters` that are absent are standard.
    public init(
        time: Timestamp, chainID: String,
        parameters: ConsensusParameterSet = ConsensusParameterSet(), validators: [Validator],
        appState: JSONValue
    ) {
        self.time = time
        self.chainID = chainID
        initialHeight = 1
        self.parameters = Genesis.standardParameters.applying(parameters)
        self.validators = validators
        self.appState = appState
    }

    /// The document.
    public var json: JSONValue {
        .object([
            "genesis_time": .string(time.text), "chain_id": .string(chainID),
            "initial_height": CometJSON.int(initialHeight),
            "consensus_params": CometJSON.json(parameters),
            "validators": .array(
                validators.map {
                    .object([
                        "address": CometJSON.hex($0.address),
                        "pub_key": .object([
                            "type": "tendermint/PubKeyEd25519",
                            "value": CometJSON.base64($0.publicKey.ed25519 ?? []),
                        ]),
                        "power": CometJSON.int($0.votingPower), "name": "",
                    ])
                }),
            "app_hash": "", "app_state": appState,
        ])
    }

    /// The engine's usual limits, 100 million gas, two days of evidence, Ed25519 keys.
    public static var standardParameters: ConsensusParameterSet {
        var parameters = ConsensusParameterSet(BlockParameters())
        var evidence = EvidenceParameterSet()
        evidence.maximumAgeInBlocks = 100_000
        evidence.maximumAge = WireDuration(seconds: 172_800)
        evidence.maximumBytes = 1_048_576
        parameters.evidence = evidence
        var keys = ValidatorParameterSet()
        keys.publicKeyTypes = ["ed25519"]
        parameters.validator = keys
        var version = VersionParameterSet()
        version.application = AIVMApplication.protocolVersion
        parameters.version = version
        parameters.abci = ABCIParameterSet()
        return parameters
    }

    /// Reads a document.
    public init(json: JSONValue) throws(NodeSetupError) {
        do {
            let top = try CometJSON.Members(json, "genesis")
            time = try top.time("genesis_time")
            chainID = try top.text("chain_id")
            initialHeight = try top.integer("initial_height")
            // The limits of a block must be named; other parts may be left to the standard.
            _ = try top.members("consensus_params").members("block")
            parameters = Genesis.standardParameters.applying(
                try CometJSON.consensusParameters(json["consensus_params"]))
            validators = try top.elements("validators").map {
                (element) throws(CometJSONError) in try Genesis.validator(element)
            }
        } catch { throw .malformedFile("genesis.json", reason: error.description) }
        appState = json["app_state"] ?? .null
        guard !validators.isEmpty else {
            throw .malformedFile("genesis.json", reason: "no validators")
        }
        guard Genesis.isValid(chainID: chainID) else {
            throw .malformedFile("genesis.json", reason: "invalid chain id '\(chainID)'")
        }
        guard initialHeight >= 1 else {
            throw .malformedFile("genesis.json", reason: "initial_height must be at least 1")
        }
    }

    /// Whether `chainID` is a name, a dash and a number, 3 to 50 letters, digits and dashes.
    public static func isValid(chainID: String) -> Bool {
        let bytes = Array(chainID.utf8)
        let isPlain = bytes.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
        guard isPlain, (3...50).contains(bytes.count), let dash = chainID.lastIndex(of: "-"),
            dash > chainID.startIndex
        else { return false }
        return UInt64(chainID[chainID.index(after: dash)...]) != nil
    }

    private static func validator(_ json: JSONValue) throws(CometJSONError) -> Validator {
        guard case .object(var members) = json else { return try CometJSON.validator(json) }
        // In genesis the member is called `power`.
        for index in members.indices where members[index].name == "power" {
            members[index].name = "voting_power"
        }
        return try CometJSON.validator(.object(members))
    }
}

extension Genesis {
    /// Hash of the first validator set: what a reader of receipts trusts.
    public var validatorsHash: Hash256 { ValidatorSet(validators).hash }
}
