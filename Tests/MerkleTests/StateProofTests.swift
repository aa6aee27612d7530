// The two-step proof from a state key to the app hash.

import Base
import Cryptography
import Merkle
import TestSupport
import Testing
import Wire

@Suite struct StateProofTests {
    private let trees: [IAVLTree]
    private var roots: [(name: String, root: Hash256)] {
        trees.map { (name: $0.name, root: $0.rootHash) }
    }

    init() throws {
        trees = try ["bank", "acc", "ai", "ibc", "gov"].enumerated().map { index, name in
            var stored = try StoredTree(name: name)
            for key in 0..<UInt8(3 * index) { try stored.tree.set([10, key], [key, 1]) }
            _ = try stored.save()
            return stored.tree
        }
    }

    private func operations(_ tree: IAVLTree, _ key: Bytes) throws -> ProofOps {
        StateProof.operations(
            key: key, proof: try tree.proof(of: key),
            storeProof: try #require(MultiStore.storeProof(name: tree.name, in: roots)))
    }

    @Test func provesEveryEntryAndEveryGap() throws {
        let root = MultiStore.appHash(storeRoots: roots).bytes
        for tree in trees where tree.count > 0 {
            for key in [[10, 0], [10, 1], [10, 200], [9], [11]] as [Bytes] {
                try StateProof.verify(
                    ops: try operations(tree, key), root: root, storeName: tree.name, key: key,
                    value: try tree.value(at: key))
            }
        }
    }

    @Test func storeProofsVerifyForEveryNumberOfStores() throws {
        for count in 1...20 {
            let stores = (0..<count).map {
                (name: "store\($0)", root: SHA256.hash(ascii("root \($0)")))
            }
            let root = MultiStore.appHash(storeRoots: stores.reversed())
            for store in stores {
                let proof = try #require(MultiStore.storeProof(name: store.name, in: stores))
                try ICS23.verifyMembership(
                    root: root.bytes, spec: .tendermint, proof: CommitmentProof(proof),
                    key: ascii(store.name), value: store.root.bytes)
            }
            #expect(MultiStore.storeProof(name: "absent", in: stores) == nil)
        }
    }

    @Test func rejectsEveryFlippedByte() throws {
        let root = MultiStore.appHash(storeRoots: roots).bytes
        for key in [[10, 1], [10, 200]] as [Bytes] {
            let value = try trees[4].value(at: key)
            let encoded = try operations(trees[4], key).encoded()
            func accepts(_ bytes: Bytes) -> Bool {
                guard let ops = try? ProofOps(decoding: bytes) else { return false }
                let verified: Void? = try? StateProof.verify(
                    ops: ops, root: root, storeName: "gov", key: key, value: value)
                return verified != nil
            }
            #expect(accepts(encoded))
            #expect(flips(of: encoded).filter(accepts) == [])
            #expect((0..<encoded.count).map { Bytes(encoded.prefix($0)) }.filter(accepts) == [])
        }
    }

    @Test func eachCheckHasItsReason() throws {
        let root = MultiStore.appHash(storeRoots: roots).bytes
        let good = try operations(trees[4], [10, 1])
        func expect(
            _ reason: ProofError, store: String = "gov", key: Bytes = [10, 1],
            value: Bytes? = [1, 1], _ change: (inout [ProofOp]) -> Void = { _ in }
        ) {
            var ops = good.ops
            change(&ops)
            #expect(throws: reason) {
                try StateProof.verify(
                    ops: ProofOps(ops), root: root, storeName: store, key: key, value: value)
            }
        }
        expect(.wrongOperationCount(expected: 2, actual: 0)) { $0 = [] }
        expect(.wrongOperationCount(expected: 2, actual: 3)) { $0.append($0[0]) }
        expect(.wrongOperationType(expected: "ics23:iavl", actual: "ics23:simple")) {
            $0.swapAt(0, 1)
        }
        expect(.wrongKey(expected: ascii("bank"), actual: ascii("gov")), store: "bank")
        expect(.wrongKey(expected: [10, 2], actual: [10, 1]), key: [10, 2])
        expect(.wrongKind, value: nil)
        expect(.wrongValue, value: [9])
        expect(.malformed(.malformed(.truncated(needed: 1, left: 0)))) { $0[0].data = [0x0A] }
        let elsewhere = try #require(
            MultiStore.storeProof(name: "gov", in: [(name: "gov", root: SHA256.hash([1]))]))
        expect(.wrongValue) { $0[1].data = CommitmentProof(elsewhere).encoded() }
        let absent = try operations(trees[4], [10, 99])
        #expect(throws: ProofError.wrongKind) {
            try StateProof.verify(
                ops: absent, root: root, storeName: "gov", key: [10, 99], value: [1])
        }
        let empty = try operations(trees[0], [1])
        #expect(throws: ProofError.noNeighbours) {
            try StateProof.verify(ops: empty, root: root, storeName: "bank", key: [1], value: nil)
        }
    }
}
