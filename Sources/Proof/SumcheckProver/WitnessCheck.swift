// Whether a witness keeps every relation, index by index, and which it breaks: the definition of
// what a proof shows, slow and plain. Provers of new operators are tested with it first.

import Fields
public import Sumcheck

extension Witness {
    /// Checks every relation at every index, every limb, and every lookup of the caller's tables.
    @specialized(where F == Fr)
    public func check() throws(SumcheckError) {
        for relation in system.relations { try check(relation) }
        for tensor in system.tensors.indices.prefix(system.declaredCount) {
            guard case .limb(let bits) = system.tensors[tensor].element else { continue }
            for (index, value) in integers(tensor).enumerated() where value >> bits != 0 {
                throw .brokenRelation(system.tensors[tensor].name, index: index)
            }
        }
        for lookup in system.lookups {
            _ = try rows(of: lookup)
        }
    }

    private func check(_ relation: IntegerRelation) throws(SumcheckError) {
        let free = Array(relation.axes.prefix(relation.freeCount))
        let count = free.reduce(1, *)
        var index = [Int](repeating: 0, count: relation.axes.count)
        for number in 0..<count {
            var rest = number
            for axis in free.indices.reversed() {
                index[axis] = rest % free[axis]
                rest /= free[axis]
            }
            guard value(of: relation, at: &index).isZero else {
                throw .brokenRelation(relation.name, index: number)
            }
        }
    }

    private func value(of relation: IntegerRelation, at index: inout [Int]) -> F {
        var sum = F.zero
        for term in relation.products {
            sum +=
                F(term.coefficient)
                * total(relation, term.summed, term.scales, &index) {
                    argument(term.left, $0) * argument(term.right, $0)
                }
        }
        for term in relation.linears {
            sum +=
                F(term.coefficient)
                * total(relation, term.summed, term.scales, &index) {
                    let factor = term.matrix?.value(at: $0) ?? 1
                    return factor == 0 ? F.zero : F(factor) * value(of: term.view, $0)
                }
        }
        for term in relation.constants {
            if let inside = term.inside, !inside.contains(index) { continue }
            sum += F(term.coefficient) * total(relation, [], term.scales, &index) { _ in F.one }
        }
        return sum
    }

    private func total(
        _ relation: IntegerRelation, _ summed: [Int], _ scales: [Scale<Int128>],
        _ index: inout [Int], _ body: ([Int]) -> F
    ) -> F {
        var sum = F.zero
        for number in 0..<summed.reduce(1, { $0 * relation.axes[$1] }) {
            var rest = number
            for axis in summed.reversed() {
                index[axis] = rest % relation.axes[axis]
                rest /= relation.axes[axis]
            }
            var value = body(index)
            for scale in scales { value = value * F(scale.values[index[scale.axis]]) }
            sum += value
        }
        return sum
    }

    /// An argument at the indices of a relation's axes.
    func argument(_ argument: Argument<Int128>, _ index: [Int]) -> F {
        var sum = F(argument.constant)
        for addend in argument.addends {
            sum += F(addend.coefficient) * value(of: addend.view, index)
        }
        return sum
    }

    private func value(of view: View, _ index: [Int]) -> F {
        guard let place = place(of: view, index) else { return F.zero }
        return element(view.tensor, place)
    }

    /// The padded index that a view leads to; `nil` outside of the tensor.
    func place(of view: View, _ index: [Int]) -> Int? {
        let tensor = system.tensors[view.tensor]
        let strides = tensor.strideBits
        var place = 0
        for (axis, map) in view.maps.enumerated() {
            let t = map.terms.reduce(map.offset) { $0 + $1.stride * index[$1.axis] }
            guard t >= 0, t < tensor.extents[axis] else { return nil }
            place += t << strides[axis]
        }
        return place
    }
}

extension PublicMatrix where Coefficient == Int128 {
    /// The number at the indices of a relation's axes.
    func value(at index: [Int]) -> Int128 {
        entries.reduce(0) {
            $1.row == index[row] && $1.column == index[column] ? $0 + $1.value : $0
        }
    }
}

extension Inside {
    /// Whether the maps lead inside from the indices of a relation's axes.
    func contains(_ index: [Int]) -> Bool {
        zip(maps, extents).allSatisfy { map, extent in
            let t = map.terms.reduce(map.offset) { $0 + $1.stride * index[$1.axis] }
            return t >= 0 && t < extent
        }
    }
}
