// Field elements and points between files and memory. Files hold elements in 32 bytes, least
// significant first: coefficients and witnesses as plain integers, everything of keys and of powers
// of tau in Montgomery form. Points are their coordinates; infinity is all zeros.
//
// Safety, for every `unsafe` below: 32 bytes are read from an array at offsets that were compared
// with its count, and arrays of integers are read as the bytes they consist of.

import Base
import Fields

extension Array where Element == UInt8 {
    /// The 32 bytes from `offset` on as a number; they must be there.
    func littleEndian256(at offset: Int) -> UInt256 {
        precondition(offset >= 0 && offset + 32 <= count, "the bytes of a number are there")
        return unsafe withUnsafeBytes { bytes in
            func limb(_ index: Int) -> UInt64 {
                UInt64(
                    littleEndian: unsafe bytes.loadUnaligned(
                        fromByteOffset: offset + 8 * index, as: UInt64.self))
            }
            return UInt256(limb(0), limb(1), limb(2), limb(3))
        }
    }

    /// Appends the 32 bytes of `value`, least significant first.
    mutating func append(littleEndian value: UInt256) {
        let limbs = (
            value.l0.littleEndian, value.l1.littleEndian, value.l2.littleEndian,
            value.l3.littleEndian
        )
        unsafe Swift.withUnsafeBytes(of: limbs) { unsafe append(contentsOf: $0) }
    }

    /// Appends the coordinates of a point in Montgomery form.
    mutating func append(_ point: G1Affine) {
        append(littleEndian: point.x.montgomery)
        append(littleEndian: point.y.montgomery)
    }

    /// Appends the coordinates of a point in Montgomery form.
    mutating func append(_ point: G2Affine) {
        for coordinate in [point.x.c0, point.x.c1, point.y.c0, point.y.c1] {
            append(littleEndian: coordinate.montgomery)
        }
    }
}

/// Bytes taken from a source at a time.
private let pieceSize = 1 << 18

extension ByteSource {
    /// The bytes of `range` in pieces of whole elements of `width` bytes.
    func forEachPiece(
        of range: Range<Int>, width: Int, _ body: (Bytes) throws(CircomError) -> Void
    ) throws(CircomError) {
        let step = pieceSize / width * width
        var offset = range.lowerBound
        while offset < range.upperBound {
            let end = Swift.min(offset + step, range.upperBound)
            try body(try read(offset..<end))
            offset = end
        }
    }

    /// The elements in Montgomery form of `range`, whose size is a multiple of 32. `what` names
    /// them in errors.
    func montgomeryElements<F: MontgomeryField>(
        _ range: Range<Int>, _ what: String, as type: F.Type = F.self
    ) throws(CircomError) -> [F] {
        var values: [F] = []
        values.reserveCapacity(range.count / 32)
        try forEachPiece(of: range, width: 32) { bytes throws(CircomError) in
            for offset in stride(from: 0, to: bytes.count, by: 32) {
                guard let value = F(montgomery: bytes.littleEndian256(at: offset)) else {
                    throw .notCanonical(what, index: values.count)
                }
                values.append(value)
            }
        }
        return values
    }

    /// The elements as plain integers of `range`, whose size is a multiple of 32.
    func canonicalElements<F: PrimeField>(
        _ range: Range<Int>, _ what: String, as type: F.Type = F.self
    ) throws(CircomError) -> [F] {
        var values: [F] = []
        values.reserveCapacity(range.count / 32)
        try forEachPiece(of: range, width: 32) { bytes throws(CircomError) in
            for offset in stride(from: 0, to: bytes.count, by: 32) {
                guard let value = F(canonical: bytes.littleEndian256(at: offset)) else {
                    throw .notCanonical(what, index: values.count)
                }
                values.append(value)
            }
        }
        return values
    }

