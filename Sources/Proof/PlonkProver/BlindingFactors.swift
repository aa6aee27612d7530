// What makes a proof say nothing about the witness: eleven random numbers, added so that the values
// on the rows stay what they are.

public import Fields

/// The eleven random numbers of a proof.
public struct BlindingFactors: Equatable, Sendable {
    /// b1 to b11, in the order in which snarkjs draws them: two each for a, b and c, three for the
    /// running product, two for the seams of the quotient.
    let values: [Fr]

    /// Given numbers, for tests: **a proof with known numbers hides nothing.** `nil` unless there
    /// are eleven.
    public init?(given values: [Fr]) {
        guard values.count == 11 else { return nil }
        self.values = values
    }

    /// Numbers from the system's random number generator.
    public static func random() -> BlindingFactors {
        var generator = SystemRandomNumberGenerator()
        return BlindingFactors(using: &generator)
    }

    /// Numbers from `generator`, each below r equally likely.
    public init(using generator: inout some RandomNumberGenerator) {
        values = generator.scalars(11)
    }
}
