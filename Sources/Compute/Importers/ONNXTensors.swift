// Tensors of ONNX files as types and canonical bytes. The elements stand in `raw_data`, in one of
// the typed lists, or in a file beside the model; a tensor that has them in two places is refused.

import Base
import Models
import Tensors

extension ONNXTensor {
    /// The type, refused when this machine has no such element type or the shape is impossible.
    ///
    /// - Parameter owner: whose tensor it is, for the error.
    func type(of owner: String, _ limits: ModelLimits) throws(ImportError) -> TensorType {
        let element = try elementType(numbered: dataType, of: owner)
        let shape: Shape
        do throws(OperatorError) {
            shape = try Shape(dimensions.map { Int($0) })
        } catch {
            throw .wrongTensor(owner, reason: "shape \(dimensions) is impossible (\(error))")
        }
        guard shape.elementCount <= limits.maximumElements else {
            throw .wrongTensor(
                owner,
                reason: "\(shape.elementCount) elements; the limit is "
                    + "\(limits.maximumElements)")
        }
        return TensorType(element, shape)
    }

    /// The elements, row-major, little-endian, as many bytes as `type` needs.
    func bytes(
        _ type: TensorType, of owner: String, _ externalData: inout ExternalData
    ) throws(ImportError) -> ArraySlice<UInt8> {
        guard !isSegmented else { throw .wrongTensor(owner, reason: "it is cut into segments") }
        let typedLists = [
            floatData.isEmpty, int32Data.isEmpty, int64Data.isEmpty, uint64Data.isEmpty,
            doubleData.isEmpty, stringData.isEmpty,
        ].count { !$0 }
        guard typedLists + (rawData == nil ? 0 : 1) + (isExternal ? 1 : 0) <= 1 else {
            throw .wrongTensor(owner, reason: "its elements stand in two places")
        }
        let bytes: ArraySlice<UInt8>
        if isExternal {
            bytes = try externalData.bytes(of: self, byteCount: type.byteCount)
        } else if let rawData {
            bytes = rawData
        } else {
            bytes = try typedBytes(type.element, of: owner)[...]
        }
        guard bytes.count == type.byteCount || !type.element.isFixedSize else {
            throw .wrongTensor(
                owner, reason: "\(bytes.count) bytes of data; \(type) needs \(type.byteCount)")
        }
        if type.element == .bool, bytes.contains(where: { $0 > 1 }) {
            throw .wrongTensor(owner, reason: "a truth value is neither 0 nor 1")
        }
        return bytes
    }

    private func typedBytes(_ element: ElementType, of owner: String) throws(ImportError) -> Bytes {
        var bytes = Bytes()
        switch element {
        case .float32:
            bytes.reserveCapacity(4 * floatData.count)
            for bits in floatData { bytes.appendLittleEndian(bits) }
        case .int64:
            bytes.reserveCapacity(8 * int64Data.count)
            for value in int64Data { bytes.appendLittleEndian(UInt64(bitPattern: value)) }
        case .int32:
            for value in int32Data {
                let fitting: Int32 = try narrow(value, of: owner)
                bytes.appendLittleEndian(UInt32(bitPattern: fitting))
            }
        case .uint8, .bool:
            for value in int32Data { bytes.append(try narrow(value, of: owner)) }
        case .int8:
            for value in int32Data {
                let fitting: Int8 = try narrow(value, of: owner)
                bytes.append(UInt8(bitPattern: fitting))
            }
        case .uint16, .float16, .bfloat16:
            for value in int32Data {
                let fitting: UInt16 = try narrow(value, of: owner)
                bytes.append(contentsOf: [UInt8(truncatingIfNeeded: fitting), UInt8(fitting >> 8)])
            }
        case .int16:
            for value in int32Data {
                let fitting: Int16 = try narrow(value, of: owner)
                let bits = UInt16(bitPattern: fitting)
                bytes.append(contentsOf: [UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8)])
            }
        case .uint32:
            for value in uint64Data {
                let fitting: UInt32 = try narrow(Int64(bitPattern: value), of: owner)
                bytes.appendLittleEndian(fitting)
            }
        case .uint64:
            for value in uint64Data { bytes.appendLittleEndian(value) }
        case .float64:
            for bits in doubleData { bytes.appendLittleEndian(bits) }
        case .string:
            for text in stringData {
                guard let length = UInt32(exactly: text.count) else {
                    throw .wrongTensor(owner, reason: "a text is too long")
                }
                bytes.appendLittleEndian(length)
                bytes += text
            }
        }
        return bytes
    }

    private func narrow<Integer: FixedWidthInteger>(
        _ value: Int64, of owner: String
    ) throws(ImportError) -> Integer {
        guard let fitting = Integer(exactly: value) else {
            throw .wrongTensor(owner, reason: "element \(value) does not fit its type")
        }
        return fitting
    }
}

/// The element type with ONNX's number.
func elementType(numbered number: Int64, of owner: String) throws(ImportError) -> ElementType {
    if let raw = Int32(exactly: number), let element = ElementType(rawValue: raw) {
        return element
    }
    let names = [
        0: "undefined", 14: "complex64", 15: "complex128", 17: "float8e4m3fn",
        18: "float8e4m3fnuz", 19: "float8e5m2", 20: "float8e5m2fnuz", 21: "uint4", 22: "int4",
        23: "float4e2m1", 24: "float8e8m0", 25: "uint2", 26: "int2",
    ]
    let name = Int(exactly: number).flatMap { names[$0] } ?? "number \(number)"
    let supported = ElementType.allCases.map(\.name).joined(separator: ", ")
    throw .wrongTensor(
        owner, reason: "element type \(name) is not supported; \(supported) are")
}
