// Points in 32 bytes: the first coordinate big-endian, and in the highest bit whether the second is
// odd. The second follows as a square root; since q = 3 mod 4, that of a is a^((q + 1) / 4).

public import Base
public import Fields

extension AffinePoint where On == G1 {
    /// The 32 bytes of a point that is not infinity.
    public var compressed: Bytes {
        var bytes = x.canonicalBigEndian
        if y.canonical.bit(0) { bytes[0] |= 0x80 }
        return bytes
    }

    /// Reads 32 bytes. The label is for errors. Costs a square root, some 400 multiplications.
    public init(compressed bytes: ArraySlice<UInt8>, label: String) throws(NativeError) {
        var coordinate = Bytes(bytes)
        guard let first = coordinate.first else { throw .pointNotCanonical(label) }
        coordinate[0] = first & 0x7F
        // q is below 2^254: the next bit is refused with everything from q on.
        guard let x = Fq(canonicalBigEndian: coordinate) else { throw .pointNotCanonical(label) }
        let square = x.squared() * x + Fq(3)
        let root = square.power(AffinePoint.rootExponent)
        guard root.squared() == square, !root.isZero else { throw .pointOffCurve(label) }
        let isOdd = first & 0x80 != 0
        self.init(x: x, y: root.canonical.bit(0) == isOdd ? root : -root)
    }

    /// (q + 1) / 4.
    private static var rootExponent: UInt256 {
        let number = Fq.modulus &+ UInt256(1)
        return UInt256(
            number.l0 >> 2 | number.l1 << 62, number.l1 >> 2 | number.l2 << 62,
            number.l2 >> 2 | number.l3 << 62, number.l3 >> 2)
    }
}
