// Reading CometBFT's JSON: strict about form, tolerant of members it does not know.

public import Base
public import Blocks
public import Ledger
public import Wire

extension CometJSON {
    /// A reader of one object's members.
    public struct Members: Sendable {
        let json: JSONValue
        let path: String

        /// Reads the members of `json`, called `path` in errors.
        public init(_ json: JSONValue?, _ path: String) throws(CometJSONError) {
            guard let json, case .object = json else { throw CometJSONError(member: path) }
            self.json = json
            self.path = path
        }

        func error(_ name: String) -> CometJSONError { CometJSONError(member: "\(path).\(name)") }

        /// The members of member `name`.
        public func members(_ name: String) throws(CometJSONError) -> Members {
            try Members(json[name], "\(path).\(name)")
        }

        /// Text.
        public func text(_ name: String) throws(CometJSONError) -> String {
            guard let text = json[name]?.text else { throw error(name) }
            return text
        }

        /// An integer, as number or text.
        public func integer<I: FixedWidthInteger>(
            _ name: String, as type: I.Type = I.self
        ) throws(CometJSONError) -> I {
            guard let value = json[name]?.integer(as: I.self) else { throw error(name) }
            return value
        }

        /// Hexadecimal bytes.
        public func hex(_ name: String) throws(CometJSONError) -> Bytes {
            guard let bytes = Bytes(hex: try text(name)) else { throw error(name) }
            return bytes
        }

        /// Base64 bytes; `null` or absence is empty.
        public func base64(_ name: String) throws(CometJSONError) -> Bytes {
            guard let value = json[name], value != .null else { return [] }
            guard let text = value.text, let bytes = Bytes(base64: text) else { throw error(name) }
            return bytes
        }

        /// A time.
        public func time(_ name: String) throws(CometJSONError) -> Timestamp {
            guard let time = Timestamp(text: try text(name)) else { throw error(name) }
            return time
        }

        /// The elements of an array; `null` or absence is empty.
        public func elements(_ name: String) throws(CometJSONError) -> [JSONValue] {
            guard let value = json[name], value != .null else { return [] }
            guard let elements = value.elements else { throw error(name) }
            return elements
        }
    }

    /// Reads a header.
    public static func header(_ json: JSONValue?) throws(CometJSONError) -> Header {
        let members = try Members(json, "header")
        var header = Header()
        let version = try members.members("version")
        header.version.block = try version.integer("block")
        header.version.application =
            version.json["app"] == nil ? 0 : try version.integer("app")
        header.chainID = try members.text("chain_id")
        header.height = try members.integer("height")
        header.time = try members.time("time")
        header.lastBlockID = try blockID(members.json["last_block_id"])
        header.lastCommitHash = try members.hex("last_commit_hash")
        header.dataHash = try members.hex("data_hash")
        header.validatorsHash = try members.hex("validators_hash")
        header.nextValidatorsHash = try members.hex("next_validators_hash")
        header.consensusHash = try members.hex("consensus_hash")
        header.appHash = try members.hex("app_hash")
        header.lastResultsHash = try members.hex("last_results_hash")
        header.evidenceHash = try members.hex("evidence_hash")
        header.proposerAddress = try members.hex("proposer_address")
        return header
    }

    /// Reads a block id.
    public static func blockID(_ json: JSONValue?) throws(CometJSONError) -> BlockID {
        let members = try Members(json, "block_id")
        let parts = try members.members("parts")
        var id = BlockID()
        id.hash = try members.hex("hash")
        id.partSetHeader.total = try parts.integer("total")
        id.partSetHeader.hash = try parts.hex("hash")
        return id
    }

    /// Reads a commit.
    public static func commit(_ json: JSONValue?) throws(CometJSONError) -> Commit {
        let members = try Members(json, "commit")
        var commit = Commit()
        commit.height = try members.integer("height")
        commit.round = try members.integer("round")
        commit.blockID = try blockID(members.json["block_id"])
        for element in try members.elements("signatures") {
            let entry = try Members(element, "commit.signatures")
            guard let flag = BlockIDFlag(rawValue: try entry.integer("block_id_flag")) else {
                throw entry.error("block_id_flag")
            }
            var signature = CommitSignature()
            signature.flag = flag
            signature.validatorAddress = try entry.hex("validator_address")
            signature.timestamp = try entry.time("timestamp")
            signature.signature = try entry.base64("signature")
            commit.signatures.append(signature)
        }
        return commit
    }

    /// Reads a header with its commit.
    public static func signedHeader(_ json: JSONValue?) throws(CometJSONError) -> SignedHeader {
        let members = try Members(json, "signed_header")
        return SignedHeader(
            header: try header(members.json["header"]), commit: try commit(members.json["commit"]))
    }

    /// Reads a block.
    public static func block(_ json: JSONValue?) throws(CometJSONError) -> Block {
        let members = try Members(json, "block")
        let transactions = try byteStrings(try members.members("data"), "txs")
        return Block(
            header: try header(members.json["header"]), transactions: transactions,
            lastCommit: try commit(members.json["last_commit"]))
    }

    private static func byteStrings(
        _ members: Members, _ name: String
    ) throws(CometJSONError) -> [Bytes] {
        var result: [Bytes] = []
        for element in try members.elements(name) {
            guard let text = element.text, let bytes = Bytes(base64: text) else {
                throw members.error(name)
            }
            result.append(bytes)
        }
        return result
    }

    /// Reads a validator with an Ed25519 key.
    public static func validator(_ json: JSONValue?) throws(CometJSONError) -> Validator {
        let members = try Members(json, "validator")
        let key = try members.members("pub_key")
        guard try key.text("type") == "tendermint/PubKeyEd25519" else { throw key.error("type") }
        var validator = Validator()
        validator.address = try members.hex("address")
        validator.publicKey.ed25519 = try key.base64("value")
        validator.votingPower = try members.integer("voting_power")
        if members.json["proposer_priority"] != nil {
            validator.proposerPriority = try members.integer("proposer_priority")
        }
        return validator
    }

    /// Reads a transaction in a block.
    public static func transaction(
        _ json: JSONValue?
    ) throws(CometJSONError) -> TransactionRecord {
        let members = try Members(json, "tx")
        guard let hash = Hash256(try members.hex("hash")) else { throw members.error("hash") }
        return TransactionRecord(
            hash: hash, height: try members.integer("height"),
            index: try members.integer("index"),
            result: try result(members.json["tx_result"]), bytes: try members.base64("tx"))
    }

    /// Reads a transaction's result.
    public static func result(_ json: JSONValue?) throws(CometJSONError) -> TransactionResult {
        let members = try Members(json, "tx_result")
        var result = TransactionResult()
        result.code = try members.integer("code")
        result.data = try members.base64("data")
        result.log = try members.text("log")
        result.info = try members.text("info")
        result.gasWanted = try members.integer("gas_wanted")
        result.gasUsed = try members.integer("gas_used")
        result.codespace = try members.text("codespace")
        for element in try members.elements("events") {
            let entry = try Members(element, "event")
            var event = Event()
            event.type = try entry.text("type")
            for element in try entry.elements("attributes") {
                let pair = try Members(element, "event.attributes")
                var attribute = EventAttribute()
                attribute.key = try pair.text("key")
                attribute.value = try pair.text("value")
                attribute.index = pair.json["index"]?.flag ?? false
                event.attributes.append(attribute)
            }
            result.events.append(event)
        }
        return result
    }
}
