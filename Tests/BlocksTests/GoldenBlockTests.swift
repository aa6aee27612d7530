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
            #expect(header.hashLeaves.map(\.hex) == vector.headerFieldHex)
            #expect(header.hash.bytes.upperHex == vector.blockId.hash)
            #expect(throws: Never.self) { try header.check() }
        }
    }

    @Test func reproducesBlockBytesAndPartSet() {
        for vector in vectors {
            let blockBytes = vector.block.encoded()
            #expect(blockBytes.count == vector.blockBytes)
            #expect(SHA256.hash(blockBytes).hex == vector.blockSha256)
            #expect(vector.block.id == vector.blockId.message)
        }
    }

    @Test func reproducesContentHashes() {
        for vector in vectors {
            #expect(throws: Never.self) { try vector.block.checkHashes() }
            #expect(vector.validatorSet.hash.bytes.upperHex == vector.header.validatorsHash)
        }
    }

    @Test func reproducesVoteBytesAndAcceptsSignatures() throws {
        for vector in vectors {
            let commit = vector.commit.message
            #expect(
                commit.signBytes(of: commit.signatures[0], chainID: "aivm-1").hex
                    == vector.voteSignBytesHex)
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
            #expect(second.headerMessage.lastBlockID == first.blockId.message)
            #expect(second.lastCommit.message == first.commit.message)
            #expect(second.headerMessage.time == first.commit.message.signatures[0].timestamp)
        }
    }

    @Test func reproducesStandaloneHashes() throws {
        struct Results: Decodable {
            var txsHex, deterministicResultsHex: [String]
            var dataHash, lastResultsHashNextHeader: String
        }
        struct ValidatorEntry: Decodable {
            var pubkeyB64: String
            var power: Int64
            var address, simpleValidatorHex, validatorsHash: String
        }
        struct Consensus: Decodable {
            var maxBytes, maxGas: Int64
            var hash: String
        }
        struct File: Decodable {
            var resultsAndData: [Results]
            var emptyMerkleRoot: String
            var validator: ValidatorEntry
            var consensusHash: Consensus
        }
        let file = try decodeVector(File.self, "cometbft-hashes.json")
        for entry in file.resultsAndData {
            #expect(
                BlockHashes.data(entry.txsHex.map(bytes)).bytes.upperHex == entry.dataHash)
            #expect(
                BlockHashes.results(entry.deterministicResultsHex.map(bytes)).bytes.upperHex
                    == entry.lastResultsHashNextHeader)
        }
        #expect(BlockHashes.empty.hex == file.emptyMerkleRoot)
        let limits = file.consensusHash
        #expect(
            BlockHashes.consensus(maximumBytes: limits.maxBytes, maximumGas: limits.maxGas)
                .bytes.upperHex == limits.hash)
        let key = try #require(Ed25519.PublicKey(Bytes(base64: file.validator.pubkeyB64) ?? []))
        let validator = Validator(key, votingPower: file.validator.power)
        #expect(validator.address.upperHex == file.validator.address)
        #expect(SimpleValidator(validator).encoded().hex == file.validator.simpleValidatorHex)
        #expect(ValidatorSet([validator]).hash.bytes.upperHex == file.validator.validatorsHash)
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
