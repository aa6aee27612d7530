// ICS-23: proofs of the Go libraries, every proof of our own trees, and refusal of everything else.

import Base
import Cryptography
import Merkle
import TestSupport
import Testing
import Wire

/// A proof made by the Go libraries.
struct ProofVector: Decodable, CustomTestStringConvertible, Sendable {
    var spec: String
    var name: String
    var root: String
    var key: String
    var value: String
    var proof: String

    static func all() -> [ProofVector] {
        struct File: Decodable { var vectors: [ProofVector] }
        return (try? Vectors.decode(File.self, from: "ics23.json").vectors) ?? []
    }

    /// Whether the proof, decoded from `encoded`, shows what this vector says.
    func accepts(_ encoded: Bytes) -> Bool { (try? verify(encoded)) != nil }

    var proofSpec: ProofSpec { spec == "iavl" ? .iavl : .tendermint }
    var testDescription: String { "\(spec)/\(name)" }

    func verify(_ encoded: Bytes) throws {
        let proof = try CommitmentProof(decoding: encoded, rules: .canonical)
        if value.isEmpty {
            try ICS23.verifyNonMembership(
                root: hex(root), spec: proofSpec, proof: proof, key: hex(key))
        } else {
            try ICS23.verifyMembership(
                root: hex(root), spec: proofSpec, proof: proof, key: hex(key), value: hex(value))
        }
    }
}

@Suite struct ICS23VectorTests {
    @Test func hasTwelveVectors() { #expect(ProofVector.all().count == 12) }

    @Test(arguments: ProofVector.all())
    func acceptsProofsOfTheGoLibraries(vector: ProofVector) throws {
        try vector.verify(hex(vector.proof))
        let proof = try CommitmentProof(decoding: hex(vector.proof))
        #expect(proof.encoded() == hex(vector.proof))
    }

    @Test(arguments: ProofVector.all())
    func rejectsEveryFlippedByteAndTruncation(vector: ProofVector) {
        let encoded = hex(vector.proof)
        #expect(vector.accepts(encoded))
        #expect(flips(of: encoded).filter(vector.accepts) == [])
        let truncated = (0..<encoded.count).map { Bytes(encoded.prefix($0)) }
        #expect(truncated.filter(vector.accepts) == [])
        #expect(!vector.accepts(encoded + [0]))
    }

    @Test(arguments: ProofVector.all())
    func rejectsAnotherRootSpecKeyAndKind(vector: ProofVector) {
        for flipped in flips(of: hex(vector.root)) {
            var other = vector
            other.root = flipped.hex
            #expect(throws: ProofError.self) { try other.verify(hex(vector.proof)) }
        }
        var other = vector
        other.spec = vector.spec == "iavl" ? "tendermint" : "iavl"
        #expect(throws: ProofError.self) { try other.verify(hex(vector.proof)) }
        other = vector
        other.key += "00"
        #expect(throws: ProofError.self) { try other.verify(hex(vector.proof)) }
        other = vector
        other.value = vector.value.isEmpty ? "00" : ""
        #expect(throws: ProofError.wrongKind) { try other.verify(hex(vector.proof)) }
    }

    @Test func mutatedProofsNeverTrapAndNeverPass() {
        let vectors = ProofVector.all()
        let corpus = vectors.map { hex($0.proof) }
        var mutator = Mutator(seed: 23)
        for vector in vectors {
            for _ in 0..<2000 {
                let mutated = mutator.mutate(hex(vector.proof), corpus: corpus)
                // The mutator may undo its own change.
                guard vector.accepts(mutated) else { continue }
                #expect(mutated == hex(vector.proof))
            }
        }
    }
}

@Suite struct ICS23TreeTests {
    /// Trees of every size up to 40, over three versions, with gaps between the keys.
    private static func trees() throws -> [IAVLTree] {
        try (1...40).map { size in
            var stored = try StoredTree()
            for index in 0..<size {
                try stored.tree.set([UInt8(2 * index + 1)], ascii("value \(index)"))
                if index == size / 3 || index == size / 2 { _ = try stored.save() }
            }
            _ = try stored.save()
            return stored.tree
        }
    }

    @Test func everyKeyOfEveryTreeIsProven() throws {
        for tree in try Self.trees() {
            let root = tree.rootHash.bytes
            for key in 0...UInt8(2 * tree.count + 1) {
                let proof = try tree.proof(of: [key])
                if let value = try tree.value(at: [key]) {
                    try ICS23.verifyMembership(
                        root: root, spec: .iavl, proof: proof, key: [key], value: value)
                    #expect(try tree.existenceProof(of: [key]) == proof.existence)
                    #expect(try tree.nonExistenceProof(of: [key]) == nil)
                    #expect(throws: ProofError.wrongValue) {
                        try ICS23.verifyMembership(
                            root: root, spec: .iavl, proof: proof, key: [key], value: value + [0])
                    }
                } else {
                    try ICS23.verifyNonMembership(
                        root: root, spec: .iavl, proof: proof, key: [key])
                    #expect(try tree.nonExistenceProof(of: [key]) == proof.nonExistence)
                    #expect(try tree.existenceProof(of: [key]) == nil)
                }
            }
        }
    }

