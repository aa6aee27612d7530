// The refusals of this module. Numbers are append-only and stand in README.md; only they reach
// consensus. Number 1 is left out, as in the Cosmos SDK, where it means an internal error.

public import Ledger

/// Codes of the code space `ai`.
public enum AICode: UInt32, ModuleCode {
    public static var codespace: String { AI.name }

    /// A model name is not 1 to 64 of `a-z 0-9 . _ -`, starting with a letter or digit.
    case invalidName = 2
    /// A version is not above the newest of its name, or beyond the largest.
    case invalidVersion = 3
    /// No such model.
    case modelNotFound = 4
    /// The model's weights are not complete.
    case modelUploading = 5
    /// The model's owner has disabled it.
    case modelDisabled = 6
    /// The weights are larger than allowed.
    case modelTooLarge = 7
    /// The program is larger than allowed.
    case programTooLarge = 8
    /// The program, or the program with these weights, is invalid.
    case invalidProgram = 9
    /// The chunk hashes do not fit the size of the weights, or are not hashes.
    case invalidChunkHashes = 10
    /// The model has no chunk of this index.
    case chunkOutOfRange = 11
    /// The chunk is not the declared one.
    case chunkHashMismatch = 12
    /// The chunk has the wrong number of bytes.
    case chunkSizeMismatch = 13
    /// The model's weights are already complete.
    case uploadClosed = 14
    /// The model is not the one the message names by ModelID.
    case modelIDMismatch = 15
    /// A price is malformed or has too many denominations.
    case invalidPrice = 16
    /// The model's price is above what the requester accepts.
    case priceAboveMaximum = 17
    /// The input does not fit the model.
    case invalidInput = 18
    /// The request's input is larger than allowed.
    case requestTooLarge = 19
    /// The result would be larger than allowed.
    case resultTooLarge = 20
    /// The machine refused the input's values while it ran.
    case executionFailed = 21
    /// No such inference.
    case inferenceNotFound = 22
    /// A licence or description is longer than allowed.
    case textTooLong = 23
    /// A reference to a model is incomplete or contradicts itself.
    case invalidReference = 24
    /// A status cannot be set.
    case invalidStatus = 25
    /// The genesis or its parameters break a rule.
    case invalidGenesis = 26
    /// The bytes are no verification key, or one of a circuit with too many public signals.
    case invalidVerificationKey = 27
    /// The verification key comes from a reference string that this chain does not trust.
    case untrustedReferenceString = 28
    /// No such verification key.
    case verificationKeyNotFound = 29
    /// The verification key is already registered.
    case verificationKeyExists = 30
    /// Public signals are not as many as the circuit has, or not numbers of its field.
    case invalidPublicSignals = 31
    /// A proof is malformed or does not hold.
    case invalidProof = 32
    /// The statement is already proven.
    case alreadyProven = 33
    /// The statement is not proven.
    case notProven = 34
    /// The model's weights are not on the chain, so it cannot be run here.
    case weightsNotOnChain = 35
    /// The model's weights are on the chain, so nobody needs to prove what it answers.
    case modelNotCommitted = 36
    /// A committed model is malformed, or cannot be proved.
    case invalidCommittedModel = 37
    /// No such request.
    case requestNotFound = 38
    /// The request is answered or taken back.
    case requestClosed = 39
    /// The deadline of the request has passed.
    case requestExpired = 40
    /// The deadline of the request has not passed.
    case requestNotExpired = 41
    /// A deadline is malformed or not in the future.
    case invalidDeadline = 42
    /// The output does not fit the model.
    case invalidOutput = 43

    /// Text that ends every log of the code.
    public var text: String {
        switch self {
        case .invalidName: "invalid model name"
        case .invalidVersion: "invalid model version"
        case .modelNotFound: "model not found"
        case .modelUploading: "model upload is not complete"
        case .modelDisabled: "model is disabled"
        case .modelTooLarge: "model too large"
        case .programTooLarge: "program too large"
        case .invalidProgram: "invalid program"
        case .invalidChunkHashes: "invalid chunk hashes"
        case .chunkOutOfRange: "chunk index out of range"
        case .chunkHashMismatch: "chunk hash mismatch"
        case .chunkSizeMismatch: "chunk size mismatch"
        case .uploadClosed: "model upload is already complete"
        case .modelIDMismatch: "model id mismatch"
        case .invalidPrice: "invalid price"
        case .priceAboveMaximum: "price above maximum"
        case .invalidInput: "invalid input"
        case .requestTooLarge: "request too large"
        case .resultTooLarge: "result too large"
        case .executionFailed: "execution failed"
        case .inferenceNotFound: "inference not found"
        case .textTooLong: "text too long"
        case .invalidReference: "invalid model reference"
        case .invalidStatus: "invalid model status"
        case .invalidGenesis: "invalid genesis"
        case .invalidVerificationKey: "invalid verification key"
        case .untrustedReferenceString: "untrusted reference string"
        case .verificationKeyNotFound: "verification key not found"
        case .verificationKeyExists: "verification key is already registered"
        case .invalidPublicSignals: "invalid public signals"
        case .invalidProof: "invalid proof"
        case .alreadyProven: "statement is already proven"
        case .notProven: "statement is not proven"
        case .weightsNotOnChain: "the model's weights are not on the chain: request a result"
        case .modelNotCommitted: "the model's weights are on the chain: request an inference"
        case .invalidCommittedModel: "invalid committed model"
        case .requestNotFound: "request not found"
        case .requestClosed: "request is closed"
        case .requestExpired: "request is expired"
        case .requestNotExpired: "request is not expired"
        case .invalidDeadline: "invalid deadline"
        case .invalidOutput: "invalid output"
        }
    }
}

extension Failure {
    /// Refuses with a code of the `ai` code space.
    static func ai(_ code: AICode, _ message: String) -> Failure { coded(code, message) }
}
