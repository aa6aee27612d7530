// Checking blocks of rows on a witness, without laying the table out.

import Fields
import Plonkish

extension Circuit {
    /// What is wrong with a block of rows under `witness`; `nil` when it holds.
    func finding(_ rows: [TableRow], _ witness: [Fr]) -> String? {
        for (index, row) in rows.enumerated() {
            let next = index + 1 < rows.count ? rows[index + 1] : nil
            let name = row.gate.map { customGates[$0].name } ?? "arithmetic"
            let identities =
                row.gate.map { customGates[$0].identities } ?? [TableRow.arithmeticIdentity]
            for identity in identities {
                let value = identity.value { row.value($0, next, witness) }
                if !value.isZero { return "row \(index), \(name), is \(shortened(value)), not 0" }
            }
            if let finding = lookupFinding(row, index, witness) { return finding }
        }
        return nil
    }

    private func lookupFinding(_ row: TableRow, _ index: Int, _ witness: [Fr]) -> String? {
        for (cell, isRange) in row.ranges.enumerated() where isRange {
            let value = row.cell(cell, witness)
            if value.canonical.bitWidth > rangeBits {
                return "row \(index): \(shortened(value)) is not below 2^\(rangeBits)"
            }
        }
        guard let place = row.table else { return nil }
        let table = tables[place]
        let tuple = (0..<table.width).map { row.cell($0, witness) }
        if tableIndices[place].row(of: tuple) != nil { return nil }
        let text = tuple.map { shortened($0) }.joined(separator: ", ")
        return "row \(index): (\(text)) is not in table '\(table.name)'"
    }
}

extension TableRow {
    /// The value in cell `index`; zero where no wire stands.
    func cell(_ index: Int, _ witness: [Fr]) -> Fr {
        cells[index].map { witness[Int($0)] } ?? Fr.zero
    }

    /// What an identity asks for.
    fileprivate func value(_ query: ColumnQuery, _ next: TableRow?, _ witness: [Fr]) -> Fr {
        switch query.kind {
        case .fixed: parameters[query.column]
        case .advice: cell(query.column, witness)
        case .next: next?.cell(query.column, witness) ?? Fr.zero
        case .instance: Fr.zero
        }
    }

    /// Whether `identities` ask, with this row's parameters, only for cells that wires stand in, so
    /// that nothing is left to the prover.
    func isFilled(_ identities: [GatePolynomial], _ next: TableRow?) -> Bool {
        for product in identities.flatMap(\.products) {
            let isOff = product.factors.contains {
                $0.kind == .fixed && parameters[$0.column].isZero
            }
            if isOff { continue }
            for factor in product.factors {
                switch factor.kind {
                case .fixed: continue
                case .advice where cells[factor.column] == nil: return false
                case .next where next?.cells[factor.column] == nil: return false
                case .instance: return false
                case .advice, .next: continue
                }
            }
        }
        return true
    }
}
