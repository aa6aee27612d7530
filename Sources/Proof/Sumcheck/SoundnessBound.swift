// How likely a proof of a false statement is accepted, computed from what a system really has
// (Documentation/zkml.md, section 9). Each step is a polynomial that is not zero if the statement
// is false, at a random point; the bound is its degree over the size of the field.

/// The bound of one step: `numerator` divided by the order of the field.
public struct SoundnessStep: Equatable, Sendable {
    /// What the step is.
    public var name: String
    /// The degree.
    public var numerator: UInt64
}

/// The bounds of all steps of a proof.
public struct SoundnessBound: Equatable, Sendable {
    /// The largest degree of a committed polynomial: powers of τ that anybody has, at most 2^28.
    public static let stringDegree: UInt64 = 1 << 28

    /// The steps.
    public let steps: [SoundnessStep]

    /// The bounds for proofs of a system.
    public init(_ system: RelationSystem) {
        let tables = system.tables
        let lookups = system.lookups.reduce(0) { $0 + $1.axes.reduce(1, *) }
        let rows = tables.reduce(0) { $0 + $1.count }
        let columns = tables.reduce(0) { max($0, $1.columns.count) }
        let relations = system.relations.count + system.lookups.count + tables.count + 1
        func step(_ name: String, _ numerator: Int) -> SoundnessStep {
            SoundnessStep(name: name, numerator: UInt64(numerator))
        }
        steps = [
            step("lookups: a root or a pole of the sum of inverses", 2 * (lookups + rows)),
            step("lookups: a row folded to another", rows * columns),
            step("relations at a random index", system.freeBits),
            step("relations folded to one", relations),
            step("masks", 2),
            step("first sum", Mask.firstDegree * system.firstSumVariables),
            step("values folded to one", 2 * system.productCount + 1),
            step("second sum", Mask.secondDegree * system.layout.bits),
            step("checks folded to one", 3),
            step("identity", 2 * Int(SoundnessBound.stringDegree) + 2 << system.layout.rowBits),
            step("openings folded", 2),
        ]
    }

    /// The sum of the numerators.
    public var numerator: UInt64 { steps.reduce(0) { $0 + $1.numerator } }

    /// Bits of soundness in a field of more than 2^fieldBits elements, rounded down.
    public func bits(fieldBits: Int) -> Int {
        fieldBits - (UInt64.bitWidth - numerator.leadingZeroBitCount)
    }
}
