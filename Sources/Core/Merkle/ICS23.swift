// Verification of ICS-23 proofs (cosmos/ics23, README and specification).
//
// A root commits to more byte strings than the tree's owner meant: any preimage of any node can be
// cut into prefix, child and suffix. So each operation must have the exact shape of a node of the
// tree's kind. For a binary tree that leaves two shapes:
//
//     child on the left     prefix = header             suffix = right child
//     child on the right    prefix = header, left child  suffix = nothing
//
// with a header of the length the spec allows. The shape says on which side the path goes, and the
// sides say whether two leaves are neighbours: above they share all steps, then they part left and
// right, then the left one keeps right and the right one keeps left.

public import Base
import Cryptography

/// Verification of ICS-23 proofs.
public enum ICS23 {
    /// Most inner operations of any proof: the height of an AVL tree of 2⁶³ leaves is below it.
    public static let depthLimit = 128

    /// Returns if `proof` shows that `key` has `value` under `root`.
    public static func verifyMembership(
        root: Bytes, spec: ProofSpec, proof: CommitmentProof, key: Bytes, value: Bytes
    ) throws(ProofError) {
        guard let existence = try checkedKind(proof).existence else { throw .wrongKind }
        try verify(existence, root: root, spec: spec, key: key, value: value)
    }

    /// Returns if `proof` shows that `key` has no value under `root`.
    public static func verifyNonMembership(
        root: Bytes, spec: ProofSpec, proof: CommitmentProof, key: Bytes
    ) throws(ProofError) {
        guard let absence = try checkedKind(proof).nonExistence else { throw .wrongKind }
        guard absence.key == key else { throw .wrongKey(expected: key, actual: absence.key) }
        guard !key.isEmpty else { throw .emptyKey }
        let shape = try Shape(spec)
        if let left = absence.left {
            try verify(left, root: root, spec: spec, key: left.key, value: left.value)
            guard left.key.lexicographicallyPrecedes(key) else { throw .neighbourOutOfOrder }
        }
        if let right = absence.right {
            try verify(right, root: root, spec: spec, key: right.key, value: right.value)
            guard key.lexicographicallyPrecedes(right.key) else { throw .neighbourOutOfOrder }
        }
        switch (absence.left, absence.right) {
        case (nil, nil): throw .noNeighbours
        case (nil, let right?):
            guard shape.keeps(.left, right.path[...]) else { throw .neighbourNotOutermost }
        case (let left?, nil):
            guard shape.keeps(.right, left.path[...]) else { throw .neighbourNotOutermost }
        case (let left?, let right?):
            guard shape.areAdjacent(left.path, right.path) else { throw .neighboursNotAdjacent }
        }
    }

    /// The root to which an existence proof leads, once its operations have the spec's shape.
    public static func root(
        of proof: ExistenceProof, spec: ProofSpec
    ) throws(ProofError) -> Bytes {
        let shape = try Shape(spec)
        try shape.check(proof)
        guard let leaf = proof.leaf else { throw .wrongLeafOperation }
        guard !proof.key.isEmpty else { throw .emptyKey }
        guard !proof.value.isEmpty else { throw .emptyValue }
        var preimage = leaf.prefix
        preimage.appendLengthPrefixed(proof.key)
        preimage.appendLengthPrefixed(SHA256.hash(proof.value).bytes)
        var hash = SHA256.hash(preimage)
        for step in proof.path {
            hash = SHA256.hash(concatenating: [step.prefix, hash.bytes, step.suffix])
        }
        return hash.bytes
    }

    private static func verify(
        _ proof: ExistenceProof, root expected: Bytes, spec: ProofSpec, key: Bytes, value: Bytes
    ) throws(ProofError) {
        guard proof.key == key else { throw .wrongKey(expected: key, actual: proof.key) }
        guard proof.value == value else { throw .wrongValue }
        let actual = try root(of: proof, spec: spec)
        guard actual == expected else { throw .wrongRoot(expected: expected, actual: actual) }
    }

    /// The proof, if it is one of existence or of absence.
    static func checkedKind(_ proof: CommitmentProof) throws(ProofError) -> CommitmentProof {
        guard proof.batch == nil, proof.compressed == nil else { throw .batchNotSupported }
        guard proof.existence != nil || proof.nonExistence != nil else { throw .empty }
        guard proof.existence == nil || proof.nonExistence == nil else { throw .wrongKind }
        return proof
    }
}

/// A spec whose rules were understood: a binary tree of SHA-256 nodes.
private struct Shape {
    enum Side { case left, right }

    let leaf: LeafOp
    let headerByteCounts: ClosedRange<Int>
    let childByteCount: Int
    let depths: ClosedRange<Int>
    let isIAVL: Bool

