// Repeatable randomness: the only randomness tests may use. A failing seed can be written into a
// test and gives the same inputs on every machine.
//
// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).

public import Base

/// A random number generator whose whole output follows from its seed.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts the sequence of `seed`. Every seed is good, zero too.
    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// `count` random bytes.
    public mutating func bytes(count: Int) -> Bytes {
        var result = Bytes()
        result.reserveCapacity(count + 7)
        while result.count < count { result.appendLittleEndian(next()) }
        result.removeLast(result.count - count)
        return result
    }

    /// A random integer of `range`, every value equally likely.
    public mutating func int(in range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    /// A random integer of the half-open `range`, every value equally likely. Traps on an empty
    /// one.
    public mutating func int(in range: Range<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    /// `true` once in `count` calls on average. `count` must be positive.
    public mutating func isOne(in count: Int) -> Bool { int(in: 0..<count) == 0 }

    /// A random element of `choices`, which must not be empty.
    public mutating func element<Choices: RandomAccessCollection>(
        of choices: Choices
    ) -> Choices.Element {
        precondition(!choices.isEmpty, "an element is picked from at least one")
        return choices[choices.index(choices.startIndex, offsetBy: int(in: 0..<choices.count))]
    }

    /// A generator of its own, for a part that must not disturb this sequence by how much it draws.
    public mutating func split() -> SeededGenerator { SeededGenerator(seed: next()) }
}
