// Parameters of consensus as genesis documents write them: the reading side of
// `json(_: ConsensusParameterSet)`. Source: CometBFT 0.38, `types/params.go`.

public import Ledger
public import Wire

extension CometJSON {
    /// Reads `consensus_params`; a part that is absent stays absent.
    public static func consensusParameters(
        _ json: JSONValue?
    ) throws(CometJSONError) -> ConsensusParameterSet {
        let members = try Members(json, "consensus_params")
        func part(_ name: String) throws(CometJSONError) -> Members? {
            guard let value = members.json[name], value != .null else { return nil }
            return try members.members(name)
        }
        var parameters = ConsensusParameterSet()
        if let block = try part("block") {
            parameters.block = BlockLimits()
            parameters.block?.maximumBytes = try block.integer("max_bytes")
            parameters.block?.maximumGas = try block.integer("max_gas")
        }
        if let evidence = try part("evidence") {
            let age: Int64 = try evidence.integer("max_age_duration")
            let second: Int64 = 1_000_000_000
            parameters.evidence = EvidenceParameterSet()
            parameters.evidence?.maximumAgeInBlocks = try evidence.integer("max_age_num_blocks")
            parameters.evidence?.maximumAge = WireDuration(
                seconds: age / second, nanoseconds: Int32(truncatingIfNeeded: age % second))
            parameters.evidence?.maximumBytes = try evidence.integer("max_bytes")
        }
        if let validator = try part("validator") {
            parameters.validator = ValidatorParameterSet()
            parameters.validator?.publicKeyTypes = try validator.elements("pub_key_types").map {
                (element) throws(CometJSONError) in
                guard let text = element.text else { throw validator.error("pub_key_types") }
                return text
            }
        }
        if let version = try part("version") {
            parameters.version = VersionParameterSet()
            parameters.version?.application = try version.integer("app")
        }
        if let abci = try part("abci") {
            parameters.abci = ABCIParameterSet()
            parameters.abci?.voteExtensionsHeight = try abci.integer(
                "vote_extensions_enable_height")
        }
        return parameters
    }
}