    /// The points of ``G1`` of `range`, whose size is a multiple of 64, each on the curve.
    func firstGroupPoints(
        _ range: Range<Int>, _ what: String, allowsInfinity: Bool
    ) throws(CircomError) -> [G1Affine] {
        var points: [G1Affine] = []
        points.reserveCapacity(range.count / 64)
        try forEachPiece(of: range, width: 64) { bytes throws(CircomError) in
            for offset in stride(from: 0, to: bytes.count, by: 64) {
                guard let x = Fq(montgomery: bytes.littleEndian256(at: offset)),
                    let y = Fq(montgomery: bytes.littleEndian256(at: offset + 32))
                else { throw .notCanonical("a coordinate of \(what)", index: points.count) }
                let point = G1Affine(x: x, y: y)
                guard point.isOnCurve else { throw .pointOffCurve(what, index: points.count) }
                guard allowsInfinity || !point.isInfinity else {
                    throw .pointAtInfinity(what, index: points.count)
                }
                points.append(point)
            }
        }
        return points
    }

    /// The points of ``G2`` of `range`, whose size is a multiple of 128, each in the group and none
    /// of them infinity.
    func secondGroupPoints(
        _ range: Range<Int>, _ what: String
    ) throws(CircomError) -> [G2Affine] {
        var points: [G2Affine] = []
        points.reserveCapacity(range.count / 128)
        try forEachPiece(of: range, width: 128) { bytes throws(CircomError) in
            for offset in stride(from: 0, to: bytes.count, by: 128) {
                var coordinates: [Fq] = []
                for place in stride(from: offset, to: offset + 128, by: 32) {
                    guard let value = Fq(montgomery: bytes.littleEndian256(at: place)) else {
                        throw .notCanonical("a coordinate of \(what)", index: points.count)
                    }
                    coordinates.append(value)
                }
                let point = G2Affine(
                    x: Fq2(coordinates[0], coordinates[1]),
                    y: Fq2(coordinates[2], coordinates[3]))
                guard point.isOnCurve else { throw .pointOffCurve(what, index: points.count) }
                guard !point.isInfinity else { throw .pointAtInfinity(what, index: points.count) }
                guard point.isInSubgroup else {
                    throw .pointOutsideGroup(what, index: points.count)
                }
                points.append(point)
            }
        }
        return points
    }

    /// The numbers of four bytes of `range`, whose size is a multiple of 4.
    func numbers(_ range: Range<Int>) throws(CircomError) -> [UInt32] {
        var values: [UInt32] = []
        values.reserveCapacity(range.count / 4)
        try forEachPiece(of: range, width: 4) { bytes throws(CircomError) in
            for offset in stride(from: 0, to: bytes.count, by: 4) {
                values.append(bytes.littleEndian32(at: offset))
            }
        }
        return values
    }
}

extension SectionWriter {
    /// Writes elements in Montgomery form into the open section.
    mutating func write<F: MontgomeryField>(_ values: [F]) throws(CircomError) {
        for start in stride(from: 0, to: values.count, by: pieceSize / 32) {
            var bytes: Bytes = []
            bytes.reserveCapacity(pieceSize)
            for value in values[start..<Swift.min(start + pieceSize / 32, values.count)] {
                bytes.append(littleEndian: value.montgomery)
            }
            try write(bytes)
        }
    }

    /// Writes points in Montgomery form into the open section.
    mutating func write(_ points: some Collection<G1Affine>) throws(CircomError) {
        var bytes: Bytes = []
        for point in points {
            bytes.append(point)
            if bytes.count >= pieceSize {
                try write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try write(bytes)
    }
}

/// Reads the header's field: the size of an element and the prime, which must be `prime`.
func checkPrime(
    _ bytes: Bytes, at offset: Int, isExpected prime: UInt256, _ name: String
) throws(CircomError) {
    let width = bytes.littleEndian32(at: offset)
    guard width == 32 else {
        throw .wrongCurve("elements of the \(name) field have \(width) bytes, not 32")
    }
    guard bytes.littleEndian256(at: offset + 4) == prime else {
        throw .wrongCurve("the prime of the \(name) field is another")
    }
}
