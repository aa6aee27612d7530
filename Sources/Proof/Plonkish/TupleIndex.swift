// Finding rows by what stands in them: rows sorted by their tuples, searched by halves.

public import Fields

/// The rows of some columns, found by their tuples.
public struct TupleIndex: Sendable {
    private let columns: [[Fr]]
    /// Rows by their tuples; of equal rows the first first.
    private let order: [Int]

    /// Sorts the rows of `columns`, which all have the same count.
    public init(_ columns: [[Fr]]) {
        self.columns = columns
        order = (columns.first?.indices ?? 0..<0).sorted { left, right in
            for column in columns where column[left] != column[right] {
                return precedes(column[left], column[right])
            }
            return left < right
        }
    }

    /// The first row with the tuple `tuple`, which has a value for each column; `nil` for none.
    public func row(of tuple: [Fr]) -> Int? {
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(order[middle], tuple) { low = middle + 1 } else { high = middle }
        }
        guard low < order.count, isEqual(order[low], tuple) else { return nil }
        return order[low]
    }

    private func isBefore(_ row: Int, _ tuple: [Fr]) -> Bool {
        for (column, value) in zip(columns, tuple) where column[row] != value {
            return precedes(column[row], value)
        }
        return false
    }

    private func isEqual(_ row: Int, _ tuple: [Fr]) -> Bool {
        zip(columns, tuple).allSatisfy { $0[row] == $1 }
    }
}

/// An order of the field, any: that of the numbers in memory.
private func precedes(_ left: Fr, _ right: Fr) -> Bool { left.montgomery < right.montgomery }
