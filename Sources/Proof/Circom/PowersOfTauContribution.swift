// What each contributor to a ceremony left in section 7 of a `.ptau` file. Everything is
// little-endian; coordinates are in Montgomery form. The section is the number of contributions
// (4), then for each:
//
//     offset  size  meaning
//          0   448  after the contribution: tau G1 (64), tau G2 (128), alpha G1, beta G1 (64 each),
//                   beta G2 (128)
//        448   384  for tau, alpha and beta: s G1, s x G1 (64 each), where x is the contributor's
//                   secret and s G1 a random point
//        832   384  for tau, alpha and beta: x H (128), where H is a point of the second group that
//                   follows from a hash
//       1216   216  the state of BLAKE2b over the response, without the contributor's key
//       1432    64  the hash of the challenge that the next contributor starts from
//       1496     4  0: a person, 1: a public random beacon
//       1500     4  size of the parameters
//       1504        parameters: 1 length name, 2 log2 of the beacon's iterations, 3 length beacon
//
// `verifyContributions` checks what follows from the points alone: that each contribution
// multiplied tau and beta by the number that its key is about, that both groups agree, and that the
// file's powers start from the last one. It does not repeat the hashes: that contributors knew
// their secrets (the points H), and alpha, which is in the first group only and which PLONK does
// not use.

public import Fields

/// One contribution to a ceremony.
public struct PowersOfTauContribution: Equatable, Sendable {
    /// tau, alpha and beta after the contribution.
    public struct State: Equatable, Sendable {
        /// tau G1.
        public var tauG1: G1Affine
        /// tau G2.
        public var tauG2: G2Affine
        /// alpha G1.
        public var alphaG1: G1Affine
        /// beta G1.
        public var betaG1: G1Affine
        /// beta G2.
        public var betaG2: G2Affine

        /// Before the first contribution all three numbers are one.
        static let first = State(
            tauG1: .generator, tauG2: .generator, alphaG1: .generator, betaG1: .generator,
            betaG2: .generator)
    }

    /// A random point of the first group and its multiple by a secret.
    public struct Ratio: Equatable, Sendable {
        /// The point.
        public var base: G1Affine
        /// The secret times the point.
        public var multiple: G1Affine
    }

    /// The numbers after the contribution.
    public var state: State
    /// What tau was multiplied by.
    public var tau: Ratio
    /// What alpha was multiplied by.
    public var alpha: Ratio
    /// What beta was multiplied by.
    public var beta: Ratio
    /// The hash of the challenge for the next contributor, 64 bytes.
    public var nextChallenge: [UInt8]
    /// The name the contributor gave; may be empty.
    public var name: String
    /// Whether the secret was drawn from a public random beacon.
    public var isBeacon: Bool
}

extension PowersOfTauFile {
    /// The contributions, first to last.
    public func contributions() throws(CircomError) -> [PowersOfTauContribution] {
        let range = try file.section(7, "contributions")
        var reader = PieceReader(file.source, range.lowerBound + 4..<range.upperBound)
        var contributions: [PowersOfTauContribution] = []
        for index in 0..<contributionCount {
            contributions.append(try contribution(index, &reader))
        }
        guard reader.left == 0 else {
            throw .trailingBytes(part: "the last contribution", count: reader.left)
        }
        return contributions
    }

    /// Checks that each contribution follows from the one before it, and the file's powers from the
    /// last; see the head of this file for what is not checked.
    public func verifyContributions() throws(CircomError) {
        var before = PowersOfTauContribution.State.first
        let contributions = try contributions()
        guard !contributions.isEmpty else {
            throw .brokenContribution(index: 0, reason: "there is none")
        }
        for (index, contribution) in contributions.enumerated() {
            if let reason = contribution.breach(after: before) {
                throw .brokenContribution(index: index, reason: reason)
            }
            before = contribution.state
        }
        guard try firstPoints() == before else {
            throw .brokenContribution(
                index: contributions.count - 1, reason: "the file's powers are not its own")
        }
    }

