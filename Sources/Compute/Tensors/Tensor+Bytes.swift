// The canonical bytes of a tensor's elements: row-major, little-endian, bool as one byte 0 or 1,
// NaN as the canonical one of its type; a string as its length in bytes (32 bits) and its UTF-8.
// Commitments hash these bytes; weights are stored as them; ONNX `raw_data` and
// NumPy files hold the same layout.

public import Base
import CKernels

extension Tensor {
    /// Reads row-major little-endian elements. NaNs become the canonical one.
    ///
    /// - Throws: `wrongByteCount` unless there are exactly `type.byteCount` bytes; `notBoolean`.
    public init(
        type: TensorType, littleEndianBytes bytes: ArraySlice<UInt8>
    ) throws(OperatorError) {
        guard bytes.count == type.byteCount || !type.element.isFixedSize else {
            throw .wrongByteCount(actual: bytes.count, expected: type.byteCount)
        }
        switch type.element {
        case .float32:
            var pieces = TensorPieces(type)
            pieces.append(bytes)
            self = pieces.tensor
        case .float64:
            let bits: [UInt64] = Tensor.integers(bytes)
            self.init(float64s: bits.map { Double(bitPattern: $0) }, shape: type.shape)
        case .float16: self.init(float16Bits: Tensor.integers(bytes), shape: type.shape)
        case .bfloat16: self.init(bfloat16Bits: Tensor.integers(bytes), shape: type.shape)
        case .uint8: self.init(Bytes(bytes), shape: type.shape)
        case .int8: self.init(bytes.map { Int8(bitPattern: $0) }, shape: type.shape)
        case .uint16: self.init(Tensor.integers(bytes) as [UInt16], shape: type.shape)
        case .int16: self.init(Tensor.integers(bytes) as [Int16], shape: type.shape)
        case .uint32: self.init(Tensor.integers(bytes) as [UInt32], shape: type.shape)
        case .int32: self.init(Tensor.integers(bytes) as [Int32], shape: type.shape)
        case .uint64: self.init(Tensor.integers(bytes) as [UInt64], shape: type.shape)
        case .int64: self.init(Tensor.integers(bytes) as [Int64], shape: type.shape)
        case .string: self.init(try Tensor.texts(bytes, type.shape.elementCount), shape: type.shape)
        case .bool:
            if let index = bytes.firstIndex(where: { $0 > 1 }) {
                throw .notBoolean(byte: bytes[index], offset: index - bytes.startIndex)
            }
            self.init(boolBytes: Bytes(bytes), shape: type.shape)
        }
    }

    /// The elements as row-major little-endian bytes, `type.byteCount` of them unless they are
    /// texts.
    public var littleEndianBytes: Bytes {
        var bytes = Bytes()
        bytes.reserveCapacity(type.byteCount)
        forEachPieceOfBytes { bytes += $0 }
        return bytes
    }

    /// Calls `body` with the little-endian bytes of the elements, some thousands at a time, so that
    /// whoever hashes them needs no copy of them all.
    public func forEachPieceOfBytes(_ body: (Bytes) -> Void) {
        switch storage {
        case .float32(let values): Tensor.pieces(values, body)
        case .uint8(let values), .bool(let values): body(values)
        case .int8(let values): Tensor.pieces(values, body)
        case .float64(let values): Tensor.pieces(values, body)
        case .float16(let values), .bfloat16(let values), .uint16(let values):
            Tensor.pieces(values, body)
        case .int16(let values): Tensor.pieces(values, body)
        case .uint32(let values): Tensor.pieces(values, body)
        case .int32(let values): Tensor.pieces(values, body)
        case .uint64(let values): Tensor.pieces(values, body)
        case .int64(let values): Tensor.pieces(values, body)
        case .string(let values):
            for text in values {
                var bytes: Bytes = []
                bytes.appendLittleEndian(UInt32(truncatingIfNeeded: text.utf8.count))
                bytes += text.utf8
                body(bytes)
            }
        }
    }

