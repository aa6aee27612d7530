// What every field must obey, written once: tried on all elements of small fields and on random
// ones of large fields.

import Fields

/// The name of the first law that fails for some of `elements`, or `nil`. Tries all triples.
func brokenLaw<Element: Field>(of elements: [Element]) -> String? {
    let (zero, one) = (Element.zero, Element.one)
    if zero == one { return "zero is not one" }
    if zero.inverted() != nil { return "zero has no inverse" }
    for a in elements {
        if a + zero != a || a * one != a || a * zero != zero { return "neutral elements" }
        if a + -a != zero || zero - a != -a { return "negative" }
        if a.doubled() != a + a { return "double" }
        if a.squared() != a * a { return "square" }
        if a.isZero != (a == zero) { return "zero test" }
        if let inverse = a.inverted() {
            if a * inverse != one { return "inverse" }
        } else if a != zero {
            return "only zero has no inverse"
        }
        if a.power(0) != one || a.power(1) != a || a.power(5) != a * a * a * a * a {
            return "power"
        }
        for b in elements {
            if a + b != b + a || a * b != b * a { return "commutative" }
            if a - b != a + -b { return "difference" }
            if a * -b != -(a * b) { return "sign of a product" }
            if (a * b).isZero != (a.isZero || b.isZero) { return "no divisors of zero" }
            for c in elements {
                if (a + b) + c != a + (b + c) { return "sum is associative" }
                if (a * b) * c != a * (b * c) { return "product is associative" }
                if a * (b + c) != a * b + a * c { return "distributive" }
            }
        }
    }
    return nil
}

/// The name of the first law of groups that fails for some of `points`, or `nil`.
func brokenGroupLaw<On: Curve>(of points: [AffinePoint<On>]) -> String? {
    typealias Point = JacobianPoint<On>
    for a in points {
        // Two representatives of the same point.
        let (p, p2) = (Point(a), Point(a) + Point.infinity + Point.infinity)
        if p.affine != a || p != p2 { return "coordinates" }
        if p + Point.infinity != p || Point.infinity + p != p { return "neutral element" }
        if p + -p != Point.infinity || p - p != Point.infinity || p + -a != Point.infinity {
            return "negative"
        }
        if p.doubled() != p + p || p + a != p.doubled() { return "double" }
        if !p.doubled().affine.isOnCurve { return "double is on the curve" }
        for b in points {
            let q = Point(b)
            let sum = p + q
            if !sum.affine.isOnCurve { return "sum is on the curve" }
            if sum != q + p || sum != p + b || sum != p - (-b) { return "ways to add" }
            // The same with coordinates that are not normalised.
            let (wide, wider) = (q.doubled(), p.doubled() + q)
            if wide + p != p + wide || wider + b != wider + q { return "coordinates do not matter" }
            if wide - q != q || wider - wide != p.doubled() - q { return "difference" }
            for c in points where sum + c != p + (q + c) { return "associative" }
        }
    }
    return nil
}
