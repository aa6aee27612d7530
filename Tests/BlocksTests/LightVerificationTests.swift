import Base
import Blocks
import Cryptography
import TestSupport
import Testing
import Wire

/// Four validators of powers 40, 30, 20, 10 that all sign one header.
struct SignedFixture {
    var keys: [Ed25519.PrivateKey] = []
    var set: ValidatorSet
    var header = Header()
    var commit = Commit()
    static let chainID = "aivm-light-1"

    init(powers: [Int64] = [40, 30, 20, 10]) throws {
        var generator = SeededGenerator(seed: 7)
        var members: [(key: Ed25519.PrivateKey, validator: Validator)] = []
        for power in powers {
            let key = try #require(Ed25519.PrivateKey(seed: generator.bytes(count: 32)))
            members.append((key, Validator(key.publicKey, votingPower: power)))
        }
        set = ValidatorSet(members.map(\.validator))
        let found = set.validators.compactMap { validator in
            members.first { $0.validator == validator }?.key
        }
        keys = found
        header.version = ConsensusVersion(application: 1)
        header.chainID = SignedFixture.chainID
        header.height = 9
        header.time = Timestamp(seconds: 1_800_000_000, nanoseconds: 5)
        header.lastBlockID = BlockID(
            hash: Bytes(repeating: 1, count: 32),
            partSetHeader: PartSetHeader(cutting: [1, 2, 3]))
        header.lastCommitHash = BlockHashes.empty.bytes
        header.dataHash = BlockHashes.empty.bytes
        header.nextValidatorsHash = set.hash.bytes
        header.consensusHash = BlockHashes.empty.bytes
        header.appHash = Bytes(repeating: 2, count: 32)
        header.lastResultsHash = BlockHashes.empty.bytes
        header.evidenceHash = BlockHashes.empty.bytes
        header.proposerAddress = set.validators[0].address
        seal()
    }

    /// Points the header at the set and signs it anew, in the order of the set.
    mutating func seal() {
        header.validatorsHash = set.hash.bytes
        commit = Commit(
            height: header.height, round: 0,
            blockID: BlockID(
                hash: header.hash.bytes, partSetHeader: PartSetHeader(cutting: [4, 5])),
            signatures: [])
        for index in keys.indices { commit.signatures.append(sign(index, flag: .commit)) }
    }

    func sign(_ index: Int, flag: BlockIDFlag) -> CommitSignature {
        var entry = CommitSignature(
            validatorAddress: set.validators[index].address,
            timestamp: Timestamp(seconds: 1_800_000_001, nanoseconds: Int32(index)), signature: [])
        entry.flag = flag
        entry.signature = keys[index].signature(
            for: commit.signBytes(of: entry, chainID: SignedFixture.chainID))
        return entry
    }

    /// Marks validator `index` as absent.
    mutating func remove(_ index: Int) {
        var entry = CommitSignature()
        entry.flag = .absent
        entry.timestamp = Timestamp(seconds: -62_135_596_800)
        commit.signatures[index] = entry
    }

    func verify() throws(BlockError) {
        try LightVerification.verify(
            commit, of: header, by: set, chainID: SignedFixture.chainID)
    }
}

@Suite struct LightVerificationTests {
    @Test func acceptsFullAndPartialCommits() throws {
        var fixture = try SignedFixture()
        try fixture.verify()
        fixture.remove(3)
        try fixture.verify()
        fixture.commit.signatures[2] = fixture.sign(2, flag: .none)
        // 70 of 100 is more than two thirds.
        try fixture.verify()
    }

