// Arrays in NumPy's `.npy` format, versions 1.0 to 3.0 (numpy.lib.format):
//
//     offset  size  meaning
//          0     6  magic: 93 "NUMPY"
//          6     2  version, major and minor
//          8     2  H: bytes of the header, little-endian (4 bytes from version 2.0)
//              H    a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (1, 64),
// }
//                   the elements
//
// The reader takes little-endian and one-byte types of the machine, in either memory order. It
// converts nothing: an array of doubles must be cast by whoever made it, who knows what is lost.

public import Base
public import Tensors

/// Reads and writes NumPy files.
public enum NumPy {
    /// Most bytes of an archive's members together, unless the caller says otherwise: 1 GiB.
    public static let defaultLimit = 1 << 30

    static let magic: Bytes = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

    /// Whether `bytes` start as a `.npy` file does.
    public static func isArray(_ bytes: Bytes) -> Bool { bytes.starts(with: magic) }

    /// Whether `bytes` start as a `.npz` file does.
    public static func isArchive(_ bytes: Bytes) -> Bool { ZipArchive.isArchive(bytes) }

    /// The array of a `.npy` file.
    public static func array(fromNPY bytes: Bytes) throws(ImportError) -> Tensor {
        try array(fromNPY: bytes, named: "")
    }

    static func array(fromNPY bytes: Bytes, named name: String) throws(ImportError) -> Tensor {
        var reader = ByteReader(bytes)
        let header: ArraySlice<UInt8>
        do throws(ByteReaderError) {
            guard try reader.readSlice(magic.count).elementsEqual(magic) else {
                throw ByteReaderError.truncated(needed: magic.count, left: 0)
            }
            let major = try reader.readByte()
            _ = try reader.readByte()
            let count: Int
            switch major {
            case 1: count = Int(try reader.readLittleEndian16())
            case 2, 3: count = Int(try reader.readLittleEndian32())
            default: throw ByteReaderError.truncated(needed: 1, left: 0)
            }
            header = try reader.readSlice(count)
        } catch {
            throw .notNumPy(name: name, reason: "its header is damaged or of an unknown version")
        }
        guard let description = NumPyHeader(header) else {
            throw .notNumPy(name: name, reason: "its header is malformed")
        }
        let type = TensorType(
            try element(of: description.elementType, name), try shape(description.shape, name))
        guard reader.remaining == type.byteCount else {
            throw .notNumPy(
                name: name,
                reason: "\(reader.remaining) bytes of elements; \(type) needs \(type.byteCount)")
        }
        var elements = bytes[reader.offset...]
        if description.isColumnMajor {
            elements = rowMajor(elements, type)[...]
        }
        do throws(OperatorError) {
            return try Tensor(type: type, littleEndianBytes: elements)
        } catch {
            throw .notNumPy(name: name, reason: "\(error)")
        }
    }

    /// The arrays of a `.npz` archive, in the order of the archive, names without `.npy`.
    ///
    /// - Parameter limit: most bytes of all arrays together.
    public static func arrays(
        fromNPZ bytes: Bytes, limit: Int = defaultLimit
    ) throws(ImportError) -> [(name: String, tensor: Tensor)] {
        try NumPyArchive(bytes, limit: limit).arrays()
    }

    /// The `.npy` file of a tensor, version 1.0. bfloat16 is written as the bits in uint16.
    ///
    /// - Precondition: the elements are no texts.
    public static func npyBytes(of tensor: Tensor) -> Bytes {
        precondition(tensor.type.element != .string, "NumPy files of texts are not written")
        let dimensions = tensor.shape.dimensions.map(String.init)
        let shape = dimensions.count == 1 ? "\(dimensions[0])," : dimensions.joined(separator: ", ")
        var header = Bytes(
            ("{'descr': '\(code(of: tensor.type.element))', 'fortran_order': False, "
                + "'shape': (\(shape)), }").utf8)
        // The elements start at a multiple of 64; the header ends with a line break.
        let start = magic.count + 4
        header += Bytes(
            repeating: UInt8(ascii: " "), count: -(start + header.count + 1) & 63)
        header.append(UInt8(ascii: "\n"))
        var bytes = magic + [1, 0]
        bytes.append(UInt8(truncatingIfNeeded: header.count))
        bytes.append(UInt8(truncatingIfNeeded: header.count >> 8))
        return bytes + header + tensor.littleEndianBytes
    }

