// What a relation system must be before anything is computed from it: numbers that exist, sizes
// within limits, and views whose value factors by axes.

/// Limits of a system. They bound what a verifier computes, whatever a system says.
enum SystemLimits {
    /// The logarithm of the number of elements that a relation runs over.
    static let relationBits = 40
    /// Steps and offsets of an axis map.
    static let step: UInt = 1 << 30
    /// Entries of a public matrix.
    static let matrixEntries = 1 << 20
}

extension TensorDeclaration {
    var isAcceptable: Bool {
        guard !extents.isEmpty, extents.count <= 8,
            extents.allSatisfy({ $0 >= 1 && $0 <= 1 << RelationSystem.maximumBits }),
            bits <= RelationSystem.maximumBits, tensorClass != .inverse
        else { return false }
        if case .limb(let width) = element {
            return (1...8).contains(width) && tensorClass == .trace
        }
        return element != .field || tensorClass == .trace
    }
}

extension LookupTable {
    func check() throws(SumcheckError) {
        guard let rows = columns.first?.count, rows >= 1, rows <= 1 << 20, columns.count <= 4,
            columns.allSatisfy({ $0.count == rows })
        else { throw .wrongRelation("table \(name) has no rows, or columns of several lengths") }
    }
}

extension Lookup {
    func check(
        _ tensors: [TensorDeclaration], _ tables: [LookupTable]
    ) throws(SumcheckError) {
        guard tables.indices.contains(table), arguments.count == tables[table].columns.count,
            axes.allSatisfy({ $0 >= 1 }), axes.map(bitWidth(of:)).reduce(0, +) <= 28, !axes.isEmpty
        else { throw .wrongRelation("lookup \(name) does not fit its table") }
        for argument in arguments {
            for addend in argument.addends {
                guard addend.view.fits(tensors, extents: axes, allowed: Array(axes.indices)) else {
                    throw .wrongView(relation: name)
                }
            }
        }
    }
}

extension Relation where Coefficient == Int128 {
    func check(_ tensors: [TensorDeclaration]) throws(SumcheckError) {
        guard freeCount >= 0, freeCount <= axes.count, axes.count <= 16,
            axes.allSatisfy({ $0 >= 1 && $0 <= 1 << RelationSystem.maximumBits }),
            axisBits.reduce(0, +) <= SystemLimits.relationBits
        else { throw .wrongRelation("\(name) has wrong axes") }
        for term in products {
            let allowed = try allowedAxes(term.summed)
            try check(term.scales, allowed)
            for addend in term.left.addends + term.right.addends {
                guard addend.view.fits(tensors, extents: axes, allowed: allowed) else {
                    throw .wrongView(relation: name)
                }
            }
            let variables = allowed.filter {
                term.summed.contains($0) || (term.left.mentions($0) && term.right.mentions($0))
            }
            guard variables.reduce(0, { $0 + axisBits[$1] }) <= RelationSystem.maximumBits else {
                throw .wrongRelation("a product of \(name) runs over too many indices")
            }
        }
        for term in linears {
            let allowed = try allowedAxes(term.summed)
            try check(term.scales, allowed)
            guard term.view.fits(tensors, extents: axes, allowed: allowed) else {
                throw .wrongView(relation: name)
            }
            if let matrix = term.matrix { try check(matrix, term) }
        }
        for term in constants {
            let allowed = try allowedAxes([])
            try check(term.scales, allowed)
            if let inside = term.inside {
                guard inside.maps.areAcceptable(inside.extents, axes: axes, allowed: allowed) else {
                    throw .wrongView(relation: name)
                }
            }
        }
    }

    /// The free axes and `summed`, which are others, each once.
    private func allowedAxes(_ summed: [Int]) throws(SumcheckError) -> [Int] {
        guard summed.allSatisfy({ $0 >= freeCount && $0 < axes.count }), isDistinct(summed) else {
            throw .wrongRelation("\(name) sums over an axis that is free, absent or named twice")
        }
        return Array(0..<freeCount) + summed
    }

    /// The matrix takes the place of its free axis, so that nothing else of the term depends on it.
    private func check(
        _ matrix: PublicMatrix<Int128>, _ term: LinearTerm<Int128>
    ) throws(SumcheckError) {
        guard matrix.row >= 0, matrix.row < freeCount, term.summed.contains(matrix.column),
            !term.view.mentions(matrix.row),
            term.scales.allSatisfy({ $0.axis != matrix.row && $0.axis != matrix.column }),
            matrix.entries.count <= SystemLimits.matrixEntries,
            matrix.entries.allSatisfy({
                $0.row >= 0 && $0.row < axes[matrix.row] && $0.column >= 0
                    && $0.column < axes[matrix.column]
            })
        else { throw .wrongRelation("\(name) has a matrix that does not fit its axes") }
    }

    private func check(
        _ scales: [Scale<Int128>], _ allowed: [Int]
    ) throws(SumcheckError) {
        guard isDistinct(scales.map(\.axis)),
            scales.allSatisfy({ allowed.contains($0.axis) && $0.values.count == axes[$0.axis] })
        else { throw .wrongRelation("\(name) has factors that do not fit their axis") }
    }
}

extension View {
    /// Whether the view is of a tensor that is there, by maps of allowed axes, each used once.
    func fits(_ tensors: [TensorDeclaration], extents: [Int], allowed: [Int]) -> Bool {
        guard tensors.indices.contains(tensor) else { return false }
        return maps.areAcceptable(tensors[tensor].extents, axes: extents, allowed: allowed)
    }
}

extension [AxisMap] {
    /// Whether there is a map for each axis of `extents`, of allowed axes, each used once.
    func areAcceptable(_ extents: [Int], axes: [Int], allowed: [Int]) -> Bool {
        let used = flatMap { $0.terms.map(\.axis) }
        guard count == extents.count, isDistinct(used),
            used.allSatisfy({ allowed.contains($0) }),
            extents.allSatisfy({ $0 >= 1 && $0 <= 1 << RelationSystem.maximumBits })
        else { return false }
        for map in self {
            guard map.offset.magnitude <= SystemLimits.step,
                map.terms.allSatisfy({ $0.stride != 0 && $0.stride.magnitude <= SystemLimits.step })
            else { return false }
            if map.terms.count > 1 {
                let bits = map.terms.reduce(0) { $0 + bitWidth(of: axes[$1.axis]) }
                guard bits <= 22 else { return false }
            }
        }
        return true
    }
}

private func isDistinct(_ values: [Int]) -> Bool {
    let sorted = values.sorted()
    return zip(sorted, sorted.dropFirst()).allSatisfy { $0 < $1 }
}
