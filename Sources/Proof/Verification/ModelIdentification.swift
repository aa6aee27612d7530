// What can be known of a model before its weights are there: which model it will be. An upload
// declares the hash of every weight chunk first, so each chunk can be checked when it arrives, in
// any order, and a wrong one is refused alone.
//
//     chunk hash   = SHA-256(00 ‖ chunk): a leaf of the Merkle tree of RFC 6962
//     weights root = root over the chunk hashes; chunks are 1 MiB, the last one shorter

public import Base
import Cryptography
import Merkle
import Models
import Wire

/// The hashes of a model whose weights may still be missing.
public struct ModelIdentification: Sendable, Equatable {
    /// Hash that names the model.
    public var modelID: Hash256
    /// Arithmetic version that its program asks for.
    public var arithmeticVersion: UInt32
    /// SHA-256 of the program's bytes.
    public var programHash: Hash256
    /// Merkle root over the weight chunks.
    public var weightsRoot: Hash256
}

/// The chunks that weights are cut into.
public enum WeightChunks {
    /// Number of bytes of every chunk but the last: 1 MiB.
    public static let byteCount = Model.chunkByteCount

    /// Number of chunks of weights of `weightByteCount` bytes.
    public static func count(weightByteCount: Int) -> Int {
        weightByteCount / byteCount + (weightByteCount.isMultiple(of: byteCount) ? 0 : 1)
    }

    /// Number of bytes of chunk `index`, which must be below the count.
    public static func byteCount(of index: Int, weightByteCount: Int) -> Int {
        precondition(
            index >= 0 && index < count(weightByteCount: weightByteCount), "the chunk exists")
        return min(byteCount, weightByteCount - index * byteCount)
    }

    /// The chunks of `weights`.
    public static func split(_ weights: Bytes) -> [Bytes] { ModelIdentity.chunks(of: weights) }

    /// The hash by which an upload declares `chunk`.
    public static func hash(_ chunk: Bytes) -> Hash256 { MerkleTree.leafHash(chunk) }

    /// The Merkle root over chunks given by their hashes.
    public static func root(ofHashes hashes: [Hash256]) -> Hash256 {
        MerkleTree.root(ofLeafHashes: hashes)
    }
}

extension InferenceEngine {
    /// Tells which model a program and chunk hashes will give, after the checks that need no
    /// weights: the program is canonical and within the limits, its arithmetic is supported, and
    /// its constants end where the weights do.
    ///
    /// - Throws: `invalidModel`, `wrongChunkCount`.
    public func identify(
        programBytes: Bytes, weightByteCount: Int, chunkHashes: [Hash256]
    ) throws(VerificationError) -> ModelIdentification {
        do throws(ModelError) {
            try limits.check(.programBytes, programBytes.count, of: "the program")
            try limits.check(.weightBytes, weightByteCount, of: "the model")
        } catch {
            throw .invalidModel(error)
        }
        let expected = WeightChunks.count(weightByteCount: weightByteCount)
        guard chunkHashes.count == expected else {
            throw .wrongChunkCount(expected: expected, actual: chunkHashes.count)
        }
        var rules = WireRules.canonical
        rules.maximumBytes = limits.maximumProgramBytes
        let program: Program
        do throws(WireError) {
            program = try Program(decoding: programBytes, rules: rules)
        } catch {
            throw .invalidModel(.malformedProgram(error))
        }
        guard program.arithmeticVersion == 1 else {
            throw .invalidModel(.unsupportedArithmetic(version: program.arithmeticVersion))
        }
        let end = program.constants.last.map { $0.offset.addingReportingOverflow($0.byteCount) }
        let declared = end.map { $0.overflow ? UInt64.max : $0.partialValue } ?? 0
        guard declared == UInt64(weightByteCount) else {
            throw .invalidModel(
                .wrongWeightsLength(
                    expected: Int(clamping: declared), actual: weightByteCount))
        }
        let programHash = SHA256.hash(programBytes)
        let weightsRoot = WeightChunks.root(ofHashes: chunkHashes)
        return ModelIdentification(
            modelID: ModelIdentity.modelID(
                arithmeticVersion: program.arithmeticVersion, programHash: programHash,
                weightsRoot: weightsRoot),
            arithmeticVersion: program.arithmeticVersion, programHash: programHash,
            weightsRoot: weightsRoot)
    }
}
