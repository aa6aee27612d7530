// Rescaling, the step with which nearly every operator of the integer profile ends:
//
//     a · M + h = q · 2^s + r,   0 ≤ r < 2^s,   h = 2^(s−1), or 0 for s = 0
//     y = min(max(q, minimum), maximum)
//
// Nothing wraps: A · |M| < 2^62 is checked for the largest accumulator A that the types allow, and
// h ≤ 2^61, so that |a · M + h| < 2^63.

/// What happens to a scaled accumulator: plain numbers, for inner loops.
package struct Rounding: Sendable, Equatable {
    /// s.
    package let shift: Int64
    /// h.
    package let half: Int64
    /// The least result.
    package let minimum: Int64
    /// The greatest result.
    package let maximum: Int64

    /// y for a scaled accumulator. Without branches, so that loops vectorise: wrapping operators
    /// where the check of the call has shown that nothing wraps.
    @inline(__always)
    package func result(_ product: Int64) -> Int16 {
        let quotient = (product &+ half) &>> shift
        let raised = quotient < minimum ? minimum : quotient
        return Int16(truncatingIfNeeded: raised > maximum ? maximum : raised)
    }
}

/// The rescaling of one node.
package struct Rescaling: Sendable, Equatable {
    /// The attributes that the step reads.
    package static let attributeNames = ["maximum", "minimum", "multipliers", "shift"]
    /// The magnitude that multipliers stay below.
    package static let multiplierLimit = 1 << 23
    /// Most bits that are shifted out.
    package static let maximumShift = 62

    /// M: one, or one for each output channel.
    package let multipliers: [Int64]
    /// s.
    package let shift: Int
    /// What follows the multiplication.
    package let rounding: Rounding

    /// The least result.
    package var minimum: Int64 { rounding.minimum }
    /// The greatest result.
    package var maximum: Int64 { rounding.maximum }
    /// h.
    package var half: Int64 { rounding.half }

    /// Puts parts together that the caller has checked.
    package init(multipliers: [Int64], shift: Int, minimum: Int64, maximum: Int64) {
        self.multipliers = multipliers
        self.shift = shift
        rounding = Rounding(
            shift: Int64(shift), half: Rescaling.half(shift), minimum: minimum, maximum: maximum)
    }

    /// Reads the attributes of a call.
    ///
    /// - Parameters:
    ///   - channels: how many multipliers there may be beside one.
    ///   - bound: A, the largest magnitude of an accumulator; below 2^62.
    ///   - takesNegative: whether multipliers may be negative.
    /// - Throws: `wrongAttribute`; `tooLarge` when A · |M| reaches 2^62.
    package init(
        _ call: OperatorCall, channels: Int, bound: Int, takesNegative: Bool = false
    ) throws(OperatorError) {
        let named = try call.attributes.ints("multipliers") ?? [1]
        guard named.count == 1 || named.count == channels else {
            throw .wrongAttribute(
                name: "multipliers", reason: "has \(named.count) values for \(channels) channels")
        }
        var largest = 0
        for multiplier in named {
            let isTaken = multiplier > 0 || takesNegative && multiplier < 0
            guard isTaken, multiplier.magnitude < Rescaling.multiplierLimit else {
                throw .wrongAttribute(name: "multipliers", reason: "holds \(multiplier)")
            }
            largest = max(largest, abs(multiplier))
        }
        try Rescaling.check(bound: bound, multiplier: largest)
        let shift = try Rescaling.shift(call, "shift")
        let bounds = try Rescaling.bounds(call)
        self.init(
            multipliers: named.map { Int64($0) }, shift: shift, minimum: bounds.minimum,
            maximum: bounds.maximum)
    }

    /// Throws `tooLarge` unless `bound` · `multiplier` is below 2^62.
    static func check(bound: Int, multiplier: Int) throws(OperatorError) {
        let (product, overflow) = bound.multipliedReportingOverflow(by: multiplier)
        guard !overflow, product < 1 << 62 else {
            throw .tooLarge(reason: "an accumulator of \(bound) times \(multiplier)")
        }
    }

    /// The attribute `name` as a count of bits, 0 when absent. Throws `wrongAttribute`.
    static func shift(_ call: OperatorCall, _ name: String) throws(OperatorError) -> Int {
        let shift = try call.attributes.int(name, default: 0)
        guard (0...maximumShift).contains(shift) else {
            throw .wrongAttribute(name: name, reason: "is \(shift)")
        }
        return shift
    }

    /// The attributes `minimum` and `maximum`. Throws `wrongAttribute`.
    static func bounds(
        _ call: OperatorCall
    ) throws(OperatorError) -> (minimum: Int64, maximum: Int64) {
        let minimum = try call.attributes.int("minimum", default: Int(Int16.min))
        let maximum = try call.attributes.int("maximum", default: Int(Int16.max))
        guard minimum >= Int(Int16.min), minimum <= maximum, maximum <= Int(Int16.max) else {
            throw .wrongAttribute(name: "minimum", reason: "and maximum are \(minimum), \(maximum)")
        }
        return (Int64(minimum), Int64(maximum))
    }

    /// M of output channel `channel`.
    @inline(__always)
    package func multiplier(_ channel: Int) -> Int64 {
        multipliers.count == 1 ? multipliers[0] : multipliers[channel]
    }

    /// 2^(s−1), or 0 for s = 0.
    package static func half(_ shift: Int) -> Int64 { shift == 0 ? 0 : 1 << Int64(shift - 1) }

    /// q and r for the scaled accumulator `product` = a · M.
    package static func divided(
        _ product: Int64, shift: Int
    ) -> (quotient: Int64, remainder: Int64) {
        // The sum stays below 2^63 by the check of the call.
        let sum = product + half(shift)
        let quotient = sum >> Int64(shift)
        return (quotient, sum - quotient << Int64(shift))
    }

    /// y for the accumulator `sum` of output channel `channel`.
    @inline(__always)
    package func result(_ sum: Int64, channel: Int = 0) -> Int16 {
        rounding.result(sum &* multiplier(channel))
    }
}
