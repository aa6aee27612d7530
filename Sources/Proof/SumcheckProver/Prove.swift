// The prover: the messages of Documentation/zkml.md, section 8, in their order.

public import Base
import Fields
public import Sumcheck

/// Rows that were committed before a proof, with their blinding factors: weights, or an input or
/// output of which others know the commitment.
public struct CommittedRows<Scheme: RowScheme>: Sendable {
    /// The commitments.
    public var commitments: [Scheme.Commitment]
    /// Their blinding factors.
    public var blinders: [Scheme.Scalar]

    /// These commitments.
    public init(commitments: [Scheme.Commitment], blinders: [Scheme.Scalar]) {
        self.commitments = commitments
        self.blinders = blinders
    }
}

/// How input or output is to be disclosed.
public enum DisclosureChoice<Scheme: RowScheme>: Sendable {
    /// Its values stand in the statement.
    case open
    /// These commitments stand in the statement.
    case committed(CommittedRows<Scheme>)
    /// It is said to exist.
    case secret
}

/// What a proof shall be made of, besides the witness.
public struct ProofRequest<Scheme: RowScheme>: Sendable {
    /// Whatever else the proof shall be bound to.
    public var context: Bytes
    /// The commitments to weights.
    public var weights: CommittedRows<Scheme>
    /// The disclosure of the input.
    public var input: DisclosureChoice<Scheme>
    /// The disclosure of the output.
    public var output: DisclosureChoice<Scheme>
    /// Whether the proof shall tell nothing but the statement.
    public var hiding: Bool

    /// A request.
    public init(
        context: Bytes, weights: CommittedRows<Scheme>, input: DisclosureChoice<Scheme>,
        output: DisclosureChoice<Scheme>, hiding: Bool
    ) {
        self.context = context
        self.weights = weights
        self.input = input
        self.output = output
        self.hiding = hiding
    }
}

/// A part of proving, for those who wait.
public enum ProofPhase: String, Sendable, CaseIterable {
    /// Committing to the trace.
    case trace
    /// Inverses of lookups and committing to them.
    case lookups
    /// The first sum.
    case firstSum
    /// The second sum.
    case secondSum
    /// The closing argument.
    case closing
}

extension RowProver {
    /// Commits to the rows of a class of a witness, with blinding factors that `random` gives, or
    /// without any.
    @specialized(where Self == RowKey)
    public func commit(
        _ tensorClass: TensorClass, of witness: Witness<Scheme.Scalar>, threads: Int,
        random: (() -> Scheme.Scalar)?
    ) -> CommittedRows<Scheme> {
        let range = witness.system.layout.rowRange(of: tensorClass)
        let blinders = range.map { _ in random?() ?? Scheme.Scalar.zero }
        let commitments = commit(witness.rows(range), blinders: blinders, threads: threads)
        return CommittedRows(commitments: commitments, blinders: blinders)
    }

    /// Proves that the witness keeps all relations of its system. Multiplicities and inverses of
    /// lookups are filled in here; all other tensors are set. `random` gives field elements that
    /// nobody can foresee.
    ///
    /// A witness that does not keep the relations gives no proof, or one that is refused; see
    /// ``Witness/check()``.
    public func prove(
        _ witness: Witness<Scheme.Scalar>, _ request: ProofRequest<Scheme>, threads: Int,
        random: () -> Scheme.Scalar, progress: (ProofPhase) -> Void = { _ in }
    ) throws(SumcheckError) -> (
        statement: ProofStatement<Scheme>, proof: SumcheckProof<Scheme>
    ) {
        try prove(
            witness, request, threads: threads, random: random, progress: progress,
            tamper: { _, _ in })
    }

    /// The same, with a chance to change the witness before its trace, and before its inverses, are
    /// committed to: tests make lying provers of it.
    @specialized(where Self == RowKey)
    func prove(
        _ witness: Witness<Scheme.Scalar>, _ request: ProofRequest<Scheme>, threads: Int,
        random: () -> Scheme.Scalar, progress: (ProofPhase) -> Void,
        tamper: (ProofPhase, inout Witness<Scheme.Scalar>) -> Void
    ) throws(SumcheckError) -> (
        statement: ProofStatement<Scheme>, proof: SumcheckProof<Scheme>
    ) {
        var session = try ProofSession(
            prover: self, witness: witness, request: request, threads: threads)
        if request.hiding { try witness.system.checkHiding() }
        progress(.trace)
        try session.countLookups()
        tamper(.trace, &session.witness)
        session.commitTrace(random)
        progress(.lookups)
        try session.invertLookups()
        tamper(.lookups, &session.witness)
        session.commitInverses(random)
        progress(.firstSum)
        try session.runFirstSum(random)
        progress(.secondSum)
        session.runSecondSum()
        progress(.closing)
        return (session.statement, try session.close(random))
    }
}
