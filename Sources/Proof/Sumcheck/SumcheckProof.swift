// A proof, and its bytes. How many there are of everything follows from the relations and the
// statement; nothing in a proof says how long it is:
//
//     commitments to rows of input, then output, where they are secret
//     commitments to rows of trace; of inverses
//     hiding: commitment to M1
//     first sum: n1 times the coefficients c0, c2, c3 of a round, the first time c0, c1, c2, c3
//     hiding: commitments to A, B, M2; else: the values of left and right arguments, of the linear
//     forms
//     second sum: n times c0, c2, the first time c0, c1, c2
//     closing messages
//
// Elements and commitments are in the encoding of the scheme. Where nothing is hidden, the first
// coefficient c1 is sent all the same: one form serves both modes.

public import Base
import Fields

/// What a prover sends.
public struct SumcheckProof<Scheme: RowScheme>: Equatable, Sendable {
    /// Commitments to secret rows of the input.
    public var input: [Scheme.Commitment]
    /// Commitments to secret rows of the output.
    public var output: [Scheme.Commitment]
    /// Commitments to rows of the trace.
    public var trace: [Scheme.Commitment]
    /// Commitments to rows of inverses.
    public var inverses: [Scheme.Commitment]
    /// Commitments to columns, where the proof hides.
    public var columns: HiddenColumns<Scheme.Commitment>?
    /// Coefficients of the rounds of the first sum.
    public var firstRounds: [[Scheme.Scalar]]
    /// Left and right arguments by turns, then the linear forms; empty where the proof hides.
    public var values: [Scheme.Scalar]
    /// Coefficients of the rounds of the second sum.
    public var secondRounds: [[Scheme.Scalar]]
    /// The closing messages.
    public var closing: Scheme.Closing

    /// A proof of these messages.
    public init(
        input: [Scheme.Commitment], output: [Scheme.Commitment], trace: [Scheme.Commitment],
        inverses: [Scheme.Commitment], columns: HiddenColumns<Scheme.Commitment>?,
        firstRounds: [[Scheme.Scalar]], values: [Scheme.Scalar],
        secondRounds: [[Scheme.Scalar]], closing: Scheme.Closing
    ) {
        self.input = input
        self.output = output
        self.trace = trace
        self.inverses = inverses
        self.columns = columns
        self.firstRounds = firstRounds
        self.values = values
        self.secondRounds = secondRounds
        self.closing = closing
    }

    /// The bytes of the proof.
    public var encoded: Bytes {
        var bytes = Bytes()
        for commitment in input + output + trace + inverses {
            Scheme.append(commitment, to: &bytes)
        }
        if let columns { Scheme.append(columns.mask1, to: &bytes) }
        for round in firstRounds { round.forEach { $0.appendEncoded(to: &bytes) } }
        if let columns {
            for commitment in [columns.left, columns.right, columns.mask2] {
                Scheme.append(commitment, to: &bytes)
            }
        }
        values.forEach { $0.appendEncoded(to: &bytes) }
        for round in secondRounds { round.forEach { $0.appendEncoded(to: &bytes) } }
        Scheme.append(closing, to: &bytes)
        return bytes
    }

    /// Reads the proof of a statement; its length is the one that the system gives.
    public init(
        encoded bytes: Bytes, system: RelationSystem, statement: ProofStatement<Scheme>
    ) throws(SumcheckError) {
        let shape = ProofShape(system, statement)
        guard bytes.count == shape.size else {
            throw .wrongLength(expected: shape.size, actual: bytes.count)
        }
        var reader = ProofReader<Scheme>(bytes: bytes)
        input = try reader.commitments(shape.input)
        output = try reader.commitments(shape.output)
        trace = try reader.commitments(shape.trace)
        inverses = try reader.commitments(shape.inverses)
        let mask1 = statement.hiding ? try reader.commitment() : nil
        firstRounds = []
        for round in 0..<shape.firstRounds {
            firstRounds.append(try reader.elements(round == 0 ? 4 : 3))
        }
        columns = nil
        if let mask1 {
            columns = HiddenColumns(
                mask1: mask1, left: try reader.commitment(), right: try reader.commitment(),
                mask2: try reader.commitment())
        }
        values = try reader.elements(shape.values)
        secondRounds = []
        for round in 0..<shape.secondRounds {
            secondRounds.append(try reader.elements(round == 0 ? 3 : 2))
        }
        closing = try Scheme.closing(
            encoded: bytes[reader.offset...], hiding: statement.hiding, offset: reader.offset)
    }
}

/// How much of everything a proof has.
public struct ProofShape<Scheme: RowScheme>: Sendable {
    let input: Int
    let output: Int
    let trace: Int
    let inverses: Int
    let firstRounds: Int
    let secondRounds: Int
    let values: Int
    let hiding: Bool

    /// The shape of proofs of `statement`.
    public init(_ system: RelationSystem, _ statement: ProofStatement<Scheme>) {
        let layout = system.layout
        input = statement.input == .secret ? layout.rowRange(of: .input).count : 0
        output = statement.output == .secret ? layout.rowRange(of: .output).count : 0
        trace = layout.rowRange(of: .trace).count
        inverses = layout.rowRange(of: .inverse).count
        firstRounds = system.firstSumVariables
        secondRounds = layout.bits
        hiding = statement.hiding
        values = hiding ? 0 : 2 * system.productCount + 1
    }

    /// The bytes of a proof.
    public var size: Int {
        let commitments = input + output + trace + inverses + (hiding ? 4 : 0)
        let elements =
            3 * firstRounds + min(firstRounds, 1) + values + 2 * secondRounds + min(secondRounds, 1)
        return commitments * Scheme.commitmentSize + elements * Scheme.Scalar.encodedCount
            + Scheme.closingSize(hiding: hiding)
    }
}

/// Reads a proof whose length was checked.
private struct ProofReader<Scheme: RowScheme> {
    let bytes: Bytes
    var offset = 0

    init(bytes: Bytes) { self.bytes = bytes }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    mutating func commitment() throws(SumcheckError) -> Scheme.Commitment {
        let start = offset
        guard let commitment = Scheme.commitment(encoded: take(Scheme.commitmentSize)) else {
            throw .wrongCommitment(offset: start)
        }
        return commitment
    }

    mutating func commitments(_ count: Int) throws(SumcheckError) -> [Scheme.Commitment] {
        var commitments: [Scheme.Commitment] = []
        for _ in 0..<count { commitments.append(try commitment()) }
        return commitments
    }

    mutating func elements(_ count: Int) throws(SumcheckError) -> [Scheme.Scalar] {
        var elements: [Scheme.Scalar] = []
        for _ in 0..<count {
            let start = offset
            guard let element = Scheme.Scalar(encoded: take(Scheme.Scalar.encodedCount)) else {
                throw .wrongElement(offset: start)
            }
            elements.append(element)
        }
        return elements
    }
}
