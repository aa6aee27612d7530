// The simple Merkle tree: hashes from live CometBFT chains, a literal reading of RFC 6962 as
// oracle, and rejection of damaged proofs.

import Base
import Cryptography
import Merkle
import Testing
import Wire

func hex(_ text: String) -> Bytes { Bytes(hex: text) ?? [] }
func ascii(_ text: String) -> Bytes { Bytes(text.utf8) }

/// `bytes` with one bit flipped, for every byte; which bit varies with the offset.
func flips(of bytes: Bytes) -> [Bytes] {
    bytes.indices.map { index in
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(index % 8)
        return flipped
    }
}

@Suite struct MerkleTreeTests {
    /// Recomputed by an independent script and equal to headers of live CometBFT 0.38.25 chains.
    @Test func agreesWithHeadersOfLiveChains() {
        let results = [
            "120164280a3003", "080b280a3003", "120164280a3003", "120164280a3003", "080b280a3003",
            "120164280a3003", "120164280a3003",
        ].map(hex)
        #expect(
            MerkleTree.root(of: results).bytes.upperHex
                == "4E5CCA95228C5DC33792BB5A0EAE4439E5F93A7D41C8C7163FC57DB3CDB30565")
        let transactions = ["k0=1", "fail1=1", "k2=1", "k3=1", "fail4=1", "k5=1", "k6=1"]
        #expect(
            MerkleTree.root(of: transactions.map { SHA256.hash(ascii($0)).bytes }).bytes.upperHex
                == "8BAAE5D6643AC8753A60376CF73EE73774289D63395148D5C8CA1F026EF5246A")
        let validator = hex(
            "0a220a20ce0494aebc4f0cebef5ead4a7012794f3b0e374207d32fe6cecbcaf37e3572ab100a")
        #expect(
            MerkleTree.root(of: [validator]).bytes.upperHex
                == "F15462DC91F7597687A0FB675300359D5F98105E1138578324C819823785ADD4")
    }

    /// The consensus parameters' hash is a bare SHA-256, no tree: max_bytes 22020096, max_gas -1.
    @Test func consensusHashIsNoTree() {
        var parameters = hex("08")
        parameters.appendVarint(22_020_096)
        parameters.append(0x10)
        parameters.appendVarint(UInt64(bitPattern: -1))
        #expect(
            SHA256.hash(parameters).bytes.upperHex
                == "048091BC7DDC283F77BFBF91D73C44DA58C3DF8A9CBC867405D8B7F3DAADA22F")
    }

    @Test(arguments: [
        (0, "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"),
        (1, "6E340B9CFFB37A989CA544E6BB780A2C78901D3FB33738768511A30617AFA01D"),
        (2, "FE43D66AFA4A9A5C4F9C9DA89F4FFB52635C8F342E7FFB731D68E36C5982072A"),
        (3, "4837665DFE640A370E7496C691987562D02462142C5F34F59E185911A12370EA"),
    ])
    func emptyLeavesHaveTheRootsOfCometBFT(count: Int, root: String) {
        let leaves = [Bytes](repeating: [], count: count)
        #expect(MerkleTree.root(of: leaves).bytes.upperHex == root)
    }

    @Test func agreesWithTheRecursiveDefinition() {
        for count in 0...70 {
            let leaves = (0..<count).map { ascii("leaf \($0)") }
            #expect(MerkleTree.root(of: leaves) == rfc6962(leaves[...]))
            #expect(
                MerkleTree.root(ofLeafHashes: leaves.map(MerkleTree.leafHash))
                    == rfc6962(leaves[...]))
        }
    }

    @Test func everyProofIsValidForItsLeafOnly() throws {
        for count in 1...33 {
            let leaves = (0..<count).map { ascii("leaf \($0)") }
            let root = MerkleTree.root(of: leaves)
            for index in 0..<count {
                let proof = MerkleTree.proof(of: index, in: leaves)
                #expect(proof.isValid(leaf: leaves[index], root: root))
                #expect(!proof.isValid(leaf: ascii("leaf"), root: root))
                #expect(!proof.isValid(leaf: leaves[index], root: .zero))
                let decoded = try MerkleProof(decoding: proof.encoded(), rules: .canonical)
                #expect(decoded == proof)
            }
        }
    }

    @Test func rejectsDamagedProofs() {
        let leaves = (0..<11).map { ascii("leaf \($0)") }
        let root = MerkleTree.root(of: leaves)
        for index in leaves.indices {
            let proof = MerkleTree.proof(of: index, in: leaves)
            func expectInvalid(_ change: (inout MerkleProof) -> Void) {
                var changed = proof
                change(&changed)
                #expect(!changed.isValid(leaf: leaves[index], root: root))
            }
            for other in [-1, Int64(leaves.count), .min, .max] {
                expectInvalid { $0.index = other }
            }
            for other in [0, -1, 1, .min] as [Int64] { expectInvalid { $0.total = other } }
            expectInvalid { $0.total = .max }
            expectInvalid { $0.aunts.append(root.bytes) }
            expectInvalid { $0.aunts.removeLast() }
            expectInvalid { $0.aunts = [Bytes](repeating: root.bytes, count: 100_000) }
            expectInvalid { $0.leafHash = [] }
            for (place, aunt) in proof.aunts.enumerated() {
                for flipped in flips(of: aunt) { expectInvalid { $0.aunts[place] = flipped } }
                expectInvalid { $0.aunts[place].removeLast() }
            }
        }
    }

    /// RFC 6962, section 2.1, word for word.
    private func rfc6962(_ leaves: ArraySlice<Bytes>) -> Hash256 {
        switch leaves.count {
        case 0: return SHA256.hash([])
        case 1: return SHA256.hash([0] + leaves[leaves.startIndex])
        default:
            var split = 1
            while split * 2 < leaves.count { split *= 2 }
            let left = rfc6962(leaves.prefix(split))
            let right = rfc6962(leaves.dropFirst(split))
            return SHA256.hash([1] + left.bytes + right.bytes)
        }
    }
}
