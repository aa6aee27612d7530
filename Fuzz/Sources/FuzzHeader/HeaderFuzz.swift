// Signed headers: no bytes trap the light client, and without a signing key none but the one header
// that was signed is accepted.

import Base
import Blocks
import Cryptography
import FuzzSupport
import Wire

/// A header signed by a set of three.
private struct Chain {
    static let chainID = "fuzz-1"
    let validators: ValidatorSet
    let signed: SignedHeader

    init?() {
        let keys = (UInt8(1)...3).compactMap {
            Ed25519.PrivateKey(seed: Bytes(repeating: $0, count: 32))
        }
        let set = ValidatorSet(keys.map { Validator($0.publicKey, votingPower: 10) })
        let blockID = BlockID(
            hash: Bytes(repeating: 1, count: 32), partSetHeader: PartSetHeader(cutting: [1]))
        var header = Header()
        header.version = ConsensusVersion(application: 1)
        header.chainID = Chain.chainID
        header.height = 9
        header.time = Timestamp(seconds: 1_800_000_000)
        header.lastBlockID = blockID
        header.lastCommitHash = BlockHashes.empty.bytes
        header.dataHash = BlockHashes.empty.bytes
        header.validatorsHash = set.hash.bytes
        header.nextValidatorsHash = set.hash.bytes
        header.consensusHash = BlockHashes.empty.bytes
        header.appHash = Bytes(repeating: 2, count: 32)
        header.lastResultsHash = BlockHashes.empty.bytes
        header.evidenceHash = BlockHashes.empty.bytes
        header.proposerAddress = set.validators[0].address
        var commit = Commit(
            height: 9, round: 0,
            blockID: BlockID(
                hash: header.hash.bytes, partSetHeader: PartSetHeader(cutting: [4])),
            signatures: [])
        for validator in set.validators {
            guard
                let key = keys.first(where: {
                    ValidatorKey($0.publicKey) == validator.publicKey
                })
            else { return nil }
            var entry = CommitSignature(
                validatorAddress: validator.address,
                timestamp: Timestamp(seconds: 1_800_000_001), signature: [])
            entry.flag = .commit
            entry.signature = key.signature(
                for: commit.signBytes(of: entry, chainID: Chain.chainID))
            commit.signatures.append(entry)
        }
        validators = set
        signed = SignedHeader(header: header, commit: commit)
    }

    func accepts(_ signed: SignedHeader) -> Bool {
        guard let header = signed.header, let commit = signed.commit else { return false }
        let verified: Void? = try? LightVerification.verify(
            commit, of: header, by: validators, chainID: Chain.chainID)
        return verified != nil
    }
}

private let chain = Chain()

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    guard let chain else { preconditionFailure("the fixed chain can be built") }
    precondition(chain.accepts(chain.signed), "the signed header is accepted")
    FuzzInput.writeSeeds([
        chain.signed.encoded(),
        Block(
            header: chain.signed.header ?? Header(), transactions: [[1], [2, 3]],
            lastCommit: chain.signed.commit ?? Commit()
        ).encoded(),
    ])
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    if let block = try? Block(decoding: bytes) {
        _ = try? block.checkHashes()
        _ = block.id
    }
    guard let chain, let signed = try? SignedHeader(decoding: bytes) else { return 0 }
    if chain.accepts(signed) {
        precondition(signed.header == chain.signed.header, "only what was signed is accepted")
    }
    return 0
}
