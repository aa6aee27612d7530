// The verifier (Documentation/zkml.md, sections 6 to 8): the prover's messages in their order, the
// challenges between them, both sums down to values at random points, and what must hold between
// these, either checked at once or handed to the closing argument as one equation.

import Base
import Fields

/// The challenges of a proof, in the order in which they are drawn.
public struct SumcheckChallenges<F: SumcheckField>: Sendable {
    /// β and κ of the lookup argument.
    public var beta: F, kappa: F
    /// The point of the free axes.
    public var tau: [F]
    /// What separates relations.
    public var lambda: F
    /// The factor of the first mask.
    public var epsilon1: F
    /// The point that the first sum came down to.
    public var point: [F]
    /// What separates values.
    public var gamma: F
    /// The factor of the second mask.
    public var epsilon2: F
    /// The place that the second sum came down to.
    public var place: [F]

    /// Challenges of which none is drawn yet.
    package init() {
        (beta, kappa, lambda, epsilon1) = (F.zero, F.zero, F.zero, F.zero)
        (gamma, epsilon2) = (F.zero, F.zero)
        (tau, point, place) = ([], [], [])
    }
}

/// What both sums came down to.
package struct SumEnds<F: SumcheckField> {
    package var first: SumRounds<F>
    package var second: SumRounds<F>

    /// These ends.
    package init(first: SumRounds<F>, second: SumRounds<F>) {
        self.first = first
        self.second = second
    }
}

extension RowScheme {
    /// Checks a proof. Time grows with the rows of the layout, the size of open tensors and of
    /// tables, and the logarithm of everything else.
    @specialized(where Self == KZGRows)
    public func verify(
        _ proof: SumcheckProof<Self>, of statement: ProofStatement<Self>, system: RelationSystem
    ) throws(SumcheckError) {
        var transcript = statement.makeTranscript(system, self)
        try verify(proof, of: statement, system: system, &transcript)
    }

    /// Checks a proof in a conversation that has begun with the statement.
    func verify(
        _ proof: SumcheckProof<Self>, of statement: ProofStatement<Self>, system: RelationSystem,
        _ transcript: inout SumcheckTranscript
    ) throws(SumcheckError) {
        guard system.layout.rowBits == rowBits else { throw .anotherSystem }
        try statement.check(system)
        try checkShape(proof, statement, system)
        if statement.hiding { try system.checkHiding() }
        let (challenges, sum, ends) = try replay(proof, statement, system, &transcript)
        let form = sum.placeForm(challenges)
        if !statement.hiding { try check(proof.values, sum, form, ends, challenges) }
        let claim = closingClaim(
            statement, system, sum, form, ends, challenges: challenges, transcript: &transcript)
        try verify(
            proof.closing, of: claim, rows: rows(proof, statement, system),
            columns: proof.columns, transcript: &transcript)
    }

    /// Refuses proofs that were not read from bytes and have other counts than the system gives.
    private func checkShape(
        _ proof: SumcheckProof<Self>, _ statement: ProofStatement<Self>, _ system: RelationSystem
    ) throws(SumcheckError) {
        let shape = ProofShape(system, statement)
        let first = proof.firstRounds.map(\.count)
        let second = proof.secondRounds.map(\.count)
        let isWhole =
            proof.input.count == shape.input && proof.output.count == shape.output
            && proof.trace.count == shape.trace && proof.inverses.count == shape.inverses
            && (proof.columns != nil) == statement.hiding && proof.values.count == shape.values
            && first == [4] + [Int](repeating: 3, count: shape.firstRounds - 1)
            && second == [3] + [Int](repeating: 2, count: shape.secondRounds - 1)
        guard isWhole else {
            throw .wrongLength(expected: shape.size, actual: proof.encoded.count)
        }
    }

    /// Draws the challenges as the messages come.
    func replay(
        _ proof: SumcheckProof<Self>, _ statement: ProofStatement<Self>, _ system: RelationSystem,
        _ transcript: inout SumcheckTranscript
    ) throws(SumcheckError) -> (SumcheckChallenges<Scalar>, FirstSum<Scalar>, SumEnds<Scalar>) {
        transcript.append("trace", proof.input + proof.output + proof.trace, Self.self)
        var challenges = SumcheckChallenges<Scalar>()
        challenges.beta = transcript.challenge("beta")
        challenges.kappa = transcript.challenge("kappa")
        transcript.append("inverses", proof.inverses, Self.self)
        if let columns = proof.columns {
            transcript.append("mask1", [columns.mask1], Self.self)
        }
        challenges.tau = transcript.challenges("tau", count: system.freeBits)
        challenges.lambda = transcript.challenge("lambda")
        challenges.epsilon1 = transcript.challenge("epsilon1")
        var first = SumRounds<Scalar>()
        for round in proof.firstRounds { first.take(round, "first", &transcript) }
        if let columns = proof.columns {
            transcript.append(
                "columns", [columns.left, columns.right, columns.mask2], Self.self)
        } else {
            transcript.append("values", elements: proof.values)
        }
        challenges.point = first.point
        challenges.gamma = transcript.challenge("gamma")
        challenges.epsilon2 = transcript.challenge("epsilon2")
        var second = SumRounds<Scalar>()
        for round in proof.secondRounds { second.take(round, "second", &transcript) }
        challenges.place = second.point
        return (challenges, FirstSum(system, challenges), SumEnds(first: first, second: second))
    }