    /// NumPy's codes; bfloat16 and text have none that says the same.
    private static let codes: [(code: String, element: ElementType)] = [
        ("<f4", .float32), ("<f8", .float64), ("<f2", .float16), ("|u1", .uint8),
        ("|i1", .int8), ("<u2", .uint16), ("<i2", .int16), ("<u4", .uint32), ("<i4", .int32),
        ("<u8", .uint64), ("<i8", .int64), ("|b1", .bool), ("<u1", .uint8), ("<i1", .int8),
    ]

    private static func code(of element: ElementType) -> String {
        codes.first { $0.element == element }?.code ?? "<u2"
    }

    private static func element(
        of code: String, _ name: String
    ) throws(ImportError) -> ElementType {
        guard let known = codes.first(where: { $0.code == code }) else {
            throw .notNumPy(
                name: name,
                reason: "element type '\(code)' is not supported; little-endian floats, integers "
                    + "and bool are")
        }
        return known.element
    }

    private static func shape(_ dimensions: [Int], _ name: String) throws(ImportError) -> Shape {
        do throws(OperatorError) {
            return try Shape(dimensions)
        } catch {
            throw .notNumPy(name: name, reason: "shape \(dimensions) is impossible")
        }
    }

    /// Elements in row-major order of an array whose first axis runs fastest.
    private static func rowMajor(_ elements: ArraySlice<UInt8>, _ type: TensorType) -> Bytes {
        let width = type.element.byteCount
        let dimensions = type.shape.dimensions
        var strides: [Int] = []
        var stride = width
        for dimension in dimensions {
            strides.append(stride)
            stride *= max(dimension, 1)
        }
        var result = Bytes()
        result.reserveCapacity(elements.count)
        var index = [Int](repeating: 0, count: dimensions.count)
        for _ in 0..<type.shape.elementCount {
            let offset = zip(index, strides).reduce(elements.startIndex) { $0 + $1.0 * $1.1 }
            result += elements[offset..<offset + width]
            for axis in dimensions.indices.reversed() {
                index[axis] += 1
                if index[axis] < dimensions[axis] { break }
                index[axis] = 0
            }
        }
        return result
    }
}

/// A `.npz` archive whose arrays are read when they are asked for, so that an array of an
/// unsupported type is no obstacle to the others.
public struct NumPyArchive {
    private let archive: ZipArchive
    private let limit: Int

    /// Reads the directory of an archive.
    ///
    /// - Parameter limit: most bytes of all arrays together.
    public init(_ bytes: Bytes, limit: Int = NumPy.defaultLimit) throws(ImportError) {
        archive = try ZipArchive(bytes)
        self.limit = limit
        let total = archive.entries.reduce(0) { $0 + $1.count }
        guard total <= limit else {
            throw .wrongArchive(
                reason: "its arrays have \(total) bytes together; the limit is \(limit)")
        }
    }

    /// The names of the arrays, in the order of the archive.
    public var names: [String] { archive.entries.map { NumPyArchive.arrayName($0.name) } }

    /// The array called `name`, or `nil` when there is none.
    public func array(named name: String) throws(ImportError) -> Tensor? {
        let entry = archive.entries.first { NumPyArchive.arrayName($0.name) == name }
        guard let entry else { return nil }
        return try array(of: entry)
    }

    /// All arrays.
    func arrays() throws(ImportError) -> [(name: String, tensor: Tensor)] {
        var arrays: [(name: String, tensor: Tensor)] = []
        for entry in archive.entries {
            arrays.append((NumPyArchive.arrayName(entry.name), try array(of: entry)))
        }
        return arrays
    }

    private func array(of entry: ZipArchive.Entry) throws(ImportError) -> Tensor {
        try NumPy.array(
            fromNPY: try archive.content(of: entry, limit: limit),
            named: NumPyArchive.arrayName(entry.name))
    }

    private static func arrayName(_ member: String) -> String {
        member.hasSuffix(".npy") ? String(member.dropLast(4)) : member
    }
}
