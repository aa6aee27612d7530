// What a prover of the native profile keeps for a circuit: the fixed columns and the permutation as
// coefficients, and their values on the cosets on which the quotient is computed.

public import Commitments
import Fields
import Parallel
public import Plonkish
import Polynomials

/// A circuit's key for provers.
public struct NativeProvingKey: Sendable {
    /// The circuit.
    public let table: CircuitTable
    /// The public part.
    public let key: NativeKey
    /// The string that the key was made from.
    public let reference: StructuredReferenceString
    /// f_0 …, s_0 …: coefficients.
    let columns: [[Fr]]
    /// The values of s_j in the rows.
    let permutation: [[Fr]]
    /// For each coset, the values of the columns there.
    let cosetColumns: [[[Fr]]]
    /// Transforms of n values.
    let transform: NumberTheoreticTransform
    /// What the rows are multiplied by on each coset.
    let shifts: [Fr]

    /// Makes a key from a circuit. Takes a commitment for each fixed column and each column of the
    /// prover, and keeps (pieces + 1) · columns · n scalars.
    ///
    /// - Throws: ``NativeError/tooFewPowers(needed:available:)``.
    public init(
        table: CircuitTable, reference: StructuredReferenceString, threads: Int = 1
    ) throws(NativeError) {
        let shape = table.shape
        guard let transform = NumberTheoreticTransform(log2Size: shape.log2Rows) else {
            preconditionFailure("a table's rows are roots of unity")
        }
        let needed = NativeProvingKey.powersNeeded(shape)
        guard reference.powers.count >= needed else {
            throw .tooFewPowers(needed: needed, available: reference.powers.count)
        }
        self.table = table
        self.reference = reference
        self.transform = transform
        let permutation = NativeProvingKey.permutationColumns(table, transform.domain)
        let shifts = QuotientDomain.shifts(shape)
        let given = table.fixed + permutation
        let columns = mapInParallel(given.count, threads: threads) { index in
            var column = given[index]
            transform.interpolate(&column)
            return column
        }
        var commitments: [G1Affine] = []
        for column in columns {
            commitments.append(try reference.commit(column, threads: threads))
        }
        cosetColumns = shifts.map { shift in
            mapInParallel(columns.count, threads: threads) { index in
                var values = columns[index]
                transform.evaluate(&values, onCosetOf: shift)
                return values
            }
        }
        self.permutation = permutation
        self.shifts = shifts
        self.columns = columns
        key = try NativeKey(
            shape: shape, fixed: Array(commitments.prefix(shape.fixedCount)),
            permutation: Array(commitments.suffix(shape.adviceCount)), tauG2: reference.tauG2,
            isUnsafe: reference.isUnsafe)
    }

    /// Powers of tau that a proof about a table of shape `shape` needs: running columns have three
    /// coefficients more than rows.
    public static func powersNeeded(_ shape: TableShape) -> Int { shape.rows + 3 }

    /// s_j in the rows: 5^j' w^i' where cell (j, i) maps to (j', i').
    private static func permutationColumns(
        _ table: CircuitTable, _ domain: EvaluationDomain
    ) -> [[Fr]] {
        let rows = table.shape.rows
        let roots = ScalarVectors(threads: 1).powers(of: domain.root, from: Fr.one, count: rows)
        let factors = table.shape.columnFactors
        return (0..<table.shape.adviceCount).map { column in
            (0..<rows).map { row in
                let image = table.cell(Int(table.permutation[column * rows + row]))
                return factors[image.column] * roots[image.row]
            }
        }
    }
}

extension StructuredReferenceString {
    /// The commitment to `coefficients`.
    func commit(_ coefficients: [Fr], threads: Int) throws(NativeError) -> G1Affine {
        guard coefficients.count <= powers.count else {
            throw .tooFewPowers(needed: coefficients.count, available: powers.count)
        }
        return MultiScalar.g1(
            powers.span.extracting(0..<coefficients.count), coefficients.span, threads: threads
        ).affine
    }
}
