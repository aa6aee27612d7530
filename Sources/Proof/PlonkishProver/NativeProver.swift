// The prover of the native profile: the rounds of section 2 of Documentation/plonk-native.md.

import Commitments
public import Fields
import Parallel
public import Plonkish
import Polynomials

extension NativeProvingKey {
    /// Proves that the circuit is satisfied by `advice`, a value for every row of each of the
    /// prover's columns; what stands in blinding rows is replaced by random values.
    ///
    /// - Parameters:
    ///   - transcript: what was said before; the verifier must start from the same.
    ///   - coefficients: of the circuit's claims.
    ///   - randomness: hides the advice. Two proofs must never use the same.
    /// - Returns: the proof, and what was said with it.
    /// - Throws: ``NativeError``: what is wrong with the columns, and where.
    public func prove(
        advice: [[Fr]], publicSignals: [Fr], transcript: ProofTranscript = .native,
        coefficients: ClaimCoefficients = { _ in [] }, threads: Int = 1,
        using randomness: inout some RandomNumberGenerator
    ) throws(NativeError) -> (proof: NativeProof, transcript: ProofTranscript) {
        try table.checkCounts(advice, publicSignals)
        var prover = NativeProver(
            key: self, publicSignals: publicSignals, threads: threads, transcript)
        do {
            try prover.run(advice, coefficients, &randomness)
        } catch {
            // The row and column say more than that an identity does not hold.
            if error == .proofDoesNotHold {
                try table.check(advice: advice, publicSignals: publicSignals)
            }
            throw error
        }
        return (prover.proof, prover.conversation.transcript)
    }

    /// The same with randomness from the system.
    public func prove(
        advice: [[Fr]], publicSignals: [Fr], transcript: ProofTranscript = .native,
        coefficients: ClaimCoefficients = { _ in [] }, threads: Int = 1
    ) throws(NativeError) -> (proof: NativeProof, transcript: ProofTranscript) {
        var generator = SystemRandomNumberGenerator()
        return try prove(
            advice: advice, publicSignals: publicSignals, transcript: transcript,
            coefficients: coefficients, threads: threads, using: &generator)
    }
}

extension NativeProvingKey {
    /// What a prover can do who has no witness: the same rounds without looking whether anything
    /// holds. For tests of the verifier.
    func forge(
        advice: [[Fr]], publicSignals: [Fr], coefficients: ClaimCoefficients = { _ in [] }
    ) throws(NativeError) -> NativeProof {
        var prover = NativeProver(
            key: self, publicSignals: publicSignals, threads: 1, .native)
        prover.isChecking = false
        var generator = SystemRandomNumberGenerator()
        try prover.run(advice, coefficients, &generator)
        return prover.proof
    }
}

/// A proof being made.
struct NativeProver {
    let key: NativeProvingKey
    let publicSignals: [Fr]
    let threads: Int
    /// Whether columns that satisfy nothing are refused.
    var isChecking = true
    var conversation: NativeConversation
    var proof = NativeProof(
        advice: [], multiplicities: [], claims: [], running: [], quotient: [], values: [],
        openings: [])

    /// The columns in the rows.
    private var rows = ColumnSource(fixed: [], advice: [], instance: [])
    private var lookups: LookupPrograms?
    private var multiplicityRows: [Fr] = []
    /// R_j in the rows.
    private var claimRows: [[Fr]] = []
    private var coefficients: [[Fr]] = []
    /// Coefficients of everything committed.
    private var advice: [[Fr]] = []
    private var multiplicities: [[Fr]] = []
    private var running: [[Fr]] = []
    private var quotient: [[Fr]] = []

    init(
        key: NativeProvingKey, publicSignals: [Fr], threads: Int, _ transcript: ProofTranscript
    ) {
        self.key = key
        self.publicSignals = publicSignals
        self.threads = threads
        conversation = NativeConversation(key.key, publicSignals: publicSignals, transcript)
    }

    private var shape: TableShape { key.table.shape }
    private var vectors: ScalarVectors { ScalarVectors(threads: threads) }
    private var challenges: NativeChallenges { conversation.challenges }

