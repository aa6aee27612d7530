// Powers of tau of a small ceremony, and damaged ones.

import Base
import Circom
import Commitments
import Fields
import Polynomials
import TestSupport
import Testing

@Suite struct PowersOfTauTests {
    private let bytes: Bytes
    private let file: PowersOfTauFile

    init() throws {
        bytes = try PlonkCase.file("pot8_test.ptau")
        file = try PowersOfTauFile(BytesSource(bytes))
    }

    private var contributionBytes: Bytes {
        sections(of: bytes).filter { $0.0 == 7 }.flatMap { $0.1 }
    }

    private func read(_ bytes: Bytes) -> CircomError? {
        refusal { _ = try PowersOfTauFile(BytesSource(bytes)) }
    }

    @Test func headersAreRead() {
        #expect(file.power == 8 && file.ceremonyPower == 8 && file.contributionCount == 2)
        #expect(file.powerCount == 511 && file.isPrepared && !file.isUnsafe)
    }

    @Test func powersArePowersOfOneTau() throws {
        try file.structuredReferenceString(count: 511).check(threads: 2)
        #expect(throws: CircomError.tooFewPowers(needed: 512, available: 511)) {
            try file.structuredReferenceString(count: 512)
        }
    }

    /// The polynomials 1 and X, of their values on the domain.
    @Test(arguments: 1...8)
    func lagrangePointsAreThoseOfTheSameTau(log2Size: Int) throws {
        let points = try #require(try file.lagrangePoints(log2Size: log2Size))
        let powers = try file.structuredReferenceString(count: 2).powers
        let domain = try #require(EvaluationDomain(log2Size: log2Size))
        let ones = [Fr](repeating: .one, count: domain.size)
        #expect(MultiScalar.g1(points, ones, threads: 1).affine == powers[0])
        let roots = ScalarVectors(threads: 1).powers(
            of: domain.root, from: .one, count: domain.size)
        #expect(MultiScalar.g1(points, roots, threads: 1).affine == powers[1])
    }

    @Test func domainsThatAreNotThereHaveNoLagrangePoints() throws {
        #expect(try file.lagrangePoints(log2Size: 9) == nil)
        #expect(try file.lagrangePoints(log2Size: -1) == nil)
    }

    @Test func damagedPowersAreFound() throws {
        func string(
            _ section: UInt32, _ offset: Int, _ new: Bytes
        ) throws -> StructuredReferenceString {
            let changed = changing(bytes, section: section, at: offset, to: new)
            return try PowersOfTauFile(BytesSource(changed)).structuredReferenceString(count: 50)
        }
        let other = Bytes(bytes[24 + 44 + 12 + 64 * 7..<24 + 44 + 12 + 64 * 8])
        let swapped = try string(2, 64 * 9, other)
        #expect(throws: CommitmentError.notPowersOfTau) { try swapped.check() }
        #expect(refusal { _ = try string(2, 64 * 9, [1]) }?.code == 15)
        #expect(
            refusal { _ = try string(2, 64 * 9, Bytes(repeating: 0, count: 64)) }
                == .pointAtInfinity("power of tau", index: 9))
        #expect(
            refusal { _ = try string(2, 64 * 9 + 32, Fq.modulus.littleEndian) }
                == .notCanonical("a coordinate of power of tau", index: 9))
        #expect(refusal { _ = try string(3, 128, [1]) }?.code == 15)
    }

    @Test func headersThatAreWrongAreNamed() {
        func change(_ offset: Int, _ new: Bytes) -> CircomError? {
            read(changing(bytes, section: 1, at: offset, to: new))
        }
        #expect(change(36, UInt32(9).bytes)?.code == 20)
        #expect(change(36, UInt32(7).bytes)?.code == 9)
        #expect(change(36, UInt32(0).bytes)?.code == 20)
        #expect(change(36, UInt32.max.bytes)?.code == 20)
        #expect(change(40, UInt32(29).bytes)?.code == 20)
        #expect(change(4, Fr.modulus.littleEndian)?.code == 11)
        #expect(read(Bytes(bytes.dropLast(1)))?.code == 4)
        let unprepared = container("ptau", 1, sections(of: bytes).filter { $0.0 < 12 })
        #expect(read(unprepared) == nil)
        #expect(read(container("ptau", 1, sections(of: bytes) + [(11, [])])) == .unknownSection(11))
    }

    @Test func contributionsFollowFromEachOther() throws {
        let contributions = try file.contributions()
        #expect(contributions.map(\.name) == ["C1", "B1"])
        #expect(contributions.map(\.isBeacon) == [false, true])
        #expect(contributions.allSatisfy { $0.nextChallenge.count == 64 })
        try file.verifyContributions()
    }

    @Test func contributionsThatDoNotFollowAreFound() throws {
        let record = 1504 + 4
        /// Puts a good point in the place of another one, within section 7.
        func replacing(_ place: Int, by source: Int, count: Int) -> CircomError? {
            let new = Bytes(contributionBytes[4 + source..<4 + source + count])
            let changed = changing(bytes, section: 7, at: 4 + place, to: new)
            return refusal { try PowersOfTauFile(BytesSource(changed)).verifyContributions() }
        }
        // tau G1, tau G2, beta G1, beta G2 of the first; the keys; the second's tau.
        for place in [0, 256] {
            #expect(replacing(place, by: record + place, count: 64)?.code == 24)
        }
        for place in [64, 320] {
            #expect(replacing(place, by: record + place, count: 128)?.code == 24)
        }
        for place in [448, 512, 704, 768] {
            #expect(replacing(place, by: record + place, count: 64)?.code == 24)
        }
        #expect(replacing(record, by: 0, count: 64)?.code == 24)
        // A file whose powers are not those of its last contribution.
        let shorter = UInt32(1).bytes + contributionBytes[4..<4 + record]
        let parts = sections(of: bytes).map { ($0.0, $0.0 == 7 ? shorter : $0.1) }
        let error = refusal {
            try PowersOfTauFile(BytesSource(container("ptau", 1, parts))).verifyContributions()
        }
        #expect(
            error == .brokenContribution(index: 0, reason: "the file's powers are not its own"))
    }

    @Test func contributionsThatAreCutAreRefused() throws {
        let section = contributionBytes
        for count in stride(from: 0, to: section.count, by: 7) {
            let cut = Bytes(section.prefix(count))
            let parts = sections(of: bytes).map { ($0.0, $0.0 == 7 ? cut : $0.1) }
            let error = refusal {
                _ = try PowersOfTauFile(BytesSource(container("ptau", 1, parts))).contributions()
            }
            #expect(error != nil, "\(count) bytes")
        }
    }
}