    /// Any two leaves of a tree, offered as neighbours around a key between them, must be refused
    /// unless they really are neighbours.
    @Test func onlyTrueNeighboursProveAbsence() throws {
        for tree in try Self.trees() where tree.count <= 20 {
            let size = Int(tree.count)
            let proofs = try (0..<size).map { try tree.existenceProof(of: [UInt8(2 * $0 + 1)]) }
            for left in -1..<size {
                for right in 0...size where left < right && (left >= 0 || right < size) {
                    let key: Bytes = [UInt8(2 * (left + 1))]
                    let absence = NonExistenceProof(
                        key: key, left: left < 0 ? nil : proofs[left],
                        right: right == size ? nil : proofs[right])
                    let verify = {
                        try ICS23.verifyNonMembership(
                            root: tree.rootHash.bytes, spec: .iavl, proof: CommitmentProof(absence),
                            key: key)
                    }
                    if right == left + 1 {
                        try verify()
                    } else {
                        #expect(throws: ProofError.self) { try verify() }
                    }
                }
            }
        }
    }

    @Test func everyProofOfATreeRejectsEveryFlip() throws {
        let tree = try #require(try Self.trees().dropFirst(12).first)
        for key in 0...UInt8(2 * tree.count) {
            let encoded = try tree.proof(of: [key]).encoded()
            let value = try tree.value(at: [key])
            let root = tree.rootHash.bytes
            let accepted = flips(of: encoded).filter { flipped in
                guard let proof = try? CommitmentProof(decoding: flipped, rules: .canonical)
                else { return false }
                let verified: Void?
                if let value {
                    verified = try? ICS23.verifyMembership(
                        root: root, spec: .iavl, proof: proof, key: [key], value: value)
                } else {
                    verified = try? ICS23.verifyNonMembership(
                        root: root, spec: .iavl, proof: proof, key: [key])
                }
                return verified != nil
            }
            #expect(accepted == [])
        }
    }
}

@Suite struct ICS23RejectionTests {
    private let tree: IAVLTree
    private let proof: ExistenceProof
    private let key: Bytes = [5]

    init() throws {
        var stored = try StoredTree()
        for key in 1...9 as ClosedRange<UInt8> { try stored.tree.set([2 * key + 1], [key]) }
        _ = try stored.save()
        tree = stored.tree
        proof = try #require(try tree.existenceProof(of: [5]))
    }