    /// Coefficients of columns given in the rows.
    private func interpolated(_ columns: [[Fr]]) -> [[Fr]] {
        let transform = key.transform
        return mapInParallel(columns.count, threads: threads) { index in
            var column = columns[index]
            if !column.isEmpty { transform.interpolate(&column) }
            return column
        }
    }

    private func commit(_ columns: [[Fr]]) throws(NativeError) -> [G1Affine] {
        var points: [G1Affine] = []
        for column in columns {
            points.append(try key.reference.commit(column, threads: threads))
        }
        return points
    }
}

// MARK: Rounds

extension NativeProver {
    /// All rounds.
    mutating func run(
        _ advice: [[Fr]], _ coefficients: ClaimCoefficients,
        _ randomness: inout some RandomNumberGenerator
    ) throws(NativeError) {
        try sayAdvice(advice, &randomness)
        try sayMultiplicities(&randomness)
        try sayClaims(coefficients)
        try sayRunningColumns(&randomness)
        try sayQuotient(&randomness)
        try sayValues()
        try sayOpenings()
    }

    /// Blinds and commits to the advice.
    mutating func sayAdvice(
        _ given: [[Fr]], _ randomness: inout some RandomNumberGenerator
    ) throws(NativeError) {
        rows.fixed = key.table.fixed
        rows.instance =
            publicSignals
            + [Fr](repeating: Fr.zero, count: shape.rows - publicSignals.count)
        var columns: [[Fr]] = []
        for column in given {
            columns.append(
                column.prefix(shape.usableRows) + randomness.scalars(TableShape.blindingRows))
        }
        advice = interpolated(columns)
        rows.advice = columns.map { $0 + $0.prefix(1) }
        proof.advice = try commit(advice)
        conversation.say(advice: proof.advice)
    }

    /// Counts lookups and commits to the counts.
    mutating func sayMultiplicities(
        _ randomness: inout some RandomNumberGenerator
    ) throws(NativeError) {
        if let lookup = shape.lookup {
            let programs = LookupPrograms(lookup, theta: challenges.theta)
            multiplicityRows = try programs.multiplicities(
                rows, shape, isChecking: isChecking)
            lookups = programs
            multiplicities = interpolated([multiplicityRows])
            blind(&multiplicities[0], randomness.scalars(2))
            proof.multiplicities = try commit(multiplicities)
        }
        conversation.say(multiplicities: proof.multiplicities)
    }

    /// Takes coefficients for the exposed cells and says their sums.
    mutating func sayClaims(_ given: ClaimCoefficients) throws(NativeError) {
        if !shape.exposed.isEmpty {
            coefficients = try shape.checked(given(challenges.lambda))
            for (cells, factors) in zip(shape.exposed, coefficients) {
                var sum = Fr.zero
                for (cell, factor) in zip(cells, factors) {
                    sum += rows.advice[cell.column][cell.row] * factor
                }
                proof.claims.append(sum)
            }
        }
        conversation.say(claims: proof.claims, coefficients: coefficients)
        guard !shape.exposed.isEmpty else { return }
        claimRows = [[Fr]](repeating: [], count: shape.adviceCount)
        for (cell, factor) in shape.weightedCells(coefficients, kappa: challenges.kappa) {
            if claimRows[cell.column].isEmpty {
                claimRows[cell.column] = [Fr](repeating: Fr.zero, count: shape.rows)
            }
            claimRows[cell.column][cell.row] += factor
        }
    }

    /// Computes, blinds and commits to z, φ and ψ.
    mutating func sayRunningColumns(
        _ randomness: inout some RandomNumberGenerator
    ) throws(NativeError) {
        let maker = RunningColumns(
            key: key, rows: rows, challenges: challenges, threads: threads)
        var columns = [maker.product()]
        if let lookups { columns.append(maker.lookupSum(lookups, multiplicityRows)) }
        if !shape.exposed.isEmpty { columns.append(maker.claimSum(claimRows, combinedClaim)) }
        running = interpolated(columns)
        for index in running.indices { blind(&running[index], randomness.scalars(3)) }
        proof.running = try commit(running)
        conversation.say(running: proof.running)
    }

