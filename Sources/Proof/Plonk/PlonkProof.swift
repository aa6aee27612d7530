// A proof of snarkjs's PLONK: nine points and six evaluations. In bytes it is the 24 words that the
// EVM verifier takes, 32 bytes each, big-endian:
//
//     word   0..17  A, B, C, Z, T1, T2, T3, Wxi, Wxiw: x, then y
//     word  18..23  eval_a, eval_b, eval_c, eval_s1, eval_s2, eval_zw
//
// The names are those of proof.json. Every word must be below its prime, so a proof has one form.

public import Base
public import Fields

/// A proof that a circuit's wires can be filled in, given the public signals.
public struct PlonkProof: Equatable, Sendable {
    /// The commitment to the left wires.
    public var a: G1Affine
    /// The commitment to the right wires.
    public var b: G1Affine
    /// The commitment to the output wires.
    public var c: G1Affine
    /// The commitment to the permutation's running product.
    public var z: G1Affine
    /// The commitment to the quotient's lowest part.
    public var t1: G1Affine
    /// The commitment to the quotient's middle part.
    public var t2: G1Affine
    /// The commitment to the quotient's highest part.
    public var t3: G1Affine
    /// The proof of the openings at ξ.
    public var wxi: G1Affine
    /// The proof of the opening at ξ w.
    public var wxiw: G1Affine
    /// The left wires at ξ.
    public var evaluationA: Fr
    /// The right wires at ξ.
    public var evaluationB: Fr
    /// The output wires at ξ.
    public var evaluationC: Fr
    /// The first permutation polynomial at ξ.
    public var evaluationS1: Fr
    /// The second permutation polynomial at ξ.
    public var evaluationS2: Fr
    /// The running product at ξ w.
    public var evaluationZw: Fr

    /// Bytes of every proof: 24 words.
    public static let byteCount = 768

    /// The names of the points, in the order of the bytes.
    public static let pointNames = ["A", "B", "C", "Z", "T1", "T2", "T3", "Wxi", "Wxiw"]

    /// The names of the evaluations, in the order of the bytes.
    public static let evaluationNames = [
        "eval_a", "eval_b", "eval_c", "eval_s1", "eval_s2", "eval_zw",
    ]

    /// A proof of nine points and six evaluations in the order of the bytes; `nil` for other
    /// counts. Nothing is checked: ``verify(_:publicSignals:proof:)`` does it.
    public init?(points: [G1Affine], evaluations: [Fr]) {
        guard points.count == 9, evaluations.count == 6 else { return nil }
        (a, b, c) = (points[0], points[1], points[2])
        (z, t1, t2, t3) = (points[3], points[4], points[5], points[6])
        (wxi, wxiw) = (points[7], points[8])
        (evaluationA, evaluationB, evaluationC) = (evaluations[0], evaluations[1], evaluations[2])
        (evaluationS1, evaluationS2, evaluationZw) = (
            evaluations[3], evaluations[4], evaluations[5]
        )
    }

    /// The points, in the order of the bytes.
    public var points: [G1Affine] { [a, b, c, z, t1, t2, t3, wxi, wxiw] }

    /// The evaluations, in the order of the bytes.
    public var evaluations: [Fr] {
        [evaluationA, evaluationB, evaluationC, evaluationS1, evaluationS2, evaluationZw]
    }

    /// Reads the 768 bytes of a proof. Points are not looked at beyond their coordinates.
    public init(bytes: Bytes) throws(PlonkError) {
        guard bytes.count == PlonkProof.byteCount else {
            throw .wrongProofLength(expected: PlonkProof.byteCount, actual: bytes.count)
        }
        func word(_ index: Int) -> ArraySlice<UInt8> { bytes[32 * index..<32 * index + 32] }
        var points: [G1Affine] = []
        for (index, name) in PlonkProof.pointNames.enumerated() {
            guard let x = Fq(canonicalBigEndian: word(2 * index)),
                let y = Fq(canonicalBigEndian: word(2 * index + 1))
            else { throw .coordinateNotCanonical(name) }
            points.append(G1Affine(x: x, y: y))
        }
        var evaluations: [Fr] = []
        for (index, name) in PlonkProof.evaluationNames.enumerated() {
            guard let value = Fr(canonicalBigEndian: word(18 + index)) else {
                throw .evaluationNotCanonical(name)
            }
            evaluations.append(value)
        }
        guard let proof = PlonkProof(points: points, evaluations: evaluations) else {
            preconditionFailure("there are as many names as words")
        }
        self = proof
    }

    /// The 768 bytes.
    public var bytes: Bytes {
        var bytes: Bytes = []
        bytes.reserveCapacity(PlonkProof.byteCount)
        for point in points {
            bytes += point.x.canonicalBigEndian
            bytes += point.y.canonicalBigEndian
        }
        for value in evaluations { bytes += value.canonicalBigEndian }
        return bytes
    }

    /// Checks that every point is on the curve and none is infinity.
    func checkPoints() throws(PlonkError) {
        for (point, name) in zip(points, PlonkProof.pointNames) {
            guard !point.isInfinity else { throw .pointAtInfinity(name) }
            guard point.isOnCurve else { throw .pointOffCurve(name) }
        }
    }
}
