// A proof of the native profile, sections 2 and 4 of Documentation/plonk-native.md. How many points
// and values it has follows from the shape of the table; its bytes have no header and one form
// only.

public import Base
public import Fields

/// A proof that a table can be filled in, given the public signals.
public struct NativeProof: Equatable, Sendable {
    /// [a_j].
    public var advice: [G1Affine]
    /// [m]: one with lookups, else none.
    public var multiplicities: [G1Affine]
    /// v_k: the sums of exposed cells.
    public var claims: [Fr]
    /// [z], then [φ] with lookups, then [ψ] with claims.
    public var running: [G1Affine]
    /// [t_i].
    public var quotient: [G1Affine]
    /// What the polynomials are at ξ and w ξ, in the order of ``TableShape/openings``.
    public var values: [Fr]
    /// [W] and [W'].
    public var openings: [G1Affine]

    /// A proof of these parts. Nothing is checked.
    public init(
        advice: [G1Affine], multiplicities: [G1Affine], claims: [Fr], running: [G1Affine],
        quotient: [G1Affine], values: [Fr], openings: [G1Affine]
    ) {
        self.advice = advice
        self.multiplicities = multiplicities
        self.claims = claims
        self.running = running
        self.quotient = quotient
        self.values = values
        self.openings = openings
    }
}

extension NativeProof {
    /// Bytes of a proof about a table of shape `shape`.
    public static func byteCount(_ shape: TableShape) -> Int {
        let points = shape.adviceCount + shape.multiplicityCount + shape.runningCount
        let scalars = shape.exposed.count + shape.openings.count
        return 32 * (points + shape.pieceCount + scalars + 2)
    }

    /// The bytes.
    public var bytes: Bytes {
        var bytes: Bytes = []
        for point in advice + multiplicities { bytes += point.compressed }
        for value in claims { bytes += value.canonicalBigEndian }
        for point in running + quotient { bytes += point.compressed }
        for value in values { bytes += value.canonicalBigEndian }
        for point in openings { bytes += point.compressed }
        return bytes
    }

    /// Reads a proof about a table of shape `shape`. Every point is on the curve afterwards.
    public init(bytes: Bytes, shape: TableShape) throws(NativeError) {
        let expected = NativeProof.byteCount(shape)
        guard bytes.count == expected else {
            throw .wrongProofLength(expected: expected, actual: bytes.count)
        }
        var reader = WordReader(bytes: bytes)
        advice = try reader.points(shape.adviceCount, "advice")
        multiplicities = try reader.points(shape.multiplicityCount, "multiplicities")
        claims = try reader.scalars(shape.exposed.count, "claims")
        running = try reader.points(shape.runningCount, "running sums")
        quotient = try reader.points(shape.pieceCount, "quotient")
        values = try reader.scalars(shape.openings.count, "values")
        openings = try reader.points(2, "openings")
    }

    /// Whether there is as much of everything as `shape` asks for.
    func fits(_ shape: TableShape) -> Bool {
        advice.count == shape.adviceCount && multiplicities.count == shape.multiplicityCount
            && claims.count == shape.exposed.count && running.count == shape.runningCount
            && quotient.count == shape.pieceCount && values.count == shape.openings.count
            && openings.count == 2
    }

    /// The points, in the order of the bytes.
    var points: [G1Affine] { advice + multiplicities + running + quotient + openings }
}

extension TableShape {
    /// Columns of multiplicities: one with lookups.
    public var multiplicityCount: Int { lookup == nil ? 0 : 1 }

    /// Running columns: z, with lookups φ, with claims ψ.
    public var runningCount: Int { 1 + (lookup == nil ? 0 : 1) + (exposed.isEmpty ? 0 : 1) }

    /// The place of φ among the running columns; `nil` without lookups.
    public var lookupSumIndex: Int? { lookup == nil ? nil : 1 }

    /// The place of ψ among the running columns; `nil` without claims.
    public var claimSumIndex: Int? { exposed.isEmpty ? nil : runningCount - 1 }
}

/// Reads words of 32 bytes, of which there are enough.
private struct WordReader {
    var bytes: Bytes
    var position = 0

    mutating func points(_ count: Int, _ label: String) throws(NativeError) -> [G1Affine] {
        var points: [G1Affine] = []
        for _ in 0..<count {
            points.append(try G1Affine(compressed: word(), label: label))
        }
        return points
    }

    mutating func scalars(_ count: Int, _ label: String) throws(NativeError) -> [Fr] {
        var scalars: [Fr] = []
        for _ in 0..<count {
            guard let scalar = Fr(canonicalBigEndian: word()) else {
                throw .scalarNotCanonical(label)
            }
            scalars.append(scalar)
        }
        return scalars
    }

    private mutating func word() -> ArraySlice<UInt8> {
        position += 32
        return bytes[position - 32..<position]
    }
}
