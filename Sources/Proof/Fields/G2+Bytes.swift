// The bytes of a point of the second group, as keys, transcripts and names of reference strings
// have them: x.c0, x.c1, y.c0, y.c1, 32 bytes big-endian each.

public import Base

extension AffinePoint where On == G2 {
    /// Number of bytes of a point.
    public static var byteCount: Int { 128 }

    /// The 128 bytes; zeros for infinity.
    public var canonicalBigEndian: Bytes {
        [x.c0, x.c1, y.c0, y.c1].flatMap(\.canonicalBigEndian)
    }

    /// Reads 128 bytes; `nil` for another number, or a coordinate that is not below q. Whether the
    /// point is on the curve and in the group is another question (``isInSubgroup``).
    public init?(canonicalBigEndian bytes: some Collection<UInt8>) {
        guard bytes.count == G2Affine.byteCount else { return nil }
        var rest = Bytes(bytes)[...]
        var coordinates: [Fq] = []
        while !rest.isEmpty {
            guard let coordinate = Fq(canonicalBigEndian: rest.prefix(32)) else { return nil }
            coordinates.append(coordinate)
            rest = rest.dropFirst(32)
        }
        self.init(
            x: Fq2(coordinates[0], coordinates[1]), y: Fq2(coordinates[2], coordinates[3]))
    }
}
