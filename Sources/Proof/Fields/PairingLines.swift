// The lines of the Miller loop: through a point T of the twist and itself, or through T and another
// point, and the step of T that goes with each.
//
// A line with the slope L through (x', y') on the twist, evaluated at P = (x, y) of the first
// group, is y - L x w + (L x' - y') w^3 in Fq12. Factors from Fq2 vanish in the final
// exponentiation, so a line is kept as three elements (a, b, c), for a y + b x w + c w^3, without
// division. T is in homogeneous coordinates; formulas from Aranha, Karabina, Longa, Gebotys and
// Lopez, "Faster explicit formulas for computing pairings over ordinary curves" (2011), section 4.

/// a y + b x w + c w^3, to be evaluated at (x, y).
struct PairingLine {
    var a: Fq2
    var b: Fq2
    var c: Fq2
}

/// The point T of a Miller loop: (X/Z, Y/Z).
struct MillerPoint {
    private var x: Fq2
    private var y: Fq2
    private var z: Fq2

    init(_ point: G2Affine) {
        x = point.x
        y = point.y
        z = Fq2.one
    }

    /// Doubles T; returns the line that touches the curve at the old T.
    mutating func double() -> PairingLine {
        let product = x * y
        let ySquare = y.squared()
        let zSquare = z.squared()
        // 3 b z^2
        let e = zSquare * MillerPoint.threeB
        let threeE = e.doubled() + e
        let g = (ySquare + threeE).halved
        let twoYZ = (y + z).squared() - ySquare - zSquare
        let xSquare = x.squared()
        let eSquare = e.squared()
        x = product.halved * (ySquare - threeE)
        y = g.squared() - (eSquare.doubled() + eSquare)
        z = ySquare * twoYZ
        return PairingLine(a: -twoYZ, b: xSquare.doubled() + xSquare, c: e - ySquare)
    }

    /// Adds `point` to T; returns the line through both.
    mutating func add(_ point: G2Affine) -> PairingLine {
        let o = y - point.y * z
        let l = x - point.x * z
        let lSquare = l.squared()
        let lCube = l * lSquare
        let f = z * o.squared()
        let g = x * lSquare
        let h = lCube + f - g.doubled()
        x = l * h
        y = o * (g - h) - lCube * y
        z = z * lCube
        return PairingLine(a: l, b: -o, c: o * point.x - l * point.y)
    }

    private static let threeB = G2.b.doubled() + G2.b
}

extension QuadraticExtension {
    /// Half of this element.
    @inlinable
    var halved: Self { Self(c0.halved, c1.halved) }
}

/// The walk of T in the optimal ate pairing of a BN curve: to (6 x + 2) Q by doubling and adding,
/// then two additions of Frobenius images (Vercauteren, "Optimal pairings", 2010).
enum MillerLoop {
    /// 6 x + 2 in digits -1, 0, 1, no two neighbours other than 0; from the second highest down.
    static let digits: [Int8] = Array(
        slidingDigits(BN254.loopLength, width: 2).reversed().dropFirst())

    /// The lines of `point`, in order: for every digit that of the doubling, and that of the
    /// addition if the digit is not zero; at the end two more.
    static func lines(of point: G2Affine) -> [PairingLine] {
        var lines: [PairingLine] = []
        var walker = MillerWalker(point)
        for digit in digits {
            lines.append(walker.double())
            if digit != 0 { lines.append(walker.add(digit)) }
        }
        lines.append(walker.addFirstImage())
        lines.append(walker.addSecondImage())
        return lines
    }
}

/// A point Q on its walk.
struct MillerWalker {
    private let point: G2Affine
    private var current: MillerPoint

    init(_ point: G2Affine) {
        self.point = point
        current = MillerPoint(point)
    }

    mutating func double() -> PairingLine { current.double() }

    /// Adds Q for the digit 1, -Q for the digit -1.
    mutating func add(_ digit: Int8) -> PairingLine { current.add(digit > 0 ? point : -point) }

    /// Adds psi(Q).
    mutating func addFirstImage() -> PairingLine { current.add(point.endomorphism) }

    /// Adds -psi^2(Q).
    mutating func addSecondImage() -> PairingLine {
        current.add(-point.endomorphism.endomorphism)
    }
}
