import Base
import Circom
import Cryptography
import Fields
import Forgery
import Plonk
import TestSupport
import Testing
import Verification

/// Proofs of circuits through the one door.
@Suite struct CircuitProofTests {
    private func claim(_ key: ForgeableKey, _ first: UInt64) throws -> CircuitProof {
        let signals = (0..<UInt64(key.key.publicCount)).map { Fr(first + $0) }
        return CircuitProof(
            key: try CircuitKey(bytes: key.key.bytes),
            publicSignals: signals.map(\.canonicalBigEndian), proof: key.proof(of: signals).bytes)
    }

    private func refusal(_ claim: CircuitProof) -> VerificationError? {
        do throws(VerificationError) {
            try verify(claim)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: PlonkCase.committed)
    func acceptsWhatSnarkjsMade(_ sample: PlonkCase) throws {
        let key = try VerificationKey(json: sample.verificationKey)
        let read = try CircuitKey(bytes: key.bytes)
        #expect(read.publicSignalCount == key.publicCount && read.rowCountLog2 == key.power)
        let signals = try PublicSignals.read(json: sample.publicSignals)
        for json in [sample.proof, sample.plainProof] {
            try verify(
                CircuitProof(
                    key: read, publicSignals: signals.map(\.canonicalBigEndian),
                    proof: try PlonkProof(json: json).bytes))
        }
    }

    @Test func aKeyIsNamedByItsBytesAndItsReferenceString() throws {
        let key = try ForgeableKey("key").key
        let read = try CircuitKey(bytes: key.bytes)
        #expect(read.id == CircuitKey.id(of: key.bytes) && read.bytes == key.bytes)
        // tau in the second group ends the bytes of a key.
        #expect(read.srsID == SHA256.hash(Bytes(key.bytes.suffix(128))))
        let marked = try CircuitKey(bytes: try ForgeableKey("key", isUnsafe: true).key.bytes)
        #expect(marked.isUnsafe && !read.isUnsafe)
        #expect(marked.id != read.id && marked.srsID == read.srsID)
    }

    @Test func refusalsHaveStableCodes() throws {
        let good = try claim(try ForgeableKey("key", publicCount: 2), 5)
        #expect(refusal(good) == nil)
        func code(_ change: (inout CircuitProof) -> Void) -> UInt32? {
            var changed = good
            change(&changed)
            return refusal(changed)?.code
        }
        #expect(code { $0.publicSignals.removeLast() } == 15)
        #expect(code { $0.publicSignals[1] = [] } == 15)
        #expect(code { $0.publicSignals[1] = Fr.modulus.bigEndian } == 15)
        #expect(code { $0.publicSignals.swapAt(0, 1) } == 16)
        #expect(code { $0.proof = [] } == 16)
        #expect(code { $0.proof[800 - 33] ^= 1 } == 16)
        #expect(throws: VerificationError.self) { try CircuitKey(bytes: [1]) }
        do { _ = try CircuitKey(bytes: [1]) } catch { #expect(error.code == 14) }
    }

    /// Whatever stands beside a claim, its verdict is that of being alone.
    @Test(arguments: [3, 4, 5] as [UInt64])
    func aBatchAnswersLikeEachAlone(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let keys = [
            try ForgeableKey("a"), try ForgeableKey("b", publicCount: 3),
            try ForgeableKey("c", power: 9, setup: "other"),
        ]
        let claims = try (0..<20).map { index in
            var claim = try claim(keys[generator.int(in: 0..<3)], UInt64(index))
            switch generator.int(in: 0..<8) {
            case 0: claim.proof[generator.int(in: 0..<768)] ^= UInt8(generator.int(in: 1...255))
            case 1: claim.publicSignals[0][31] ^= 1
            case 2: claim.proof.removeLast()
            case 3: claim.publicSignals.append(claim.publicSignals[0])
            default: break
            }
            return claim
        }
        let expected = claims.map(refusal)
        #expect(verify(batch: claims) == expected)
        #expect(verify(batch: claims.reversed()) == expected.reversed())
        #expect(verify(batch: Array(claims[..<1])) == Array(expected[..<1]))
        #expect(verify(batch: [CircuitProof]()).isEmpty)
    }

    @Test func theKeyCacheForgetsWhatWasNotUsedForLongest() throws {
        let keys = try (0..<4).map {
            try CircuitKey(bytes: try ForgeableKey("key \($0)").key.bytes)
        }
        var cache = ContentCache<CircuitKey>(maximumSize: 3)
        for key in keys[..<3] { cache.insert(key) }
        #expect(cache.entry(keys[0].id) == keys[0])
        cache.insert(keys[3])
        #expect(cache.entry(keys[1].id) == nil)
        #expect(cache.entry(keys[0].id) == keys[0] && cache.entry(keys[3].id) == keys[3])
    }
}
