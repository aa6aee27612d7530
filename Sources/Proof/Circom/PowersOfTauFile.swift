// The powers of tau of a ceremony, `.ptau` version 1 (snarkjs), of power p. Everything is
// little-endian; coordinates are in Montgomery form. A point of the first group takes 64 bytes, one
// of the second 128.
//
//     section 1, 44 bytes: 32 (4), q (32), p (4), power of the whole ceremony (4)
//     section 2: tau^i G1, 2^(p+1) - 1 points       section 3: tau^i G2, 2^p points
//     section 4: alpha tau^i G1, 2^p points          section 5: beta tau^i G1, 2^p points
//     section 6: beta G2
//     section 7: the contributions (``PowersOfTauContribution``)
//     section 12: the Lagrange polynomials at tau, times G1, of the domains 2^0 to 2^(p+1), one
//         after the other: 2^(p+2) - 1 points
//     sections 13, 14, 15: the same of 2^0 to 2^p for G2, for alpha and for beta
//
// Sections 12 to 15 are there when the file was prepared for phase 2. PLONK needs n + 6 points of
// section 2 and the second point of section 3, rows of values one domain of section 12; the rest is
// measured but not read.

import Base
public import Commitments
public import Fields

/// A `.ptau` file, whose points are read when they are asked for.
public struct PowersOfTauFile: Sendable {
    /// p: the file serves polynomials of up to 2^(p+1) - 1 coefficients.
    public let power: Int
    /// The power of the ceremony that the file was cut from.
    public let ceremonyPower: Int
    /// Contributions to the ceremony.
    public let contributionCount: Int
    let file: SectionedFile

    /// Whether the file was made for development, and says so.
    public var isUnsafe: Bool { file.isUnsafe }
    /// Whether the Lagrange points are there, which snarkjs wants and which spare us a second.
    public var isPrepared: Bool { file.has(12) }
    /// Powers of tau times G1.
    public var powerCount: Int { 2 << power - 1 }

    /// Reads the header and measures the sections.
    public init(_ source: any ByteSource) throws(CircomError) {
        file = try SectionedFile(
            source, kind: "ptau", version: 1, known: [1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15])
        let header = try source.read(try file.section(1, "header", count: 1, width: 44))
        try checkPrime(header, at: 0, isExpected: Fq.modulus, "base")
        let (power, ceremonyPower) = (header.littleEndian32(at: 36), header.littleEndian32(at: 40))
        guard power >= 1, power <= 28, ceremonyPower >= power, ceremonyPower <= 28 else {
            throw .contradiction(
                "a power of \(power) out of \(ceremonyPower); it must be 1 to 28, and the first "
                    + "not larger")
        }
        self.power = Int(power)
        self.ceremonyPower = Int(ceremonyPower)
        let contributions = try file.section(7, "contributions")
        guard contributions.count >= 4 else {
            throw .truncated(part: "the contributions", needed: 4, left: contributions.count)
        }
        let head = try source.read(contributions.lowerBound..<contributions.lowerBound + 4)
        contributionCount = Int(head.littleEndian32(at: 0))
        let single = UInt64(1) << UInt64(power)
        _ = try file.section(2, "tau G1", count: 2 * single - 1, width: 64)
        _ = try file.section(3, "tau G2", count: single, width: 128)
        _ = try file.section(4, "alpha tau G1", count: single, width: 64)
        _ = try file.section(5, "beta tau G1", count: single, width: 64)
        _ = try file.section(6, "beta G2", count: 1, width: 128)
        if file.has(12) {
            _ = try file.section(12, "Lagrange of tau G1", count: 4 * single - 1, width: 64)
        }
        for (type, name, width) in [
            (13, "Lagrange of tau G2", 128), (14, "Lagrange of alpha tau G1", 64),
            (15, "Lagrange of beta tau G1", 64),
        ] where file.has(UInt32(type)) {
            _ = try file.section(
                UInt32(type), name, count: 2 * single - 1, width: UInt64(width))
        }
    }

    /// The string of the first `count` powers. The points are on their curves and in their groups;
    /// that they are powers of one tau is for ``StructuredReferenceString/check(threads:)``.
    public func structuredReferenceString(
        count: Int
    ) throws(CircomError) -> StructuredReferenceString {
        guard count <= powerCount else {
            throw .tooFewPowers(needed: count, available: powerCount)
        }
        let first = try file.section(2, "tau G1").lowerBound
        let powers = try file.source.firstGroupPoints(
            first..<first + 64 * count, "power of tau", allowsInfinity: false)
        let second = try file.section(3, "tau G2").lowerBound + 128
        let tau = try file.source.secondGroupPoints(second..<second + 128, "tau G2, power")
        return StructuredReferenceString(powers: powers, tauG2: tau[0], isUnsafe: isUnsafe)
    }

    /// The Lagrange polynomials at tau, times G1, of the domain of 2^log2Size roots of unity;
    /// `nil` when the file is not prepared, or has no such domain. The points are on the curve;
    /// that they belong to the powers is for whoever uses them.
    public func lagrangePoints(log2Size: Int) throws(CircomError) -> [G1Affine]? {
        guard isPrepared, (0...power).contains(log2Size) else { return nil }
        let size = 1 << log2Size
        let first = try file.section(12, "Lagrange of tau G1").lowerBound + 64 * (size - 1)
        return try file.source.firstGroupPoints(
            first..<first + 64 * size, "Lagrange point", allowsInfinity: false)
    }
}
