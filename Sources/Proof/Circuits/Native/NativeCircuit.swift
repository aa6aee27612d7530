// A circuit laid out in a table of the native profile. Rows from the top: public signals, gates in
// their order, exposed values. Equal wires are copies of each other.
//
// The fixed columns, of which those that nothing needs are left out:
//
//     0 … 6   p0 … p6, shared by all gates
//     then    arithmetic's selector, if there are other gates, and each other gate's
//     then    for each of the cells a, b, c that a range is looked up in: its selector
//     then    the selector of tuples, and the number of the table
//     then    the table: with tuples its number (0: ranges), then the values

public import Fields
public import Plonkish

/// A circuit in rows and columns, and where its wires stand.
public struct NativeCircuit: Sendable {
    /// The table to be proven.
    public let table: CircuitTable
    /// For each column, the wire in each row; `UInt32.max` where none stands.
    let cells: [[UInt32]]
    /// Sums of wires that got wires of their own, numbered behind the circuit's.
    let additions: [LinearCombination]
    /// For each row in use, the number of the gate it is for; -1 for public signals and claims.
    let rowGates: [Int]
    /// The circuit's public wires.
    let publicWires: [UInt32]

    /// Rows in use.
    public var usedRows: Int { rowGates.count }

    /// The prover's columns, from a witness of the circuit.
    public func advice(_ witness: [Fr]) -> [[Fr]] {
        var values = witness
        values.reserveCapacity(witness.count + additions.count)
        for addition in additions { values.append(addition.value(values)) }
        return cells.map { column in
            column.map { $0 == UInt32.max ? Fr.zero : values[Int($0)] }
        }
    }

    /// The number of the circuit's gate that row `row` is for; `nil` for rows of public signals and
    /// claims, and rows that are not in use.
    public func gate(ofRow row: Int) -> Int? {
        guard rowGates.indices.contains(row), rowGates[row] >= 0 else { return nil }
        return rowGates[row]
    }
}

extension Circuit {
    /// This circuit as a table.
    ///
    /// - Throws: ``NativeError/malformedKey(_:)`` when it is larger than a table can be.
    public func nativeCircuit() throws(NativeError) -> NativeCircuit {
        var layout = TableLayout(self)
        return try layout.finish()
    }
}
