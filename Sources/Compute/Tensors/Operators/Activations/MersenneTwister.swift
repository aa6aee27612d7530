// MT19937, the generator behind NumPy's `RandomState`, whose numbers ONNX's cases of Dropout
// expect. Matsumoto and Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform
// pseudo-random number generator", 1998; seeding and 53-bit numbers as in their mt19937ar of 2002.

/// A stream of pseudo-random numbers, the same for the same seed.
struct MersenneTwister {
    private var state: [UInt32]
    private var position: Int

    /// Starts the stream of `seed`.
    init(seed: UInt32) {
        state = [seed]
        state.reserveCapacity(624)
        for index in 1..<624 {
            let last = state[index - 1]
            state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
        }
        position = 624
    }

    /// The next 32 bits.
    mutating func nextBits() -> UInt32 {
        if position == 624 { refill() }
        var bits = state[position]
        position += 1
        bits ^= bits >> 11
        bits ^= bits << 7 & 0x9D2C_5680
        bits ^= bits << 15 & 0xEFC6_0000
        return bits ^ (bits >> 18)
    }

    /// The next multiple of 2⁻⁵³ in [0, 1): 27 bits of one draw above 26 of the next.
    mutating func nextUniform() -> Double {
        let upper = nextBits() >> 5
        let lower = nextBits() >> 6
        return Double(UInt64(upper) << 26 | UInt64(lower)) * 0x1p-53
    }

    private mutating func refill() {
        for index in 0..<624 {
            let joined =
                (state[index] & 0x8000_0000) | (state[(index + 1) % 624] & 0x7FFF_FFFF)
            let twist: UInt32 = joined & 1 == 0 ? 0 : 0x9908_B0DF
            state[index] = state[(index + 397) % 624] ^ (joined >> 1) ^ twist
        }
        position = 0
    }
}
