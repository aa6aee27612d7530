// How the values of a trace follow from those before them, in the order in which a prover computes
// them. The steps are made together with the relations, and say the same in another way: what a
// relation demands, a step does.

/// Limbs that together are one number for each index: Σ 2^(offset of limb) · limb.
public struct LimbPlanes: Equatable, Sendable {
    /// The tensors, the lowest limb first.
    public var tensors: [Int]
    /// The widths of the limbs.
    public var widths: [Int]

    /// The weights of the limbs.
    public var weights: [Int128] {
        var weights: [Int128] = []
        var offset = 0
        for width in widths {
            weights.append(Int128(1) << Int128(offset))
            offset += width
        }
        return weights
    }

    /// The widths of the limbs of numbers of `bits` bits.
    static func widths(_ bits: Int) -> [Int] {
        let whole = [Int](repeating: 8, count: bits / 8)
        return bits % 8 == 0 ? whole : whole + [bits % 8]
    }
}

/// One step of computing a trace. An expression is a relation whose sum is the value, not zero.
public enum WitnessStep: Sendable {
    /// tensor = expression.
    case define(tensor: Int, IntegerRelation)
    /// limbs = expression, which is not negative.
    case limbs(LimbPlanes, IntegerRelation)
    /// expression + half = q 2^shift + rest, y = clamp(q).
    case rescale(RescaleStep)
    /// values[c] = column c of the row of `table` that has the index in its first column.
    case lookup(table: Int, index: Int, values: [Int])
    /// dividend = quotient · divisor + rest.
    case divide(DivideStep)
    /// The largest value over the last axis, and one index that has it.
    case maximum(MaximumStep)
    /// The largest y with y² v ≤ 2^(2k).
    case inverseRoot(InverseRootStep)
    /// One-hot rows of indices.
    case oneHot(indices: Quantity, tensor: Int)
    /// Walks through decision trees.
    case trees(TreesStep)
}

/// The tensors of a rescaling.
public struct RescaleStep: Equatable, Sendable {
    /// The accumulator times its multiplier.
    public var expression: IntegerRelation
    /// s.
    public var shift: Int
    /// The least value of the result.
    public var minimum: Int64
    /// The largest value of the result.
    public var maximum: Int64
    /// y − minimum.
    public var limbs: LimbPlanes?
    /// y.
    public var value: Int?
    /// What q is above the maximum.
    public var over: LimbPlanes?
    /// What q is below the minimum.
    public var under: LimbPlanes?
    /// The remainder.
    public var rest: LimbPlanes?
    /// y by digits.
    public var digits: Digits?
}

/// A number of two digits: high · 2^lowBits + low.
public struct Digits: Equatable, Sendable {
    /// The tensor of the upper digits.
    public var high: Int
    /// The tensor of the lower digits.
    public var low: Int
    /// The bits of the lower digit.
    public var lowBits: Int
}

/// The tensors of a division with remainder.
public struct DivideStep: Equatable, Sendable {
    /// What is divided.
    public var dividend: IntegerRelation
    /// The divisor, of the dividend's free axes.
    public var divisor: IntegerRelation
    /// The quotient.
    public var quotient: LimbPlanes
    /// The remainder.
    public var rest: LimbPlanes
    /// divisor − 1 − rest.
    public var slack: LimbPlanes
}

/// The tensors of a maximum.
public struct MaximumStep: Equatable, Sendable {
    /// What is compared; the last free axes are those that the maximum is over.
    public var expression: IntegerRelation
    /// How many of the free axes stay.
    public var keptCount: Int
    /// The largest value.
    public var maximum: Int
    /// 1 at one index that has the maximum, 0 elsewhere.
    public var selector: Int
    /// maximum − value.
    public var gaps: LimbPlanes
}

/// The tensors of an inverse square root.
public struct InverseRootStep: Equatable, Sendable {
    /// v.
    public var argument: Int
    /// k.
    public var fractionBits: Int
    /// y.
    public var root: LimbPlanes
    /// root · argument.
    public var product: Int
    /// root² · argument.
    public var square: Int
    /// 2^(2k) − root² · argument.
    public var below: LimbPlanes
    /// (root + 1)² · argument − 2^(2k) − 1.
    public var above: LimbPlanes
}

/// The tensors of decision trees.
public struct TreesStep: Equatable, Sendable {
    /// The trees.
    public var shape: TreeShape
    /// The rows of features, of [B, F].
    public var features: IntegerRelation
    /// The tensor of the nodes' thresholds.
    public var thresholds: Int
    /// What each node compares, of [B, nodes].
    public var compared: Int
    /// 1 where a row's feature is not above the threshold.
    public var decisions: Int
    /// The distance of feature and threshold, less one where the feature is above.
    public var distances: LimbPlanes
    /// How many walks of a row come to each node.
    public var visits: Int
    /// How many of them go on to the first reference.
    public var turns: Int
    /// How many walks of a row end in each leaf, of [B, leaves].
    public var ends: Int
}
