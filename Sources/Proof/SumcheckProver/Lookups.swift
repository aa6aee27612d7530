// The prover's part of the lookup argument: which rows are looked up, how often each, and the
// inverses. Limbs go by a table of 256 inverses; other rows are found by their integers.

import Fields
import Sumcheck

extension Witness {
    /// The number of the table's row that each index of a lookup looks up, in row-major order.
    func rows(of lookup: Lookup) throws(SumcheckError) -> [Int] {
        let table = system.tables[lookup.table]
        var numbers: [[Int64]: Int] = [:]
        numbers.reserveCapacity(table.count)
        for row in (0..<table.count).reversed() { numbers[table.columns.map { $0[row] }] = row }
        var rows: [Int] = []
        let count = lookup.axes.reduce(1, *)
        rows.reserveCapacity(count)
        var index = [Int](repeating: 0, count: lookup.axes.count)
        for number in 0..<count {
            let values = lookup.arguments.map { integer($0, index) }
            guard let row = numbers[values] else {
                throw .brokenRelation(lookup.name, index: number)
            }
            rows.append(row)
            var axis = index.count - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < lookup.axes[axis] { break }
                index[axis] = 0
                axis -= 1
            }
        }
        return rows
    }

    private func integer(_ argument: Argument<Int128>, _ index: [Int]) -> Int64 {
        var sum = argument.constant
        for addend in argument.addends {
            guard let place = place(of: addend.view, index) else { continue }
            sum += addend.coefficient * Int128(integer(addend.view.tensor, place))
        }
        return Int64(clamping: sum)
    }

    /// The bytes of the region that a lookup ranges over, if it is one of a region.
    func region(of lookup: Lookup) -> [UInt8]? {
        guard lookup.arguments.count == 1, lookup.arguments[0].addends.count == 1,
            let addend = lookup.arguments[0].addends.first, addend.coefficient == 1,
            addend.view.tensor >= system.declaredCount,
            case .bytes(let bytes) = items[homes[addend.view.tensor].item]
        else { return nil }
        return bytes
    }

    /// Fills in the multiplicities of all tables; the rows that each lookup looks up, `nil` for
    /// those of regions.
    mutating func countLookups() throws(SumcheckError) -> [[Int]?] {
        var counts = system.tables.map { [Int64](repeating: 0, count: $0.count) }
        var all: [[Int]?] = []
        for lookup in system.lookups {
            if let bytes = region(of: lookup) {
                var histogram = [Int64](repeating: 0, count: 256)
                for byte in bytes { histogram[Int(byte)] += 1 }
                for (value, count) in histogram.enumerated() where count > 0 {
                    guard value < counts[lookup.table].count else {
                        throw .brokenRelation(lookup.name, index: value)
                    }
                    counts[lookup.table][value] += count
                }
                all.append(nil)
            } else {
                let rows = try rows(of: lookup)
                for row in rows { counts[lookup.table][row] += 1 }
                all.append(rows)
            }
        }
        for (tensor, count) in zip(system.multiplicities, counts) { set(tensor, to: count) }
        return all
    }

    /// Fills in the inverses for the challenges.
    mutating func invertLookups(
        _ rowsOfLookups: [[Int]?], beta: F, kappa: F, threads: Int
    ) throws(SumcheckError) {
        var inverses: [[F]] = []
        for table in system.tables.indices {
            var rows: [F] = system.foldedRows(table, beta: beta, kappa: kappa)
            guard !rows.contains(where: \.isZero) else { throw .unusableChallenge }
            F.invertAll(&rows, threads: threads)
            inverses.append(rows)
        }
        for (number, lookup) in system.lookups.enumerated() {
            let table = inverses[lookup.table]
            let tensor = system.lookupInverses[number]
            if let bytes = region(of: lookup) {
                // What no range has is given its inverse too: such a proof is refused for its sum.
                var all = table
                if let top = bytes.max(), Int(top) >= table.count {
                    var folded = (table.count...Int(top)).map {
                        beta + F(Int128(lookup.table)) + kappa * F(Int128($0))
                    }
                    F.invertAll(&folded, threads: threads)
                    all += folded
                }
                items[homes[tensor].item] = .elements(bytes.map { all[Int($0)] })
                let region = lookup.arguments[0].addends[0].view.tensor
                all += [F](repeating: F.zero, count: 256 - all.count)
                regionInverses.append((region, tensor, all))
            } else if let rows = rowsOfLookups[number] {
                setElements(tensor, rows.map { table[$0] })
            }
        }
        for (table, tensor) in system.tableInverses.enumerated() {
            let multiplicity = system.multiplicities[table]
            setElements(
                tensor,
                inverses[table].indices.map {
                    inverses[table][$0] * F(Int128(integer(multiplicity, $0)))
                })
        }
    }

    mutating func setElements(_ tensor: Int, _ values: [F]) {
        let declaration = system.tensors[tensor]
        let (item, offset) = homes[tensor]
        guard case .elements(var elements) = items[item] else { return }
        items[item] = .elements([])
        declaration.forEachPlace { elements[offset + $1] = values[$0] }
        items[item] = .elements(elements)
    }
}
