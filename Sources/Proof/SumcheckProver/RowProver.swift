// The commitment scheme of a proof as its prover uses it (Documentation/zkml.md, section 11).

public import Sumcheck

/// The values of a row, or of a column, up to the last that may differ from zero.
public enum RowValues<F: ProverField>: Sendable {
    /// Integers of 8 bits without sign.
    case bytes(ArraySlice<UInt8>)
    /// Integers of 8 bits with sign, in two's complement.
    case signedBytes(ArraySlice<UInt8>)
    /// Integers.
    case integers([Int64])
    /// Field elements.
    case elements(ArraySlice<F>)
}

/// The columns of a proof that hides, with their blinding factors.
public struct ColumnValues<F: ProverField>: Sendable {
    /// The values of the cells, the others being zero.
    public var mask1: [F], left: [F], right: [F], mask2: [F]
    /// The factors of Z and, for `left`, of X Z.
    public var mask1Blinder: F, leftBlinders: [F], rightBlinder: F, mask2Blinder: F
}

/// A commitment scheme for rows, as a prover uses it. Blinding factors are the caller's.
public protocol RowProver: Sendable {
    /// The scheme.
    associatedtype Scheme: RowScheme where Scheme.Scalar: ProverField
    /// What is worked out of a row of bytes once, for commitments to it and to what tables give for
    /// it.
    associatedtype ByteSums: Sendable

    /// What the verifier uses.
    var scheme: Scheme { get }
    /// Commitments to rows, each with its blinding factor.
    func commit(
        _ rows: [RowValues<Scheme.Scalar>], blinders: [Scheme.Scalar], threads: Int
    ) -> [Scheme.Commitment]
    /// What commitments to tables of rows of bytes are made of.
    func byteSums(_ rows: [ArraySlice<UInt8>], threads: Int) -> [ByteSums]
    /// Commitments to rows whose values are table[byte], for a table of 256 elements each.
    func commit(
        _ rows: [(sums: ByteSums, table: [Scheme.Scalar])], blinders: [Scheme.Scalar],
        threads: Int
    ) -> [Scheme.Commitment]
    /// The commitment to a column, whose blinding factors are of Z, X Z, ….
    func commit(column: [Scheme.Scalar], blinders: [Scheme.Scalar]) -> Scheme.Commitment
    /// The closing argument for a claim that holds: `row` is the folded row and `rowBlinder` its
    /// blinding factor. `random` gives the blinding factors of the argument.
    func close(
        _ claim: ClosingClaim<Scheme.Scalar>, row: [Scheme.Scalar], rowBlinder: Scheme.Scalar,
        columns: ColumnValues<Scheme.Scalar>?, transcript: inout SumcheckTranscript, threads: Int,
        random: () -> Scheme.Scalar
    ) throws(SumcheckError) -> Scheme.Closing
}