    /// Machines that Swift runs on are little-endian: elements in memory are the bytes wanted.
    private static func pieces<Element: BitwiseCopyable>(
        _ values: [Element], _ body: (Bytes) -> Void
    ) {
        let length = 1 << 14
        for start in stride(from: 0, to: values.count, by: length) {
            let piece = values[start..<min(values.count, start + length)]
            unsafe piece.withUnsafeBytes { unsafe body(Bytes($0)) }
        }
    }

    /// `count` texts, each a 32-bit length and that many bytes of UTF-8, and nothing after them.
    private static func texts(
        _ bytes: ArraySlice<UInt8>, _ count: Int
    ) throws(OperatorError) -> [String] {
        var rest = bytes
        var texts: [String] = []
        // Every text has at least its length: no reservation beyond what the bytes can hold.
        guard count <= bytes.count / 4 else {
            throw .wrongByteCount(actual: bytes.count, expected: 4 * count)
        }
        texts.reserveCapacity(count)
        for _ in 0..<count {
            guard rest.count >= 4 else {
                throw .wrongByteCount(actual: rest.count, expected: 4)
            }
            let length = Int((integers(rest.prefix(4)) as [UInt32])[0])
            rest = rest.dropFirst(4)
            guard rest.count >= length else {
                throw .wrongByteCount(actual: rest.count, expected: length)
            }
            guard let text = String(validating: rest.prefix(length), as: UTF8.self) else {
                throw .notText(element: texts.count)
            }
            texts.append(text)
            rest = rest.dropFirst(length)
        }
        guard rest.isEmpty else { throw .wrongByteCount(actual: rest.count, expected: 0) }
        return texts
    }

    fileprivate static func integers<Integer: FixedWidthInteger>(
        _ bytes: ArraySlice<UInt8>
    ) -> [Integer] {
        let width = Integer.bitWidth / 8
        let source = bytes.span
        let total = source.count / width
        return unsafe [Integer](unsafeUninitializedCapacity: total) { buffer, count in
            count = total
            // Element i is the bytes width·i ..< width·(i+1), inside the span by the division.
            unsafe source.bytes.withUnsafeBytes { raw in
                for index in 0..<count {
                    let value = unsafe raw.loadUnaligned(
                        fromByteOffset: index * width, as: Integer.self)
                    unsafe buffer.initializeElement(at: index, to: Integer(littleEndian: value))
                }
            }
        }
    }
}

/// A float32 tensor put together from pieces of its little-endian bytes.
public struct TensorPieces {
    private let type: TensorType
    private var floats: [Float] = []

    /// Starts a tensor of `type`, whose elements must be float32.
    public init(_ type: TensorType) {
        precondition(type.element == .float32, "pieces are of float32 tensors")
        self.type = type
        floats.reserveCapacity(type.shape.elementCount)
        let count = floats.capacity
        unsafe floats.withUnsafeMutableBufferPointer {
            // The array's own memory, none of it used yet.
            if let base = $0.baseAddress { unsafe aivm_prefer_large_pages(base, count * 4) }
        }
    }

    /// Adds the next elements; `bytes` must be whole ones. Every NaN becomes the canonical one.
    public mutating func append(_ bytes: ArraySlice<UInt8>) {
        precondition(bytes.count.isMultiple(of: 4), "a piece ends between elements")
        let first = floats.count
        // Whole elements, wherever they lie.
        unsafe bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            if UInt(bitPattern: base).isMultiple(of: 4) {
                unsafe floats.append(contentsOf: source.assumingMemoryBound(to: Float.self))
            } else {
                for offset in stride(from: 0, to: source.count, by: 4) {
                    unsafe floats.append(
                        source.loadUnaligned(fromByteOffset: offset, as: Float.self))
                }
            }
        }
        var borrow: UInt32 = 0
        for value in floats[first...] {
            borrow |= 0x7F80_0000 &- (value.bitPattern & 0x7FFF_FFFF)
        }
        guard borrow >> 31 == 1 else { return }
        for index in first..<floats.count where floats[index].isNaN {
            floats[index] = .canonicalNaN
        }
    }

    /// The tensor. Traps unless all elements have been added.
    public var tensor: Tensor { Tensor(canonical: floats, shape: type.shape) }
}
