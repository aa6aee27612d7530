// Tables and what is looked up in them. All lookups of a system are one argument (Haböck,
// "Multivariate lookups based on logarithmic derivatives", 2022): with β, κ, and the rows of a
// table folded to t_j = id + Σ κ^(c+1) column_c(j), looked-up rows f_i likewise, every row is in
// its table exactly when
//
//     Σ_i 1 / (β + f_i) = Σ_j m_j / (β + t_j)
//
// for numbers m_j fixed before β, unless β is one of few. Inverses are tensors of their own, and
// relations say that they are inverses.

import Fields

/// A public table: its rows are what may be looked up.
public struct LookupTable: Equatable, Sendable {
    /// What the table is called in messages.
    public var name: String
    /// The columns, of one length.
    public var columns: [[Int64]]

    /// The table of `columns`.
    public init(_ name: String, columns: [[Int64]]) {
        self.name = name
        self.columns = columns
    }

    /// The number of rows.
    public var count: Int { columns.first?.count ?? 0 }
}

/// For all indices of `axes`, the arguments are a row of a table.
public struct Lookup: Equatable, Sendable {
    /// What the lookup is called in messages.
    public var name: String
    /// The table's number.
    public var table: Int
    /// Extents of the axes.
    public var axes: [Int]
    /// What is looked up in each column.
    public var arguments: [Argument<Int128>]

    /// The rows `arguments` of the table numbered `table`.
    public init(_ name: String, table: Int, axes: [Int], arguments: [Argument<Int128>]) {
        self.name = name
        self.table = table
        self.axes = axes
        self.arguments = arguments
    }
}

/// A lookup with the tensor of its inverses.
struct BoundLookup: Equatable, Sendable {
    var lookup: Lookup
    /// The tensor of 1/(β + f_i), with the lookup's axes.
    var inverse: Int
}

/// A table with the tensors of its multiplicities and of m_j/(β + t_j), one axis each.
struct BoundTable: Equatable, Sendable {
    var table: LookupTable
    var multiplicity: Int
    var inverse: Int
}

extension RelationSystem {
    /// The relations that make the lookup argument of the challenges.
    func lookupRelations<F: SumcheckField>(beta: F, kappa: F) -> [Relation<F>] {
        var relations: [Relation<F>] = []
        var total = Relation<F>("sum of inverses", free: [])
        func addToTotal(_ tensor: Int, _ sign: F) {
            let extents = tensors[tensor].extents
            let axes = extents.indices.map { total.axes.count + $0 }
            total.axes += extents
            total.linears.append(
                LinearTerm(sign, View(tensor, axes.map { .same($0) }), summed: axes))
        }
        for bound in boundLookups {
            let lookup = bound.lookup
            let axes = lookup.axes.indices.map { AxisMap.same($0) }
            relations.append(
                Relation(
                    lookup.name, free: lookup.axes,
                    products: [
                        ProductTerm(
                            F.one,
                            Argument([Addend(F.one, View(bound.inverse, axes))], constant: F.zero),
                            folded(lookup, beta: beta, kappa: kappa))
                    ], constants: [ConstantTerm(-F.one)]))
            addToTotal(bound.inverse, F.one)
        }
        for (index, bound) in boundTables.enumerated() {
            let rows = foldedRows(index, beta: beta, kappa: kappa)
            relations.append(
                Relation(
                    bound.table.name, free: [rows.count],
                    linears: [
                        LinearTerm(
                            F.one, View(bound.inverse, [.same(0)]),
                            scales: [Scale(axis: 0, values: rows)]),
                        LinearTerm(-F.one, View(bound.multiplicity, [.same(0)])),
                    ]))
            addToTotal(bound.inverse, -F.one)
        }
        if !boundLookups.isEmpty { relations.append(total) }
        return relations
    }

    /// β + id + Σ κ^(c+1) argument_c.
    func folded<F: SumcheckField>(_ lookup: Lookup, beta: F, kappa: F) -> Argument<F> {
        var sum = Argument<F>([], constant: beta + F(Int128(lookup.table)))
        var power = F.one
        for argument in lookup.arguments {
            power = power * kappa
            sum.constant += power * F(argument.constant)
            for addend in argument.addends {
                sum.addends.append(Addend(power * F(addend.coefficient), addend.view))
            }
        }
        return sum
    }

    /// β + t_j for every row of the table numbered `table`.
    @specialized(where F == Fr)
    public func foldedRows<F: SumcheckField>(_ table: Int, beta: F, kappa: F) -> [F] {
        let columns = boundTables[table].table.columns
        var rows = [F](repeating: beta + F(Int128(table)), count: boundTables[table].table.count)
        var power = F.one
        for column in columns {
            power = power * kappa
            for index in rows.indices { rows[index] += power * F(Int128(column[index])) }
        }
        return rows
    }
}
