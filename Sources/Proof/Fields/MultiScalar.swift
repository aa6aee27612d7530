// Sums of many scalar multiples, the work that provers spend most of their time on.
//
// This is the bucket method (Pippenger, "On the evaluation of powers and monomials", 1980). Scalars
// are written in digits of some bits with signs. For one place of the digits, points with the same
// digit are added into one bucket; the sum of digit times bucket is found by adding up running sums
// from the highest bucket down, two additions a bucket. Places are put together by doublings.
// In the first group scalars are halved before (see ``SplitScalar``).
//
// The code here is the definition that the kernels in C are compared with. In the first group they
// do the work; in the second group, where sums are short and rare, this code does.

import CFields

/// Sums of scalar multiples of points.
public enum MultiScalar {
    /// The sum of scalars[i] points[i] in the first group, on `threads` threads. There are as many
    /// of both; points are on the curve. Time and memory accesses follow the scalars. Takes about
    /// 200 bytes a point, from `workspace` if there is one. `variant` must be available.
    public static func g1(
        _ points: Span<G1Affine>, _ scalars: Span<Fr>, threads: Int,
        workspace: KernelWorkspace? = nil, variant: KernelVariant = .fastest
    ) -> G1Projective {
        let sum = kernelSum(points, scalars, variant, threads: threads, workspace: workspace)
        return sum.map { G1Projective($0) } ?? splitSum(points, scalars)
    }

    /// The sum of scalars[i] points[i] in the first group, on `threads` threads. There are as many
    /// of both; points are on the curve. Time and memory accesses follow the scalars. Takes about
    /// 200 bytes a point, from `workspace` if there is one. `variant` must be available.
    public static func g1(
        _ points: [G1Affine], _ scalars: [Fr], threads: Int, workspace: KernelWorkspace? = nil,
        variant: KernelVariant = .fastest
    ) -> G1Projective {
        g1(
            points.span, scalars.span, threads: threads, workspace: workspace, variant: variant)
    }

    /// The multiplications in Fq of a sum over `count` points with random scalars: no sum takes
    /// less time than these.
    public static func multiplications(count: Int) -> Int { aivm_g1_multiplications(count) }

    /// The sum of scalars[i] points[i] in the second group. There are as many of both; points are
    /// on the curve. Time and memory accesses follow the scalars.
    public static func g2(_ points: Span<G2Affine>, _ scalars: Span<Fr>) -> G2Projective {
        precondition(points.count == scalars.count, "every point has a scalar")
        return bucketSum(
            points.indices.map { Term(point: points[$0], scalar: scalars[$0].canonical) })
    }

    /// The sum of scalars[i] points[i] in the second group. There are as many of both; points are
    /// on the curve. Time and memory accesses follow the scalars.
    public static func g2(_ points: [G2Affine], _ scalars: [Fr]) -> G2Projective {
        g2(points.span, scalars.span)
    }

    /// The definition of the sum in the first group.
    static func splitSum(_ points: Span<G1Affine>, _ scalars: Span<Fr>) -> G1Projective {
        precondition(points.count == scalars.count, "every point has a scalar")
        var terms: [Term<G1>] = []
        terms.reserveCapacity(2 * points.count)
        for index in points.indices {
            let split = SplitScalar(scalars[index])
            let image = points[index].timesLambda
            terms.append(Term(point: points[index], scalar: split.first))
            terms.append(
                Term(point: split.secondIsNegative ? -image : image, scalar: split.second))
        }
        return bucketSum(terms)
    }

    /// The sum of all terms, whose scalars are below 2^254.
    private static func bucketSum<On: Curve>(_ terms: [Term<On>]) -> JacobianPoint<On> {
        let bits = terms.reduce(0) { max($0, $1.scalar.bitWidth) }
        let digits = SignedDigits(count: terms.count, bits: bits)
        let biased = terms.map { Term(point: $0.point, scalar: $0.scalar &+ digits.bias) }
        var result = JacobianPoint<On>.infinity
        for place in (0..<digits.places).reversed() {
            for _ in 0..<digits.width { result = result.doubled() }
            result += placeSum(biased, place, digits)
        }
        return result
    }

    /// The sum of digit times point at one place.
    private static func placeSum<On: Curve>(
        _ terms: [Term<On>], _ place: Int, _ digits: SignedDigits
    ) -> JacobianPoint<On> {
        // Bucket i is for the digits i + 1 and -(i + 1).
        var buckets = [JacobianPoint<On>](
            repeating: .infinity, count: 1 << (digits.width - 1))
        for term in terms {
            let digit = digits.digit(of: term.scalar, at: place)
            if digit > 0 { buckets[digit - 1] += term.point }
            if digit < 0 { buckets[-digit - 1] += -term.point }
        }
        var running = JacobianPoint<On>.infinity
        var sum = JacobianPoint<On>.infinity
        for bucket in buckets.reversed() {
            running += bucket
            sum += running
        }
        return sum
    }
}

/// A point and what it is multiplied by.
private struct Term<On: Curve> {
    var point: AffinePoint<On>
    var scalar: UInt256
}

/// How scalars are written in digits from -2^(width - 1) to 2^(width - 1).
private struct SignedDigits {
    /// Bits of a digit.
    var width: Int
    /// Digits of a scalar.
    var places: Int
    /// 2^(width - 1) at every place but the last. With it added to a scalar, a digit is its bits
    /// less 2^(width - 1), and there is no carry to follow; the last digit is its bits.
    var bias = UInt256(0)

    /// Digits for `count` scalars of up to `bits` bits, of a width that makes about the fewest
    /// additions: at every place one for each scalar and two for each bucket.
    init(count: Int, bits: Int) {
        // The smallest number with width places > bits. The last place is then at most at `bits`,
        // and the bits above it, with what the bias carries there, are at most 2^(width - 1).
        func places(_ width: Int) -> Int { bits / width + 1 }
        func additions(_ width: Int) -> Int { places(width) * (count + 1 << width) }
        let best = (2...16).reduce(2) { additions($1) < additions($0) ? $1 : $0 }
        width = best
        self.places = places(best)
        for place in 0..<self.places - 1 {
            let bit = place * width + width - 1
            let limb = UInt64(1) << UInt64(bit & 63)
            let index = bit >> 6
            bias.l0 |= index == 0 ? limb : 0
            bias.l1 |= index == 1 ? limb : 0
            bias.l2 |= index == 2 ? limb : 0
            bias.l3 |= index == 3 ? limb : 0
        }
    }

    func digit(of biased: UInt256, at place: Int) -> Int {
        let bits = Int(biased.bits(from: place * width, count: width))
        return place == places - 1 ? bits : bits - 1 << (width - 1)
    }
}
