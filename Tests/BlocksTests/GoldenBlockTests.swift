import Base
import Blocks
import Cryptography
import TestSupport
import Testing
import Wire

@Suite struct GoldenBlockTests {
    let vectors: [BlockVector]
    init() throws {
        vectors = try BlockVector.load()
        #expect(vectors.count == 6)
    }

    @Test func reproducesEveryHeaderLeafAndHash() {
        for vector in vectors {
            let header = vector.headerMessage
            #expect(header.hashLeaves.map(\.hex) == vector.header_field_hex)
            #expect(header.hash.bytes.upperHex == vector.block_id.hash)
            #expect(throws: Never.self) { try header.check() }
        }
    }

    @Test func reproducesBlockBytesAndPartSet() {
        for vector in vectors {
            let blockBytes = vector.block.encoded()
            #expect(blockBytes.count == vector.block_bytes)
            #expect(SHA256.hash(blockBytes).hex == vector.block_sha256)
            #expect(vector.block.id == vector.block_id.message)
        }
    }

    @Test func reproducesContentHashes() {
        for vector in vectors {
            #expect(throws: Never.self) { try vector.block.checkHashes() }
            #expect(vector.validatorSet.hash.bytes.upperHex == vector.header.validators_hash)
        }
    }

    @Test func reproducesVoteBytesAndAcceptsSignatures() throws {
        for vector in vectors {
            let commit = vector.commit.message
            #expect(
                commit.signBytes(of: commit.signatures[0], chainID: "aivm-1").hex
                    == vector.vote_sign_bytes_hex)
            try LightVerification.verify(
                commit, of: vector.headerMessage, by: vector.validatorSet, chainID: "aivm-1")
        }
    }

    @Test func roundTripsThroughTheWire() throws {
        for vector in vectors {
            #expect(try Block(decoding: vector.block.encoded(), rules: .canonical) == vector.block)
            let signed = SignedHeader(header: vector.headerMessage, commit: vector.commit.message)
            #expect(try SignedHeader(decoding: signed.encoded(), rules: .canonical) == signed)
            let set = vector.validatorSet
            #expect(try ValidatorSet(decoding: set.encoded(), rules: .canonical) == set)
        }
    }

    @Test func chainsBlocks() {
        for (first, second) in zip(vectors, vectors.dropFirst())
        where second.height == first.height + 1 {
            #expect(second.headerMessage.lastBlockID == first.block_id.message)
            #expect(second.last_commit.message == first.commit.message)
            #expect(second.headerMessage.time == first.commit.message.signatures[0].timestamp)
        }
    }

    @Test func reproducesStandaloneHashes() throws {
        struct Results: Decodable {
            var txs_hex, deterministic_results_hex: [String]
            var data_hash, last_results_hash_next_header: String
        }
        struct ValidatorEntry: Decodable {
            var pubkey_b64: String
            var power: Int64
            var address, simple_validator_hex, validators_hash: String
        }
        struct Consensus: Decodable {
            var max_bytes, max_gas: Int64
            var hash: String
        }
        struct File: Decodable {
            var results_and_data: [Results]
            var empty_merkle_root: String
            var validator: ValidatorEntry
            var consensus_hash: Consensus
        }
        let file = try Vectors.decode(File.self, from: "cometbft-hashes.json")
        for entry in file.results_and_data {
            #expect(
                BlockHashes.data(entry.txs_hex.map(bytes)).bytes.upperHex == entry.data_hash)
            #expect(
                BlockHashes.results(entry.deterministic_results_hex.map(bytes)).bytes.upperHex
                    == entry.last_results_hash_next_header)
        }
        #expect(BlockHashes.empty.hex == file.empty_merkle_root)
        let limits = file.consensus_hash
        #expect(
            BlockHashes.consensus(maximumBytes: limits.max_bytes, maximumGas: limits.max_gas)
                .bytes.upperHex == limits.hash)
        let key = try #require(Ed25519.PublicKey(Bytes(base64: file.validator.pubkey_b64) ?? []))
        let validator = Validator(key, votingPower: file.validator.power)
        #expect(validator.address.upperHex == file.validator.address)
        #expect(SimpleValidator(validator).encoded().hex == file.validator.simple_validator_hex)
        #expect(ValidatorSet([validator]).hash.bytes.upperHex == file.validator.validators_hash)
    }

    @Test func hashesAllZeroResults() {
        let known: KeyValuePairs = [
            1: "6E340B9CFFB37A989CA544E6BB780A2C78901D3FB33738768511A30617AFA01D",
            2: "FE43D66AFA4A9A5C4F9C9DA89F4FFB52635C8F342E7FFB731D68E36C5982072A",
            3: "4837665DFE640A370E7496C691987562D02462142C5F34F59E185911A12370EA",
        ]
        for (count, hash) in known {
            let results = [Bytes](repeating: [], count: count)
            #expect(BlockHashes.results(results).bytes.upperHex == hash)
        }
    }

    @Test func writesEmptyBlockIDAsTwoBytes() {
        #expect(BlockID().encoded().hex == "1200")
        #expect(Commit().encoded().hex == "1a021200")
    }
}
