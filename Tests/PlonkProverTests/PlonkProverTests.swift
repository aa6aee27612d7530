// Keys and proofs against those of snarkjs 0.7.6, byte for byte.

import Base
import Circom
import Cryptography
import Fields
import Plonk
import PlonkProver
import TestSupport
import Testing

extension PlonkCase {
    /// The circuit's key, as our setup makes it.
    func key() throws -> Bytes {
        let circuit = try R1CSFile(BytesSource(circuit))
        let system = try GateSystem(circuit)
        let string = try PowersOfTauFile(BytesSource(powersOfTau))
            .structuredReferenceString(count: 1 << system.power + 6)
        return try PlonkSetup.writeKey(of: system, string, to: BytesSink(), threads: 2).sink.bytes
    }

    func prover() throws -> CircuitProver {
        try CircuitProver(ProvingKeyFile(BytesSource(key())), threads: 2)
    }

    func witnessValues() throws -> [Fr] { try WitnessFile(BytesSource(witness)).values }
}

/// The blinding 1, 2, …, 11.
let plainBlinding = BlindingFactors(given: (1...11).map { Fr($0) })

@Suite struct PlonkProverTests {
    @Test(arguments: PlonkCase.all)
    func setupMakesTheKeyOfSnarkjs(example: PlonkCase) throws {
        let key = try example.key()
        #expect(SHA256.hash(key).hex == example.keyHash, "\(example.name)")
        let file = try ProvingKeyFile(BytesSource(key))
        #expect(file.verificationKey.json == example.verificationKey)
    }

    @Test(arguments: PlonkCase.all)
    func proofWithKnownBlindingIsTheOneOfSnarkjs(example: PlonkCase) throws {
        let blinding = try #require(plainBlinding)
        let (proof, signals) = try example.prover().prove(
            witness: example.witnessValues(), blinding: blinding)
        #expect(proof.json == example.plainProof, "\(example.name)")
        #expect(PublicSignals.json(signals) == example.publicSignals)
    }
}
