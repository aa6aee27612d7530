// Commitments and openings against py_ecc, whose tau is known, and by their law.

import Base
import Commitments
import Fields
import Polynomials
import TestSupport
import Testing

struct NotANumber: Error {}

extension PrimeField {
    init(hexNumber text: String) throws {
        guard let bytes = Bytes(hex: text.dropFirst(2)),
            let value = Self(canonicalBigEndian: bytes)
        else { throw NotANumber() }
        self = value
    }
}

@Suite struct KZGTests {
    struct Vector: Decodable {
        var tau_KNOWN_TEST_ONLY: String, coeffs: [String], z: String, y: String
        var commitment: [String]?, proof: [String]?, tau_g2: [[String]], bad_y: String
    }

    struct File: Decodable { var kzg: [Vector] }

    private func point(_ numbers: [String]?) throws -> G1Affine {
        guard let numbers else { return .infinity }
        return try G1Affine(x: Fq(hexNumber: numbers[0]), y: Fq(hexNumber: numbers[1]))
    }

    @Test func agreesWithPyEcc() throws {
        let vectors = try Vectors.decode(File.self, from: "bn254.json").kzg
        #expect(vectors.count == 3)
        for vector in vectors {
            let coefficients = try vector.coeffs.map { try Fr(hexNumber: $0) }
            let string = StructuredReferenceString.forDevelopment(
                tau: try Fr(hexNumber: vector.tau_KNOWN_TEST_ONLY), count: coefficients.count)
            #expect(try string.tauG2.x.c0 == Fq(hexNumber: vector.tau_g2[0][0]))
            #expect(try string.tauG2.y.c1 == Fq(hexNumber: vector.tau_g2[1][1]))
            let commitment = try string.commitment(to: coefficients)
            #expect(try commitment == point(vector.commitment))
            let place = try Fr(hexNumber: vector.z)
            let opening = try string.open(coefficients, at: place)
            #expect(try opening.value == Fr(hexNumber: vector.y))
            #expect(try opening.proof == point(vector.proof))
            try string.verify(opening, of: commitment, at: place)
            let wrong = try KZGOpening(value: Fr(hexNumber: vector.bad_y), proof: opening.proof)
            #expect(throws: CommitmentError.wrongOpening) {
                try string.verify(wrong, of: commitment, at: place)
            }
        }
    }

    @Test func openingsOfOtherThingsAreRefused() throws {
        let string = StructuredReferenceString.forDevelopment(tau: Fr(77), count: 8)
        let polynomial = (1...8).map { Fr($0) }
        let commitment = try string.commitment(to: polynomial)
        let opening = try string.open(polynomial, at: Fr(5))
        try string.verify(opening, of: commitment, at: Fr(5))
        #expect(throws: CommitmentError.wrongOpening) {
            try string.verify(opening, of: commitment, at: Fr(6))
        }
        #expect(throws: CommitmentError.wrongOpening) {
            try string.verify(opening, of: -commitment, at: Fr(5))
        }
        #expect(throws: CommitmentError.wrongOpening) {
            let other = KZGOpening(value: opening.value, proof: -opening.proof)
            try string.verify(other, of: commitment, at: Fr(5))
        }
        #expect(throws: CommitmentError.pointOffCurve) {
            let off = G1Affine(x: Fq(1), y: Fq(1))
            try string.verify(opening, of: off, at: Fr(5))
        }
        #expect(throws: CommitmentError.tooFewPowers(needed: 9, available: 8)) {
            try string.commitment(to: [Fr](repeating: Fr.one, count: 9))
        }
    }
}

@Suite struct StructuredReferenceStringTests {
    private let good = StructuredReferenceString.forDevelopment(tau: Fr(987_654_321), count: 20)

    @Test func powersOfOneTauPass() throws {
        try good.check()
        try StructuredReferenceString.forDevelopment(tau: Fr(3), count: 1).check()
        try StructuredReferenceString.forDevelopment(tau: Fr(3), count: 2).check(threads: 2)
        #expect(good.isUnsafe)
    }

    private func check(
        tau: G2Affine? = nil, _ change: (inout [G1Affine]) -> Void
    ) throws(CommitmentError) {
        var powers = good.powers
        change(&powers)
        try StructuredReferenceString(
            powers: powers, tauG2: tau ?? good.tauG2, isUnsafe: true
        ).check()
    }

    @Test func everyPowerMustFollowFromTheOneBefore() {
        for index in 1..<20 {
            #expect(throws: CommitmentError.notPowersOfTau) {
                try check { $0[index] = -$0[index] }
            }
        }
        #expect(throws: CommitmentError.notPowersOfTau) { try check { $0.swapAt(3, 4) } }
        #expect(throws: CommitmentError.notPowersOfTau) { try check { $0.remove(at: 5) } }
    }

    @Test func pointsThatAreNoneAreNamed() {
        #expect(throws: CommitmentError.noPowers) { try check { $0 = [] } }
        #expect(throws: CommitmentError.wrongGenerator) { try check { $0.removeFirst() } }
        #expect(throws: CommitmentError.powerOffCurve(index: 7)) {
            try check { $0[7] = G1Affine(x: Fq(1), y: Fq(1)) }
        }
        #expect(throws: CommitmentError.powerAtInfinity(index: 2)) {
            try check { $0[2] = .infinity }
        }
        for tau in [G2Affine.infinity, G2Affine(x: Fq2.one, y: Fq2.one)] {
            #expect(throws: CommitmentError.wrongTau) { try check(tau: tau) { _ in } }
        }
        #expect(throws: CommitmentError.notPowersOfTau) {
            try check(tau: G2Affine.generator) { _ in }
        }
    }
}

@Suite struct TranscriptTests {
    @Test func challengesAreKeccakOfWhatWasAppended() throws {
        // Keccak-256 of 32 bytes ending in 1, by PyCryptodome, modulo r.
        var transcript = Transcript()
        transcript.append(Fr.one)
        let digest = "b10e2d527612073b26eecdfd717e6a320cf44b4afac2b0732d9fcbe2b7fa0cf6"
        let bytes = try #require(Bytes(hex: digest))
        #expect(transcript.challenge() == Fr(reducingBigEndian: bytes))
        // Nothing is left of it.
        transcript.append(Fr.one)
        #expect(transcript.challenge() == Fr(reducingBigEndian: bytes))
    }

    @Test func infinityIsSixtyFourZeros() {
        var (points, scalars) = (Transcript(), Transcript())
        points.append(G1Affine.infinity)
        scalars.append(Fr.zero)
        scalars.append(Fr.zero)
        #expect(points.challenge() == scalars.challenge())
    }
}
