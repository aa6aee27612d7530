// Keys in bytes, and keys that are none.

import Base
import Circom
import Fields
import Plonk
import TestSupport
import Testing

@Suite struct VerificationKeyTests {
    private let key: VerificationKey

    init() throws { key = try #require(PlonkCase.committed.first).statement().key }

    /// The key with parts changed.
    private func changed(
        publicCount: Int? = nil, power: Int? = nil, k1: Fr? = nil, k2: Fr? = nil,
        tauG2: G2Affine? = nil, commitments: [G1Affine]? = nil
    ) throws(PlonkError) -> VerificationKey {
        try VerificationKey(
            publicCount: publicCount ?? key.publicCount, power: power ?? key.power,
            k1: k1 ?? key.k1, k2: k2 ?? key.k2, commitments: commitments ?? key.commitments,
            tauG2: tauG2 ?? key.tauG2, isUnsafe: false)
    }

    @Test func bytesAreReadAsWhatTheyWere() throws {
        for example in PlonkCase.all {
            let key = try example.statement().key
            #expect(try VerificationKey(bytes: key.bytes) == key)
        }
        let marked = try VerificationKey(
            publicCount: 1, power: 3, k1: key.k1, k2: key.k2, commitments: key.commitments,
            tauG2: key.tauG2, isUnsafe: true)
        #expect(try VerificationKey(bytes: marked.bytes).isUnsafe)
    }

    @Test func everyOtherLengthIsRefused() {
        for count in 0..<key.bytes.count {
            #expect(throws: PlonkError.self) {
                try VerificationKey(bytes: Bytes(key.bytes.prefix(count)))
            }
        }
        #expect(throws: PlonkError.self) { try VerificationKey(bytes: key.bytes + [0]) }
    }

    @Test func everyChangedByteIsRefusedOrIsAnotherKey() throws {
        for index in key.bytes.indices {
            var bytes = key.bytes
            bytes[index] ^= 1
            guard let other = try? VerificationKey(bytes: bytes) else { continue }
            // The mark, the power, the count, k1 and k2 may have other values.
            #expect(index < 71 && other != key && other.bytes == bytes, "byte \(index)")
        }
    }

    @Test func keysThatWouldNotBeSoundAreRefused() throws {
        let off = G1Affine(x: Fq.one, y: Fq.one)
        #expect(throws: PlonkError.self) { try changed(power: 2) }
        #expect(throws: PlonkError.self) { try changed(power: 29) }
        #expect(throws: PlonkError.self) { try changed(publicCount: -1) }
        #expect(throws: PlonkError.self) { try changed(publicCount: 1 << key.power + 1) }
        #expect(throws: PlonkError.self) { try changed(k1: Fr.one) }
        #expect(throws: PlonkError.self) { try changed(k1: key.root) }
        #expect(throws: PlonkError.self) { try changed(k2: key.k1) }
        #expect(throws: PlonkError.self) { try changed(k2: key.k1 * key.root) }
        #expect(throws: PlonkError.self) { try changed(k2: Fr.zero) }
        #expect(throws: PlonkError.self) { try changed(tauG2: .infinity) }
        #expect(throws: PlonkError.self) { try changed(tauG2: G2Affine(x: Fq2.one, y: Fq2.one)) }
        #expect(throws: PlonkError.self) { try changed(commitments: []) }
        for index in 0..<8 {
            var commitments = key.commitments
            commitments[index] = off
            #expect(throws: PlonkError.self) { try changed(commitments: commitments) }
        }
        _ = try changed()
    }

    @Test func pointsOfTheTwistOutsideTheGroupAreRefused() throws {
        // The first point of the twist with a small x; its order is no divisor of r, since the
        // chance of that is 2^-254.
        var x = Fq2(Fq.one, Fq.zero)
        while true {
            let square = x.squared() * x + G2.b
            if let root = square.squareRoot {
                let point = G2Affine(x: x, y: root)
                #expect(point.isOnCurve)
                #expect(throws: PlonkError.self) { try changed(tauG2: point) }
                return
            }
            x = x + Fq2.one
        }
    }

    @Test func keysWithoutPublicSignalsVerifyNothing() throws {
        let statement = try #require(PlonkCase.committed.first).statement()
        let key = try changed(publicCount: 0)
        #expect(throws: PlonkError.noPublicSignals) {
            try verify(key, publicSignals: [], proof: statement.proof)
        }
    }
}

extension Fq {
    /// A square root, where there is one: q is 3 modulo 4.
    var squareRoot: Fq? {
        var q1 = Fq.modulus
        q1.l0 += 1
        let quarter = UInt256(
            q1.l0 >> 2 | q1.l1 << 62, q1.l1 >> 2 | q1.l2 << 62, q1.l2 >> 2 | q1.l3 << 62,
            q1.l3 >> 2)
        let root = power(quarter)
        return root.squared() == self ? root : nil
    }
}

extension QuadraticExtension where Base == Fq {
    /// A square root, where there is one: (a + b u)² = (a² - b²) + 2 a b u.
    fileprivate var squareRoot: Fq2? {
        guard let norm = (c0.squared() + c1.squared()).squareRoot, let half = Fq(2).inverted()
        else { return nil }
        for candidate in [(c0 + norm) * half, (c0 - norm) * half] {
            guard let a = candidate.squareRoot, let inverse = (a + a).inverted() else { continue }
            let root = Fq2(a, c1 * inverse)
            if root.squared() == self { return root }
        }
        return nil
    }
}
