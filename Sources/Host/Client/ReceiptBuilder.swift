// Collects a receipt from a node. The node is not trusted: what comes together is verified before
// it is handed out, so a receipt from here is at least consistent.

import AIModule
import Base
import Blocks
import Ledger
import Merkle
public import Verification
import Wire

/// Makes receipts of inferences.
public struct ReceiptBuilder: Sendable {
    private let client: any NodeClient
    private let timeoutSeconds: Double

    /// Asks `client`; waits up to `timeoutSeconds` for the header that proves a record.
    public init(_ client: any NodeClient, timeoutSeconds: Double = 30) {
        self.client = client
        self.timeoutSeconds = timeoutSeconds
    }

    /// The receipt of inference `id`.
    ///
    /// - Parameters:
    ///   - tensors: input and output, when the caller has them; `nil` to take them from the node.
    /// - Throws: ``ReceiptBuildError``.
    public func receipt(
        ofInference id: UInt64, tensors: (input: TensorSet, output: TensorSet)? = nil
    ) throws(ReceiptBuildError) -> Receipt {
        let key = AI.inferenceStoreKey(id)
        let answer = try provableEntry(key, id)
        let record: InferenceRecord
        let proof: ProofOps
        do {
            record = try InferenceRecord(decoding: answer.value, rules: .canonical)
            proof = try ProofOps(decoding: answer.proofOperations, rules: .canonical)
        } catch { throw .malformedAnswer("\(error)") }
        let (next, overflow) = answer.height.addingReportingOverflow(1)
        guard !overflow, next > 1 else { throw .malformedAnswer("height \(answer.height)") }
        return try receipt(
            of: record, StateEntry(store: AI.name, key: key, value: answer.value), proof,
            headerHeight: next, tensors: tensors)
    }

    /// The entry under `key` with its proof, at a height whose next header is there already. A
    /// chain that has nothing to do makes no blocks, so the newest state may wait for its header
    /// for ever.
    private func provableEntry(
        _ key: Bytes, _ id: UInt64
    ) throws(ReceiptBuildError) -> StateQueryResult {
        let newest = try ask { () throws(NodeError) in try client.status().latestHeight }
        // The record may be in the newest block, which is proved by the next.
        for height in [newest - 1, newest] where height >= 1 {
            let answer = try ask { () throws(NodeError) in
                try client.query(
                    StateQuery(
                        path: "/store/\(AI.name)/key", data: key, height: height,
                        wantsProof: true))
            }
            guard answer.code == 0 else {
                // Below the first provable height there is nothing to find.
                if height < newest { continue }
                throw .refused(code: answer.code, codespace: answer.codespace, log: answer.log)
            }
            if !answer.value.isEmpty { return answer }
        }
        throw .unknownInference(id)
    }

    private func receipt(
        of record: InferenceRecord, _ entry: StateEntry, _ proof: ProofOps, headerHeight: Int64,
        tensors given: (input: TensorSet, output: TensorSet)?
    ) throws(ReceiptBuildError) -> Receipt {
        let tensors: (input: TensorSet, output: TensorSet)
        if let given { tensors = given } else { tensors = try self.tensors(of: record) }
        let (signed, validators) = try ask { () throws(NodeError) in
            try client.waitForHeight(headerHeight, timeoutSeconds: timeoutSeconds)
            return (
                try client.signedHeader(headerHeight), try client.validators(headerHeight)
            )
        }
        guard let header = signed.header, let commit = signed.commit else {
            throw .malformedAnswer("a signed header without header or commit")
        }
        let receipt = Receipt(
            chainID: header.chainID, statement: record.statement, input: tensors.input,
            output: tensors.output, entry: entry, proof: proof, header: header, commit: commit,
            validators: ValidatorSet(
                validators.map { validator in
                    var validator = validator
                    validator.proposerPriority = 0
                    return validator
                }))
        do { _ = try ReceiptVerifier.verify(receipt) } catch { throw .inconsistent(error) }
        return receipt
    }

    /// The tensors of a record; large ones lie beside the state and are asked for.
    private func tensors(
        of record: InferenceRecord
    ) throws(ReceiptBuildError) -> (input: TensorSet, output: TensorSet) {
        if let input = record.input.inline, let output = record.output.inline {
            return (input, output)
        }
        var request = QueryInferenceRequest()
        request.id = record.id
        let bytes = request.encoded()
        let answer = try ask { () throws(NodeError) in
            try client.query(StateQuery(path: "/aivm.ai.v1.Query/Inference", data: bytes))
        }
        guard answer.code == 0 else {
            throw .refused(code: answer.code, codespace: answer.codespace, log: answer.log)
        }
        do {
            let response = try QueryInferenceResponse(decoding: answer.value, rules: .tolerant)
            return (response.input, response.output)
        } catch { throw .malformedAnswer("\(error)") }
    }

    private func ask<Value>(
        _ body: () throws(NodeError) -> Value
    ) throws(ReceiptBuildError) -> Value {
        do { return try body() } catch { throw .node(error) }
    }
}

/// Why there is no receipt.
public enum ReceiptBuildError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The node gave no answer.
    case node(NodeError)
    /// The node refused a query.
    case refused(code: UInt32, codespace: String, log: String)
    /// There is no inference of this number.
    case unknownInference(UInt64)
    /// The node's answer does not decode.
    case malformedAnswer(String)
    /// The node's answers do not prove each other.
    case inconsistent(ReceiptError)

    public var description: String {
        switch self {
        case .node(let error): "\(error)"
        case .refused(let code, let codespace, let log):
            "the node refused (\(codespace) \(code)): \(log)"
        case .unknownInference(let id): "there is no inference \(id)"
        case .malformedAnswer(let what): "the node's answer is malformed: \(what)"
        case .inconsistent(let error): "the node's answers do not prove each other: \(error)"
        }
    }
}
