import AIModule
import Base
import Blocks
import Client
import Cryptography
import Merkle
import Models
import Tensors
import TestSupport
import Verification
import Wire

/// A chain small enough to hold in one hand: three validators, two stores, one inference, and the
/// header that proves it. Everything is made by the product's own code; nothing is recorded.
struct ReceiptWorld {
    var chainID = "aivm-test-1"
    /// Powers 5, 3 and 2: the first two are more than two thirds, no single one is.
    var keys: [Ed25519.PrivateKey]
    var model: Model
    var inference: Inference
    var record: InferenceRecord
    var headerHeight: Int64 = 8
    /// Stores beside `ai`, and further entries of `ai`.
    var stores: [String: [KeyValuePair]] = [:]

    init(seed: UInt8 = 1) throws {
        keys = (0..<3).compactMap {
            Ed25519.PrivateKey(seed: Bytes(repeating: seed &+ 10 * $0, count: 32))
        }
        var builder = ProgramBuilder(opset: 13, name: "echo")
        let type = TensorType(.float32, try Shape([1, 3]))
        let value = builder.addInput("x", type)
        builder.addOutput("y", value)
        model = try builder.build()
        let engine = InferenceEngine()
        inference = try engine.run(
            try engine.prepare(model),
            on: TensorSet([
                NamedTensor(name: "x", tensor: Tensor([0.5, -1, 3], shape: [1, 3]))
            ]), gasLimit: .max)
        record = InferenceRecord()
        record.id = 42
        record.requester = "aivm19rl4cm2hmr8afy4kldpxz3fka4jguq0ada72yv"
        record.statement = inference.statement
        record.evidence = EvidenceMessage(inference.evidence)
        record.input.inline = inference.input
        record.output.inline = inference.output
        record.height = 7
        stores["ai"] = (0..<20).map { KeyValuePair([0x0A, UInt8($0)], [UInt8($0), 1]) }
        stores["bank"] = [KeyValuePair([1], [2])]
    }

    var validators: ValidatorSet {
        ValidatorSet(
            zip(keys, [5, 3, 2]).map { Validator($0.publicKey, votingPower: Int64($1)) })
    }

    var entry: StateEntry {
        StateEntry(
            store: AI.name, key: AI.inferenceStoreKey(record.id),
            value: record.encoded())
    }

    /// App hash, and the proof of `entry` under it.
    func state(proving entry: StateEntry) throws -> (appHash: Hash256, proof: ProofOps) {
        var stores = stores
        let record = self.entry
        stores[record.store, default: []].append(KeyValuePair(record.key, record.value))
        var roots: [(name: String, root: Hash256)] = []
        var proof: CommitmentProof?
        for name in stores.keys.sorted() {
            let store = SharedStore()
            var tree = try IAVLTree(name: name, reading: store, version: 0)
            for pair in stores[name] ?? [] { try tree.set(pair.key, pair.value) }
            var writes: [KeyValueWrite] = []
            roots.append((name, try tree.saveVersion(into: &writes)))
            store.apply(writes)
            if name == entry.store { proof = try tree.proof(of: entry.key) }
        }
        guard let proof, let store = MultiStore.storeProof(name: entry.store, in: roots) else {
            throw ReceiptError.notAReceipt
        }
        return (
            MultiStore.appHash(storeRoots: roots),
            StateProof.operations(key: entry.key, proof: proof, storeProof: store)
        )
    }

    func header(appHash: Hash256) -> Header {
        var header = Header()
        header.version.block = 11
        header.version.application = 1
        header.chainID = chainID
        header.height = headerHeight
        header.time = Timestamp(seconds: 1_800_000_000, nanoseconds: 5_000_000)
        header.lastBlockID = BlockID(
            hash: Bytes(repeating: 1, count: 32), partSetHeader: PartSetHeader(cutting: [1]))
        header.lastCommitHash = Bytes(repeating: 2, count: 32)
        header.dataHash = Bytes(repeating: 3, count: 32)
        header.validatorsHash = validators.hash.bytes
        header.nextValidatorsHash = validators.hash.bytes
        header.consensusHash = Bytes(repeating: 4, count: 32)
        header.appHash = appHash.bytes
        header.lastResultsHash = Bytes(repeating: 5, count: 32)
        header.evidenceHash = Bytes(repeating: 6, count: 32)
        header.proposerAddress = validators.validators[0].address
        return header
    }

    /// The commit of `header` by the validators at `signers`; the others are absent.
    func commit(_ header: Header, signers: [Int] = [0, 1, 2]) throws -> Commit {
        var commit = Commit(
            height: header.height, round: 1,
            blockID: BlockID(
                hash: header.hash.bytes, partSetHeader: PartSetHeader(cutting: [1, 2, 3])),
            signatures: [])
        for (index, validator) in validators.validators.enumerated() {
            guard signers.contains(index) else {
                commit.signatures.append(Self.absent)
                continue
            }
            var entry = CommitSignature(
                validatorAddress: validator.address,
                timestamp: Timestamp(seconds: 1_800_000_001, nanoseconds: Int32(index)),
                signature: [])
            let key = keys.first { $0.publicKey.bytes == validator.publicKey.ed25519 }
            let bytes = commit.signBytes(of: entry, chainID: chainID)
            entry.signature = key?.signature(for: bytes) ?? []
            commit.signatures.append(entry)
        }
        return commit
    }

    /// The entry of a validator that did not vote, with Go's zero time.
    static var absent: CommitSignature {
        var entry = CommitSignature()
        entry.flag = .absent
        entry.timestamp = Timestamp(seconds: -62_135_596_800)
        return entry
    }

    func receipt(proving entry: StateEntry? = nil) throws -> Receipt {
        let entry = entry ?? self.entry
        let (appHash, proof) = try state(proving: entry)
        let header = header(appHash: appHash)
        return Receipt(
            chainID: chainID, statement: inference.statement, input: inference.input,
            output: inference.output, entry: entry, proof: proof, header: header,
            commit: try commit(header), validators: validators)
    }

    var trust: ReceiptTrust {
        ReceiptTrust(chainID: chainID, validators: validators.validators)
    }
}
