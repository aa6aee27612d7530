// The bytes of a key, all numbers big-endian:
//
//     size  meaning
//        8  "AIVMPLK1"
//        1  1 when the structured reference string is for development only, else 0
//        1  log2 of the rows
//        1  the prover's columns
//        1  fixed columns
//        4  public signals
//        2  identities, then each as a polynomial
//        1  columns of the looked-up table, 0 without lookups; then each (1)
//        1  slots, if there are lookups; then each: its selector (1), for each column of the table
//           a polynomial
//        2  claims, then each: cells (4), then each cell: column (1), row (4)
//       32  for each fixed column its commitment, for each column of the prover the permutation's
//      128  tau G2: x.c0, x.c1, y.c0, y.c1
//
// A polynomial: products (2), then each: coefficient (32), factors (1), then each factor: kind (1),
// column (1). Products and factors are in the order of their normal form, so a key has one form.
// A commitment is as in proofs; infinity, the commitment to a column of zeros, is 0x40 and zeros.

public import Base
import Fields

extension NativeKey {
    private static let magic = Bytes("AIVMPLK1".utf8)

    /// The bytes.
    public var bytes: Bytes {
        NativeKey.encode(shape, fixed + permutation, tauG2, isUnsafe: isUnsafe)
    }

    static func encode(
        _ shape: TableShape, _ commitments: [G1Affine], _ tauG2: G2Affine, isUnsafe: Bool
    ) -> Bytes {
        var bytes = magic + [isUnsafe ? 1 : 0]
        bytes += [UInt8(shape.log2Rows), UInt8(shape.adviceCount), UInt8(shape.fixedCount)]
        bytes.appendBigEndian(UInt32(shape.publicCount))
        bytes.appendBigEndian16(shape.identities.count)
        for identity in shape.identities { bytes += identity.bytes }
        bytes.append(UInt8(shape.lookup?.table.count ?? 0))
        if let lookup = shape.lookup {
            bytes += lookup.table.map { UInt8($0) }
            bytes.append(UInt8(lookup.slots.count))
            for slot in lookup.slots {
                bytes.append(UInt8(slot.selector))
                for input in slot.inputs { bytes += input.bytes }
            }
        }
        bytes.appendBigEndian16(shape.exposed.count)
        for cells in shape.exposed {
            bytes.appendBigEndian(UInt32(cells.count))
            for cell in cells {
                bytes.append(UInt8(cell.column))
                bytes.appendBigEndian(UInt32(cell.row))
            }
        }
        for point in commitments {
            bytes += point.isInfinity ? [0x40] + Bytes(repeating: 0, count: 31) : point.compressed
        }
        return bytes + tauG2.canonicalBigEndian
    }

    /// Reads the bytes of a key. Throws ``NativeError``, mostly ``NativeError/malformedKey(_:)``.
    public init(bytes: Bytes) throws(NativeError) {
        var reader = KeyReader(bytes)
        guard try reader.bytes(8) == NativeKey.magic else {
            throw .malformedKey("it does not start with AIVMPLK1")
        }
        let mark = try reader.integer(1)
        guard mark <= 1 else { throw .malformedKey("its mark is \(mark)") }
        let shape = try reader.shape()
        let fixed = try reader.commitments(shape.fixedCount)
        let permutation = try reader.commitments(shape.adviceCount)
        let tauG2 = try reader.tauG2()
        guard reader.isAtEnd else { throw .malformedKey("bytes follow it") }
        try self.init(
            shape: shape, fixed: fixed, permutation: permutation, tauG2: tauG2,
            isUnsafe: mark == 1)
    }
}

extension GatePolynomial {
    fileprivate var bytes: Bytes {
        var bytes: Bytes = []
        bytes.appendBigEndian16(products.count)
        for product in products {
            bytes += product.coefficient.canonicalBigEndian
            bytes.append(UInt8(product.factors.count))
            for factor in product.factors {
                bytes += [factor.kind.rawValue, UInt8(factor.column)]
            }
        }
        return bytes
    }
}

