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
        var chain_id: String
        var height: FlexibleInteger
        var time: String
        var last_block_id: ID
        var last_commit_hash, data_hash, validators_hash, next_validators_hash: String
        var consensus_hash, app_hash, last_results_hash, evidence_hash, proposer_address: String
    }
    struct Signature: Decodable {
        var block_id_flag: Int32
        var validator_address, timestamp, signature: String
    }
    struct CommitFields: Decodable {
        var height: FlexibleInteger
        var round: Int32
        var block_id: ID
        var signatures: [Signature]
        var message: Commit {
            Commit(
                height: height.value, round: round, blockID: block_id.message,
                signatures: signatures.map {
                    CommitSignature(
                        validatorAddress: bytes($0.validator_address),
                        timestamp: Timestamp(text: $0.timestamp) ?? Timestamp(),
                        signature: Bytes(base64: $0.signature) ?? [])
                })
        }
    }
    struct Key: Decodable { var type, value: String }
    struct ValidatorFields: Decodable {
        var address: String
        var pub_key: Key
        var voting_power: FlexibleInteger
    }

    var height: Int64
    var header: HeaderFields
    var block_id: ID
    var header_field_hex: [String]
    var last_commit: CommitFields
    var txs_base64: [String]
    var block_bytes: Int
    var block_sha256: String
    var commit: CommitFields
    var validators: [ValidatorFields]
    var vote_sign_bytes_hex: String

    var headerMessage: Header {
        var message = Header()
        message.version.block = UInt64(header.version.block.value)
        message.version.application = UInt64(header.version.app.value)
        message.chainID = header.chain_id
        message.height = header.height.value
        message.time = Timestamp(text: header.time) ?? Timestamp()
        message.lastBlockID = header.last_block_id.message
        message.lastCommitHash = bytes(header.last_commit_hash)
        message.dataHash = bytes(header.data_hash)
        message.validatorsHash = bytes(header.validators_hash)
        message.nextValidatorsHash = bytes(header.next_validators_hash)
        message.consensusHash = bytes(header.consensus_hash)
        message.appHash = bytes(header.app_hash)
        message.lastResultsHash = bytes(header.last_results_hash)
        message.evidenceHash = bytes(header.evidence_hash)
        message.proposerAddress = bytes(header.proposer_address)
        return message
    }

    var transactions: [Bytes] { txs_base64.map { Bytes(base64: $0) ?? [] } }

    var block: Block {
        Block(
            header: headerMessage, transactions: transactions, lastCommit: last_commit.message)
    }

    var validatorSet: ValidatorSet {
        ValidatorSet(
            validators.map {
                var validator = Validator()
                validator.address = bytes($0.address)
                validator.publicKey.ed25519 = Bytes(base64: $0.pub_key.value)
                validator.votingPower = $0.voting_power.value
                return validator
            })
    }

    static func load() throws -> [BlockVector] {
        struct File: Decodable { var vectors: [BlockVector] }
        return try Vectors.decode(File.self, from: "cometbft-headers.json").vectors
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

func bytes(_ hex: String) -> Bytes { Bytes(hex: hex) ?? [0xBA, 0xD0] }
