// The last part of a pairing: the power of (q^12 - 1)/r, which sends the value of the Miller loop
// to the group of r-th roots of unity.
//
// It is split as (q^6 - 1)(q^2 + 1) times (q^4 - q^2 + 1)/r. The first two factors cost an
// inversion and Frobenius maps; what remains lies in the cyclotomic subgroup, where the inverse is
// the conjugate and squares are cheap. The last factor is done with three powers of x and the
// addition chain of Scott, Benger, Charlemagne, Dominguez Perez and Kachisa, "On the final
// exponentiation for calculating pairings on ordinary elliptic curves" (2009). The exponent is
// exact.

extension Fq12 {
    /// This element to the power of (q^12 - 1)/r; zero for zero.
    var finalPower: Fq12 {
        guard let inverse = inverted() else { return Fq12.zero }
        let easy = conjugate * inverse
        return (easy.powerOfQSquared * easy).cyclotomicFinalPower
    }

    /// The power of (q^4 - q^2 + 1)/r of an element of the cyclotomic subgroup.
    private var cyclotomicFinalPower: Fq12 {
        let toX = cyclotomicPowerOfX
        let toX2 = toX.cyclotomicPowerOfX
        let toX3 = toX2.cyclotomicPowerOfX
        // y0 y1^2 y2^6 y3^12 y4^18 y5^30 y6^36
        let y0 = powerOfQ * powerOfQSquared * powerOfQCubed
        let y1 = conjugate
        let y2 = toX2.powerOfQSquared
        let y3 = toX.powerOfQ.conjugate
        let y4 = (toX * toX2.powerOfQ).conjugate
        let y5 = toX2.conjugate
        let y6 = (toX3 * toX3.powerOfQ).conjugate
        let t0 = y6.cyclotomicSquared * y4 * y5
        let t1 = y3 * y5 * t0
        let t2 = t0 * y2
        let t3 = (t1.cyclotomicSquared * t2).cyclotomicSquared
        let t4 = t3 * y1
        return t4.cyclotomicSquared * (t3 * y0)
    }

    /// The square of an element of the cyclotomic subgroup (Granger and Scott, "Faster squaring in
    /// the cyclotomic subgroup of sixth degree extensions", 2010).
    var cyclotomicSquared: Fq12 {
        let (a0, a1) = Fq12.quarticSquare(c0.c0, c1.c1)
        let (b0, b1) = Fq12.quarticSquare(c1.c0, c0.c2)
        let (d0, d1) = Fq12.quarticSquare(c0.c1, c1.c2)
        func minus(_ square: Fq2, _ part: Fq2) -> Fq2 { (square - part).doubled() + square }
        func plus(_ square: Fq2, _ part: Fq2) -> Fq2 { (square + part).doubled() + square }
        return Fq12(
            Fq6(minus(a0, c0.c0), minus(b0, c0.c1), minus(d0, c0.c2)),
            Fq6(plus(d1.timesXi, c1.c0), plus(a1, c1.c1), plus(b1, c1.c2)))
    }

    /// (a + b s)^2 with s^2 = xi.
    private static func quarticSquare(_ a: Fq2, _ b: Fq2) -> (Fq2, Fq2) {
        let product = a * b
        return ((a + b) * (a + b.timesXi) - product - product.timesXi, product.doubled())
    }

    /// The power of x of an element of the cyclotomic subgroup.
    var cyclotomicPowerOfX: Fq12 {
        let inverse = conjugate
        var result = self
        for digit in Fq12.digitsOfX {
            result = result.cyclotomicSquared
            if digit > 0 { result = result * self }
            if digit < 0 { result = result * inverse }
        }
        return result
    }

    private static let digitsOfX: [Int8] = Array(
        nonAdjacentForm(UInt128(BN254.x)).reversed().dropFirst())
}
