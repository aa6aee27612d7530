// The key of a prover, `.zkey` version 1 for PLONK (snarkjs 0.7). Everything is little-endian;
// scalars and coordinates of points are in Montgomery form.
//
//     section 1, 4 bytes: protocol (4) = 2
//     section 2, 796 bytes: 32 (4), q (32), 32 (4), r (32), wires with additions (4), public
//         signals (4), rows n (4), additions (4), gates (4), k1 (32), k2 (32), the points Qm, Ql,
//         Qr, Qo, Qc, S1, S2, S3 (64 each), tau G2 (128)
//     section 3: additions: wire (4), wire (4), factor (32), factor (32)
//     sections 4, 5, 6: the wire of each gate in columns a, b, c (4)
//     sections 7 to 11: Qm, Ql, Qr, Qo, Qc: n coefficients, then the values at the 4n-th roots of
//         unity (32 each)
//     section 12: S1, S2, S3, likewise
//     section 13: the Lagrange polynomials of the public signals' rows, at least one, likewise
//     section 14: n + 6 powers of tau (64 each)
//
// snarkjs writes the sections in the order 3 to 14, 1, 2; so do we. A key made from a string for
// development has a section of ours behind them (``SectionedFile/unsafeMark``).

import Base
public import Fields
public import Plonk

/// A polynomial that a `.zkey` holds.
public enum KeyPolynomial: Equatable, Sendable {
    /// Qm, Ql, Qr, Qo or Qc, by index 0 to 4.
    case selector(Int)
    /// S1, S2 or S3, by index 0 to 2.
    case permutation(Int)
    /// A Lagrange polynomial, by the index of its row.
    case lagrange(Int)

    /// The section it stands in, and the place in it.
    var place: (section: UInt32, index: Int) {
        switch self {
        case .selector(let index): (7 + UInt32(index), 0)
        case .permutation(let index): (12, index)
        case .lagrange(let index): (13, index)
        }
    }
}

/// A `.zkey` file for PLONK, whose large parts are read when they are asked for.
public struct ProvingKeyFile: Sendable {
    /// The verifier's part.
    public let verificationKey: VerificationKey
    /// Wires with the additions.
    public let wireCount: Int
    /// Wires that are sums of two others.
    public let additionCount: Int
    /// Gates: the rows in use.
    public let gateCount: Int
    private let file: SectionedFile

    /// log2 of the number of rows.
    public var power: Int { verificationKey.power }
    /// The number of rows n.
    public var rowCount: Int { 1 << power }
    /// Public signals.
    public var publicCount: Int { verificationKey.publicCount }

    /// Reads the header and measures the sections. The large parts are not looked at yet.
    public init(_ source: any ByteSource) throws(CircomError) {
        file = try SectionedFile(source, kind: "zkey", version: 1, known: Set(1...14))
        let kind = try source.read(try file.section(1, "protocol", count: 1, width: 4))
        guard kind.littleEndian32(at: 0) == ProvingKeyFile.plonk else {
            throw .wrongProtocol(
                expected: "plonk", actual: ProvingKeyFile.name(kind.littleEndian32(at: 0)))
        }
        let range = try file.section(2, "header", count: 1, width: 796)
        let header = try source.read(range)
        try checkPrime(header, at: 0, isExpected: Fq.modulus, "base")
        try checkPrime(header, at: 36, isExpected: Fr.modulus, "scalar")
        func number(_ index: Int) -> Int { Int(header.littleEndian32(at: 72 + 4 * index)) }
        (wireCount, additionCount, gateCount) = (number(0), number(3), number(4))
        let rows = number(2)
        let power = rows.trailingZeroBitCount
        guard rows > 0, rows == 1 << power, VerificationKey.powers.contains(power) else {
            throw .contradiction("\(rows) rows are no power of two from 2^3 to 2^28")
        }
        guard gateCount <= rows, number(1) <= gateCount, additionCount < wireCount else {
            throw .contradiction(
                "\(gateCount) gates, \(number(1)) public signals and \(additionCount) additions do "
                    + "not fit \(rows) rows and \(wireCount) wires")
        }
        guard wireCount - additionCount > number(1) else {
            throw .contradiction("there are fewer wires than public signals")
        }
        guard let k1 = Fr(montgomery: header.littleEndian256(at: 92)),
            let k2 = Fr(montgomery: header.littleEndian256(at: 124))
        else { throw .notCanonical("k1 or k2, number", index: 0) }
        let points = range.lowerBound + 156
        let commitments = try source.firstGroupPoints(
            points..<points + 512, "commitment", allowsInfinity: true)
        let tau = try source.secondGroupPoints(points + 512..<points + 640, "X_2")
        do throws(PlonkError) {
            verificationKey = try VerificationKey(
                publicCount: number(1), power: power, k1: k1, k2: k2, commitments: commitments,
                tauG2: tau[0], isUnsafe: file.isUnsafe)
        } catch {
            throw .contradiction("\(error)")
        }
        try checkSizes()
    }

