// The JSON of a receipt. Headers, commits, validators and proofs are written as CometBFT's RPC
// writes them; the other members as below. The reader is strict: after reading, the receipt must
// give the same JSON again, so no member can be unknown, missing, reordered or spelled otherwise.
//
//     { "format": "aivm-receipt", "version": 1, "chain_id": "aivm-1",
//       "statement": { "model_id": hex, "arithmetic_version": 1, "input_commitment": hex,
//                      "output_commitment": hex },
//       "input":  [ { "name": "…", "type": "float32", "shape": [1, 8], "data": base64 } ],
//       "output": [ … ],
//       "state": { "store": "ai", "key": hex, "value": base64 },
//       "proof": { "ops": [ … ] },
//       "signed_header": { "header": { … }, "commit": { … } },
//       "validators": [ … ] }

public import Base
import Blocks
import Merkle
import Tensors
import Verification
public import Wire

extension Receipt {
    /// What the member `format` says.
    public static let format = "aivm-receipt"
    /// The version that this program reads and writes.
    public static let version = 1
    /// Longest receipt that is read, in bytes.
    public static let maximumByteCount = 64 << 20

    /// The JSON form.
    public var json: JSONValue {
        .object([
            "format": .string(Receipt.format), "version": .number(String(Receipt.version)),
            "chain_id": .string(chainID),
            "statement": .object([
                "model_id": .string(statement.modelID.hex),
                "arithmetic_version": .number(String(statement.arithmeticVersion)),
                "input_commitment": .string(statement.inputCommitment.hex),
                "output_commitment": .string(statement.outputCommitment.hex),
            ]),
            "input": .array(input.tensors.map(Receipt.json)),
            "output": .array(output.tensors.map(Receipt.json)),
            "state": .object([
                "store": .string(entry.store), "key": .string(entry.key.hex),
                "value": .string(entry.value.base64),
            ]),
            "proof": CometJSON.json(proof),
            "signed_header": .object([
                "header": CometJSON.json(header), "commit": CometJSON.json(commit),
            ]),
            "validators": .array(validators.validators.map { CometJSON.json($0) }),
        ])
    }

    /// The text of a receipt file: ``json`` on many lines.
    public var fileBytes: Bytes { Bytes(json.prettyText.utf8) + [0x0A] }

    /// Reads a receipt file. Nothing is verified beyond the form.
    ///
    /// - Throws: `notJSON`, `notAReceipt`, `unsupportedVersion`, `malformed`, `notCanonical`.
    public init(parsing bytes: Bytes) throws(ReceiptError) {
        let json: JSONValue
        do {
            json = try JSONValue(
                parsing: bytes, maximumDepth: 8, maximumBytes: Receipt.maximumByteCount)
        } catch { throw .notJSON(error) }
        try self.init(json: json)
    }

    /// Reads the JSON form; see ``init(parsing:)``.
    public init(json: JSONValue) throws(ReceiptError) {
        guard json["format"]?.text == Receipt.format else { throw .notAReceipt }
        guard json["version"] == .number(String(Receipt.version)) else {
            throw .unsupportedVersion(json["version"]?.compactText ?? "none")
        }
        do { try self.init(members: CometJSON.Members(json, "receipt")) } catch {
            throw .malformed(member: error.member)
        }
        guard self.json == json else { throw .notCanonical }
    }

    private init(members: CometJSON.Members) throws(CometJSONError) {
        let statement = try members.members("statement")
        self.statement = Statement()
        self.statement.modelID = try statement.hex("model_id")
        self.statement.arithmeticVersion = try statement.integer("arithmetic_version")
        self.statement.inputCommitment = try statement.hex("input_commitment")
        self.statement.outputCommitment = try statement.hex("output_commitment")
        let state = try members.members("state")
        entry = StateEntry(
            store: try state.text("store"), key: try state.hex("key"),
            value: try state.base64("value"))
        let signed = try members.members("signed_header")
        chainID = try members.text("chain_id")
        input = try Receipt.tensors(members, "input")
        output = try Receipt.tensors(members, "output")
        proof = try CometJSON.proofOperations(members.json["proof"])
        header = try CometJSON.header(signed.json["header"])
        commit = try CometJSON.commit(signed.json["commit"])
        // Kept in the order of the file: a set in another order than CometBFT's is refused later.
        validators = ValidatorSet()
        for element in try members.elements("validators") {
            let validator = try CometJSON.validator(element)
            // Turn-taking is not signed, so a receipt must not appear to say anything of it.
            guard validator.proposerPriority == 0 else {
                throw CometJSONError(member: "validators.proposer_priority")
            }
            validators.validators.append(validator)
        }
    }

    private static func json(_ entry: TensorEntry) -> JSONValue {
        let type = ElementType(rawValue: Int32(truncatingIfNeeded: entry.elementType))
        return .object([
            "name": .string(entry.name),
            "type": .string(type.map { "\($0.name)" } ?? "unknown"),
            "shape": .array(entry.dimensions.map { .number(String($0)) }),
            "data": .string(entry.data.base64),
        ])
    }

    private static func tensors(
        _ members: CometJSON.Members, _ name: String
    ) throws(CometJSONError) -> TensorSet {
        var tensors: [TensorEntry] = []
        for element in try members.elements(name) {
            let entry = try CometJSON.Members(element, name)
            let typeName = try entry.text("type")
            guard let type = ElementType.allCases.first(where: { $0.name == typeName }) else {
                throw CometJSONError(member: "\(name).type")
            }
            var dimensions: [UInt64] = []
            for size in try entry.elements("shape") {
                guard let size = size.integer(as: UInt64.self) else {
                    throw CometJSONError(member: "\(name).shape")
                }
                dimensions.append(size)
            }
            tensors.append(
                TensorEntry(
                    name: try entry.text("name"), elementType: UInt32(bitPattern: type.rawValue),
                    dimensions: dimensions, data: try entry.base64("data")))
        }
        return TensorSet(tensors)
    }
}
