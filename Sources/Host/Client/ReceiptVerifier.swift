// Verification of a receipt without a node. Each step uses only what the steps before have shown:
// first who signed, then what they signed, then what that says. Everything in a receipt is hostile.

public import AIModule
public import Base
public import Blocks
import Cryptography
import Merkle
public import Models
public import Verification
public import Wire

/// What the reader of a receipt takes as given. A receipt can only show that its validators signed;
/// that they are the chain's validators must be known from elsewhere.
public struct ReceiptTrust: Equatable, Sendable {
    /// The chain, or `nil` to accept any.
    public var chainID: String?
    /// Hash of the chain's validator set, or `nil` to accept any.
    public var validatorsHash: Hash256?

    /// Trusts a chain and a validator set, each optionally.
    public init(chainID: String? = nil, validatorsHash: Hash256? = nil) {
        self.chainID = chainID
        self.validatorsHash = validatorsHash
    }

    /// Trusts the chain and the validators that a genesis document names. Right for as long as the
    /// set has not changed since.
    public init(chainID: String, validators: [Validator]) {
        self.init(chainID: chainID, validatorsHash: ValidatorSet(validators).hash)
    }

    /// Takes nothing as given: a receipt is then checked for consistency only, and whoever made
    /// it may have made up the validators.
    public static let nothing = ReceiptTrust()
}

/// What an accepted receipt shows, and what it does not.
public struct ReceiptReport: Equatable, Sendable {
    /// The record in the state.
    public var record: InferenceRecord
    /// Height of the header that proves it.
    public var headerHeight: Int64
    /// Time of that header.
    public var time: Timestamp
    /// Hash of that header.
    public var blockHash: Hash256
    /// Hash of the validator set that signed it.
    public var validatorsHash: Hash256
    /// Whether the reader named the chain.
    public var isChainPinned: Bool
    /// Whether the reader named the validators. If not, the receipt proves only that it is
    /// consistent.
    public var areValidatorsPinned: Bool
    /// Whether the model was run again, with the same result bit for bit.
    public var wasRerun: Bool
    /// Whether the zero-knowledge proof in the record was checked against the committed model.
    public var wasProofChecked: Bool

    /// What the reader should know before relying on the receipt; empty when all is pinned.
    public var warnings: [String] {
        var warnings: [String] = []
        if !isChainPinned { warnings.append("chain not pinned: any chain id is accepted") }
        if !areValidatorsPinned {
            warnings.append(
                "validators not pinned: compare \(validatorsHash) with the chain's validator set, "
                    + "or give its genesis file")
        }
        return warnings
    }
}

/// Checks receipts.
public enum ReceiptVerifier {
    /// Checks every link of `receipt`.
    ///
    /// - Parameters:
    ///   - trust: what is taken as given.
    ///   - model: the model, to be run again on the receipt's input; `nil` to rely on the chain.
    ///   - committed: the committed model, to check the record's proof; `nil` to rely on the chain.
    /// - Throws: ``ReceiptError`` with the first link that does not hold.
    /// - Complexity: without a model, one signature per validator and some dozen hashes.
    public static func verify(
        _ receipt: Receipt, trusting trust: ReceiptTrust = .nothing, rerunning model: Model? = nil,
        provingWith committed: ProvableModel? = nil
    ) throws(ReceiptError) -> ReceiptReport {
        let validatorsHash = try checkSigners(of: receipt, trust)
        let record = try provenRecord(of: receipt)
        guard record.statement.encoded() == receipt.statement.encoded() else {
            throw .wrongStatement
        }
        do {
            let evidence = try record.evidence.evidence()
            try checkCommitments(
                of: receipt.statement, evidence, input: receipt.input, output: receipt.output)
            if let model {
                try Verification.verify(
                    receipt.statement, evidence, against: model,
                    input: receipt.input, output: receipt.output)
            }
            if let committed { try verify(record, evidence, receipt, committed) }
        } catch { throw .verification(error) }
        return ReceiptReport(
            record: record, headerHeight: receipt.header.height, time: receipt.header.time,
            blockHash: receipt.header.hash, validatorsHash: validatorsHash,
            isChainPinned: trust.chainID != nil,
            areValidatorsPinned: trust.validatorsHash != nil, wasRerun: model != nil,
            wasProofChecked: committed != nil)
    }

    /// The proof in the record, as validators checked it.
    private static func verify(
        _ record: InferenceRecord, _ evidence: Evidence, _ receipt: Receipt,
        _ committed: ProvableModel
    ) throws(VerificationError) {
        guard case .proof(let proof) = evidence else { throw .unsupportedEvidence }
        guard let worker = try? Address(bech32: record.worker, prefix: "aivm") else {
            throw .malformed("a worker that is no address")
        }
        try Verification.verify(
            receipt.statement, proof, against: committed,
            input: proof.input == .open ? receipt.input : nil,
            output: proof.output == .open ? receipt.output : nil,
            context: AI.resultContext(
                chainID: receipt.chainID, request: record.request, worker: worker))
    }

    /// Header, commit and validators; returns the hash of the validator set.
    private static func checkSigners(
        of receipt: Receipt, _ trust: ReceiptTrust
    ) throws(ReceiptError) -> Hash256 {
        if let trusted = trust.chainID, trusted != receipt.chainID {
            throw .untrustedChain(trusted: trusted, actual: receipt.chainID)
        }
        let actual = receipt.validators.hash
        if let trusted = trust.validatorsHash, trusted != actual {
            throw .untrustedValidators(trusted: trusted, actual: actual)
        }
        do {
            try LightVerification.verify(
                receipt.commit, of: receipt.header, by: receipt.validators,
                chainID: receipt.chainID)
        } catch { throw .block(error) }
        return actual
    }

    /// The record, shown to be under the header's app hash at the one key where the record of this
    /// inference can be. Without that comparison any other value of the state that happens to
    /// decode as a record would do.
    private static func provenRecord(
        of receipt: Receipt
    ) throws(ReceiptError) -> InferenceRecord {
        let entry = receipt.entry
        let record: InferenceRecord
        do { record = try InferenceRecord(decoding: entry.value, rules: .canonical) } catch {
            throw .malformedRecord(error)
        }
        guard entry.store == AI.name, entry.key == AI.inferenceStoreKey(record.id)
        else { throw .wrongStateKey(store: entry.store, key: entry.key) }
        do {
            try StateProof.verify(
                ops: receipt.proof, root: receipt.header.appHash, storeName: entry.store,
                key: entry.key, value: entry.value)
        } catch { throw .proof(error) }
        // The app hash after block H stands in header H + 1.
        guard record.height < receipt.header.height else {
            throw .wrongHeight(record: record.height, header: receipt.header.height)
        }
        return record
    }
}
