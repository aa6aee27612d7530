// The refusals of this module. Numbers are append-only and stand in README.md. Refusals of quotes
// and policies keep their own numbers, 1001 and up, as `VerificationError` gives them.

public import Ledger
import Verification

/// Codes of the code space `compute` below 1000.
public enum ComputeCode: UInt32, ModuleCode {
    public static var codespace: String { Compute.name }

    /// A certificate, document or list cannot be read.
    case malformedCollateral = 2
    /// The registry holds material of the same time or later.
    case notFresher = 3
    /// A certificate is neither an issuer's nor a document signer's.
    case uselessCertificate = 4
    /// A policy or a list of roots is meaningless.
    case invalidParameters = 5
    /// Roots for development are not allowed by the genesis.
    case developmentNotAllowed = 6
    /// No such model.
    case modelNotFound = 7
    /// The signer does not own the model.
    case notTheOwner = 8
    /// The evidence or the statement has the wrong form.
    case invalidEvidence = 9
    /// This quote has attested this statement before.
    case alreadyAttested = 10
    /// The genesis breaks a rule.
    case invalidGenesis = 11
    /// A message holds nothing, or too much.
    case invalidSize = 12
    /// No open request of this number.
    case requestNotFound = 13
    /// The time of a request is over.
    case requestOver = 14
    /// An attestation does not answer the request that it names.
    case wrongAnswer = 15
    /// The time of a request is not over.
    case requestOpen = 16
    /// The signer did not make the request.
    case notTheRequester = 17
    /// A price is malformed.
    case invalidPrice = 18

    /// Text that ends every log of the code.
    public var text: String {
        switch self {
        case .malformedCollateral: "malformed collateral"
        case .notFresher: "collateral is not fresher"
        case .uselessCertificate: "useless certificate"
        case .invalidParameters: "invalid attestation parameters"
        case .developmentNotAllowed: "development roots are not allowed"
        case .modelNotFound: "model not found"
        case .notTheOwner: "not the owner of the model"
        case .invalidEvidence: "invalid evidence"
        case .alreadyAttested: "already attested"
        case .invalidGenesis: "invalid genesis"
        case .invalidSize: "invalid size"
        case .requestNotFound: "request not found"
        case .requestOver: "request is over"
        case .wrongAnswer: "wrong answer to a request"
        case .requestOpen: "request is open"
        case .notTheRequester: "not the requester"
        case .invalidPrice: "invalid price"
        }
    }
}

extension Failure {
    /// Refuses with a code of the module.
    static func compute(_ code: ComputeCode, _ message: String) -> Failure {
        coded(code, message)
    }

    /// Refuses evidence, with the number of its refusal where it has one of its own.
    static func evidence(_ error: VerificationError) -> Failure {
        guard error.code > 1000 else { return compute(.invalidEvidence, "\(error)") }
        return .rejected(
            Rejection(
                codespace: Compute.name, code: error.code,
                message: "\(error): attestation refused"))
    }
}
