// Random elements and points from seeds, with the special ones among them, and the vectors'
// numbers.

import Base
import Fields
import TestSupport

/// Text in a vector file that is no number below the prime.
struct NotANumber: Error { var text: String }

extension PrimeField {
    /// A random element, every one equally likely but for 2^-2.
    static func sample(_ generator: inout SeededGenerator) -> Self {
        Self(
            reducing: UInt256(
                generator.next(), generator.next(), generator.next(), generator.next()))
    }

    /// Zero, one, two, -1, -2, numbers next to limb borders, and `count` random elements.
    static func samples(_ count: Int, seed: UInt64) -> [Self] {
        var generator = SeededGenerator(seed: seed)
        let special: [Self] = [
            zero, one, Self(2), -one, -Self(2), Self(UInt64.max),
            Self(reducing: UInt256(0, 1)), Self(reducing: UInt256(.max, .max, .max, 0)),
        ]
        return special + (0..<count).map { _ in sample(&generator) }
    }

    /// The number that `hex`, with 0x before it, writes.
    init(hexNumber text: String) throws {
        guard text.hasPrefix("0x"), let bytes = Bytes(hex: text.dropFirst(2)),
            let value = Self(canonicalBigEndian: bytes)
        else { throw NotANumber(text: text) }
        self = value
    }
}

extension QuadraticExtension where Base == Fq {
    static func sample(_ generator: inout SeededGenerator) -> Fq2 {
        Fq2(Fq.sample(&generator), Fq.sample(&generator))
    }
}

extension Fq6 {
    static func sample(_ generator: inout SeededGenerator) -> Fq6 {
        Fq6(Fq2.sample(&generator), Fq2.sample(&generator), Fq2.sample(&generator))
    }
}

extension Fq12 {
    static func sample(_ generator: inout SeededGenerator) -> Fq12 {
        Fq12(Fq6.sample(&generator), Fq6.sample(&generator))
    }
}

/// The numbers of `Tests/Vectors/bn254.json`, made by py_ecc.
struct CurveVectors: Decodable {
    struct FirstMultiple: Decodable { var k: String, p: [String]? }
    struct SecondMultiple: Decodable { var k: String, q: [[String]]? }
    struct Sum: Decodable { var points: [[String]?], scalars: [String], sum: [String]? }
    struct PairingValue: Decodable {
        var P: [String], Q: [[String]], gt_fq12_w_coeffs: [String]
    }
    struct Constants: Decodable {
        var modulus: String, mont_R: String, mont_R2: String, inv64: String
        var omega_2_28: String?
    }
    struct Opening: Decodable {
        var tau_KNOWN_TEST_ONLY: String, coeffs: [String], z: String, y: String
        var commitment: [String]?, proof: [String]?, tau_g2: [[String]], bad_y: String
    }

    var g1_mul_generator: [FirstMultiple]
    var g2_mul_generator: [SecondMultiple]
    var msm_g1: [Sum]
    var pairing: [PairingValue]
    var fr: Constants
    var fq: Constants
    var kzg: [Opening]

    static func load() throws -> CurveVectors {
        try Vectors.decode(CurveVectors.self, from: "bn254.json")
    }
}

extension AffinePoint where On == G1 {
    init(hexNumbers: [String]?) throws {
        guard let numbers = hexNumbers else {
            self = .infinity
            return
        }
        self.init(x: try Fq(hexNumber: numbers[0]), y: try Fq(hexNumber: numbers[1]))
    }
}

extension AffinePoint where On == G2 {
    init(hexNumbers: [[String]]?) throws {
        guard let numbers = hexNumbers else {
            self = .infinity
            return
        }
        self.init(
            x: Fq2(try Fq(hexNumber: numbers[0][0]), try Fq(hexNumber: numbers[0][1])),
            y: Fq2(try Fq(hexNumber: numbers[1][0]), try Fq(hexNumber: numbers[1][1])))
    }
}
