// Many proofs by one pairing equation. Each proof claims e(L, G2) = e(R, tau G2); if all do, so
// does any sum of them with factors. The factors follow from a hash over everything the claims
// depend on, keys included, so nobody could choose proofs or keys whose errors cancel: a batch with
// a false proof passes for fewer than one in 2^128 hashes. Proofs about different circuits are
// summed together as long as they are about one tau: sums over several would save less than half of
// a pairing for each, and would let whoever makes keys with a tau of his own make everybody's sums
// dear.

import Commitments
public import Fields

/// One proof of a batch, with what it is about.
public struct PlonkStatement: Sendable {
    /// The circuit.
    public var key: VerificationKey
    /// The public signals.
    public var publicSignals: [Fr]
    /// The proof.
    public var proof: PlonkProof

    /// The statement that `proof` holds for `key` and `publicSignals`.
    public init(key: VerificationKey, publicSignals: [Fr], proof: PlonkProof) {
        self.key = key
        self.publicSignals = publicSignals
        self.proof = proof
    }
}

/// Checks many proofs together.
///
/// - Returns: for each statement, why it was refused, or `nil` when it holds. The answers are those
///   of ``verify(_:publicSignals:proof:)``, one by one.
public func verify(batch statements: [PlonkStatement]) -> [PlonkError?] {
    var refusals: [PlonkError?] = []
    var claims: [PlacedClaim] = []
    for (index, statement) in statements.enumerated() {
        do throws(PlonkError) {
            let claim = try PlonkClaim(
                statement.key, publicSignals: statement.publicSignals, proof: statement.proof)
            claims.append((index, claim))
            refusals.append(nil)
        } catch {
            refusals.append(error)
        }
    }
    for group in groups(claims) {
        var halvings = mostHalvings
        for index in falseClaims(group[...], &halvings) { refusals[index] = .proofDoesNotHold }
    }
    return refusals
}

/// A claim and the place of its statement.
private typealias PlacedClaim = (index: Int, claim: PlonkClaim)

/// The claims about each tau.
private func groups(_ claims: [PlacedClaim]) -> [[PlacedClaim]] {
    var groups: [[PlacedClaim]] = []
    for claim in claims {
        let tau = claim.claim.key.tauG2
        if let place = groups.firstIndex(where: { $0[0].claim.key.tauG2 == tau }) {
            groups[place].append(claim)
        } else {
            groups.append([claim])
        }
    }
    return groups
}

/// Sums that may fail before the claims that are left are looked at one by one. One false claim
/// among 64 takes six, two take eleven; with more, halving costs more than it saves, and a batch of
/// false claims must not cost much more than each of them alone.
private let mostHalvings = 12

/// The indices of the claims that do not hold. A sum that fails is halved until each false claim
/// stands alone.
private func falseClaims(_ claims: ArraySlice<PlacedClaim>, _ halvings: inout Int) -> [Int] {
    if claims.count > 1, halvings == 0 {
        return claims.filter { !$0.claim.holds }.map(\.index)
    }
    if claims.isEmpty || PlonkClaim.allHold(claims.map(\.claim)) { return [] }
    if claims.count == 1 { return claims.map(\.index) }
    halvings -= 1
    let middle = claims.startIndex + claims.count / 2
    return falseClaims(claims[..<middle], &halvings) + falseClaims(claims[middle...], &halvings)
}

extension PlonkClaim {
    /// Whether all `claims`, which are about one tau, hold; but for a chance below 2^-128 that one
    /// does not.
    fileprivate static func allHold(_ claims: [PlonkClaim]) -> Bool {
        if claims.count == 1 { return claims[0].holds }
        let weights = weights(claims)
        var points: [G1Affine] = []
        var factors: [Fr] = []
        var right: (points: [G1Affine], factors: [Fr]) = ([], [])
        var keys: [(points: [G1Affine], factors: [Fr])] = []
        for (claim, weight) in zip(claims, weights) {
            points += claim.left.points
            factors += claim.left.factors.map { $0 * weight }
            right.points += claim.right.points.map { -$0 }
            right.factors += claim.right.factors.map { $0 * weight }
            // Circuits that occur often have their points once.
            let keyFactors = claim.keyFactors.map { $0 * weight }
            let keyPoints = claim.key.points
            if let place = keys.firstIndex(where: { $0.points == keyPoints }) {
                for (term, factor) in keyFactors.enumerated() {
                    keys[place].factors[term] += factor
                }
            } else {
                keys.append((keyPoints, keyFactors))
            }
        }
        for key in keys {
            points += key.points
            factors += key.factors
        }
        let sums = G1Projective.normalize([
            MultiScalar.g1(points, factors, threads: 1),
            MultiScalar.g1(right.points, right.factors, threads: 1),
        ])
        return Pairing.isOne(
            productOf: [(sums[0], G2Affine.generator), (sums[1], claims[0].key.tauG2)])
    }

    /// The factors of `claims`, 128 bits each, from a hash over all of them.
    static func weights(_ claims: [PlonkClaim]) -> [Fr] {
        var transcript = Transcript()
        for claim in claims { transcript.append(claim.digest) }
        let seed = transcript.challenge()
        return claims.indices.map { index in
            transcript.append(seed)
            transcript.append(Fr(UInt64(index)))
            let number = transcript.challenge().canonical
            return Fr(reducing: UInt256(number.l0, number.l1))
        }
    }
}