    static let plonk: UInt32 = 2

    private static func name(_ number: UInt32) -> String {
        switch number {
        case 1: "groth16"
        case 10: "fflonk"
        default: "number \(number)"
        }
    }

    private func checkSizes() throws(CircomError) {
        let each = UInt64(rowCount) * 5 * 32
        let gates = UInt64(gateCount)
        _ = try file.section(3, "additions", count: UInt64(additionCount), width: 72)
        for (index, name) in ["a", "b", "c"].enumerated() {
            _ = try file.section(UInt32(4 + index), "wires \(name)", count: gates, width: 4)
        }
        for (index, name) in VerificationKey.commitmentNames.prefix(5).enumerated() {
            _ = try file.section(UInt32(7 + index), name, count: 1, width: each)
        }
        _ = try file.section(12, "S1, S2, S3", count: 3, width: each)
        _ = try file.section(13, "Lagrange", count: UInt64(max(publicCount, 1)), width: each)
        _ = try file.section(14, "powers of tau", count: UInt64(rowCount) + 6, width: 64)
    }
}

extension ProvingKeyFile {
    /// The additional wires, each a sum of wires before it.
    public func additions() throws(CircomError) -> [WireAddition] {
        let given = UInt32(wireCount - additionCount)
        var additions: [WireAddition] = []
        additions.reserveCapacity(additionCount)
        let range = try file.section(3, "additions")
        try file.source.forEachPiece(of: range, width: 72) { bytes throws(CircomError) in
            for offset in stride(from: 0, to: bytes.count, by: 72) {
                let index = additions.count
                let known = given + UInt32(index)
                let wires = [
                    bytes.littleEndian32(at: offset), bytes.littleEndian32(at: offset + 4),
                ]
                for wire in wires where wire >= known {
                    throw .wireOutOfRange("addition", index: index, wire: wire, count: known)
                }
                guard let first = Fr(montgomery: bytes.littleEndian256(at: offset + 8)),
                    let second = Fr(montgomery: bytes.littleEndian256(at: offset + 40))
                else { throw .notCanonical("a factor of addition", index: index) }
                additions.append(
                    WireAddition(a: wires[0], b: wires[1], factorA: first, factorB: second))
            }
        }
        return additions
    }

    /// The wire of each gate in column 0 (a), 1 (b) or 2 (c).
    public func wires(column: Int) throws(CircomError) -> [UInt32] {
        let name = ["a", "b", "c"][column]
        let wires = try file.source.numbers(try file.section(UInt32(4 + column), "wires \(name)"))
        for (index, wire) in wires.enumerated() where Int(wire) >= wireCount {
            throw .wireOutOfRange(
                "column \(name) of gate", index: index, wire: wire, count: UInt32(wireCount))
        }
        return wires
    }

    /// The n coefficients of a polynomial.
    public func coefficients(of polynomial: KeyPolynomial) throws(CircomError) -> [Fr] {
        let start = try start(of: polynomial)
        return try file.source.montgomeryElements(
            start..<start + 32 * rowCount, "a coefficient of \(polynomial), number")
    }

    /// The 4n values of a polynomial at the 4n-th roots of unity.
    public func evaluations(of polynomial: KeyPolynomial) throws(CircomError) -> [Fr] {
        let start = try start(of: polynomial) + 32 * rowCount
        return try file.source.montgomeryElements(
            start..<start + 4 * 32 * rowCount, "a value of \(polynomial), number")
    }

    /// The n + 6 powers of tau.
    public func powers() throws(CircomError) -> [G1Affine] {
        try file.source.firstGroupPoints(
            try file.section(14, "powers of tau"), "power of tau", allowsInfinity: false)
    }

    private func start(of polynomial: KeyPolynomial) throws(CircomError) -> Int {
        let (section, index) = polynomial.place
        return try file.section(section, "polynomials").lowerBound + index * 5 * 32 * rowCount
    }
}
