// Choosing scales and multipliers. An activation's scale is a power of two where it can be chosen,
// so that adding and multiplying activations needs shifts alone. A weight's scale is chosen so that
// its channel's multiplier is exact: the multiplier is rounded up first and the scale follows,
// which costs weights a sliver of their range and results nothing.

import Models
import Tensors

/// A ratio of scales as multiplier and shift: ratio ≈ multiplier / 2^shift.
struct ScaleRatio: Equatable {
    var multiplier: Int64
    var shift: Int

    /// The nearest ratio with a multiplier below 2^`bits`, which is at most 23. Shifts are
    /// multiples of 8 up to 56: a proof checks remainders byte by byte.
    init(_ ratio: Double, bits: Int = 16) {
        let limit = Double(1 << bits) - 1
        shift = ScaleRatio.shift(forLargest: abs(ratio), limit: limit)
        multiplier = ScaleRatio.multiplier(ratio, shift, limit: limit)
    }

    /// `ratio` · 2^`shift` to the nearest integer of −`limit` ... `limit` that is not 0.
    private static func multiplier(_ ratio: Double, _ shift: Int, limit: Double) -> Int64 {
        let scaled = QuantizedWeights.rounded(ratio * power(shift), limit)
        return scaled == 0 ? (ratio < 0 ? -1 : 1) : Int64(scaled)
    }

    /// The multipliers of an Add whose addends have scales in these ratios to its own: below 2^22.
    static func pair(_ first: Double, _ second: Double) -> (multipliers: [Int64], shift: Int) {
        let limit = 4_194_303.0
        let shift = shift(forLargest: max(abs(first), abs(second)), limit: limit)
        return ([first, second].map { multiplier($0, shift, limit: limit) }, shift)
    }

    /// The nearest multipliers below 2^23 for several ratios with one shift; one if all are equal.
    static func multipliers(_ ratios: [Double]) -> (multipliers: [Int64], shift: Int) {
        let limit = Double(Rescaling.multiplierLimit - 1)
        let shift = shift(forLargest: ratios.max() ?? 0, limit: limit)
        let values = ratios.map { max(multiplier($0, shift, limit: limit), 1) }
        let isUniform = values.allSatisfy { $0 == values[0] }
        return (isUniform ? Array(values.prefix(1)) : values, shift)
    }

    /// The largest multiple of 8 up to 56 by which `ratio` can be shifted without passing `limit`.
    static func shift(forLargest ratio: Double, limit: Double) -> Int {
        var shift = 56
        while shift > 0, ratio * power(shift) > limit { shift -= 8 }
        return shift
    }

    /// 2^exponent.
    static func power(_ exponent: Int) -> Double {
        Double(sign: .plus, exponent: exponent, significand: 1)
    }
}

/// Scales of activations.
enum ActivationScale {
    /// Scales that ratios can be made of.
    static let usable = ScaleRatio.power(-80)...ScaleRatio.power(80)

    /// The least power of two at which numbers up to `magnitude` fit 2^15 / 2^headroom.
    ///
    /// - Parameter headroom: bits kept free for numbers larger than any observed.
    static func fitting(_ magnitude: Double, headroom: Int) -> Double {
        guard magnitude > 0, magnitude.isFinite else { return ScaleRatio.power(-12) }
        let limit = ScaleRatio.power(15 - headroom) - 1
        // The exponent of limit / magnitude, rounded down.
        let exponent = Int((limit / magnitude).exponent)
        return ScaleRatio.power(-min(max(exponent, -60), 60))
    }
}

/// Weights as int8 with a multiplier for each output channel.
struct QuantizedWeights {
    /// Channel by channel.
    var weights: [[Int8]]
    var biases: [Int32]
    var multipliers: [Int64]
    var shift: Int

    /// Quantises the weights of each output channel.
    ///
    /// - Parameters:
    ///   - channels: the weights of each.
    ///   - biases: one for each.
    ///   - input: the scale of what the weights multiply.
    ///   - output: the scale of the result.
    init(channels: [[Double]], biases: [Double], input: Double, output: Double) {
        let magnitudes = channels.map { $0.reduce(0) { max($0, abs($1)) } }
        let ratios = magnitudes.map { $0 / 127 * input / output }
        let limit = 65_535.0
        shift = ScaleRatio.shift(forLargest: ratios.max() ?? 0, limit: limit)
        let unit = ScaleRatio.power(shift)
        weights = []
        self.biases = []
        multipliers = []
        for (index, channel) in channels.enumerated() {
            // The bias must fit 32 bits at the scale of the sums.
            let forBias = abs(biases[index]) / output / Double(Int32.max) * unit
            let wanted = max(ratios[index] * unit, forBias).rounded(.up)
            let multiplier = min(max(wanted, 1), limit)
            let scale = multiplier / unit * output / input
            multipliers.append(Int64(multiplier))
            weights.append(channel.map { Int8(QuantizedWeights.rounded($0 / scale, 127)) })
            let bias = QuantizedWeights.rounded(
                biases[index] / (scale * input), Double(Int32.max))
            self.biases.append(Int32(bias))
        }
    }

    /// Weights that are integers of 8 bits at the scales `stored`, as they are; `nil` when they, or
    /// the biases, do not fit.
    init?(
        channels: [[Double]], stored: [Double], biases: [Double], input: Double, output: Double
    ) {
        weights = []
        self.biases = []
        for (index, channel) in channels.enumerated() {
            let integers = channel.map { ($0 / stored[index]).rounded() }
            let bias = (biases[index] / (stored[index] * input)).rounded()
            guard integers.allSatisfy({ -128...127 ~= $0 }), abs(bias) <= Double(Int32.max) else {
                return nil
            }
            weights.append(integers.map { Int8($0) })
            self.biases.append(Int32(bias))
        }
        let chosen = ScaleRatio.multipliers(stored.map { $0 * input / output })
        shift = chosen.shift
        multipliers =
            chosen.multipliers.count == channels.count
            ? chosen.multipliers
            : [Int64](repeating: chosen.multipliers.first ?? 1, count: channels.count)
    }

    /// `value` to the nearest integer of −limit ... limit; 0 for NaN.
    static func rounded(_ value: Double, _ limit: Double) -> Double {
        guard !value.isNaN else { return 0 }
        return min(max(value.rounded(.toNearestOrEven), -limit), limit)
    }
}
