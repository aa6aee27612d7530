// The light client's question: did the validators that this header names make it final?
//
// Each entry of the commit stands at its validator's place in the set, so nobody can be counted
// twice. Stricter than CometBFT's light check in one point: every signature present must be valid,
// those beyond two thirds and those for no block too, so that no byte of a commit can be altered
// unnoticed. Costs one Ed25519 verification per signature.
// Source: CometBFT 0.38, `types/validation.go` (`VerifyCommit`), `light/verifier.go`.

import Base
import Cryptography
import Wire

/// Verification of a header without the chain before it.
public enum LightVerification {
    /// Checks that `commit` proves `header`: signed on chain `chainID` by more than two thirds of
    /// the power of `validators`, the set the header names.
    ///
    /// Whether `validators` is to be trusted is the caller's business.
    ///
    /// - Throws: ``BlockError`` with the first thing found wrong.
    public static func verify(
        _ commit: Commit, of header: Header, by validators: ValidatorSet, chainID: String
    ) throws(BlockError) {
        try header.check()
        guard header.chainID == chainID else {
            throw .wrongChain(expected: chainID, actual: header.chainID)
        }
        let totalPower = try validators.check()
        let validatorsHash = validators.hash
        guard header.validatorsHash == validatorsHash.bytes else {
            throw .wrongValidators(header: header.validatorsHash, given: validatorsHash)
        }
        try check(commit, of: header, validatorCount: validators.validators.count)
        let signed = try signedPower(of: commit, by: validators.validators, chainID: chainID)
        // The limit on power keeps both products within 63 bits.
        guard signed * 3 > totalPower * 2 else {
            throw .insufficientPower(signed: signed, total: totalPower)
        }
    }

    private static func check(
        _ commit: Commit, of header: Header, validatorCount: Int
    ) throws(BlockError) {
        guard commit.height == header.height else {
            throw .wrongHeight(header: header.height, commit: commit.height)
        }
        guard commit.round >= 0 else { throw .invalidCommit(field: "round") }
        guard commit.blockID.isComplete else { throw .invalidCommit(field: "block_id") }
        let hash = header.hash
        guard commit.blockID.hash == hash.bytes else {
            throw .wrongBlock(header: hash, commit: commit.blockID.hash)
        }
        guard commit.signatures.count == validatorCount else {
            throw .wrongSignatureCount(
                validators: validatorCount, signatures: commit.signatures.count)
        }
    }

    private static func signedPower(
        of commit: Commit, by validators: [Validator], chainID: String
    ) throws(BlockError) -> Int64 {
        var power: Int64 = 0
        for (index, (entry, validator)) in zip(commit.signatures, validators).enumerated() {
            guard entry.isWellFormed else {
                throw .invalidCommit(field: "signatures[\(index)]")
            }
            guard entry.flag != .absent else { continue }
            guard entry.validatorAddress == validator.address else {
                throw .wrongAddress(index: index)
            }
            guard
                let key = validator.verifiedKey,
                key.isValid(
                    signature: entry.signature,
                    for: commit.signBytes(of: entry, chainID: chainID))
            else { throw .invalidSignature(index: index) }
            // A part of the checked total, which is at most 2^60.
            if entry.flag == .commit { power += validator.votingPower }
        }
        return power
    }
}