@Suite struct DevelopmentPowersTests {
    private let secrets = DevelopmentSecrets(tau: Fr(123_456_789), alpha: Fr(5), beta: Fr(6))

    private func bytes(power: Int) throws -> Bytes {
        try PowersOfTauFile.writeForDevelopment(
            power: power, secrets, to: BytesSink(), threads: 2
        ).bytes
    }

    @Test func filesAreMarkedAndTheirPowersAreThoseOfTau() throws {
        let file = try PowersOfTauFile(BytesSource(bytes(power: 4)))
        #expect(file.isUnsafe && file.isPrepared && file.power == 4)
        let string = try file.structuredReferenceString(count: 31)
        #expect(string.isUnsafe)
        try string.check()
        for index in 0..<31 {
            let power = secrets.tau.power(UInt64(index))
            #expect(string.powers[index] == G1Projective.generator.times(power).affine)
        }
    }

    @Test func otherSectionsAreWhatTheyShouldBe() throws {
        let parts = sections(of: try bytes(power: 3))
        func section(_ type: UInt32) -> Bytes { parts.filter { $0.0 == type }.flatMap { $0.1 } }
        func first(_ point: G1Projective) -> Bytes {
            let affine = point.affine
            return affine.x.montgomeryLittleEndian + affine.y.montgomeryLittleEndian
        }
        func second(_ point: G2Projective) -> Bytes {
            let affine = point.affine
            return [affine.x.c0, affine.x.c1, affine.y.c0, affine.y.c1]
                .flatMap { $0.montgomeryLittleEndian }
        }
        let (g1, g2, tau) = (G1Projective.generator, G2Projective.generator, secrets.tau)
        var expected: [Bytes] = [[], [], []]
        for index in 0..<8 {
            let power = tau.power(UInt64(index))
            expected[0] += second(g2.times(power))
            expected[1] += first(g1.times(secrets.alpha * power))
            expected[2] += first(g1.times(secrets.beta * power))
        }
        #expect(section(3) == expected[0])
        #expect(section(4) == expected[1])
        #expect(section(5) == expected[2])
        #expect(section(6) == second(g2.times(secrets.beta)))
        #expect(section(12).count == 31 * 64)
    }

    /// Commits to the same values by powers and by Lagrange points.
    private func checkLagrange(_ bytes: Bytes, power: Int) throws {
        let string = try PowersOfTauFile(BytesSource(bytes))
            .structuredReferenceString(count: 2 << power - 1)
        let points = sections(of: bytes).filter { $0.0 == 12 }.flatMap { $0.1 }
        for log2Size in 0...power + 1 {
            let transform = try #require(NumberTheoreticTransform(log2Size: log2Size))
            let size = 1 << log2Size
            let values = (0..<size).map { Fr(UInt64($0 * $0 + 3)) }
            let lagrange = (0..<size).map { index in
                let start = 64 * (size - 1 + index)
                return G1Affine(
                    x: Fq(montgomeryLittleEndian: points[start..<start + 32]) ?? .zero,
                    y: Fq(montgomeryLittleEndian: points[start + 32..<start + 64]) ?? .zero)
            }
            var coefficients = values
            transform.interpolate(&coefficients)
            // The largest domain has one power more than there are: it counts as nothing.
            if log2Size == power + 1 { coefficients.removeLast() }
            let commitment = try string.commitment(to: coefficients)
            #expect(MultiScalar.g1(lagrange, values, threads: 1).affine == commitment)
        }
    }

    @Test func lagrangePointsCommitToValues() throws {
        try checkLagrange(bytes(power: 4), power: 4)
    }

    @Test func lagrangePointsOfSnarkjsDoTheSame() throws {
        try checkLagrange(PlonkCase.file("pot8_test.ptau"), power: 8)
    }

    @Test func impossiblePowersAreRefused() {
        for power in [0, 29] {
            #expect(refusal { _ = try bytes(power: power) }?.code == 10)
        }
    }
}

@Suite struct FileHashTests {
    @Test func hashesAreThoseOfPython() throws {
        // hashlib.blake2b of the file and of "abc".
        let digest =
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
            + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
        try BytesSource(Bytes("abc".utf8)).checkHash(isExpected: digest.uppercased())
        let source = BytesSource(try PlonkCase.file("pot8_test.ptau"))
        try source.checkHash(
            isExpected: "48bd647ab4569a051df890fd0ebd3be90cdad65c40c766ecc9473714d8e04e8f"
                + "9c90d0dac65b3360794bc5b95d597c59c5aceee682bc6829793968975d1d725a")
        #expect(refusal { try source.checkHash(isExpected: digest) }?.code == 23)
    }
}
