// What verifying costs, counted before anything is verified: relations come from programs that
// anybody writes, and a window of many places over many more is a few bytes of a program.

import Fields

extension RelationSystem {
    /// Field multiplications of verifying a proof, about, without the group's: for each view the
    /// places that each of its maps reaches and the extents that it reaches them in, the entries of
    /// tables, matrices and factors, the length of a row and the number of all possible rows.
    public var verificationWork: Int {
        var work = SaturatingCount()
        for relation in relations {
            for term in relation.products {
                for addend in term.left.addends + term.right.addends {
                    work.add(addend.view, axes: relation.axes, tensors)
                }
                for scale in term.scales { work.add(scale.values.count) }
            }
            for term in relation.linears {
                work.add(term.view, axes: relation.axes, tensors)
                for scale in term.scales { work.add(scale.values.count) }
                work.add(term.matrix?.entries.count ?? 0)
            }
            for term in relation.constants {
                for scale in term.scales { work.add(scale.values.count) }
                for (map, extent) in zip(term.inside?.maps ?? [], term.inside?.extents ?? []) {
                    work.add(map, axes: relation.axes, extent: extent)
                }
            }
        }
        for lookup in lookups {
            for argument in lookup.arguments {
                for addend in argument.addends {
                    work.add(addend.view, axes: lookup.axes, tensors)
                }
            }
        }
        for table in tables { work.add(table.count, times: table.columns.count + 2) }
        work.add(1 << layout.rowBits, times: 4)
        work.add(1 << (layout.bits - layout.rowBits))
        return work.count
    }
}

/// A count that stops at the largest integer.
private struct SaturatingCount {
    private(set) var count = 0

    mutating func add(_ number: Int, times factor: Int = 1) {
        let (product, overflows) = number.multipliedReportingOverflow(by: factor)
        let (sum, overflowsToo) = count.addingReportingOverflow(product)
        count = overflows || overflowsToo ? .max : sum
    }

    mutating func add(_ view: View, axes: [Int], _ tensors: [TensorDeclaration]) {
        for (map, extent) in zip(view.maps, tensors[view.tensor].extents) {
            add(map, axes: axes, extent: extent)
        }
    }

    mutating func add(_ map: AxisMap, axes: [Int], extent: Int) {
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
