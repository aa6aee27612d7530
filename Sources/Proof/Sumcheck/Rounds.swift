// The rounds of a sum (Lund, Fortnow, Karloff, Nisan 1990). In each, the prover sends the
// polynomial that the sum is in one variable, and the verifier draws a value for it. Sent are its
// coefficients but for that of X, which follows from the claim; the first round's is sent too,
// because the claim is hidden.

import Fields

/// A sum on its way from a claim to a value.
package struct SumRounds<F: SumcheckField> {
    /// What the rounds so far say that the sum of the first round is.
    package private(set) var total = F.zero
    /// The value that the next round must sum up to; after the last, the value at ``point``.
    package private(set) var claim = F.zero
    /// The values drawn.
    package private(set) var point: [F] = []

    /// A sum of which nothing was said.
    package init() {}

    /// Takes in the coefficients of a round, c0, c2, …, or, the first time, c0, c1, c2, ….
    @specialized(where F == Fr)
    package mutating func take(
        _ coefficients: [F], _ label: StaticString, _ transcript: inout SumcheckTranscript
    ) {
        transcript.append(label, elements: coefficients)
        var all = coefficients
        if point.isEmpty {
            total = all.reduce(all[0], +)
        } else {
            // s(0) + s(1) = 2 c0 + c1 + c2 + …
            all.insert(all.reduce(claim - all[0], -), at: 1)
        }
        let value: F = transcript.challenge(label)
        point.append(value)
        claim = all.reversed().reduce(F.zero) { $0 * value + $1 }
    }
}