/// Reads a key's parts; nothing is reserved before the bytes for it are there.
private struct KeyReader {
    private var reader: ByteReader

    init(_ bytes: Bytes) { reader = ByteReader(bytes) }

    var isAtEnd: Bool { reader.isAtEnd }

    mutating func bytes(_ count: Int) throws(NativeError) -> Bytes {
        do { return try reader.readBytes(count) } catch { throw .malformedKey("it is cut off") }
    }

    /// An integer of up to four bytes.
    mutating func integer(_ count: Int) throws(NativeError) -> Int {
        try bytes(count).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func shape() throws(NativeError) -> TableShape {
        let log2Rows = try integer(1)
        let adviceCount = try integer(1)
        let fixedCount = try integer(1)
        let publicCount = try integer(4)
        var identities: [GatePolynomial] = []
        for _ in 0..<(try integer(2)) { identities.append(try polynomial()) }
        let lookup = try lookup()
        var exposed: [[TableCell]] = []
        for _ in 0..<(try integer(2)) {
            var cells: [TableCell] = []
            for _ in 0..<(try integer(4)) {
                cells.append(TableCell(column: try integer(1), row: try integer(4)))
            }
            exposed.append(cells)
        }
        return try TableShape(
            log2Rows: log2Rows, adviceCount: adviceCount, fixedCount: fixedCount,
            publicCount: publicCount, identities: identities, lookup: lookup, exposed: exposed)
    }

    private mutating func lookup() throws(NativeError) -> LookupShape? {
        let columnCount = try integer(1)
        if columnCount == 0 { return nil }
        let table = try bytes(columnCount).map { Int($0) }
        var slots: [LookupSlot] = []
        for _ in 0..<(try integer(1)) {
            let selector = try integer(1)
            var inputs: [GatePolynomial] = []
            for _ in 0..<columnCount { inputs.append(try polynomial()) }
            slots.append(LookupSlot(selector: selector, inputs: inputs))
        }
        return LookupShape(table: table, slots: slots)
    }

    private mutating func polynomial() throws(NativeError) -> GatePolynomial {
        var products: [GateProduct] = []
        for _ in 0..<(try integer(2)) {
            guard let coefficient = Fr(canonicalBigEndian: try bytes(32)) else {
                throw .malformedKey("a coefficient is not below r")
            }
            var factors: [ColumnQuery] = []
            for _ in 0..<(try integer(1)) {
                guard let kind = ColumnQuery.Kind(rawValue: UInt8(try integer(1))) else {
                    throw .malformedKey("an identity asks for an unknown kind of column")
                }
                factors.append(ColumnQuery(kind, try integer(1)))
            }
            products.append(GateProduct(coefficient: coefficient, factors: factors))
        }
        let polynomial = GatePolynomial(products)
        guard polynomial.products == products else {
            throw .malformedKey("an identity is not in normal form")
        }
        return polynomial
    }

    mutating func commitments(_ count: Int) throws(NativeError) -> [G1Affine] {
        var points: [G1Affine] = []
        for _ in 0..<count {
            let word = try bytes(32)
            if word[0] == 0x40, word.dropFirst().allSatisfy({ $0 == 0 }) {
                points.append(.infinity)
            } else {
                points.append(try G1Affine(compressed: word[...], label: "the key"))
            }
        }
        return points
    }

    mutating func tauG2() throws(NativeError) -> G2Affine {
        guard let point = G2Affine(canonicalBigEndian: try bytes(G2Affine.byteCount)) else {
            throw .malformedKey("a coordinate of tau G2 is not below q")
        }
        return point
    }
}

extension Bytes {
    fileprivate mutating func appendBigEndian16(_ value: Int) {
        self += [UInt8(value >> 8), UInt8(value & 0xFF)]
    }
}
