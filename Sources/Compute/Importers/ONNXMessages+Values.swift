// Types of inputs and outputs, and the fields that all ONNX messages share.

import Base
import Models
import Wire

extension ONNXReader {
    /// Reads a `ValueInfoProto`.
    func value(_ bytes: ArraySlice<UInt8>) throws(ImportError) -> ONNXValue {
        var value = ONNXValue()
        try fields(of: bytes, "ValueInfoProto") { (field) throws(ImportError) in
            switch field.number {
            case 1: value.name = try field.text("ValueInfoProto")
            case 2: try readType(try field.bytes("ValueInfoProto"), into: &value)
            default: break
            }
        }
        return value
    }

    private func readType(
        _ bytes: ArraySlice<UInt8>, into value: inout ONNXValue
    ) throws(ImportError) {
        var tensor: ArraySlice<UInt8>?
        var unsupported: String?
        try fields(of: bytes, "TypeProto") { (field) throws(ImportError) in
            switch field.number {
            case 1: tensor = try field.bytes("TypeProto")
            case 4: unsupported = "a sequence"
            case 5: unsupported = "a map"
            case 7: unsupported = "an opaque value"
            case 8: unsupported = "a sparse tensor"
            case 9: unsupported = "an optional value"
            default: break
            }
        }
        value.unsupported = unsupported
        guard let tensor else { return }
        var elementType: Int64 = 0
        var dimensions: [ONNXDimension]?
        try fields(of: tensor, "TypeProto.Tensor") { (field) throws(ImportError) in
            switch field.number {
            case 1: elementType = try field.integer("TypeProto.Tensor")
            case 2: dimensions = try shape(try field.bytes("TypeProto.Tensor"))
            default: break
            }
        }
        value.elementType = elementType
        value.dimensions = dimensions
    }

    private func shape(_ bytes: ArraySlice<UInt8>) throws(ImportError) -> [ONNXDimension] {
        var dimensions: [ONNXDimension] = []
        try fields(of: bytes, "TensorShapeProto") { (field) throws(ImportError) in
            guard field.number == 1 else { return }
            var dimension = ONNXDimension.unknown
            let bytes = try field.bytes("TensorShapeProto")
            try fields(of: bytes, "Dimension") { (field) throws(ImportError) in
                switch field.number {
                case 1:
                    // Exporters of old wrote -1 for a dimension they did not know.
                    let size = try field.integer("Dimension")
                    dimension = size < 0 ? .unknown : .fixed(size)
                case 2:
                    let name = try field.text("Dimension")
                    dimension = name.isEmpty ? .unknown : .symbolic(name)
                default: break
                }
            }
            guard dimensions.count < limits.maximumRank else {
                throw .tooMany("dimensions", limit: limits.maximumRank)
            }
            dimensions.append(dimension)
        }
        return dimensions
    }

    /// Calls `body` with each field of a message.
    func fields(
        of bytes: ArraySlice<UInt8>, _ message: String,
        _ body: (RawField) throws(ImportError) -> Void
    ) throws(ImportError) {
        var reader = FieldReader(bytes)
        while true {
            let field: RawField?
            do throws(WireError) {
                field = try reader.next()
            } catch {
                throw .malformedMessage(message, error)
            }
            guard let field else { return }
            try body(field)
        }
    }

    /// Appends to a list that no honest model makes long.
    func append<Element>(
        _ element: Element, to list: inout [Element], _ what: String
    ) throws(ImportError) {
        guard list.count < limits.maximumValues else {
            throw .tooMany(what, limit: limits.maximumValues)
        }
        list.append(element)
    }
}

extension RawField {
    func malformed(_ message: String) -> ImportError {
        .malformedField(message: message, field: number)
    }

    func integer(_ message: String) throws(ImportError) -> Int64 {
        guard case .varint(let value) = value else { throw malformed(message) }
        return Int64(bitPattern: value)
    }

    func bits32(_ message: String) throws(ImportError) -> UInt32 {
        guard case .fixed32(let value) = value else { throw malformed(message) }
        return value
    }

    func bytes(_ message: String) throws(ImportError) -> ArraySlice<UInt8> {
        guard case .bytes(let value) = value else { throw malformed(message) }
        return value
    }

    func text(_ message: String) throws(ImportError) -> String {
        guard let text = String(validating: try bytes(message), as: UTF8.self) else {
            throw malformed(message)
        }
        return text
    }

    /// Appends one integer, or a packed run of them.
    func appendIntegers(to list: inout [Int64], _ message: String) throws(ImportError) {
        switch value {
        case .varint(let value): list.append(Int64(bitPattern: value))
        case .bytes(let packed):
            var reader = ByteReader(packed)
            do throws(ByteReaderError) {
                while !reader.isAtEnd {
                    list.append(Int64(bitPattern: try reader.readVarint()))
                }
            } catch {
                throw malformed(message)
            }
        default: throw malformed(message)
        }
    }

    /// Appends the bits of one float, or of a packed run of them.
    func appendBits32(to list: inout [UInt32], _ message: String) throws(ImportError) {
        switch value {
        case .fixed32(let value): list.append(value)
        case .bytes(let packed):
            guard packed.count.isMultiple(of: 4) else { throw malformed(message) }
            list.reserveCapacity(list.count + packed.count / 4)
            var reader = ByteReader(packed)
            do throws(ByteReaderError) {
                while !reader.isAtEnd { list.append(try reader.readLittleEndian32()) }
            } catch {
                throw malformed(message)
            }
        default: throw malformed(message)
        }
    }

    /// Appends the bits of one double, or of a packed run of them.
    func appendBits64(to list: inout [UInt64], _ message: String) throws(ImportError) {
        switch value {
        case .fixed64(let value): list.append(value)
        case .bytes(let packed):
            guard packed.count.isMultiple(of: 8) else { throw malformed(message) }
            list.reserveCapacity(list.count + packed.count / 8)
            var reader = ByteReader(packed)
            do throws(ByteReaderError) {
                while !reader.isAtEnd { list.append(try reader.readLittleEndian64()) }
            } catch {
                throw malformed(message)
            }
        default: throw malformed(message)
        }
    }
}
