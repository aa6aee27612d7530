// The golden blocks of `Tests/Vectors/cometbft-headers.json` as this package's messages.

import Base
import Blocks
import Foundation
import TestSupport
import Wire

/// One block of a real engine, with the byte strings in between.
struct BlockVector: Decodable {
    struct Version: Decodable { var block, app: FlexibleInteger }
    struct Parts: Decodable {
        var total: UInt32
        var hash: String
    }
    struct ID: Decodable {
        var hash: String
        var parts: Parts
        var message: BlockID {
            var parts = PartSetHeader()
            parts.total = self.parts.total
            parts.hash = bytes(self.parts.hash)
            return BlockID(hash: bytes(hash), partSetHeader: parts)
        }
    }
    struct HeaderFields: Decodable {
        var version: Version
        var chainId: String
        var height: FlexibleInteger
        var time: String
        var lastBlockId: ID
        var lastCommitHash, dataHash, validatorsHash, nextValidatorsHash: String
        var consensusHash, appHash, lastResultsHash, evidenceHash, proposerAddress: String
    }
    struct Signature: Decodable {
        var blockIdFlag: Int32
        var validatorAddress, timestamp, signature: String
    }
    struct CommitFields: Decodable {
        var height: FlexibleInteger
        var round: Int32
        var blockId: ID
        var signatures: [Signature]
        var message: Commit {
            Commit(
                height: height.value, round: round, blockID: blockId.message,
                signatures: signatures.map {
                    CommitSignature(
                        validatorAddress: bytes($0.validatorAddress),
                        timestamp: Timestamp(text: $0.timestamp) ?? Timestamp(),
                        signature: Bytes(base64: $0.signature) ?? [])
                })
        }
    }
    struct Key: Decodable { var type, value: String }
    struct ValidatorFields: Decodable {
        var address: String
        var pubKey: Key
        var votingPower: FlexibleInteger
    }

    var height: Int64
    var header: HeaderFields
    var blockId: ID
    var headerFieldHex: [String]
    var lastCommit: CommitFields
    var txsBase64: [String]
    var blockBytes: Int
    var blockSha256: String
    var commit: CommitFields
    var validators: [ValidatorFields]
    var voteSignBytesHex: String

    var headerMessage: Header {
        var message = Header()
        message.version.block = UInt64(header.version.block.value)
        message.version.application = UInt64(header.version.app.value)
        message.chainID = header.chainId
        message.height = header.height.value
        message.time = Timestamp(text: header.time) ?? Timestamp()
        message.lastBlockID = header.lastBlockId.message
        message.lastCommitHash = bytes(header.lastCommitHash)
        message.dataHash = bytes(header.dataHash)
        message.validatorsHash = bytes(header.validatorsHash)
        message.nextValidatorsHash = bytes(header.nextValidatorsHash)
        message.consensusHash = bytes(header.consensusHash)
        message.appHash = bytes(header.appHash)
        message.lastResultsHash = bytes(header.lastResultsHash)
        message.evidenceHash = bytes(header.evidenceHash)
        message.proposerAddress = bytes(header.proposerAddress)
        return message
    }

    var transactions: [Bytes] { txsBase64.map { Bytes(base64: $0) ?? [] } }

    var block: Block {
        Block(
            header: headerMessage, transactions: transactions, lastCommit: lastCommit.message)
    }

    var validatorSet: ValidatorSet {
        ValidatorSet(
            validators.map {
                var validator = Validator()
                validator.address = bytes($0.address)
                validator.publicKey.ed25519 = Bytes(base64: $0.pubKey.value)
                validator.votingPower = $0.votingPower.value
                return validator
            })
    }

    static func load() throws -> [BlockVector] {
        struct File: Decodable { var vectors: [BlockVector] }
        return try decodeVector(File.self, "cometbft-headers.json").vectors
    }
}

/// A JSON number, or a number in a string.
struct FlexibleInteger: Decodable {
    var value: Int64
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self), let number = Int64(text) {
            value = number
        } else {
            value = try container.decode(Int64.self)
        }
    }
}

/// A committed JSON file, its names in camel case.
func decodeVector<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(try Vectors.bytes(name)))
}

func bytes(_ hex: String) -> Bytes { Bytes(hex: hex) ?? [0xBA, 0xD0] }
