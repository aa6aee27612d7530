// Sums of many scalar multiples, the work that provers spend most of their time on.
//
// This is the bucket method (Pippenger, "On the evaluation of powers and monomials", 1980). Scalars
// are split into halves (see ``SplitScalar``) and those into digits of c bits with signs. For one
// place of the digits, points with the same digit are added into one bucket; the sum of digit times
// bucket is found by adding up running sums from the highest bucket down, 2 additions a bucket.
// Places are put together by c doublings each.
//
// The code here is the definition that the kernels in C are compared with; it is single-threaded.

/// Sums of scalar multiples of points.
public enum MultiScalar {
    /// The sum of scalars[i] points[i] in the first group. There are as many of both; points are on
    /// the curve. Time and memory accesses follow the scalars.
    public static func g1(
        _ points: Span<G1Affine>, _ scalars: Span<Fr>, threads: Int
    ) -> G1Projective {
        bucketSum(points, scalars)
    }

    /// The sum of scalars[i] points[i] in the first group. There are as many of both; points are on
    /// the curve. Time and memory accesses follow the scalars.
    public static func g1(
        _ points: [G1Affine], _ scalars: [Fr], threads: Int
    ) -> G1Projective {
        g1(points.span, scalars.span, threads: threads)
    }

    /// The sum by buckets of points in Jacobian coordinates.
    static func bucketSum(_ points: Span<G1Affine>, _ scalars: Span<Fr>) -> G1Projective {
        precondition(points.count == scalars.count, "every point has a scalar")
        let width = digitWidth(for: points.count)
        var halves: [Half] = []
        halves.reserveCapacity(2 * points.count)
        for index in points.indices {
            let split = SplitScalar(scalars[index])
            halves.append(Half(points[index], split.first, width))
            let image = points[index].timesLambda
            halves.append(
                Half(split.secondIsNegative ? -image : image, split.second, width))
        }
        var result = G1Projective.infinity
        for place in (0..<Half.places(width)).reversed() {
            for _ in 0..<width { result = result.doubled() }
            result += placeSum(halves, place, width)
        }
        return result
    }

    /// The sum of digit times point at one place.
    private static func placeSum(_ halves: [Half], _ place: Int, _ width: Int) -> G1Projective {
        // Bucket i is for the digits i + 1 and -(i + 1).
        var buckets = [G1Projective](repeating: .infinity, count: 1 << (width - 1))
        for half in halves {
            let digit = half.digit(place, width)
            if digit > 0 { buckets[digit - 1] += half.point }
            if digit < 0 { buckets[-digit - 1] += -half.point }
        }
        var running = G1Projective.infinity
        var sum = G1Projective.infinity
        for bucket in buckets.reversed() {
            running += bucket
            sum += running
        }
        return sum
    }

    /// The digit width with about the fewest additions for `count` points of two halves: a place
    /// costs 2 count additions for points and 2^width for buckets.
    private static func digitWidth(for count: Int) -> Int {
        func additions(_ width: Int) -> Int { Half.places(width) * (2 * count + 1 << width) }
        return (3...16).reduce(3) { additions($1) < additions($0) ? $1 : $0 }
    }

    /// A point and the half of a scalar it is multiplied by.
    private struct Half {
        var point: G1Affine
        private var biased: UInt256

        /// With 2^(width - 1) added at every place, all digits are from -2^(width - 1) to
        /// 2^(width - 1) - 1 without a carry to follow. Such digits reach up to
        /// (2^(width - 1) - 1)/(2^width - 1) of 2^(width places). Where that power is 2^128, at the
        /// widths 4, 8 and 16, this is at least 7/15 2^128, more than the A + B that halves of
        /// scalars can be; it would not do at the width 2.
        init(_ point: G1Affine, _ scalar: UInt256, _ width: Int) {
            self.point = point
            biased = scalar &+ Half.bias(width)
        }

        /// Enough places for 127 bits and a sign.
        static func places(_ width: Int) -> Int { (127 + width) / width }

        func digit(_ place: Int, _ width: Int) -> Int {
            Int(biased.bits(from: place * width, count: width)) - 1 << (width - 1)
        }

        private static func bias(_ width: Int) -> UInt256 {
            var bias = UInt256(0)
            for place in 0..<places(width) {
                let bit = place * width + width - 1
                let limb = UInt64(1) << UInt64(bit & 63)
                bias =
                    bias
                    &+ UInt256(
                        bit >> 6 == 0 ? limb : 0, bit >> 6 == 1 ? limb : 0, bit >> 6 == 2 ? limb : 0
                    )
            }
            return bias
        }
    }
}
