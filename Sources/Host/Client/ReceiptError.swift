// Why a receipt is not accepted. Every link of the chain has its own reason, with a code that
// scripts can rely on.

import Attestation
public import Base
public import Blocks
public import Merkle
public import Verification
public import Wire

/// A reason to reject a receipt.
public enum ReceiptError: Error, Equatable, Sendable {
    /// The text is not JSON.
    case notJSON(WireError)
    /// The JSON is not a receipt.
    case notAReceipt
    /// The receipt is of another version than this program reads.
    case unsupportedVersion(String)
    /// A member is missing or has the wrong form.
    case malformed(member: String)
    /// The receipt has unknown members, or spells something otherwise than a receipt does.
    case notCanonical
    /// The receipt is of another chain than the reader trusts.
    case untrustedChain(trusted: String, actual: String)
    /// The validators are not those the reader trusts. Both are set hashes.
    case untrustedValidators(trusted: Hash256, actual: Hash256)
    /// Header, commit and validators do not prove each other.
    case block(BlockError)
    /// The state entry is not where the record of this inference would be.
    case wrongStateKey(store: String, key: Bytes)
    /// The entry's value is not the record of an inference.
    case malformedRecord(WireError)
    /// The header is not above the block in which the inference ran.
    case wrongHeight(record: Int64, header: Int64)
    /// The proof does not lead from the entry to the header's app hash.
    case proof(ProofError)
    /// The record holds another statement.
    case wrongStatement
    /// Statement, input, output, model and evidence do not fit together.
    case verification(VerificationError)

    /// A stable name of the reason, such as `invalid-signature`.
    public var code: String {
        switch self {
        case .notJSON: "not-json"
        case .notAReceipt: "not-a-receipt"
        case .unsupportedVersion: "unsupported-version"
        case .malformed: "malformed"
        case .notCanonical: "not-canonical"
        case .untrustedChain: "untrusted-chain"
        case .untrustedValidators: "untrusted-validators"
        case .block(let error): ReceiptError.code(of: error)
        case .wrongStateKey: "wrong-state-key"
        case .malformedRecord: "malformed-record"
        case .wrongHeight: "wrong-height"
        case .proof: "invalid-proof"
        case .wrongStatement: "wrong-statement"
        case .verification(let error): ReceiptError.code(of: error)
        }
    }

    private static func code(of error: BlockError) -> String {
        switch error {
        case .invalidHeader: "invalid-header"
        case .invalidCommit: "invalid-commit"
        case .invalidValidators: "invalid-validators"
        case .wrongChain: "wrong-chain"
        case .wrongHeight: "wrong-commit-height"
        case .wrongBlock: "wrong-block"
        case .wrongValidators: "wrong-validators"
        case .wrongSignatureCount: "wrong-signature-count"
        case .wrongAddress: "wrong-address"
        case .invalidSignature: "invalid-signature"
        case .insufficientPower: "insufficient-power"
        case .hashMismatch: "wrong-hash"
        }
    }

    private static func code(of error: VerificationError) -> String {
        switch error {
        case .malformed: "malformed-statement"
        case .inputCommitmentMismatch: "wrong-input"
        case .outputCommitmentMismatch: "wrong-output"
        case .wrongModel: "wrong-model"
        case .wrongArithmetic: "wrong-arithmetic"
        case .unsupportedEvidence: "unsupported-evidence"
        case .wrongTensors: "wrong-tensors"
        case .executionFailed: "execution-failed"
        case .outputMismatch: "output-mismatch"
        case .traceMismatch: "trace-mismatch"
        case .invalidModel: "invalid-model"
        case .gasLimitExceeded: "gas-limit-exceeded"
        case .wrongChunkCount: "wrong-chunk-count"
        case .invalidCircuitKey: "invalid-verification-key"
        case .wrongSignals: "wrong-public-signals"
        case .invalidProof: "invalid-proof"
        case .invalidCommittedModel: "invalid-committed-model"
        case .wrongDisclosure: "wrong-disclosure"
        case .invalidInferenceProof: "invalid-inference-proof"
        case .attestationNotJudged: "attestation-not-judged"
        case .attestation(let error): "attestation-\(error.code)"
        case .attestationPolicy(let refusal): "attestation-\(refusal.code)"
        }
    }
}

extension ReceiptError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notJSON(let error): "the receipt is not JSON: \(error)"
        case .notAReceipt: "this JSON is not a receipt"
        case .unsupportedVersion(let version):
            "receipt version \(version) is not supported; this program reads 1"
        case .malformed(let member): "\(member) is missing or malformed"
        case .notCanonical: "the receipt has unknown, reordered or misspelled members"
        case .untrustedChain(let trusted, let actual):
            "the receipt is of chain \(actual.debugDescription), "
                + "you trust \(trusted.debugDescription)"
        case .untrustedValidators(let trusted, let actual):
            "signed by validator set \(actual), you trust \(trusted)"
        case .block(let error): "\(error)"
        case .wrongStateKey(let store, let key):
            "key \(key.hex) of store \(store.debugDescription) does not hold this record"
        case .malformedRecord(let error): "the state entry is no inference record: \(error)"
        case .wrongHeight(let record, let header):
            "the header of height \(header) cannot cover a record of height \(record)"
        case .proof(let error): "the Merkle proof does not hold: \(error)"
        case .wrongStatement: "the record in the state holds another statement"
        case .verification(let error): "\(error)"
        }
    }
}
