// The polynomial eq(a, x) = Π (a_i x_i + (1 − a_i)(1 − x_i)), which is 1 where x = a on the cube
// and 0 at its other corners. Coordinates are in the order of an index's bits, the lowest first.

import Fields

/// Values and sums of the equality polynomial.
public enum Equality {
    /// eq(a, b). One multiplication for each coordinate but for two.
    @specialized(where F == Fr)
    public static func value<F: SumcheckField>(_ a: ArraySlice<F>, _ b: ArraySlice<F>) -> F {
        precondition(a.count == b.count, "points have the same coordinates")
        var product = F.one
        for (x, y) in zip(a, b) { product = product * factor(x, y) }
        return product
    }

    /// eq(a, index), for the index whose bits are the corner.
    @specialized(where F == Fr)
    public static func value<F: SumcheckField>(_ a: ArraySlice<F>, at index: Int) -> F {
        var product = F.one
        var rest = index
        for x in a {
            product = product * (rest & 1 == 1 ? x : F.one - x)
            rest >>= 1
        }
        return product
    }

    /// eq(a, i) for every corner i. One multiplication each.
    @specialized(where F == Fr)
    public static func table<F: SumcheckField>(_ a: ArraySlice<F>) -> [F] {
        table(a, scale: F.one)
    }

    /// scale · eq(a, i) for every corner i.
    @specialized(where F == Fr)
    public static func table<F: SumcheckField>(_ a: ArraySlice<F>, scale: F) -> [F] {
        var values = [scale]
        values.reserveCapacity(1 << a.count)
        for x in a { F.split(&values, at: x) }
        return values
    }

    /// The sum of eq(a, i) over i < count.
    @specialized(where F == Fr)
    public static func sum<F: SumcheckField>(_ a: ArraySlice<F>, below count: Int) -> F {
        precondition(count >= 0 && count <= 1 << a.count, "the sum is over corners")
        if count == 1 << a.count { return F.one }
        // Corners below count agree with it above some bit where it has 1 and they have 0.
        var sum = F.zero
        var agreeing = F.one
        var bit = a.count
        for x in a.reversed() {
            bit -= 1
            if count >> bit & 1 == 1 {
                sum = sum + agreeing * (F.one - x)
                agreeing = agreeing * x
            } else {
                agreeing = agreeing * (F.one - x)
            }
        }
        return sum
    }

    /// The sum of eq(a, i) eq(b, i) over i < count.
    @specialized(where F == Fr)
    public static func sum<F: SumcheckField>(
        _ a: ArraySlice<F>, _ b: ArraySlice<F>, below count: Int
    ) -> F {
        precondition(a.count == b.count, "points have the same coordinates")
        precondition(count >= 0 && count <= 1 << a.count, "the sum is over corners")
        // below[j] = Π of the factors of the j lowest coordinates: the sum over all lower bits.
        var below = [F.one]
        for (x, y) in zip(a, b) { below.append(below[below.count - 1] * factor(x, y)) }
        if count == 1 << a.count { return below[a.count] }
        var sum = F.zero
        var agreeing = F.one
        var bit = a.count
        for (x, y) in zip(a.reversed(), b.reversed()) {
            bit -= 1
            let zero = (F.one - x) * (F.one - y)
            if count >> bit & 1 == 1 {
                sum = sum + agreeing * zero * below[bit]
                agreeing = agreeing * (x * y)
            } else {
                agreeing = agreeing * zero
            }
        }
        return sum
    }

    /// x y + (1 − x)(1 − y).
    @inline(__always)
    static func factor<F: SumcheckField>(_ x: F, _ y: F) -> F {
        let product = x * y
        return product.doubled() - x - y + F.one
    }
}
