// Philox4x32-10, a counter-based generator: block n of a stream is a keyed permutation of n, so
// that any element of a random tensor can be computed alone. Salmon, Moraes, Dror and Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", SC 2011; constants and test vectors of their
// Random123.

import CKernels

/// The generator's permutation.
enum Philox {
    /// The four words of `counter` under `key` after ten rounds.
    static func block(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var words = counter
        var key = key
        for round in 0..<10 {
            if round > 0 { key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85) }
            let even = 0xD251_1F53 * UInt64(words[0])
            let odd = 0xCD9E_8D57 * UInt64(words[2])
            words = SIMD4(
                UInt32(odd >> 32) ^ words[1] ^ key[0], UInt32(truncatingIfNeeded: odd),
                UInt32(even >> 32) ^ words[3] ^ key[1], UInt32(truncatingIfNeeded: even))
        }
        return words
    }
}

/// The random words of one node in one request.
struct RandomStream {
    private let key: SIMD2<UInt32>
    private let place: SIMD4<UInt32>

    /// The stream of a call: its key is the request's seed, its counter the number of the block
    /// (lowest word), the node's position (two words) and the bits of attribute `seed`, all ones
    /// without it (highest word).
    init(_ call: OperatorCall) throws(OperatorError) {
        key = SIMD2(
            UInt32(truncatingIfNeeded: call.seed), UInt32(truncatingIfNeeded: call.seed >> 32))
        let position = UInt64(bitPattern: Int64(call.position))
        let isSeeded = call.attributes["seed"] != nil
        let named = try call.attributes.float("seed", default: 0).bitPattern
        place = SIMD4(
            0, UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32),
            isSeeded ? named : .max)
    }

    /// The first `count` words: four of each block, at most 2³³.
    func words(_ count: Int) -> [UInt32] {
        var words: [UInt32] = []
        words.reserveCapacity(count + 3)
        var counter = place
        while words.count < count {
            let block = Philox.block(counter, key: key)
            for index in 0..<4 { words.append(block[index]) }
            // A tensor has at most 2³¹ elements of two words each: 2³⁰ blocks.
            counter[0] &+= 1
        }
        return words
    }
}

/// A float type with uniform numbers made of random bits.
protocol RandomElement: FloatingElement {
    /// Words for one number.
    static var wordCount: Int { get }
    /// A number in 0 ..< 1, a multiple of the distance of numbers just below 1.
    static func uniform(_ words: ArraySlice<UInt32>) -> Self
    /// The distance of uniform numbers.
    static var step: Self { get }
    /// 2π, rounded to nearest.
    static var turn: Self { get }
}

extension Float: RandomElement {
    static let wordCount = 1
    static let step: Float = 0x1p-24
    static let turn: Float = 0x1.921FB6p2
    static func uniform(_ words: ArraySlice<UInt32>) -> Float {
        Float(words[words.startIndex] >> 8) * step
    }
}

extension Double: RandomElement {
    static let wordCount = 2
    static let step = 0x1p-53
    static let turn = 0x1.921FB54442D18p2
    static func uniform(_ words: ArraySlice<UInt32>) -> Double {
        let high = UInt64(words[words.startIndex] >> 5)
        return Double(high << 26 | UInt64(words[words.startIndex + 1] >> 6)) * step
    }
}

extension RandomStream {
    /// The first `count` uniform numbers in 0 ..< 1.
    func uniforms<Real: RandomElement>(_ count: Int, as type: Real.Type) -> [Real] {
        let words = words(count * Real.wordCount)
        return (0..<count).map { index in
            Real.uniform(words[index * Real.wordCount..<(index + 1) * Real.wordCount])
        }
    }

    /// The first `count` numbers of the standard normal distribution: of each pair of uniform
    /// numbers u and v, √(−2 ln(u + step)) times cos(2πv), then times sin(2πv); 2π is rounded, each
    /// operation rounded. G. Box and M. Muller, 1958.
    func normals<Real: RandomElement>(
        _ count: Int, as type: Real.Type, using kernels: Kernels
    ) -> [Real] {
        let pairs = (count + 1) / 2
        let uniforms = uniforms(2 * pairs, as: type)
        // The step keeps the logarithm finite; the sum is exact.
        let logarithms = Real.unary(
            Int(AIVM_LOGARITHM), (0..<pairs).map { uniforms[2 * $0] + Real.step }, kernels)
        let radii = logarithms.map { (-2 * $0).squareRoot() }
        let angles = (0..<pairs).map { uniforms[2 * $0 + 1] * Real.turn }
        let cosines = Real.unary(Int(AIVM_COSINE), angles, kernels)
        let sines = Real.unary(Int(AIVM_SINE), angles, kernels)
        var normals: [Real] = []
        normals.reserveCapacity(2 * pairs)
        for pair in 0..<pairs {
            normals.append(radii[pair] * cosines[pair])
            normals.append(radii[pair] * sines[pair])
        }
        return Array(normals.prefix(count))
    }
}