    init(_ spec: ProofSpec) throws(ProofError) {
        guard let leaf = spec.leafSpec, let inner = spec.innerSpec,
            leaf == LeafOp(prefix: leaf.prefix), !leaf.prefix.isEmpty,
            inner.childOrder == [0, 1], inner.hash == .sha256, inner.emptyChild.isEmpty,
            inner.childByteCount >= 32, inner.minimumPrefixByteCount >= 1,
            inner.maximumPrefixByteCount >= inner.minimumPrefixByteCount,
            // Otherwise a header could hold a child, and a step would have two readings.
            inner.maximumPrefixByteCount < inner.childByteCount,
            spec.minimumDepth >= 0, !spec.prehashKeyBeforeComparison
        else { throw .specNotSupported }
        let limit =
            spec.maximumDepth > 0
            ? min(Int(spec.maximumDepth), ICS23.depthLimit) : ICS23.depthLimit
        guard Int(spec.minimumDepth) <= limit else { throw .specNotSupported }
        self.leaf = leaf
        headerByteCounts = Int(inner.minimumPrefixByteCount)...Int(inner.maximumPrefixByteCount)
        childByteCount = Int(inner.childByteCount)
        depths = Int(spec.minimumDepth)...limit
        isIAVL = spec == .iavl
    }

    /// Whether every operation of the proof has the shape of a node of such a tree.
    func check(_ proof: ExistenceProof) throws(ProofError) {
        guard depths.contains(proof.path.count) else {
            throw .wrongDepth(
                minimum: depths.lowerBound, maximum: depths.upperBound, actual: proof.path.count)
        }
        guard let operation = proof.leaf, operation == LeafOp(prefix: operation.prefix),
            operation.prefix.starts(with: leaf.prefix),
            isIAVL ? isIAVLLeafHeader(operation.prefix) : operation.prefix == leaf.prefix
        else { throw .wrongLeafOperation }
        for (index, step) in proof.path.enumerated() {
            guard step.hash == .sha256, !step.prefix.starts(with: leaf.prefix),
                let side = side(of: step),
                !isIAVL || isIAVLInnerHeader(step, side, layer: index + 1)
            else { throw .wrongInnerOperation(layer: index + 1) }
        }
    }

    /// On which side of its parent the path's child hangs; `nil` for neither shape.
    func side(of step: InnerOp) -> Side? {
        if headerByteCounts.contains(step.prefix.count), step.suffix.count == childByteCount {
            return .left
        }
        if headerByteCounts.contains(step.prefix.count - childByteCount), step.suffix.isEmpty {
            return .right
        }
        return nil
    }

    func keeps(_ wanted: Side, _ path: ArraySlice<InnerOp>) -> Bool {
        path.allSatisfy { side(of: $0) == wanted }
    }

    /// Whether nothing stands between the leaves at the ends of two paths to one root.
    func areAdjacent(_ left: [InnerOp], _ right: [InnerOp]) -> Bool {
        var left = left[...]
        var right = right[...]
        while let leftTop = left.last, let rightTop = right.last {
            left.removeLast()
            right.removeLast()
            if leftTop == rightTop { continue }
            return side(of: leftTop) == .left && side(of: rightTop) == .right
                && keeps(.right, left) && keeps(.left, right)
        }
        return false
    }

    // MARK: IAVL headers

    /// A leaf's header is exactly height 0, size 1 and a version.
    private func isIAVLLeafHeader(_ prefix: Bytes) -> Bool {
        var reader = ByteReader(prefix)
        guard let height = number(&reader), let size = number(&reader), number(&reader) != nil
        else { return false }
        return height == 0 && size == 1 && reader.isAtEnd
    }

    /// An inner header is a height that is at least the layer, a size, a version, and the length
    /// byte of the left child; each child is 32 bytes after its length byte.
    private func isIAVLInnerHeader(_ step: InnerOp, _ side: Side, layer: Int) -> Bool {
        var reader = ByteReader(step.prefix)
        guard let height = number(&reader), height >= Int64(layer), number(&reader) != nil,
            number(&reader) != nil
        else { return false }
        guard let first = try? reader.readByte(), first == 32 else { return false }
        switch side {
        case .left: return reader.isAtEnd && step.suffix.first == 32
        case .right: return reader.remaining == 33 && step.prefix[step.prefix.count - 1] == 32
        }
    }

    /// The next zig-zag varint if it is not negative.
    private func number(_ reader: inout ByteReader) -> Int64? {
        guard let value = try? reader.readZigZagVarint(), value >= 0 else { return nil }
        return value
    }
}
