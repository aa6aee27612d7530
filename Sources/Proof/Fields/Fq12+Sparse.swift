// Products with lines, which have three parts of six: a + (b + c v) w.

extension Fq12 {
    /// The product with a + (b + c v) w. 13 multiplications in Fq2.
    func timesLine(_ a: Fq2, _ b: Fq2, _ c: Fq2) -> Fq12 {
        let p0 = c0 * a
        let p1 = c1.times(b, c)
        let cross = (c0 + c1).times(a + b, c) - p0 - p1
        return Fq12(p0 + p1.timesV, cross)
    }

    /// The product with 1 + (b + c v) w. 10 multiplications in Fq2.
    func timesLine(_ b: Fq2, _ c: Fq2) -> Fq12 {
        let p1 = c1.times(b, c)
        let p2 = c0.times(b, c)
        return Fq12(c0 + p1.timesV, c1 + p2)
    }

    /// The product with the product of two lines, 23 multiplications in Fq2 for both.
    func timesLines(
        _ first: (a: Fq2, b: Fq2, c: Fq2), _ second: (a: Fq2, b: Fq2, c: Fq2)
    ) -> Fq12 {
        let aa = first.a * second.a
        let bb = first.b * second.b
        let cc = first.c * second.c
        let ab = (first.a + first.b) * (second.a + second.b) - aa - bb
        let ac = (first.a + first.c) * (second.a + second.c) - aa - cc
        let bc = (first.b + first.c) * (second.b + second.c) - bb - cc
        let even = Fq6(aa + cc.timesXi, bb, bc)
        let p0 = c0 * even
        let p1 = c1.times(ab, ac)
        let sum = Fq6(even.c0 + ab, even.c1 + ac, even.c2)
        let cross = (c0 + c1) * sum - p0 - p1
        return Fq12(p0 + p1.timesV, cross)
    }
}
