// Powers of tau of a small ceremony, and damaged ones.

import Base
import Circom
import Commitments
import Fields
import TestSupport
import Testing

@Suite struct PowersOfTauTests {
    private let bytes: Bytes
    private let file: PowersOfTauFile

    init() throws {
        bytes = try PlonkCase.file("pot8_test.ptau")
        file = try PowersOfTauFile(BytesSource(bytes))
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

    @Test func damagedPowersAreFound() throws {
        func string(_ change: (section: UInt32, offset: Int, new: Bytes)) throws
            -> StructuredReferenceString
        {
            let changed = changing(
                bytes, section: change.section, at: change.offset, to: change.new)
            return try PowersOfTauFile(BytesSource(changed)).structuredReferenceString(count: 50)
        }
        let other = Bytes(bytes[24 + 44 + 12 + 64 * 7..<24 + 44 + 12 + 64 * 8])
        let swapped = try string((2, 64 * 9, other))
        #expect(throws: CommitmentError.notPowersOfTau) { try swapped.check() }
        #expect(refusal { _ = try string((2, 64 * 9, [1])) }?.code == 15)
        #expect(
            refusal { _ = try string((2, 64 * 9, Bytes(repeating: 0, count: 64))) }
                == .pointAtInfinity("power of tau", index: 9))
        #expect(
            refusal { _ = try string((2, 64 * 9 + 32, Fq.modulus.littleEndian)) }
                == .notCanonical("a coordinate of power of tau", index: 9))
        #expect(refusal { _ = try string((3, 128, [1])) }?.code == 15)
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
            let section = sections(of: bytes).first { $0.0 == 7 }?.1 ?? []
            let changed = changing(
                bytes, section: 7, at: 4 + place, to: Bytes(section[4 + source..<4 + source + count]))
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
        let first = sections(of: bytes).first { $0.0 == 7 }?.1 ?? []
        let shorter = UInt32(1).bytes + first[4..<4 + record]
        let parts = sections(of: bytes).map { $0.0 == 7 ? (7, shorter) : $0 }
        let error = refusal {
            try PowersOfTauFile(BytesSource(container("ptau", 1, parts))).verifyContributions()
        }
        #expect(
            error == .brokenContribution(index: 0, reason: "the file's powers are not its own"))
    }

    @Test func contributionsThatAreCutAreRefused() throws {
        let section = sections(of: bytes).first { $0.0 == 7 }?.1 ?? []
        for count in stride(from: 0, to: section.count, by: 7) {
            let parts = sections(of: bytes).map {
                $0.0 == 7 ? (7, Bytes(section.prefix(count))) : $0
            }
            let error = refusal {
                _ = try PowersOfTauFile(BytesSource(container("ptau", 1, parts))).contributions()
            }
            #expect(error != nil, "\(count) bytes")
        }
    }
}
