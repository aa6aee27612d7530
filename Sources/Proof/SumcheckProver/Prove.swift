// The prover: the messages of Documentation/zkml.md, section 8, in their order.

public import Base
import Fields
public import Sumcheck

/// Rows that were committed before a proof, with their blinding factors: weights, or an input or output
/// of which others know the commitment.
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

/// A proof while it is made.
private struct ProofSession<Prover: RowProver> {
    typealias Scheme = Prover.Scheme
    typealias F = Scheme.Scalar

    let prover: Prover
    let threads: Int
    let request: ProofRequest<Scheme>
    let system: RelationSystem
    var witness: Witness<F>
    let statement: ProofStatement<Scheme>
    var transcript: SumcheckTranscript
    var lookupRows: [[Int]?] = []
    var input = CommittedRows<Scheme>(commitments: [], blinders: [])
    var output = CommittedRows<Scheme>(commitments: [], blinders: [])
    var trace = CommittedRows<Scheme>(commitments: [], blinders: [])
    var inverses = CommittedRows<Scheme>(commitments: [], blinders: [])
    var challenges = SumcheckChallenges<F>()
    var firstEnd = SumRounds<F>()
    var secondEnd = SumRounds<F>()
    var sum: FirstSum<F>?
    var form: PlaceForm<F>?
    var firstRounds: [[F]] = []
    var secondRounds: [[F]] = []
    var values: [F] = []
    var columns: ColumnValues<F>?
    var mask1 = MaskState<F>()
    var mask2 = MaskState<F>()
    var mask1Commitment: Scheme.Commitment?
    var hidden: HiddenColumns<Scheme.Commitment>?

    init(
        prover: Prover, witness: Witness<F>, request: ProofRequest<Scheme>, threads: Int
    ) throws(SumcheckError) {
        self.prover = prover
        self.witness = witness
        self.request = request
        self.threads = threads
        system = witness.system
        guard prover.scheme.rowBits == system.layout.rowBits else { throw .anotherSystem }
        func disclosure(
            _ choice: DisclosureChoice<Scheme>, _ tensorClass: TensorClass
        ) -> Disclosure<Scheme.Commitment> {
            switch choice {
            case .open:
                .open(
                    witness.system.tensors.indices.filter {
                        witness.system.tensors[$0].tensorClass == tensorClass
                    }.map { witness.integers($0) })
            case .committed(let rows): .committed(rows.commitments)
            case .secret: .secret
            }
        }
        statement = ProofStatement(
            context: request.context, weights: request.weights.commitments,
            input: disclosure(request.input, .input), output: disclosure(request.output, .output),
            hiding: request.hiding)
        try statement.check(system)
        transcript = statement.makeTranscript(system, prover.scheme)
    }

    mutating func countLookups() throws(SumcheckError) {
        lookupRows = try witness.countLookups()
    }

    mutating func commitTrace(_ random: () -> F) {
        func rows(
            _ choice: DisclosureChoice<Scheme>, _ tensorClass: TensorClass
        ) -> CommittedRows<Scheme> {
            switch choice {
            case .open:
                let count = system.layout.rowRange(of: tensorClass).count
                return CommittedRows(
                    commitments: [], blinders: [F](repeating: F.zero, count: count))
            case .committed(let rows): return rows
            case .secret: return commit(tensorClass, random)
            }
        }
        input = rows(request.input, .input)
        output = rows(request.output, .output)
        trace = commit(.trace, random)
        transcript.append(
            "trace", ownInput + ownOutput + trace.commitments, Scheme.self)
        challenges.beta = transcript.challenge("beta")
        challenges.kappa = transcript.challenge("kappa")
    }

    private func commit(
        _ tensorClass: TensorClass, _ random: () -> F
    ) -> CommittedRows<Scheme> {
        let range = system.layout.rowRange(of: tensorClass)
        let blinders = range.map { _ in request.hiding ? random() : F.zero }
        return CommittedRows(
            commitments: prover.commit(
                witness.rows(range), blinders: blinders, threads: threads),
            blinders: blinders)
    }

    private var ownInput: [Scheme.Commitment] {
        statement.input == .secret ? input.commitments : []
    }

    private var ownOutput: [Scheme.Commitment] {
        statement.output == .secret ? output.commitments : []
    }

    mutating func invertLookups() throws(SumcheckError) {
        try witness.invertLookups(
            lookupRows, beta: challenges.beta, kappa: challenges.kappa, threads: threads)
    }

    mutating func commitInverses(_ random: () -> F) {
        inverses = commit(.inverse, random)
        transcript.append("inverses", inverses.commitments, Scheme.self)
        guard request.hiding else { return }
        mask1 = MaskState(
            variables: system.firstSumVariables, degree: Mask.firstDegree, random)
        mask2 = MaskState(variables: system.layout.bits, degree: Mask.secondDegree, random)
        let blinder = random()
        let commitment = prover.commit(column: mask1.cells, blinders: [blinder])
        columns = ColumnValues(
            mask1: mask1.cells, left: [], right: [], mask2: mask2.cells, mask1Blinder: blinder,
            leftBlinders: [random(), random()], rightBlinder: random(), mask2Blinder: random())
        mask1Commitment = commitment
        transcript.append("mask1", [commitment], Scheme.self)
    }