    private func firstPoints() throws(CircomError) -> PowersOfTauContribution.State {
        func first(_ type: UInt32, _ index: Int) throws(CircomError) -> G1Affine {
            let start = try file.section(type, "points").lowerBound + 64 * index
            return try file.source.firstGroupPoints(
                start..<start + 64, "point", allowsInfinity: false)[0]
        }
        func second(_ type: UInt32, _ index: Int) throws(CircomError) -> G2Affine {
            let start = try file.section(type, "points").lowerBound + 128 * index
            return try file.source.secondGroupPoints(start..<start + 128, "point")[0]
        }
        return PowersOfTauContribution.State(
            tauG1: try first(2, 1), tauG2: try second(3, 1), alphaG1: try first(4, 0),
            betaG1: try first(5, 0), betaG2: try second(6, 0))
    }

    private func contribution(
        _ index: Int, _ reader: inout PieceReader
    ) throws(CircomError) -> PowersOfTauContribution {
        let part = "contribution \(index)"
        func first() throws(CircomError) -> G1Affine {
            let source = BytesSource(try reader.readBytes(64, part))
            return try source.firstGroupPoints(
                0..<64, "a point of contribution \(index), number", allowsInfinity: false)[0]
        }
        func second() throws(CircomError) -> G2Affine {
            let source = BytesSource(try reader.readBytes(128, part))
            return try source.secondGroupPoints(
                0..<128, "a point of contribution \(index), number")[0]
        }
        let state = PowersOfTauContribution.State(
            tauG1: try first(), tauG2: try second(), alphaG1: try first(), betaG1: try first(),
            betaG2: try second())
        let tau = PowersOfTauContribution.Ratio(base: try first(), multiple: try first())
        let alpha = PowersOfTauContribution.Ratio(base: try first(), multiple: try first())
        let beta = PowersOfTauContribution.Ratio(base: try first(), multiple: try first())
        for _ in 0..<3 { _ = try second() }
        _ = try reader.readBytes(216, part)
        let challenge = try reader.readBytes(64, part)
        let kind = try reader.readLittleEndian32(part)
        guard kind <= 1 else { throw .contradiction("\(part) is of kind \(kind)") }
        let size = try reader.readLittleEndian32(part)
        let parameters = try reader.readBytes(Int(size), part)
        return PowersOfTauContribution(
            state: state, tau: tau, alpha: alpha, beta: beta, nextChallenge: challenge,
            name: try name(in: parameters, part), isBeacon: kind == 1)
    }

    /// The name among the parameters, which must be well-formed.
    private func name(in parameters: [UInt8], _ part: String) throws(CircomError) -> String {
        var name = ""
        var rest = parameters[...]
        while let type = rest.popFirst() {
            guard let length = rest.popFirst() else {
                throw .truncated(part: "the parameters of \(part)", needed: 1, left: 0)
            }
            // The iterations are the byte itself, the others have as many bytes as it says.
            if type == 2 { continue }
            guard type == 1 || type == 3 else {
                throw .contradiction("\(part) has a parameter of kind \(type)")
            }
            guard rest.count >= Int(length) else {
                throw .truncated(
                    part: "the parameters of \(part)", needed: UInt64(length), left: rest.count)
            }
            if type == 1 { name = String(decoding: rest.prefix(Int(length)), as: UTF8.self) }
            rest = rest.dropFirst(Int(length))
        }
        return name
    }
}

extension PowersOfTauContribution {
    /// What is wrong with this contribution to `before`, or `nil`.
    fileprivate func breach(after before: State) -> String? {
        func isSame(_ a: G1Affine, _ b: G2Affine, _ c: G1Affine, _ d: G2Affine) -> Bool {
            Pairing.isOne(productOf: [(a, b), (-c, d)])
        }
        let (g1, g2) = (G1Affine.generator, G2Affine.generator)
        if state.tauG1 == before.tauG1 { return "tau stays what it was" }
        if !isSame(state.tauG1, g2, g1, state.tauG2) { return "tau differs between the groups" }
        if !isSame(state.betaG1, g2, g1, state.betaG2) { return "beta differs between the groups" }
        if !isSame(tau.multiple, before.tauG2, tau.base, state.tauG2) {
            return "tau was not multiplied by its key"
        }
        if !isSame(beta.multiple, before.betaG2, beta.base, state.betaG2) {
            return "beta was not multiplied by its key"
        }
        return nil
    }
}
