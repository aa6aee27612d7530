// Why a header, a commit, a block or a validator set was refused.

public import Base

/// A refusal of a header, a commit, a block or a validator set.
public enum BlockError: Error, Equatable, Sendable {
    /// A header field has the wrong length or is out of range.
    case invalidHeader(field: String)
    /// A commit field has the wrong length or is out of range.
    case invalidCommit(field: String)
    /// A validator set breaks a rule.
    case invalidValidators(ValidatorFault)
    /// The header is of another chain than the verifier trusts.
    case wrongChain(expected: String, actual: String)
    /// The commit is for another height than the header's.
    case wrongHeight(header: Int64, commit: Int64)
    /// The commit is for another block: the header hashes to something else.
    case wrongBlock(header: Hash256, commit: Bytes)
    /// The header names another validator set than the one given.
    case wrongValidators(header: Bytes, given: Hash256)
    /// A commit has one entry per validator; this one has not.
    case wrongSignatureCount(validators: Int, signatures: Int)
    /// Entry `index` of the commit names another validator than stands at this place of the set.
    case wrongAddress(index: Int)
    /// Entry `index` of the commit is not a signature of its validator over this vote.
    case invalidSignature(index: Int)
    /// The votes for the block do not reach more than two thirds of the power.
    case insufficientPower(signed: Int64, total: Int64)
    /// A hash in the header is not that of the block's content.
    case hashMismatch(field: String, declared: Bytes, computed: Hash256)

    /// What is wrong with a validator set.
    public enum ValidatorFault: Equatable, Sendable {
        /// It has no validators.
        case empty
        /// It has more than the limit.
        case tooMany(count: Int)
        /// A power is not positive, or the sum is beyond the limit.
        case power(index: Int)
        /// A key is not Ed25519, or the address is not the key's.
        case key(index: Int)
        /// The validator stands before one that should precede it.
        case order(index: Int)
        /// A validator occurs twice.
        case duplicate
        /// The declared sum of powers is wrong.
        case total(declared: Int64, actual: Int64)
    }
}

extension BlockError.ValidatorFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "it has no validators"
        case .tooMany(let count): "\(count) validators are too many"
        case .power(let index): "the power of validator \(index) is out of range"
        case .key(let index): "key and address of validator \(index) do not belong together"
        case .order(let index): "validator \(index) is out of order"
        case .duplicate: "a validator occurs twice"
        case .total(let declared, let actual):
            "the declared power \(declared) is not the sum \(actual)"
        }
    }
}

extension BlockError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidHeader(let field): "header: \(field) is malformed"
        case .invalidCommit(let field): "commit: \(field) is malformed"
        case .invalidValidators(let fault): "validator set: \(fault)"
        case .wrongChain(let expected, let actual):
            "header is of chain \(actual.debugDescription), not \(expected.debugDescription)"
        case .wrongHeight(let header, let commit):
            "header is of height \(header), commit of height \(commit)"
        case .wrongBlock(let header, let commit):
            "header hashes to \(header), commit signs \(commit.hex)"
        case .wrongValidators(let header, let given):
            "header names validator set \(header.hex), given is \(given)"
        case .wrongSignatureCount(let validators, let signatures):
            "commit has \(signatures) entries for \(validators) validators"
        case .wrongAddress(let index): "commit entry \(index) names another validator"
        case .invalidSignature(let index): "signature \(index) of the commit is invalid"
        case .insufficientPower(let signed, let total):
            "signed by power \(signed) of \(total), which is not more than two thirds"
        case .hashMismatch(let field, let declared, let computed):
            "\(field) is \(declared.hex), the content hashes to \(computed)"
        }
    }
}
