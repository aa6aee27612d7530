// What verifying costs, counted before anything is verified: relations come from programs that
// anybody writes, and a window of many places over many more is a few bytes of a program. The unit
// is a multiplication in the field, some 30 ns; a count is a little above what is measured.

import Fields

/// Work that may be spent on what somebody else wrote. It is spent before it is done.
public struct WorkBudget: Equatable, Sendable {
    /// Most work.
    public let limit: Int
    /// The work so far; one more than the limit once that was not enough.
    public private(set) var spent = 0

    /// A budget of `limit`, which is not negative and at most 2^62.
    public init(limit: Int) { self.limit = min(max(limit, 0), 1 << 62) }

    /// Spends `work`.
    ///
    /// - Throws: `tooMuchWork` when there is less left.
    public mutating func spend(_ work: Int) throws(SumcheckError) {
        guard spent <= limit, work <= limit - spent else {
            spent = limit + 1
            throw .tooMuchWork(limit: limit)
        }
        spent += work
    }
}

extension RelationSystem {
    /// Field multiplications of verifying a proof, about, without the group's: for each view the
    /// places that each of its maps reaches and the extents that it reaches them in, the entries of
    /// tables, matrices and factors, the length of a row and the number of all possible rows.
    public var verificationWork: Int {
        var work = SaturatingCount()
        for relation in relations { work.add(relation, tensors) }
        for lookup in lookups { work.add(lookup, tensors) }
        for table in tables { work.add(table) }
        work.add(1 << layout.rowBits, times: 4)
        work.add(1 << (layout.bits - layout.rowBits))
        return work.count
    }
}

extension RelationBuilder {
    /// How much of a builder was counted.
    public struct Mark: Sendable {
        fileprivate var tensors = 0, relations = 0, lookups = 0, tables = 0

        /// Nothing yet.
        public init() {}
    }

    /// The part of ``RelationSystem/verificationWork`` that is due to what was added since `mark`,
    /// which moves to the end, and something for each tensor; and the numbers that it consists of,
    /// about: what it takes in memory and in digests.
    public func work(since mark: inout Mark) -> (steps: Int, numbers: Int) {
        let numbers = numbers(since: mark)
        var work = SaturatingCount()
        for relation in relations[mark.relations...] { work.add(relation, tensors) }
        for lookup in lookups[mark.lookups...] { work.add(lookup, tensors) }
        for table in tables[mark.tables...] { work.add(table) }
        work.add(tensors.count - mark.tensors, times: SaturatingCount.tensorWork)
        mark.tensors = tensors.count
        mark.relations = relations.count
        mark.lookups = lookups.count
        mark.tables = tables.count
        return (work.count, numbers)
    }

    private func numbers(since mark: Mark) -> Int {
        var numbers = SaturatingCount()
        for relation in relations[mark.relations...] {
            for term in relation.products {
                numbers.add(term.left.addends.count, times: SaturatingCount.viewNumbers)
                numbers.add(term.right.addends.count, times: SaturatingCount.viewNumbers)
                for scale in term.scales { numbers.add(scale.values.count) }
            }
            numbers.add(relation.linears.count, times: SaturatingCount.viewNumbers)
            for term in relation.linears {
                for scale in term.scales { numbers.add(scale.values.count) }
                numbers.add(term.matrix?.entries.count ?? 0, times: 2)
            }
            for term in relation.constants {
                for scale in term.scales { numbers.add(scale.values.count) }
            }
        }
        for table in tables[mark.tables...] { numbers.add(table.count, times: table.columns.count) }
        return numbers.count
    }
}

/// A count that stops at the largest integer.
private struct SaturatingCount {
    /// What a tensor takes in the layout and in digests.
    static let tensorWork = 64
    /// What a sum of eq below a bound takes: five multiplications for each bit of an index.
    static let sumWork = 5 * RelationSystem.maximumBits
    /// What a view takes, however small: its address, and the axes that it does not depend on.
    static let viewWork = 48
    /// Numbers that a view consists of, about.
    static let viewNumbers = 16
    private(set) var count = 0

    mutating func add(_ number: Int, times factor: Int = 1) {
        let (product, overflows) = number.multipliedReportingOverflow(by: factor)
        let (sum, overflowsToo) = count.addingReportingOverflow(product)
        count = overflows || overflowsToo ? .max : sum
    }

    mutating func add(_ relation: IntegerRelation, _ tensors: [TensorDeclaration]) {
        add(SaturatingCount.viewWork)
        for term in relation.products {
            let addends = term.left.addends + term.right.addends
            for addend in addends { add(addend.view, axes: relation.axes, tensors) }
            // Factors along axes that a view does not depend on are summed for each view.
            for scale in term.scales { add(scale.values.count, times: 4 * (addends.count + 1)) }
        }
        for term in relation.linears {
            add(term.view, axes: relation.axes, tensors)
            for scale in term.scales { add(scale.values.count, times: 4) }
            if let matrix = term.matrix {
                add(matrix.entries.count)
                add(relation.axes[matrix.row])
                add(relation.axes[matrix.column])
            }
        }
        for term in relation.constants {
            for scale in term.scales { add(scale.values.count) }
            for (map, extent) in zip(term.inside?.maps ?? [], term.inside?.extents ?? []) {
                add(map, axes: relation.axes, extent: extent)
            }
        }
    }

    mutating func add(_ lookup: Lookup, _ tensors: [TensorDeclaration]) {
        // The inverses are seen twice: as an argument, and in the sum of all.
        add(SaturatingCount.viewWork, times: 3)
        for argument in lookup.arguments {
            for addend in argument.addends { add(addend.view, axes: lookup.axes, tensors) }
        }
    }

    mutating func add(_ table: LookupTable) { add(table.count, times: table.columns.count + 2) }

    mutating func add(_ view: View, axes: [Int], _ tensors: [TensorDeclaration]) {
        add(SaturatingCount.viewWork)
        for (map, extent) in zip(view.maps, tensors[view.tensor].extents) {
            add(map, axes: axes, extent: extent)
        }
    }

    mutating func add(_ map: AxisMap, axes: [Int], extent: Int) {
        // The same index on both sides: a sum below a bound, of some operations for each bit.
        if map.terms.count == 1, map.offset == 0, map.terms[0].stride == 1,
            bitWidth(of: axes[map.terms[0].axis]) == bitWidth(of: extent)
        {
            add(SaturatingCount.sumWork)
            return
        }
        var places = SaturatingCount()
        places.add(1)
        for term in map.terms {
            let before = places.count
            places = SaturatingCount()
            places.add(before, times: axes[term.axis])
        }
        add(places.count)
        add(extent)
    }
}