    private func expect(
        _ reason: ProofError, spec: ProofSpec = .iavl, root: Bytes? = nil, key: Bytes? = nil,
        value: Bytes? = nil, _ change: (inout ExistenceProof) -> Void = { _ in }
    ) {
        var changed = proof
        change(&changed)
        #expect(throws: reason) {
            try ICS23.verifyMembership(
                root: root ?? tree.rootHash.bytes, spec: spec, proof: CommitmentProof(changed),
                key: key ?? self.key, value: value ?? proof.value)
        }
    }

    @Test func eachCheckHasItsReason() {
        expect(.wrongKey(expected: [6], actual: [5]), key: [6])
        expect(.wrongValue, value: [])
        expect(.wrongRoot(expected: [], actual: tree.rootHash.bytes), root: [])
        expect(.emptyKey, key: []) { $0.key = [] }
        expect(.emptyValue, value: []) { $0.value = [] }
        expect(.wrongLeafOperation) { $0.leaf = nil }
        expect(.wrongLeafOperation) { $0.leaf?.hash = .sha512 }
        expect(.wrongLeafOperation) { $0.leaf?.prehashKey = .sha256 }
        expect(.wrongLeafOperation) { $0.leaf?.prehashValue = .noHash }
        expect(.wrongLeafOperation) { $0.leaf?.length = .noPrefix }
        expect(.wrongLeafOperation) { $0.leaf?.prefix = [] }
        expect(.wrongLeafOperation) { $0.leaf?.prefix = [2, 2, 2] }
        expect(.wrongLeafOperation) { $0.leaf?.prefix = [0] }
        expect(.wrongLeafOperation) { $0.leaf?.prefix = [0, 4, 2] }
        expect(.wrongLeafOperation) { $0.leaf?.prefix = [0, 2, 1] }
        expect(.wrongLeafOperation) { $0.leaf?.prefix += [0] }
        expect(.wrongLeafOperation, spec: .tendermint)
        expect(.wrongInnerOperation(layer: 1)) { $0.path[0].hash = .noHash }
        expect(.wrongInnerOperation(layer: 2)) { $0.path[1].prefix = [] }
        expect(.wrongInnerOperation(layer: 2)) { $0.path[1].prefix[0] = 0 }
        expect(.wrongInnerOperation(layer: 2)) { $0.path[1].prefix[0] = 2 }
        expect(.wrongInnerOperation(layer: 2)) { $0.path[1].suffix += [0] }
        expect(.wrongInnerOperation(layer: 1)) { $0.path[0].prefix += [0] }
        expect(.wrongDepth(minimum: 0, maximum: 128, actual: 100_000)) {
            $0.path = [InnerOp](repeating: $0.path[0], count: 100_000)
        }
    }

    @Test func refusesOtherKindsOfProof() {
        func verify(_ proof: CommitmentProof) throws {
            try ICS23.verifyMembership(
                root: tree.rootHash.bytes, spec: .iavl, proof: proof, key: key, value: [2])
        }
        var batch = CommitmentProof()
        batch.batch = []
        #expect(throws: ProofError.batchNotSupported) { try verify(batch) }
        var compressed = CommitmentProof()
        compressed.compressed = [1]
        #expect(throws: ProofError.batchNotSupported) { try verify(compressed) }
        #expect(throws: ProofError.empty) { try verify(CommitmentProof()) }
        var both = CommitmentProof(proof)
        both.nonExistence = NonExistenceProof(key: key, left: proof, right: nil)
        #expect(throws: ProofError.wrongKind) { try verify(both) }
    }

    @Test func absenceHasItsReasons() throws {
        func expect(_ reason: ProofError, _ key: Bytes, _ left: UInt8?, _ right: UInt8?) throws {
            let absence = NonExistenceProof(
                key: key, left: try left.flatMap { try tree.existenceProof(of: [$0]) },
                right: try right.flatMap { try tree.existenceProof(of: [$0]) })
            #expect(throws: reason) {
                try ICS23.verifyNonMembership(
                    root: tree.rootHash.bytes, spec: .iavl, proof: CommitmentProof(absence),
                    key: key)
            }
        }
        try expect(.noNeighbours, [6], nil, nil)
        try expect(.neighbourOutOfOrder, [6], 7, 9)
        try expect(.neighbourOutOfOrder, [6], 3, 5)
        try expect(.neighbourOutOfOrder, [5], 5, 7)
        try expect(.neighbourOutOfOrder, [5], 3, 5)
        try expect(.neighboursNotAdjacent, [6], 3, 7)
        try expect(.neighboursNotAdjacent, [6], 5, 9)
        try expect(.neighbourNotOutermost, [6], 5, nil)
        try expect(.neighbourNotOutermost, [6], nil, 7)
        try expect(.emptyKey, [], nil, 3)
        let other = NonExistenceProof(key: [6], left: proof, right: nil)
        #expect(throws: ProofError.wrongKey(expected: [8], actual: [6])) {
            try ICS23.verifyNonMembership(
                root: tree.rootHash.bytes, spec: .iavl, proof: CommitmentProof(other), key: [8])
        }
    }

    @Test func emptyTreeHasNoProofOfAbsence() throws {
        let empty = try StoredTree().tree
        let proof = try empty.proof(of: [1])
        #expect(throws: ProofError.noNeighbours) {
            try ICS23.verifyNonMembership(
                root: empty.rootHash.bytes, spec: .iavl, proof: proof, key: [1])
        }
    }

    @Test func refusesSpecsItDoesNotUnderstand() {
        func refuse(_ change: (inout ProofSpec) -> Void) {
            var spec = ProofSpec.iavl
            change(&spec)
            expect(.specNotSupported, spec: spec)
        }
        refuse { $0 = ProofSpec() }
        refuse { $0.leafSpec?.hash = .sha512 }
        refuse { $0.leafSpec?.prefix = [] }
        refuse { $0.innerSpec?.childOrder = [1, 0] }
        refuse { $0.innerSpec?.childOrder = [0, 1, 2] }
        refuse { $0.innerSpec?.hash = .keccak256 }
        refuse { $0.innerSpec?.emptyChild = [0] }
        refuse { $0.innerSpec?.childByteCount = 0 }
        refuse { $0.innerSpec?.childByteCount = -1 }
        refuse { $0.innerSpec?.minimumPrefixByteCount = .min }
        refuse { $0.innerSpec?.maximumPrefixByteCount = 40 }
        refuse { $0.minimumDepth = 500 }
        refuse { $0.prehashKeyBeforeComparison = true }
    }

    @Test func specDepthsLimitThePath() {
        var spec = ProofSpec.iavl
        spec.maximumDepth = 2
        expect(.wrongDepth(minimum: 0, maximum: 2, actual: proof.path.count), spec: spec)
        spec.maximumDepth = 0
        spec.minimumDepth = 10
        expect(.wrongDepth(minimum: 10, maximum: 128, actual: proof.path.count), spec: spec)
    }
}