    private var combinedClaim: Fr {
        shape.combinedClaim(proof.claims, kappa: challenges.kappa, key.transform.domain)
    }

    /// Computes the quotient, blinds its pieces against each other, and commits to them.
    mutating func sayQuotient(
        _ randomness: inout some RandomNumberGenerator
    ) throws(NativeError) {
        let computation = QuotientComputation(
            key: key, challenges: challenges, advice: advice,
            instance: interpolated([rows.instance])[0], multiplicities: multiplicities,
            running: running, claimColumns: interpolated(claimRows), claim: combinedClaim,
            programs: lookups, threads: threads)
        quotient = computation.pieces()
        for index in quotient.indices.dropLast() {
            let factor = randomness.scalar()
            quotient[index].append(factor)
            quotient[index + 1][0] -= factor
        }
        proof.quotient = try commit(quotient)
        conversation.say(quotient: proof.quotient)
    }

    /// Evaluates everything at ξ and w ξ. Throws ``NativeError/proofDoesNotHold`` when the
    /// identities are not satisfied.
    mutating func sayValues() throws(NativeError) {
        let domain = key.transform.domain
        let xi = challenges.xi
        let opened =
            shape.openedHere.map { (polynomial($0), xi) }
            + shape.openedNext.map { (polynomial($0), xi * domain.root) }
        proof.values = mapInParallel(opened.count, threads: threads) { index in
            ScalarVectors(threads: 1).value(of: opened[index].0, at: opened[index].1)
        }
        guard
            let publicValues = shape.publicValues(
                publicSignals, coefficients, proof.claims, challenges, domain)
        else { throw .challengeInDomain }
        let combined = shape.combinedIdentity(
            OpenedValues(proof.values, shape), publicValues, challenges)
        let whole = vectors.value(of: wholeQuotient, at: xi)
        guard !isChecking || combined == whole * domain.vanishing(at: xi) else {
            throw .proofDoesNotHold
        }
        conversation.say(values: proof.values)
    }

    /// Divides the sums of everything opened at ξ and at w ξ, and commits to the quotients.
    mutating func sayOpenings() throws(NativeError) {
        let xi = challenges.xi
        var sums = [
            sum(shape.openedHere.map { polynomial($0) } + [wholeQuotient]),
            sum(shape.openedNext.map { polynomial($0) }),
        ]
        _ = vectors.divide(&sums[0], byLinearFactorWithRoot: xi)
        _ = vectors.divide(&sums[1], byLinearFactorWithRoot: xi * key.transform.domain.root)
        proof.openings = try commit(sums)
        conversation.say(openings: proof.openings)
    }

    /// Σ ξ^(i n) t_i.
    private var wholeQuotient: [Fr] {
        let raised = key.transform.domain.raised(challenges.xi)
        var sum = [Fr](repeating: Fr.zero, count: shape.rows + 1)
        var factor = Fr.one
        for piece in quotient {
            vectors.add(piece, times: factor, to: &sum)
            factor *= raised
        }
        return sum
    }

    private func polynomial(_ column: OpenedColumn) -> [Fr] {
        switch column {
        case .advice(let index): advice[index]
        case .fixed(let index): key.columns[index]
        case .permutation(let index): key.columns[shape.fixedCount + index]
        case .multiplicities: multiplicities[0]
        case .running(let index): running[index]
        }
    }

    /// The sum of `polynomials` times 1, v, v², …, with room for the longest.
    private func sum(_ polynomials: [[Fr]]) -> [Fr] {
        let factors = vectors.powers(of: challenges.v, from: Fr.one, count: polynomials.count)
        let blocks = RowVector.blocks(of: polynomials.reduce(0) { max($0, $1.count) })
        let sums = mapInParallel(blocks.count, threads: threads) { index in
            var sum = [Fr](repeating: Fr.zero, count: blocks[index].count)
            for (polynomial, factor) in zip(polynomials, factors) {
                let part = polynomial[
                    min(
                        blocks[index].lowerBound, polynomial.count)..<min(
                            blocks[index].upperBound, polynomial.count)]
                if !part.isEmpty { RowVector.add(part, times: factor, to: &sum) }
            }
            return sum
        }
        return sums.flatMap { $0 }
    }
}
