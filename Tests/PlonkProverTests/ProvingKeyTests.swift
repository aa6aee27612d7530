// `.zkey` files that are cut, damaged or contradict themselves.

import Base
import Circom
import Fields
import Plonk
import PlonkProver
import TestSupport
import Testing

@Suite struct ProvingKeyTests {
    private let key: Bytes
    private let other: Bytes

    init() throws {
        let example = try #require(PlonkCase.committed.first)
        key = try example.key()
        other = example.witness
    }

    /// Reads all of a key; the error, or `nil`.
    private func read(_ bytes: Bytes) -> CircomError? {
        do {
            let file = try ProvingKeyFile(BytesSource(bytes))
            _ = try file.additions()
            for column in 0..<3 { _ = try file.wires(column: column) }
            let polynomials: [KeyPolynomial] =
                (0..<5).map { .selector($0) } + (0..<3).map { .permutation($0) }
                + (0..<file.publicCount).map { .lagrange($0) }
            for polynomial in polynomials {
                _ = try file.coefficients(of: polynomial)
                _ = try file.evaluations(of: polynomial)
            }
            _ = try file.powers()
            return nil
        } catch {
            return error
        }
    }

    /// The key with the bytes of a section replaced from `offset` on.
    private func changing(_ section: UInt32, _ offset: Int, _ new: Bytes) -> Bytes {
        var bytes = key
        var start = 12
        while start < bytes.count {
            let head = Bytes(bytes[start..<start + 12])
            let size = head[4..<12].reversed().reduce(0) { $0 << 8 | Int($1) }
            if UInt32(head[0]) == section {
                let place = start + 12 + offset
                bytes.replaceSubrange(place..<place + new.count, with: new)
                return bytes
            }
            start += 12 + size
        }
        return []
    }

    private func number(_ value: UInt32) -> Bytes {
        var bytes: Bytes = []
        bytes.appendLittleEndian(value)
        return bytes
    }

    @Test func aKeyIsReadWhole() throws {
        #expect(read(key) == nil)
        let file = try ProvingKeyFile(BytesSource(key))
        #expect(file.power == 5 && file.rowCount == 32 && file.publicCount == 3)
        #expect(file.gateCount == 29 && file.additionCount == 16 && file.wireCount == 35)
    }

    @Test func valuesAreThoseOfTheCoefficients() throws {
        let file = try ProvingKeyFile(BytesSource(key))
        for polynomial in [KeyPolynomial.selector(1), .permutation(2), .lagrange(1)] {
            let coefficients = try file.coefficients(of: polynomial)
            let values = try file.evaluations(of: polynomial)
            let root = try #require(Fr.rootOfUnity(log2: 7))
            var point = Fr.one
            for value in values {
                var sum = Fr.zero
                for coefficient in coefficients.reversed() { sum = sum * point + coefficient }
                #expect(sum == value)
                point *= root
            }
        }
    }

    @Test func contradictionsAreNamed() {
        // Section 2: wires at 72, then public signals, rows, additions, gates.
        let cases: [(offset: Int, value: UInt32, code: UInt32)] = [
            (72, 15, 20), (72, 19, 20), (76, 30, 20), (76, 4, 9), (80, 31, 20), (80, 64, 9),
            (80, 16, 20), (80, 0, 20), (80, .max, 20), (84, 17, 9), (84, .max, 20), (88, 28, 9),
            (88, .max, 20),
        ]
        for (offset, value, code) in cases {
            let error = read(changing(2, offset, number(value)))
            #expect(error?.code == code, "\(offset) \(value): \(String(describing: error))")
        }
        #expect(
            read(changing(1, 0, number(1))) == .wrongProtocol(expected: "plonk", actual: "groth16"))
        #expect(read(changing(1, 0, number(10)))?.code == 18)
        #expect(read(changing(2, 4, Fr.modulus.littleEndian))?.code == 11)
        #expect(read(changing(2, 40, Fq.modulus.littleEndian))?.code == 11)
        #expect(read(changing(2, 92, Fr.modulus.littleEndian))?.code == 12)
        #expect(read(changing(2, 92, Fr.one.montgomeryLittleEndian))?.code == 20)
        #expect(read(changing(2, 156, [1]))?.code == 15)
        #expect(read(changing(2, 156 + 512, [1]))?.code == 15)
    }

    @Test func wiresNumbersAndPointsAreChecked() {
        #expect(
            read(changing(4, 4 * 7, number(35)))
                == .wireOutOfRange("column a of gate", index: 7, wire: 35, count: 35))
        #expect(read(changing(6, 0, number(.max)))?.code == 13)
        // An addition may name wires before it only.
        #expect(
            read(changing(3, 72 * 2, number(21)))
                == .wireOutOfRange("addition", index: 2, wire: 21, count: 21))
        #expect(read(changing(3, 8, Fr.modulus.littleEndian))?.code == 12)
        for section in UInt32(7)...13 {
            for place in [0, 31, 32, 159] {
                #expect(read(changing(section, 32 * place, Fr.modulus.littleEndian))?.code == 12)
            }
        }
        #expect(read(changing(14, 64 * 5, [1]))?.code == 15)
        let zeros = Bytes(repeating: 0, count: 64)
        #expect(
            read(changing(14, 64 * 37, zeros)) == .pointAtInfinity("power of tau", index: 37))
    }

    @Test func keysCutAnywhereAreRefused() {
        for count in stride(from: 0, to: key.count, by: 97) {
            #expect(read(Bytes(key.prefix(count))) != nil, "\(count) bytes")
        }
    }

    @Test func damagedKeysNeverTrap() throws {
        let witness = try #require(PlonkCase.committed.first).witnessValues()
        var mutator = Mutator(seed: 11)
        for _ in 0..<300 {
            let bytes = mutator.mutate(key, corpus: [other])
            guard let file = try? ProvingKeyFile(BytesSource(bytes)),
                let prover = try? CircuitProver(file, threads: 1)
            else { continue }
            // What a damaged key proves may hold or not; nothing traps on the way.
            if let made = try? prover.prove(witness: witness) {
                _ = verify(
                    batch: [
                        PlonkStatement(
                            key: prover.verificationKey, publicSignals: made.publicSignals,
                            proof: made.proof)
                    ])
            }
        }
    }

    static let upstream = "fixtures/plonk/upstream/snarkjs_plonk_circuit/"

    @Test(.enabled(if: Fixtures.require(ProvingKeyTests.upstream)))
    func keysOfTheSnarkjsRepositoryProve() throws {
        func bytes(_ name: String) throws -> Bytes {
            try Fixtures.bytes(ProvingKeyTests.upstream + name)
        }
        let file = try ProvingKeyFile(BytesSource(bytes("circuit.zkey")))
        #expect(try file.verificationKey == VerificationKey(json: bytes("verification_key.json")))
        let witness = try WitnessFile(BytesSource(bytes("witness.wtns"))).values
        let (proof, signals) = try CircuitProver(file, threads: 2).prove(witness: witness)
        #expect(try signals == PublicSignals.read(json: bytes("public.json")))
        try verify(file.verificationKey, publicSignals: signals, proof: proof)
    }
}
