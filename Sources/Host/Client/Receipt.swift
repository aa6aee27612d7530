// A receipt: everything that shows that a chain ran a model and got this answer, in one file.
//
//     tensors ──commitments──▶ statement ──is in──▶ record (value of a state key)
//     record ──ICS-23 proof──▶ app hash ──is in──▶ header ──signed by──▶ validators
//
// Whoever holds the file needs no node: `ReceiptVerifier` walks the chain of links. What it cannot
// know is whether these validators are the real ones; the reader says which to trust.

public import Base
public import Blocks
public import Merkle
public import Verification

/// A self-contained proof that a chain holds the record of an inference.
public struct Receipt: Equatable, Sendable {
    /// Chain whose validators signed the header.
    public var chainID: String
    /// What is claimed.
    public var statement: Statement
    /// The inputs that the statement commits to.
    public var input: TensorSet
    /// The outputs that the statement commits to.
    public var output: TensorSet
    /// The record in the state.
    public var entry: StateEntry
    /// Proof of ``entry`` under the header's app hash.
    public var proof: ProofOps
    /// A header whose app hash covers the record; at least one above the record's height.
    public var header: Header
    /// The signatures that make the header final.
    public var commit: Commit
    /// The validators that the header names.
    public var validators: ValidatorSet

    /// Makes a receipt of its parts; nothing is checked.
    public init(
        chainID: String, statement: Statement, input: TensorSet, output: TensorSet,
        entry: StateEntry, proof: ProofOps, header: Header, commit: Commit,
        validators: ValidatorSet
    ) {
        self.chainID = chainID
        self.statement = statement
        self.input = input
        self.output = output
        self.entry = entry
        self.proof = proof
        self.header = header
        self.commit = commit
        self.validators = validators
    }
}

/// A value of a store.
public struct StateEntry: Equatable, Sendable {
    /// Name of the store.
    public var store: String
    /// Key.
    public var key: Bytes
    /// Value.
    public var value: Bytes

    /// Makes an entry.
    public init(store: String, key: Bytes, value: Bytes) {
        self.store = store
        self.key = key
        self.value = value
    }
}
