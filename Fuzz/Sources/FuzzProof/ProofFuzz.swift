// State proofs: no bytes trap the verifier, and none proves a false statement about a fixed state.

import Base
import Cryptography
import FuzzSupport
import Merkle
import Wire

/// A state of a few stores and entries, and its app hash.
private struct FixedState {
    let tree: IAVLTree
    let roots: [(name: String, root: Hash256)]
    let appHash: Bytes

    init() throws {
        var tree = try IAVLTree(name: "bank", reading: NoStorage(), version: 0)
        for key in UInt8(1)...9 { try tree.set([key, 0], [key, key]) }
        var writes: [KeyValueWrite] = []
        let root = try tree.saveVersion(into: &writes)
        self.tree = tree
        roots = [
            (name: "ai", root: SHA256.hash([1])), (name: "bank", root: root),
            (name: "gov", root: SHA256.hash([2])),
        ]
        appHash = MultiStore.appHash(storeRoots: roots).bytes
    }

    func proof(of key: Bytes) throws -> ProofOps {
        guard let store = MultiStore.storeProof(name: "bank", in: roots) else {
            preconditionFailure("bank is among the stores")
        }
        return StateProof.operations(key: key, proof: try tree.proof(of: key), storeProof: store)
    }

    func accepts(_ ops: ProofOps, _ key: Bytes, _ value: Bytes?) -> Bool {
        let verified: Void? = try? StateProof.verify(
            ops: ops, root: appHash, storeName: "bank", key: key, value: value)
        return verified != nil
    }
}

/// The tree is held in memory; nothing is stored before it.
private struct NoStorage: KeyValueReading {
    func value(_ family: ColumnFamily, _ key: Bytes) throws(StorageFailure) -> Bytes? { nil }

    func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool
    ) throws(StorageFailure) -> [KeyValuePair] { [] }
}

private let state = try? FixedState()

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    guard let state else { preconditionFailure("the fixed state can be built") }
    let keys: [Bytes] = [[1, 0], [5, 0], [9, 0], [0], [4, 7], [10]]
    FuzzInput.writeSeeds(keys.compactMap { try? state.proof(of: $0).encoded() })
    for key in keys {
        let isProved = (try? state.proof(of: key)).map {
            state.accepts($0, key, (try? state.tree.value(at: key)) ?? nil)
        }
        precondition(isProved == true, "a true statement is accepted")
    }
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    guard let state, let ops = try? ProofOps(decoding: bytes) else { return 0 }
    precondition(!state.accepts(ops, [5, 0], [5, 6]), "a wrong value is never proved")
    precondition(!state.accepts(ops, [5, 0], nil), "an entry is never proved absent")
    precondition(!state.accepts(ops, [4, 7], [1]), "an absent entry is never proved")
    for key in [[5, 0], [4, 7]] as [Bytes] {
        _ = state.accepts(ops, key, (try? state.tree.value(at: key)) ?? nil)
    }
    return 0
}
