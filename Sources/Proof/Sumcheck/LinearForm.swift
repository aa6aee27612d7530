// A linear function of the vector, by views: Σ_addends c · Σ_indices Π_axes weight_axis(index) ·
// w(place of the view at the indices) + constant. Where the weights are eq of a point, it is the
// value of an argument at that point. Because a weight is a product over axes, so is its
// coefficient at any place of the vector, and its multilinear polynomial is a product of sums over
// single axes.

import Fields

/// The weights along one axis of a relation.
public struct FormAxis<F: SumcheckField>: Sendable {
    /// The number of indices; beyond it, weights are zero.
    public var extent: Int
    /// The point whose eq gives the weights; `nil` for weights of one.
    public var point: [F]?
    /// Public factors of the weights.
    public var scale: [F]?

    /// The weights for all indices. An eq table, or ones.
    public var weights: [F] {
        @specialized(where F == Fr)
        get {
            var weights: [F]
            if let point {
                weights = Equality.table(point[...])
                if extent < weights.count { weights.removeLast(weights.count - extent) }
            } else {
                weights = [F](repeating: F.one, count: extent)
            }
            if let scale {
                for index in weights.indices { weights[index] = weights[index] * scale[index] }
            }
            return weights
        }
    }

    /// The sum of the weights.
    public var total: F {
        @specialized(where F == Fr)
        get {
            if scale == nil {
                guard let point else { return F(Int128(extent)) }
                return Equality.sum(point[...], below: extent)
            }
            return weights.reduce(F.zero, +)
        }
    }
}

/// A linear function of the vector.
public struct LinearForm<F: SumcheckField>: Sendable {
    /// Multiples of views.
    public var addends: [Addend<F>]
    /// What is added, for each combination of indices, times their weights.
    public var constant: F
    /// The weights of the relation's axes; `nil` for axes that the form has nothing to do with.
    public var axes: [FormAxis<F>?]

    /// The value of the constant.
    public var constantValue: F {
        @specialized(where F == Fr)
        get {
            if constant.isZero { return constant }
            var value = constant
            for case let axis? in axes { value = value * axis.total }
            return value
        }
    }

    /// The value of the constant where it is only inside of an array.
    @specialized(where F == Fr)
    func constantValue(inside: Inside) -> F {
        let ones = View(0, inside.maps)
        var value = constant * factorOfUnmentioned(ones)
        for (map, extent) in zip(inside.maps, inside.extents) {
            value = value * coefficients(of: map, extent: extent).reduce(F.zero, +)
        }
        return value
    }

    /// The product of the weights of the axes that `view` does not depend on.
    @specialized(where F == Fr)
    func factorOfUnmentioned(_ view: View) -> F {
        var factor = F.one
        for (index, axis) in axes.enumerated() {
            if let axis, !view.mentions(index) { factor = factor * axis.total }
        }
        return factor
    }

    /// The coefficients along an axis of a tensor: for each of its indices the sum of the weights
    /// of what the map takes there.
    @specialized(where F == Fr)
    public func coefficients(of map: AxisMap, extent: Int) -> [F] {
        var coefficients = [F](repeating: F.zero, count: extent)
        if map.terms.count == 1, map.terms[0].stride == 1 {
            guard let axis = axes[map.terms[0].axis] else { return coefficients }
            let weights = axis.weights
            let first = max(0, map.offset)
            let last = min(extent, map.offset + weights.count)
            if first == 0, last == extent, map.offset == 0, weights.count == extent {
                return weights
            }
            for place in first..<max(first, last) {
                coefficients[place] = weights[place - map.offset]
            }
            return coefficients
        }
        var places = [(map.offset, F.one)]
        for term in map.terms {
            guard let axis = axes[term.axis] else { return coefficients }
            let weights = axis.weights
            var next: [(Int, F)] = []
            next.reserveCapacity(places.count * weights.count)
            for (place, weight) in places {
                for (index, factor) in weights.enumerated() {
                    let product = places.count == 1 ? factor : weight * factor
                    next.append((place + term.stride * index, product))
                }
            }
            places = next
        }
        for (place, weight) in places where place >= 0 && place < extent {
            coefficients[place] += weight
        }
        return coefficients
    }

    /// Σ_t coefficient(t) eq(point, t) along an axis of a tensor.
    @specialized(where F == Fr)
    func value(of map: AxisMap, extent: Int, at point: ArraySlice<F>) -> F {
        guard let term = map.terms.first else {
            return map.offset >= 0 && map.offset < extent
                ? Equality.value(point, at: map.offset) : F.zero
        }
        if map.terms.count == 1, map.offset == 0, term.stride == 1, let axis = axes[term.axis],
            axis.scale == nil
        {
            let count = min(extent, axis.extent)
            if let weights = axis.point {
                if weights.count == point.count {
                    return Equality.sum(weights[...], point, below: count)
                }
            } else {
                return Equality.sum(point, below: count)
            }
        }
        let table = Equality.table(point)
        var sum = F.zero
        for (index, coefficient) in coefficients(of: map, extent: extent).enumerated() {
            sum += coefficient * table[index]
        }
        return sum
    }

    /// The multilinear polynomial of the form's coefficients, without its constant, at `point`.
    @specialized(where F == Fr)
    func value(at point: [F], _ system: RelationSystem) -> F {
        var sum = F.zero
        for addend in addends {
            let view = addend.view
            let tensor = system.tensors[view.tensor]
            let bits = tensor.axisBits
            var product = addend.coefficient * factorOfUnmentioned(view)
            var low = tensor.bits
            let address = system.layout.addresses[view.tensor] >> low
            product = product * Equality.value(point[low...], at: address)
            for (axis, map) in view.maps.enumerated() {
                low -= bits[axis]
                let factor = value(
                    of: map, extent: tensor.extents[axis], at: point[low..<low + bits[axis]])
                product = product * factor
            }
            sum += product
        }
        return sum
    }
}
