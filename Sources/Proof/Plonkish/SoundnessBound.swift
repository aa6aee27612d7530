// How likely a false statement is proven, section 6 of Documentation/plonk-native.md, in whole bits
// rounded down. Integer arithmetic: the chance is at most N / r for a sum N of degrees, and r >
// 2^253.

/// The chance that a false statement is proven, draw by draw.
public struct SoundnessBound: Equatable, Sendable {
    /// The draws, and the numerators over r of what each may let through.
    public let terms: [(draw: String, numerator: UInt64)]

    public static func == (left: SoundnessBound, right: SoundnessBound) -> Bool {
        left.terms.elementsEqual(right.terms) { $0 == $1 }
    }

    /// The bound for tables of shape `shape`.
    public init(_ shape: TableShape) {
        let rows = UInt64(shape.rows)
        let columns = UInt64(shape.adviceCount)
        let pieces = UInt64(shape.pieceCount)
        var terms: [(String, UInt64)] = []
        if let lookup = shape.lookup {
            let slots = UInt64(lookup.slots.count)
            terms.append(("theta", slots * rows * rows * UInt64(lookup.table.count - 1)))
            terms.append(("alpha", 2 * (slots + 1) * rows))
        }
        terms.append(("beta, gamma", 4 * columns * rows))
        if !shape.exposed.isEmpty { terms.append(("kappa", UInt64(shape.exposed.count))) }
        terms.append(("y", UInt64(shape.identities.count) + 4))
        terms.append(("xi", (pieces + 2) * rows))
        terms.append(("v, u", UInt64(shape.openings.count) + pieces))
        self.terms = terms
    }

    /// Bits b such that the chance is at most 2^-b, for one conversation with honest draws. An
    /// eighth and a bit is added because digests modulo r are not uniform.
    public var bits: Int {
        let sum = terms.reduce(UInt64(0)) { $0 + $1.numerator }
        return 253 - (UInt64.bitWidth - (sum + sum / 4 + 1).leadingZeroBitCount)
    }

    /// The same for a prover who tries 2^log2Hashes conversations.
    public func bits(log2Hashes: Int) -> Int { bits - log2Hashes }
}