    /// The claim that is left for the closing argument, once all rounds are sent.
    @specialized(where Self == KZGRows)
    package func closingClaim(
        _ statement: ProofStatement<Self>, _ system: RelationSystem, _ sum: FirstSum<Scalar>,
        _ form: PlaceForm<Scalar>, _ ends: SumEnds<Scalar>,
        challenges: SumcheckChallenges<Scalar>, transcript: inout SumcheckTranscript
    ) -> ClosingClaim<Scalar> {
        let factor = form.value(at: challenges.place, system)
        let open = statement.openValue(at: challenges.place, system)
        var claim = ClosingClaim(
            rowWeights: rowWeights(statement, system, challenges.place),
            columnPoint: Array(challenges.place.prefix(rowBits)), factor: factor,
            total: ends.second.claim - factor * open)
        if statement.hiding {
            claim.hide(sum, form, ends, challenges, transcript.challenge("delta"))
        }
        return claim
    }

    /// Checks in the open what the closing argument checks where values are hidden.
    private func check(
        _ values: [Scalar], _ sum: FirstSum<Scalar>, _ form: PlaceForm<Scalar>,
        _ ends: SumEnds<Scalar>, _ challenges: SumcheckChallenges<Scalar>
    ) throws(SumcheckError) {
        let linear = values[values.count - 1]
        guard ends.first.total == -sum.constant - linear else { throw .wrongFirstSum }
        var value = Scalar.zero
        for (index, factor) in sum.productFactors(at: challenges.point).enumerated() {
            value += factor * values[2 * index] * values[2 * index + 1]
        }
        guard value == ends.first.claim else { throw .wrongFirstSum }
        var total = -form.constant
        for (factor, value) in zip(form.factors, values) { total += factor * value }
        guard total == ends.second.total else { throw .wrongSecondSum }
    }

    /// eq(place's upper coordinates, row) for the layout's rows; zero for rows that are open.
    func rowWeights(
        _ statement: ProofStatement<Self>, _ system: RelationSystem, _ place: [Scalar]
    ) -> [Scalar] {
        let upper = place[rowBits...]
        let table = Equality.table(upper)
        return system.layout.rows.map { row in
            switch (row.tensorClass, statement.input.visibility, statement.output.visibility) {
            case (.input, .open, _), (.output, _, .open): Scalar.zero
            default: table[row.number]
            }
        }
    }

    /// All commitments in the order of the layout's rows; `nil` for rows that are open.
    func rows(
        _ proof: SumcheckProof<Self>, _ statement: ProofStatement<Self>, _ system: RelationSystem
    ) -> [Commitment?] {
        func disclosed(
            _ disclosure: Disclosure<Commitment>, _ own: [Commitment], _ tensorClass: TensorClass
        ) -> [Commitment?] {
            switch disclosure {
            case .open:
                [Commitment?](
                    repeating: nil, count: system.layout.rowRange(of: tensorClass).count)
            case .committed(let rows): rows
            case .secret: own
            }
        }
        return statement.weights + disclosed(statement.input, proof.input, .input)
            + disclosed(statement.output, proof.output, .output) + proof.trace + proof.inverses
    }
}

extension SumcheckTranscript {
    /// Appends commitments, in their encoding.
    public mutating func append<Scheme: RowScheme>(
        _ label: StaticString, _ commitments: [Scheme.Commitment], _ scheme: Scheme.Type
    ) {
        var bytes = Bytes()
        for commitment in commitments { Scheme.append(commitment, to: &bytes) }
        append(label, bytes: bytes)
    }
}

extension ProofStatement {
    /// The value at `place` of the polynomial of the open tensors.
    func openValue(at place: [Scheme.Scalar], _ system: RelationSystem) -> Scheme.Scalar {
        var sum = Scheme.Scalar.zero
        for (disclosure, tensorClass) in [(input, TensorClass.input), (output, .output)] {
            guard case .open(let values) = disclosure else { continue }
            let tensors = system.tensors.indices.filter {
                system.tensors[$0].tensorClass == tensorClass
            }
            for (tensor, elements) in zip(tensors, values) {
                let declaration = system.tensors[tensor]
                let table = Equality.table(place[..<declaration.bits])
                var value = Scheme.Scalar.zero
                declaration.forEachPlace { index, place in
                    value += Scheme.Scalar(Int128(elements[index])) * table[place]
                }
                let address = system.layout.addresses[tensor] >> declaration.bits
                sum += value * Equality.value(place[declaration.bits...], at: address)
            }
        }
        return sum
    }
}

extension TensorDeclaration {
    /// Calls `body` with the number of each element in row-major order and its padded index.
    public func forEachPlace(_ body: (Int, Int) -> Void) {
        let strides = strideBits
        var index = [Int](repeating: 0, count: extents.count)
        var place = 0
        for number in 0..<count {
            body(number, place)
            var axis = extents.count - 1
            while axis >= 0 {
                index[axis] += 1
                place += 1 << strides[axis]
                if index[axis] < extents[axis] { break }
                place -= index[axis] << strides[axis]
                index[axis] = 0
                axis -= 1
            }
        }
    }
}
