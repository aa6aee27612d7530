// A proof while it is made: each step takes in what the transcript answers and says the next
// message.

import Base
import Fields
import Sumcheck

/// A proof while it is made.
struct ProofSession<Prover: RowProver> {
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
    /// Sums of the rows of limbs, by the number of the row.
    var limbSums: [Int: Prover.ByteSums] = [:]
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
        trace = commitLimbs(random)
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

    /// The rows of the trace; what is worked out of rows of limbs is kept for their inverses.
    private mutating func commitLimbs(_ random: () -> F) -> CommittedRows<Scheme> {
        let range = system.layout.rowRange(of: .trace)
        let rows = witness.rows(range)
        let table = (0..<256).map { F(Int128($0)) }
        var limbs: [(place: Int, bytes: ArraySlice<UInt8>)] = []
        for (place, row) in rows.enumerated() {
            if case .bytes(let bytes) = row { limbs.append((place, bytes)) }
        }
        let sums = prover.byteSums(limbs.map(\.bytes), threads: threads)
        for (limb, sums) in zip(limbs, sums) {
            limbSums[system.layout.rows[range.lowerBound + limb.place].number] = sums
        }
        return commit(
            rows,
            sums: Dictionary(uniqueKeysWithValues: zip(limbs.map(\.place), sums)).mapValues {
                ($0, table)
            }, random)
    }

    /// The rows of inverses: those of a region's limbs by the sums of the region's rows.
    private mutating func commitInverseRows(_ random: () -> F) -> CommittedRows<Scheme> {
        let layout = system.layout
        let range = layout.rowRange(of: .inverse)
        var known: [Int: (Prover.ByteSums, [F])] = [:]
        var places: [Int: Int] = [:]
        for place in range { places[layout.rows[place].number] = place - range.lowerBound }
        for (region, inverse, table) in witness.regionInverses {
            guard system.tensors[region].bits >= layout.rowBits else { continue }
            let from = layout.addresses[region] >> layout.rowBits
            let to = layout.addresses[inverse] >> layout.rowBits
            for row in 0...(system.tensors[region].usedCount - 1) >> layout.rowBits {
                if let sums = limbSums[from + row], let place = places[to + row] {
                    known[place] = (sums, table)
                }
            }
        }
        return commit(witness.rows(range), sums: known, random)
    }

    /// Commits to rows, by sums and tables where there are any.
    private func commit(
        _ rows: [RowValues<F>], sums: [Int: (Prover.ByteSums, [F])], _ random: () -> F
    ) -> CommittedRows<Scheme> {
        let blinders = rows.map { _ in request.hiding ? random() : F.zero }
        let plain = rows.indices.filter { sums[$0] == nil }
        let tabled = rows.indices.filter { sums[$0] != nil }
        let first = prover.commit(
            plain.map { rows[$0] }, blinders: plain.map { blinders[$0] }, threads: threads)
        let second = prover.commit(
            tabled.compactMap { sums[$0] }, blinders: tabled.map { blinders[$0] },
            threads: threads)
        var commitments = zip(plain, first).map { ($0, $1) } + zip(tabled, second).map { ($0, $1) }
        commitments.sort { $0.0 < $1.0 }
        return CommittedRows(commitments: commitments.map(\.1), blinders: blinders)
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
        inverses = commitInverseRows(random)
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
        var weights = [F](
            repeating: F.zero, count: 1 << (system.layout.bits - system.layout.rowBits))
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
