// The optimal ate pairing of BN254: a map e of two groups into roots of unity, linear on both
// sides.
//
// What verifiers ask is whether a product of pairings is one. All pairs share the squarings of the
// Miller loop and one final exponentiation. Where points of the second group are known beforehand,
// their lines are too: ``PreparedG2``.
//
// Points must be in their groups: `isOnCurve` for the first, `isInSubgroup` for the second. For
// others the answer means nothing; it never traps.

/// A point of the second group with the lines of its Miller loop. 88 lines of 128 bytes.
public struct PreparedG2: Equatable, Sendable {
    /// The point.
    public let point: G2Affine
    /// For each line a y + b x w + c w^3 the pair b/a, c/a; none at infinity.
    let lines: [SlopeLine]

    /// Prepares `point`, which must be in the group. A fifth as costly as a pairing.
    public init(_ point: G2Affine) {
        self.point = point
        if point.isInfinity {
            lines = []
            return
        }
        let general = MillerLoop.lines(of: point)
        var inverses = general.map { $0.a }
        Fq2.invertAll(&inverses)
        lines = zip(general, inverses).map { SlopeLine(b: $0.b * $1, c: $0.c * $1) }
    }
}

/// 1 + b (x/y) w + c (1/y) w^3, to be evaluated at (x, y).
struct SlopeLine: Equatable {
    var b: Fq2
    var c: Fq2
}

/// Products of pairings.
public enum Pairing {
    /// Whether the product of e(P, Q) over `pairs` is one. True for no pairs.
    public static func isOne(productOf pairs: [(G1Affine, G2Affine)]) -> Bool {
        value(ofProduct: pairs) == Fq12.one
    }

    /// Whether the product of e(P, Q) over `pairs` is one. True for no pairs.
    public static func isOne(productOf pairs: [(G1Affine, PreparedG2)]) -> Bool {
        value(ofProduct: pairs) == Fq12.one
    }

    /// The product of e(P, Q) over `pairs`.
    public static func value(ofProduct pairs: [(G1Affine, G2Affine)]) -> Fq12 {
        millerLoop(pairs.filter { !$0.0.isInfinity && !$0.1.isInfinity }).finalPower
    }

    /// The product of e(P, Q) over `pairs`.
    public static func value(ofProduct pairs: [(G1Affine, PreparedG2)]) -> Fq12 {
        millerLoop(pairs.filter { !$0.0.isInfinity && !$0.1.point.isInfinity }).finalPower
    }

    private static func millerLoop(_ pairs: [(G1Affine, G2Affine)]) -> Fq12 {
        var walkers = pairs.map { MillerWalker($0.1) }
        var accumulator = LineAccumulator()
        for digit in MillerLoop.digits {
            accumulator.square()
            for index in walkers.indices {
                accumulator.multiply(walkers[index].double(), at: pairs[index].0)
                if digit != 0 {
                    accumulator.multiply(walkers[index].add(digit), at: pairs[index].0)
                }
            }
        }
        for index in walkers.indices {
            accumulator.multiply(walkers[index].addFirstImage(), at: pairs[index].0)
            accumulator.multiply(walkers[index].addSecondImage(), at: pairs[index].0)
        }
        return accumulator.finished()
    }

    private static func millerLoop(_ pairs: [(G1Affine, PreparedG2)]) -> Fq12 {
        // A point of the curve with y = 0 would be of order two; there is none.
        var inverses = pairs.map { $0.0.y }
        Fq.invertAll(&inverses)
        let slopes = pairs.indices.map { pairs[$0].0.x * inverses[$0] }
        var value = Fq12.one
        var place = 0
        func multiply() {
            for index in pairs.indices {
                let line = pairs[index].1.lines[place]
                value = value.timesLine(line.b * slopes[index], line.c * inverses[index])
            }
            place += 1
        }
        for digit in MillerLoop.digits {
            value = value.squared()
            multiply()
            if digit != 0 { multiply() }
        }
        multiply()
        multiply()
        return value
    }
}

/// The value of a Miller loop; lines are multiplied in two by two.
private struct LineAccumulator {
    private var value = Fq12.one
    private var waiting: (a: Fq2, b: Fq2, c: Fq2)?

    mutating func multiply(_ line: PairingLine, at point: G1Affine) {
        let evaluated = (a: line.a * point.y, b: line.b * point.x, c: line.c)
        if let first = waiting {
            value = value.timesLines(first, evaluated)
            waiting = nil
        } else {
            waiting = evaluated
        }
    }

    mutating func square() { value = finished().squared() }

    /// The value with all lines in it.
    mutating func finished() -> Fq12 {
        if let first = waiting { value = value.timesLine(first.a, first.b, first.c) }
        waiting = nil
        return value
    }
}
