// `abci_query` answers: the proof travels as a list of operations, `proofOps` in camel case.

public import Ledger
public import Merkle
public import Wire

extension CometJSON {
    /// The answer to a query.
    public static func json(_ result: StateQueryResult) -> JSONValue {
        var proof = JSONValue.null
        if let operations = try? ProofOps(decoding: result.proofOperations),
            !operations.ops.isEmpty
        {
            proof = json(operations)
        }
        return .object([
            "code": .number(String(result.code)), "log": .string(result.log), "info": "",
            "index": "0", "key": base64(result.key), "value": base64(result.value),
            "proofOps": proof, "height": int(result.height),
            "codespace": .string(result.codespace),
        ])
    }

    /// A list of proof operations.
    public static func json(_ operations: ProofOps) -> JSONValue {
        .object([
            "ops": .array(
                operations.ops.map {
                    .object([
                        "type": .string($0.type), "key": base64($0.key), "data": base64($0.data),
                    ])
                })
        ])
    }

    /// Reads the answer to a query.
    public static func queryResult(_ json: JSONValue?) throws(CometJSONError) -> StateQueryResult {
        let members = try Members(json, "response")
        var result = StateQueryResult()
        result.code = try members.integer("code")
        result.log = try members.text("log")
        result.codespace = try members.text("codespace")
        result.key = try members.base64("key")
        result.value = try members.base64("value")
        result.height = try members.integer("height")
        if let proof = members.json["proofOps"], proof != .null {
            result.proofOperations = try proofOperations(proof).encoded()
        }
        return result
    }

    /// Reads a list of proof operations.
    public static func proofOperations(
        _ json: JSONValue?
    ) throws(CometJSONError) -> ProofOps {
        var operations = ProofOps()
        for element in try Members(json, "proofOps").elements("ops") {
            let entry = try Members(element, "proofOps.ops")
            var operation = ProofOp()
            operation.type = try entry.text("type")
            operation.key = try entry.base64("key")
            operation.data = try entry.base64("data")
            operations.ops.append(operation)
        }
        return operations
    }
}