    mutating func runFirstSum(_ random: () -> F) throws(SumcheckError) {
        challenges.tau = transcript.challenges("tau", count: system.freeBits)
        challenges.lambda = transcript.challenge("lambda")
        challenges.epsilon1 = transcript.challenge("epsilon1")
        let sum = FirstSum(system, challenges)
        self.sum = sum
        var states: [ProductState<F>] = []
        for product in sum.products {
            states.append(ProductState(product, witness, threads: threads))
        }
        guard let half = F(2).inverted() else { throw .unusableChallenge }
        var rounds = SumRounds<F>()
        for round in 0..<sum.variableCount {
            var coefficients = [F](repeating: F.zero, count: 4)
            for index in states.indices {
                let own = states[index].coefficients(half, threads: threads)
                for power in own.indices { coefficients[power] += own[power] }
            }
            if request.hiding {
                mask1.add(to: &coefficients, round: round, factor: challenges.epsilon1)
            }
            if round > 0 { coefficients.remove(at: 1) }
            firstRounds.append(coefficients)
            rounds.take(coefficients, "first", &transcript)
            let point = rounds.point[round]
            mask1.bind(point)
            for index in states.indices { states[index].bind(point, threads: threads) }
        }
        firstEnd = rounds
        challenges.point = rounds.point
        let left = states.map(\.values.left)
        let right = states.map(\.values.right)
        if request.hiding {
            // Σ f = −constant − linear, and the total is that of f + ε g.
            let masked = challenges.epsilon1 * mask1.total
            commitColumns(left + [masked - rounds.total - sum.constant], right)
        } else {
            values = zip(left, right).flatMap { [$0, $1] } + [-rounds.total - sum.constant]
            transcript.append("values", elements: values)
        }
        challenges.gamma = transcript.challenge("gamma")
        challenges.epsilon2 = transcript.challenge("epsilon2")
    }

    private mutating func commitColumns(_ left: [F], _ right: [F]) {
        guard var columns, let mask1Commitment else { return }
        columns.left = left
        columns.right = right
        self.columns = columns
        let hidden = HiddenColumns(
            mask1: mask1Commitment,
            left: prover.commit(column: left, blinders: columns.leftBlinders),
            right: prover.commit(column: right, blinders: [columns.rightBlinder]),
            mask2: prover.commit(column: columns.mask2, blinders: [columns.mask2Blinder]))
        self.hidden = hidden
        transcript.append("columns", [hidden.left, hidden.right, hidden.mask2], Scheme.self)
    }

    mutating func runSecondSum() {
        guard let sum else { return }
        let form = sum.placeForm(challenges)
        self.form = form
        var state = SecondSumState(form, witness, threads: threads)
        var rounds = SumRounds<F>()
        for round in 0..<system.layout.bits {
            var coefficients = state.coefficients(threads: threads)
            if request.hiding {
                mask2.add(to: &coefficients, round: round, factor: challenges.epsilon2)
            }
            if round > 0 { coefficients.remove(at: 1) }
            secondRounds.append(coefficients)
            rounds.take(coefficients, "second", &transcript)
            mask2.bind(rounds.point[round])
            state.bind(rounds.point[round], threads: threads)
        }
        secondEnd = rounds
        challenges.place = rounds.point
    }

    mutating func close(_ random: () -> F) throws(SumcheckError) -> SumcheckProof<Scheme> {
        guard let sum, let form else { throw .wrongClosing }
        let claim = prover.scheme.closingClaim(
            statement, system, sum, form, SumEnds(first: firstEnd, second: secondEnd),
            challenges: challenges, transcript: &transcript)
        var weights = [F](repeating: F.zero, count: 1 << (system.layout.bits - system.layout.rowBits))
        var blinder = F.zero
        let blinders =
            request.weights.blinders + input.blinders + output.blinders + trace.blinders
            + inverses.blinders
        for (index, row) in system.layout.rows.enumerated() {
            weights[row.number] = claim.rowWeights[index]
            blinder += claim.rowWeights[index] * blinders[index]
        }
        let closing = try prover.close(
            claim, row: witness.foldedRow(weights, threads: threads), rowBlinder: blinder,
            columns: columns, transcript: &transcript, threads: threads, random: random)
        return SumcheckProof(
            input: ownInput, output: ownOutput, trace: trace.commitments,
            inverses: inverses.commitments, columns: hidden, firstRounds: firstRounds,
            values: values, secondRounds: secondRounds, closing: closing)
    }
}

/// A mask while its variables are bound.
struct MaskState<F: ProverField> {
    private(set) var cells: [F] = []
    private var degree = 0
    private var variables = 0
    /// g_0 and the polynomials of the variables that are bound, at their points.
    private var bound = F.zero

    init() {}

    init(variables: Int, degree: Int, _ random: () -> F) {
        self.variables = variables
        self.degree = degree
        cells = (0..<Mask.cellCount(variables: variables, degree: degree)).map { _ in random() }
        bound = cells[0]
    }

    private func coefficients(_ variable: Int) -> ArraySlice<F> {
        cells[1 + variable * degree..<1 + (variable + 1) * degree]
    }

    /// The sum of g over the cube.
    var total: F {
        let factors: [F] = Mask.sumFactors(variables: variables, degree: degree)
        return zip(factors, cells).reduce(F.zero) { $0 + $1.0 * $1.1 }
    }

    /// Adds the round of `factor` times g: 2^(rest) (bound + g_i(X)) + 2^(rest − 1) Σ_later g_j(1).
    func add(to round: inout [F], round variable: Int, factor: F) {
        let rest = variables - variable - 1
        let power = factor * F(2).raised(to: rest)
        round[0] += power * bound
        for (index, coefficient) in coefficients(variable).enumerated() {
            round[index + 1] += power * coefficient
        }
        guard rest > 0 else { return }
        let later = cells[(1 + (variable + 1) * degree)...].reduce(F.zero, +)
        round[0] += factor * F(2).raised(to: rest - 1) * later
    }

    /// Binds the next variable.
    mutating func bind(_ point: F) {
        guard degree > 0, next < variables else { return }
        var value = F.zero
        for coefficient in coefficients(next).reversed() { value = (value + coefficient) * point }
        bound += value
        next += 1
    }

    private var next = 0
}