    @Test func rejectsExactlyTwoThirds() throws {
        var fixture = try SignedFixture(powers: [2, 1])
        fixture.remove(1)
        #expect(throws: BlockError.insufficientPower(signed: 2, total: 3)) {
            try fixture.verify()
        }
        fixture = try SignedFixture(powers: [3, 1])
        fixture.remove(1)
        try fixture.verify()
    }

    @Test func countsOnlyVotesForTheBlock() throws {
        var fixture = try SignedFixture()
        fixture.commit.signatures[0] = fixture.sign(0, flag: .none)
        #expect(throws: BlockError.insufficientPower(signed: 60, total: 100)) {
            try fixture.verify()
        }
    }

    @Test func rejectsDoubleCountingOneValidator() throws {
        var fixture = try SignedFixture()
        fixture.commit.signatures[1] = fixture.commit.signatures[0]
        #expect(throws: BlockError.wrongAddress(index: 1)) { try fixture.verify() }

        fixture = try SignedFixture(powers: [40, 30])
        fixture.set.validators[1] = fixture.set.validators[0]
        fixture.keys[1] = fixture.keys[0]
        fixture.seal()
        #expect(throws: BlockError.invalidValidators(.order(index: 1))) { try fixture.verify() }

        fixture.set.validators[1].votingPower = 1
        fixture.seal()
        #expect(throws: BlockError.invalidValidators(.duplicate)) { try fixture.verify() }
    }

    @Test func rejectsInvalidValidatorSets() throws {
        func expect(
            _ fault: BlockError.ValidatorFault, _ change: (inout ValidatorSet) throws -> Void
        ) throws {
            var fixture = try SignedFixture()
            try change(&fixture.set)
            fixture.header.validatorsHash = fixture.set.hash.bytes
            #expect(throws: BlockError.invalidValidators(fault)) { try fixture.verify() }
        }
        try expect(.empty) { $0.validators = [] }
        try expect(.order(index: 1)) { $0.validators.swapAt(0, 1) }
        try expect(.power(index: 3)) { $0.validators[3].votingPower = 0 }
        try expect(.power(index: 3)) { $0.validators[3].votingPower = -1 }
        try expect(.power(index: 0)) { $0.validators[0].votingPower = .max }
        try expect(.power(index: 1)) {
            $0.validators[0].votingPower = .max / 8
            $0.validators[1].votingPower = .max / 8
        }
        try expect(.key(index: 0)) { $0.validators[0].address = [] }
        try expect(.key(index: 0)) { $0.validators[0].publicKey.ed25519 = nil }
        try expect(.key(index: 0)) { $0.validators[0].publicKey.ed25519 = [1, 2] }
        try expect(.key(index: 0)) { $0.validators[0].publicKey.secp256k1 = [1] }
        try expect(.total(declared: 99, actual: 100)) { $0.totalVotingPower = 99 }
        try expect(.tooMany(count: 10_001)) {
            $0.validators = Array(repeating: $0.validators[0], count: 10_001)
        }
    }

    @Test func rejectsMalformedEntries() throws {
        func expect(_ error: BlockError, _ change: (inout Commit) throws -> Void) throws {
            var fixture = try SignedFixture()
            try change(&fixture.commit)
            #expect(throws: error) { try fixture.verify() }
        }
        let malformed = BlockError.invalidCommit(field: "signatures[0]")
        try expect(malformed) { $0.signatures[0].flag = .unknown }
        try expect(malformed) { $0.signatures[0].flag = .absent }
        try expect(malformed) { $0.signatures[0].signature.removeLast() }
        try expect(malformed) { $0.signatures[0].validatorAddress = [] }
        try expect(malformed) { $0.signatures[0].timestamp.nanoseconds = -1 }
        try expect(.invalidSignature(index: 0)) { $0.signatures[0].flag = .none }
        try expect(.invalidCommit(field: "round")) { $0.round = -1 }
        try expect(.invalidSignature(index: 0)) { $0.round = 1 }
        try expect(.invalidCommit(field: "block_id")) { $0.blockID.partSetHeader.total = 0 }
        try expect(.invalidCommit(field: "block_id")) { $0.blockID.hash = [] }
        try expect(.wrongHeight(header: 9, commit: 10)) { $0.height = 10 }
        try expect(.wrongSignatureCount(validators: 4, signatures: 3)) {
            $0.signatures.removeLast()
        }
    }

    @Test func rejectsAbsentEntryWithATime() throws {
        var fixture = try SignedFixture()
        fixture.remove(3)
        fixture.commit.signatures[3].timestamp = Timestamp()
        #expect(throws: BlockError.invalidCommit(field: "signatures[3]")) { try fixture.verify() }
    }

    @Test func rejectsAnotherChain() throws {
        let fixture = try SignedFixture()
        #expect(throws: BlockError.wrongChain(expected: "aivm-2", actual: "aivm-light-1")) {
            try LightVerification.verify(
                fixture.commit, of: fixture.header, by: fixture.set, chainID: "aivm-2")
        }
    }

    @Test func rejectsEveryMutatedHeaderField() throws {
        let mutations: [(String, @Sendable (inout Header) -> Void)] = [
            ("version.block", { $0.version.block += 1 }),
            ("version.app", { $0.version.application += 1 }),
            ("chain_id", { $0.chainID += "x" }),
            ("height", { $0.height += 1 }),
            ("time seconds", { $0.time.seconds += 1 }),
            ("time nanoseconds", { $0.time.nanoseconds ^= 1 }),
            ("last_block_id", { $0.lastBlockID = BlockID(hash: [1], partSetHeader: .init()) }),
            ("last_commit_hash", { $0.lastCommitHash[0] ^= 1 }),
            ("data_hash", { $0.dataHash[31] ^= 1 }),
            ("validators_hash", { $0.validatorsHash[5] ^= 1 }),
            ("next_validators_hash", { $0.nextValidatorsHash[5] ^= 1 }),
            ("consensus_hash", { $0.consensusHash[5] ^= 1 }),
            ("app_hash", { $0.appHash[0] ^= 1 }),
            ("app_hash empty", { $0.appHash = [] }),
            ("last_results_hash", { $0.lastResultsHash[0] ^= 1 }),
            ("evidence_hash", { $0.evidenceHash[0] ^= 1 }),
            ("proposer_address", { $0.proposerAddress[19] ^= 1 }),
            ("short hash", { $0.dataHash.removeLast() }),
            ("long address", { $0.proposerAddress.append(0) }),
            ("negative height", { $0.height = -1 }),
            ("long chain id", { $0.chainID = String(repeating: "a", count: 51) }),
        ]
        for vector in try BlockVector.load() {
            for (name, mutate) in mutations {
                var header = vector.headerMessage
                mutate(&header)
                #expect(throws: BlockError.self, "\(name) of block \(vector.height)") {
                    try LightVerification.verify(
                        vector.commit.message, of: header, by: vector.validatorSet,
                        chainID: "aivm-1")
                }
            }
        }
    }

    @Test func rejectsEveryFlippedBitOfASignedHeader() throws {
        let vector = try BlockVector.load()[4]
        let signed = SignedHeader(header: vector.headerMessage, commit: vector.commit.message)
        let original = signed.encoded()
        for position in original.indices {
            for bit in 0..<8 {
                var damaged = original
                damaged[position] ^= 1 << UInt8(bit)
                guard let decoded = try? SignedHeader(decoding: damaged, rules: .canonical),
                    let header = decoded.header, let commit = decoded.commit
                else { continue }
                #expect(throws: BlockError.self, "bit \(bit) of byte \(position)") {
                    try LightVerification.verify(
                        commit, of: header, by: vector.validatorSet, chainID: "aivm-1")
                }
            }
        }
    }

    @Test func rejectsEveryFlippedBitOfAValidatorSet() throws {
        let vector = try BlockVector.load()[4]
        let original = vector.validatorSet.encoded()
        for position in original.indices {
            for bit in 0..<8 {
                var damaged = original
                damaged[position] ^= 1 << UInt8(bit)
                guard let set = try? ValidatorSet(decoding: damaged, rules: .canonical) else {
                    continue
                }
                #expect(throws: BlockError.self, "bit \(bit) of byte \(position)") {
                    try LightVerification.verify(
                        vector.commit.message, of: vector.headerMessage, by: set,
                        chainID: "aivm-1")
                }
            }
        }
    }

    @Test func survivesDamagedBytes() throws {
        var mutator = Mutator(seed: 11)
        for vector in try BlockVector.load().prefix(5) {
            let block = vector.block.encoded()
            let signed = SignedHeader(
                header: vector.headerMessage, commit: vector.commit.message
            ).encoded()
            for length in block.indices {
                let decoded = try? Block(decoding: block[..<length], rules: .canonical)
                #expect(decoded != vector.block)
            }
            for _ in 0..<300 {
                _ = try? Block(decoding: mutator.mutate(block)).checkHashes()
                let decoded = try? SignedHeader(decoding: mutator.mutate(signed, corpus: [block]))
                guard let header = decoded?.header, let commit = decoded?.commit else { continue }
                try? LightVerification.verify(
                    commit, of: header, by: vector.validatorSet, chainID: "aivm-1")
            }
        }
    }

    @Test func rejectsBlocksWhoseHeaderDoesNotMatch() throws {
        let vector = try BlockVector.load()[3]
        var block = vector.block
        block.data.transactions[0][0] ^= 1
        #expect(throws: BlockError.self) { try block.checkHashes() }
        block = vector.block
        block.lastCommit.signatures[0].signature[0] ^= 1
        #expect(throws: BlockError.self) { try block.checkHashes() }
        block = vector.block
        block.header.evidenceHash[0] ^= 1
        #expect(throws: BlockError.self) { try block.checkHashes() }
    }
}
