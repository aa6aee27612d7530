// What provers do with vectors of scalars, element by element, written plainly: the definition that
// ``ScalarVectors``, which runs kernels in C, is compared with.

import Fields

/// The definitions of the operations on vectors of scalars.
enum VectorDefinition {
    /// Multiplies each value by the one at the same place of `factors`.
    static func multiply(_ values: inout [Fr], by factors: [Fr]) {
        precondition(values.count == factors.count, "vectors have one length")
        for index in values.indices { values[index] *= factors[index] }
    }

    /// Multiplies each value by `factor`.
    static func scale(_ values: inout [Fr], by factor: Fr) {
        for index in values.indices { values[index] *= factor }
    }

    /// Multiplies the i-th value by first · ratio^i.
    static func scale(_ values: inout [Fr], byPowersOf ratio: Fr, from first: Fr) {
        var factor = first
        for index in values.indices {
            values[index] *= factor
            factor *= ratio
        }
    }

    /// Adds `addends`, which may be shorter.
    static func add(_ addends: [Fr], to values: inout [Fr]) {
        precondition(addends.count <= values.count, "there is room for what is added")
        for index in addends.indices { values[index] += addends[index] }
    }

    /// Adds `constant` to each value.
    static func add(_ constant: Fr, to values: inout [Fr]) {
        for index in values.indices { values[index] += constant }
    }

    /// Takes off `subtrahends`, which may be shorter.
    static func subtract(_ subtrahends: [Fr], from values: inout [Fr]) {
        precondition(subtrahends.count <= values.count, "there is room for what is taken off")
        for index in subtrahends.indices { values[index] -= subtrahends[index] }
    }

    /// Adds `factor` times `addends`, which may be shorter.
    static func add(_ addends: [Fr], times factor: Fr, to values: inout [Fr]) {
        precondition(addends.count <= values.count, "there is room for what is added")
        for index in addends.indices { values[index] += addends[index] * factor }
    }

    /// Adds the products of `left` and `right`.
    static func addProducts(_ left: [Fr], _ right: [Fr], to values: inout [Fr]) {
        precondition(
            values.count == left.count && values.count == right.count, "vectors have one length")
        for index in values.indices { values[index] += left[index] * right[index] }
    }

    /// first, first · ratio, first · ratio², …
    static func powers(of ratio: Fr, from first: Fr, count: Int) -> [Fr] {
        var values: [Fr] = []
        values.reserveCapacity(count)
        var value = first
        for _ in 0..<count {
            values.append(value)
            value *= ratio
        }
        return values
    }

    /// Replaces each value by the product of those before it, the first by one; returns the product
    /// of all.
    static func replaceByProductsBefore(_ values: inout [Fr]) -> Fr {
        var product = Fr.one
        for index in values.indices {
            let value = values[index]
            values[index] = product
            product *= value
        }
        return product
    }
}
