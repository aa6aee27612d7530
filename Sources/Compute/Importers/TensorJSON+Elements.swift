// Elements of tensors as JSON values. Numbers keep their text until they become the element's own
// type, so a 64-bit integer never passes through a float.

import Base
import Tensors
import Wire

extension TensorJSON {
    static func elements(of tensor: Tensor) -> [JSONValue] {
        if let values = tensor.float32s { return values.map(json(of:)) }
        if let values = tensor.float64s { return values.map(json(of:)) }
        if let values = tensor.strings { return values.map { .string($0) } }
        if let values = tensor.halvesAsFloats { return values.map(json(of:)) }
        if let values = tensor.uint16s { return values.map { .number(String($0)) } }
        if let values = tensor.int16s { return values.map { .number(String($0)) } }
        if let values = tensor.uint32s { return values.map { .number(String($0)) } }
        if let values = tensor.uint64s { return values.map { .number(String($0)) } }
        if let values = tensor.int64s { return values.map { .number(String($0)) } }
        if let values = tensor.int32s { return values.map { .number(String($0)) } }
        if let values = tensor.uint8s { return values.map { .number(String($0)) } }
        if let values = tensor.int8s { return values.map { .number(String($0)) } }
        return (tensor.bools ?? []).map { .bool($0) }
    }

    private static func json<Number: BinaryFloatingPoint & CustomStringConvertible>(
        of value: Number
    ) -> JSONValue {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return .number(value.description)
    }

    static func tensor(
        _ values: [JSONValue], _ element: ElementType, _ shape: Shape,
        _ failure: (String) -> ImportError
    ) throws(ImportError) -> Tensor {
        switch element {
        case .float32:
            Tensor(
                try values.map { (value) throws(ImportError) in try float(value, failure) },
                shape: shape)
        case .float64: Tensor(float64s: try doubles(values, failure), shape: shape)
        case .float16, .bfloat16:
            Tensor(
                halves: try values.map { (value) throws(ImportError) in try float(value, failure) },
                element, shape: shape)
        case .string:
            Tensor(
                try values.map { (value) throws(ImportError) in
                    guard let text = value.text else {
                        throw failure("has an element that is no text")
                    }
                    return text
                }, shape: shape)
        case .uint16: Tensor(try integers(values, failure) as [UInt16], shape: shape)
        case .int16: Tensor(try integers(values, failure) as [Int16], shape: shape)
        case .uint32: Tensor(try integers(values, failure) as [UInt32], shape: shape)
        case .uint64: Tensor(try integers(values, failure) as [UInt64], shape: shape)
        case .int64: Tensor(try integers(values, failure) as [Int64], shape: shape)
        case .int32: Tensor(try integers(values, failure) as [Int32], shape: shape)
        case .uint8: Tensor(try integers(values, failure) as [UInt8], shape: shape)
        case .int8: Tensor(try integers(values, failure) as [Int8], shape: shape)
        case .bool:
            Tensor(
                try values.map { (value) throws(ImportError) in
                    guard let flag = value.flag else {
                        throw failure("has an element that is neither true nor false")
                    }
                    return flag
                }, shape: shape)
        }
    }

    private static func float(
        _ value: JSONValue, _ failure: (String) -> ImportError
    ) throws(ImportError) -> Float {
        switch value {
        case .string("NaN"): return .nan
        case .string("Infinity"): return .infinity
        case .string("-Infinity"): return -.infinity
        case .number(let text):
            guard let number = Float(text), number.isFinite else {
                throw failure("has an element \(text) that is too large for float32")
            }
            return number
        default: throw failure("has an element that is not a number")
        }
    }

    private static func doubles(
        _ values: [JSONValue], _ failure: (String) -> ImportError
    ) throws(ImportError) -> [Double] {
        try values.map { (value) throws(ImportError) in
            switch value {
            case .string("NaN"): return .nan
            case .string("Infinity"): return .infinity
            case .string("-Infinity"): return -.infinity
            case .number(let text):
                guard let number = Double(text), number.isFinite else {
                    throw failure("has an element \(text) that is too large for float64")
                }
                return number
            default: throw failure("has an element that is not a number")
            }
        }
    }

    private static func integers<Integer: FixedWidthInteger>(
        _ values: [JSONValue], _ failure: (String) -> ImportError
    ) throws(ImportError) -> [Integer] {
        try values.map { (value) throws(ImportError) in
            guard case .number(let text) = value, let integer = Integer(text) else {
                throw failure("has an element that is not an integer of its type")
            }
            return integer
        }
    }
}
