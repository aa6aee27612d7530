// ICS-23 proofs from a state tree: the path from a leaf to the root, with the hash of each sibling.

public import Base

extension IAVLTree {
    /// The proof of what the tree holds at `key`: of existence, or of absence between neighbours.
    ///
    /// Absence in an empty tree has no ICS-23 proof: the result then has no neighbours, and
    /// verification refuses it.
    public func proof(of key: Bytes) throws(StorageFailure) -> CommitmentProof {
        if let existence = try existenceProof(of: key) { return CommitmentProof(existence) }
        return CommitmentProof(try absenceProof(of: key))
    }

    /// The proof that `key` has its value; `nil` when it has none.
    public func existenceProof(of key: Bytes) throws(StorageFailure) -> ExistenceProof? {
        guard var link = root else { return nil }
        var path: [InnerOp] = []
        while true {
            let node = try fetch(link)
            if node.isLeaf {
                guard node.key == key else { return nil }
                return ExistenceProof(
                    key: key, value: node.value, leaf: LeafOp(prefix: node.header),
                    path: path.reversed())
            }
            let start = node.header + [32]
            if key.lexicographicallyPrecedes(node.key) {
                path.append(InnerOp(prefix: start, suffix: [32] + node.right.hash.bytes))
                link = node.left
            } else {
                path.append(InnerOp(prefix: start + node.left.hash.bytes + [32], suffix: []))
                link = node.right
            }
        }
    }

    /// The proof that `key` has no value; `nil` when it has one. See `proof(of:)` for the empty
    /// tree.
    public func nonExistenceProof(of key: Bytes) throws(StorageFailure) -> NonExistenceProof? {
        try value(at: key) == nil ? try absenceProof(of: key) : nil
    }

    private func absenceProof(of key: Bytes) throws(StorageFailure) -> NonExistenceProof {
        let below = try pairs(to: key, limit: 1, reverse: true).first
        let above = try pairs(from: key, limit: 1).first
        var proof = NonExistenceProof(key: key, left: nil, right: nil)
        if let below { proof.left = try existenceProof(of: below.key) }
        if let above { proof.right = try existenceProof(of: above.key) }
        return proof
    }
}
