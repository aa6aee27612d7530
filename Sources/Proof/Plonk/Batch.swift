// Many proofs by one pairing equation. Each proof claims e(L, G2) = e(R, tau G2); if all do, so
// does any sum of them with factors. The factors follow from a hash over everything the claims
// depend on, keys included, so nobody could choose proofs or keys whose errors cancel: a batch with
// a false proof passes for fewer than one in 2^128 hashes. Proofs about different circuits may be
// mixed, and even about different tau, which costs a pairing more for each.

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
    var claims: [(index: Int, claim: PlonkClaim)] = []
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
    for index in falseClaims(claims[...]) { refusals[index] = .proofDoesNotHold }
    return refusals
}

/// The indices of the claims that do not hold. A sum that fails is halved until each false claim
/// stands alone: k false claims among n cost about k log n sums.
private func falseClaims(_ claims: ArraySlice<(index: Int, claim: PlonkClaim)>) -> [Int] {
    if claims.isEmpty || PlonkClaim.allHold(claims.map(\.claim)) { return [] }
    if claims.count == 1 { return claims.map(\.index) }
    let middle = claims.startIndex + claims.count / 2
    return falseClaims(claims[..<middle]) + falseClaims(claims[middle...])
}

extension PlonkClaim {
    /// Whether all `claims` hold, but for a chance below 2^-128 that one does not.
    fileprivate static func allHold(_ claims: [PlonkClaim]) -> Bool {
        if claims.count == 1 { return claims[0].holds }
        let weights = weights(claims)
        var points: [G1Affine] = []
        var factors: [Fr] = []
        var keys: [(points: [G1Affine], factors: [Fr])] = []
        var taus: [(tauG2: G2Affine, points: [G1Affine], factors: [Fr])] = []
        for (claim, weight) in zip(claims, weights) {
            points += claim.left.points
            factors += claim.left.factors.map { $0 * weight }
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
            let place = taus.firstIndex { $0.tauG2 == claim.key.tauG2 } ?? taus.count
            if place == taus.count { taus.append((claim.key.tauG2, [], [])) }
            taus[place].points += claim.right.points.map { -$0 }
            taus[place].factors += claim.right.factors.map { $0 * weight }
        }
        for key in keys {
            points += key.points
            factors += key.factors
        }
        let sums =
            [MultiScalar.g1(points, factors, threads: 1)]
            + taus.map { MultiScalar.g1($0.points, $0.factors, threads: 1) }
        let normal = G1Projective.normalize(sums)
        let groups = [G2Affine.generator] + taus.map(\.tauG2)
        return Pairing.isOne(productOf: Array(zip(normal, groups)))
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
