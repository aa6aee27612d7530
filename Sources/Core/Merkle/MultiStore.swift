// The app hash: a simple Merkle tree over the roots of all stores, sorted by the bytes of their
// names (Cosmos SDK, store/rootmulti). A store's leaf is its name and the SHA-256 of its root, each
// after its length as a varint. Stores that keep nothing between blocks take no part.

public import Base
import Cryptography

/// The tree over the roots of all stores.
public enum MultiStore {
    /// The app hash over stores in any order.
    ///
    /// - Precondition: names differ.
    public static func appHash(storeRoots: [(name: String, root: Hash256)]) -> Hash256 {
        MerkleTree.root(of: sorted(storeRoots).map(leaf))
    }

    /// The proof that store `name` has its root under the app hash; `nil` when no store has the
    /// name. The proof's key is the name, its value the root.
    ///
    /// - Precondition: names differ.
    public static func storeProof(
        name: String, in storeRoots: [(name: String, root: Hash256)]
    ) -> ExistenceProof? {
        let stores = sorted(storeRoots)
        guard let index = stores.firstIndex(where: { $0.name == Bytes(name.utf8) }) else {
            return nil
        }
        let proof = MerkleTree.proof(of: index, in: stores.map(leaf))
        var position = index
        var width = stores.count
        var path: [InnerOp] = []
        for aunt in proof.aunts {
            // A last node without sibling moves up unchanged.
            while position % 2 == 0, position + 1 == width {
                position /= 2
                width = (width + 1) / 2
            }
            path.append(
                position % 2 == 1
                    ? InnerOp(prefix: [1] + aunt, suffix: []) : InnerOp(prefix: [1], suffix: aunt))
            position /= 2
            width = (width + 1) / 2
        }
        return ExistenceProof(
            key: stores[index].name, value: stores[index].root.bytes, leaf: LeafOp(prefix: [0]),
            path: path)
    }

    private typealias Store = (name: Bytes, root: Hash256)

    private static func sorted(_ storeRoots: [(name: String, root: Hash256)]) -> [Store] {
        let stores = storeRoots.map { (name: Bytes($0.name.utf8), root: $0.root) }
            .sorted { $0.name.lexicographicallyPrecedes($1.name) }
        precondition(
            zip(stores, stores.dropFirst()).allSatisfy { $0.name != $1.name },
            "every store has its own name")
        return stores
    }

    private static func leaf(_ store: Store) -> Bytes {
        var bytes = Bytes()
        bytes.appendLengthPrefixed(store.name)
        bytes.appendLengthPrefixed(SHA256.hash(store.root.bytes).bytes)
        return bytes
    }
}
