// What a verifier knows of a circuit: commitments to its selectors and to its permutation, and tau
// in the second group. In bytes, all numbers big-endian:
//
//     offset  size  meaning
//          0     1  version, 1
//          1     1  1 when the structured reference string is for development only, else 0
//          2     1  log2 of the number of rows n
//          3     4  public signals
//          7    64  k1, k2
//         71   512  Qm, Ql, Qr, Qo, Qc, S1, S2, S3: x, then y; infinity is zeros
//        583   128  tau G2: x.c0, x.c1, y.c0, y.c1
//        711
//
// Every value of this type is valid: points are on their curve and in their group, the cosets of
// the three columns are distinct.

public import Base
public import Fields
import Polynomials

/// The public part of a circuit's key.
public struct VerificationKey: Equatable, Sendable {
    /// Public signals of the circuit.
    public let publicCount: Int
    /// log2 of the number of rows n: 3 to 28.
    public let power: Int
    /// What the positions of the right column are multiplied by.
    public let k1: Fr
    /// What the positions of the output column are multiplied by.
    public let k2: Fr
    /// The commitments Qm, Ql, Qr, Qo, Qc, S1, S2, S3.
    public let commitments: [G1Affine]
    /// tau G2.
    public let tauG2: G2Affine
    /// Whether the structured reference string is for development only: whoever made it can forge
    /// proofs.
    public let isUnsafe: Bool

    /// The names of the commitments, in their order.
    public static let commitmentNames = ["Qm", "Ql", "Qr", "Qo", "Qc", "S1", "S2", "S3"]

    /// Bytes of every key.
    public static let byteCount = 711

    /// Rows there can be: snarkjs's least, and what the field has roots of unity for.
    public static let powers = 3...28

    /// Makes a key and checks it. Throws ``PlonkError/malformedKey(_:)``.
    public init(
        publicCount: Int, power: Int, k1: Fr, k2: Fr, commitments: [G1Affine], tauG2: G2Affine,
        isUnsafe: Bool
    ) throws(PlonkError) {
        guard VerificationKey.powers.contains(power) else {
            throw .malformedKey("the power is \(power), not 3 to 28")
        }
        guard publicCount >= 0, publicCount <= 1 << power else {
            throw .malformedKey("\(publicCount) public signals do not fit 2^\(power) rows")
        }
        guard commitments.count == VerificationKey.commitmentNames.count else {
            throw .malformedKey("it has \(commitments.count) commitments")
        }
        for (point, name) in zip(commitments, VerificationKey.commitmentNames) {
            guard point.isOnCurve else { throw .malformedKey("\(name) is not on the curve") }
        }
        guard !tauG2.isInfinity, tauG2.isOnCurve, tauG2.isInSubgroup else {
            throw .malformedKey("X_2 is not a point of the second group")
        }
        // H, k1 H and k2 H are disjoint when no quotient of two of 1, k1, k2 is an n-th root of 1.
        func raised(_ value: Fr) -> Fr { (0..<power).reduce(value) { value, _ in value.squared() } }
        let (first, second) = (raised(k1), raised(k2))
        guard !k1.isZero, !k2.isZero, first != Fr.one, second != Fr.one, first != second else {
            throw .malformedKey("k1 and k2 do not keep the columns apart")
        }
        self.publicCount = publicCount
        self.power = power
        self.k1 = k1
        self.k2 = k2
        self.commitments = commitments
        self.tauG2 = tauG2
        self.isUnsafe = isUnsafe
    }

    /// The root of unity whose powers are the rows.
    public var root: Fr {
        guard let root = Fr.rootOfUnity(log2: power) else {
            preconditionFailure("a key's power has a root of unity")
        }
        return root
    }
}

extension VerificationKey {
    private static let version: UInt8 = 1

    /// Reads the 711 bytes of a key. Throws ``PlonkError/malformedKey(_:)``.
    public init(bytes: Bytes) throws(PlonkError) {
        guard bytes.count == VerificationKey.byteCount else {
            throw .malformedKey("it has \(bytes.count) bytes, not \(VerificationKey.byteCount)")
        }
        guard bytes[0] == VerificationKey.version else {
            throw .malformedKey("its version is \(bytes[0])")
        }
        guard bytes[1] <= 1 else { throw .malformedKey("its mark is \(bytes[1])") }
        let count = bytes[3..<7].reduce(0) { $0 << 8 | Int($1) }
        func word(_ index: Int) -> ArraySlice<UInt8> { bytes[7 + 32 * index..<39 + 32 * index] }
        guard let k1 = Fr(canonicalBigEndian: word(0)), let k2 = Fr(canonicalBigEndian: word(1))
        else { throw .malformedKey("k1 or k2 is not below r") }
        var coordinates: [Fq] = []
        for index in 2..<18 {
            guard let coordinate = Fq(canonicalBigEndian: word(index)) else {
                throw .malformedKey("a coordinate is not below q")
            }
            coordinates.append(coordinate)
        }
        let commitments = (0..<8).map {
            G1Affine(x: coordinates[2 * $0], y: coordinates[2 * $0 + 1])
        }
        guard let tauG2 = G2Affine(canonicalBigEndian: bytes.suffix(G2Affine.byteCount)) else {
            throw .malformedKey("a coordinate is not below q")
        }
        try self.init(
            publicCount: count, power: Int(bytes[2]), k1: k1, k2: k2, commitments: commitments,
            tauG2: tauG2, isUnsafe: bytes[1] == 1)
    }

    /// The 711 bytes.
    public var bytes: Bytes {
        var bytes = [VerificationKey.version, isUnsafe ? 1 : 0, UInt8(power)]
        bytes.appendBigEndian(UInt32(publicCount))
        bytes += k1.canonicalBigEndian + k2.canonicalBigEndian
        for point in commitments {
            bytes += point.x.canonicalBigEndian + point.y.canonicalBigEndian
        }
        return bytes + tauG2.canonicalBigEndian
    }
}
