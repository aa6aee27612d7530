// The encodings of field elements: there and back, and refusal of everything not canonical.

import Base
import Fields
import TestSupport
import Testing

@Suite struct EncodingTests {
    @Test func everyEncodingRoundTrips() {
        for value in Fr.samples(50, seed: 11) {
            #expect(Fr(canonicalLittleEndian: value.canonicalLittleEndian) == value)
            #expect(Fr(canonicalBigEndian: value.canonicalBigEndian) == value)
            #expect(Fr(montgomeryLittleEndian: value.montgomeryLittleEndian) == value)
            #expect(Fr(reducingBigEndian: value.canonicalBigEndian) == value)
            #expect(Fr(decimal: value.decimal) == value)
            #expect(value.canonicalBigEndian == value.canonicalLittleEndian.reversed())
        }
    }

    @Test func decimalsAreThoseOfIntegers() {
        for (value, text) in [
            (Fq.zero, "0"), (Fq(10_000_000_000_000_000_000), "10000000000000000000"),
            (Fq(UInt64.max), "18446744073709551615"),
            (Fq(UInt64.max) + Fq.one, "18446744073709551616"),
            (
                -Fq.one,
                "21888242871839275222246405745257275088696311157297823662689037894645226208582"
            ),
        ] {
            #expect(value.decimal == text)
            #expect(Fq(decimal: text) == value)
        }
    }

    @Test(arguments: [
        "", " 1", "1 ", "+1", "-1", "00", "01", "0x10", "1e3", "1.0", "٣",
        "21888242871839275222246405745257275088548364400416034343698204186575808495617",
        "115792089237316195423570985008687907853269984665640564039457584007913129639936",
        String(repeating: "9", count: 78), String(repeating: "9", count: 10_000),
    ])
    func rejectsTextThatIsNoCanonicalDecimal(text: String) {
        #expect(Fr(decimal: text) == nil)
    }

    @Test func rejectsBytesOfOtherLengths() {
        for count in [0, 1, 31, 33, 64] {
            let bytes = Bytes(repeating: 0, count: count)
            #expect(Fr(canonicalLittleEndian: bytes) == nil)
            #expect(Fr(canonicalBigEndian: bytes) == nil)
            #expect(Fr(reducingBigEndian: bytes) == nil)
            #expect(Fr(montgomeryLittleEndian: bytes) == nil)
        }
    }

    @Test func rejectsTheModulusAndAbove() {
        for (excess, isAccepted) in [(UInt64(0), false), (1, false), (1 << 63, false)] {
            let value = Fr.modulus &+ UInt256(excess)
            #expect((Fr(canonical: value) != nil) == isAccepted)
            #expect((Fr(montgomery: value) != nil) == isAccepted)
            #expect((Fr(canonicalLittleEndian: value.littleEndian) != nil) == isAccepted)
            #expect((Fr(canonicalBigEndian: value.bigEndian) != nil) == isAccepted)
            #expect(Fr(reducingBigEndian: value.bigEndian) == Fr(excess))
        }
        #expect(Fr(canonical: Fr.modulus &- UInt256(1)) == -Fr.one)
        let top = UInt256(.max, .max, .max, .max)
        #expect(Fr(canonical: top) == nil)
        #expect(Fr(montgomery: top) == nil)
    }

    @Test func reducesEveryIntegerModuloThePrime() {
        // 2^256 - 1 by the other road: 2^256 is the Montgomery form of one.
        let top = UInt256(.max, .max, .max, .max)
        #expect(Fr(reducing: top) == Fr(canonical: Fr.montgomeryOne).map { $0 - Fr.one })
        #expect(Fq(reducing: top) == Fq(canonical: Fq.montgomeryOne).map { $0 - Fq.one })
        var value = UInt256(0)
        for multiple in 0..<5 {
            #expect(Fr(reducing: value) == Fr.zero, "\(multiple) r")
            #expect(Fr(reducing: value &+ UInt256(1)) == Fr.one)
            value = value &+ Fr.modulus
        }
    }

    @Test func bitsOfIntegersAreFoundAcrossLimbs() {
        let value = UInt256(0x8000_0000_0000_0001, 0x3, 0, 0x4000_0000_0000_0000)
        #expect(value.bitWidth == 255)
        #expect(UInt256(0).bitWidth == 0)
        #expect(UInt256(0, 1).bitWidth == 65)
        #expect((0..<256).filter { value.bit($0) } == [0, 63, 64, 65, 254])
        #expect(!value.bit(256))
        #expect(value.bits(from: 62, count: 4) == 0b1110)
        #expect(value.bits(from: 250, count: 10) == 0b1_0000)
        #expect(value.bits(from: 300, count: 10) == 0)
        #expect(UInt256(0, 0, 0, 1) > UInt256(.max, .max, .max, 0))
        #expect(UInt256(0, 1) < UInt256(1, 1))
    }
}
