// The elements of a tensor as Swift arrays, one getter for each type.

extension Tensor {
    /// The elements when they are float32, else `nil`.
    public var float32s: [Float]? {
        if case .float32(let values) = storage { values } else { nil }
    }

    /// The elements when they are float64, else `nil`.
    public var float64s: [Double]? {
        if case .float64(let values) = storage { values } else { nil }
    }

    /// The bits of the elements when they are float16 or bfloat16, else `nil`.
    public var halfBits: [UInt16]? {
        switch storage {
        case .float16(let values), .bfloat16(let values): values
        default: nil
        }
    }

    /// The elements when they are uint8, else `nil`.
    public var uint8s: [UInt8]? {
        if case .uint8(let values) = storage { values } else { nil }
    }

    /// The elements when they are int8, else `nil`.
    public var int8s: [Int8]? {
        if case .int8(let values) = storage { values } else { nil }
    }

    /// The elements when they are uint16, else `nil`.
    public var uint16s: [UInt16]? {
        if case .uint16(let values) = storage { values } else { nil }
    }

    /// The elements when they are int16, else `nil`.
    public var int16s: [Int16]? {
        if case .int16(let values) = storage { values } else { nil }
    }

    /// The elements when they are uint32, else `nil`.
    public var uint32s: [UInt32]? {
        if case .uint32(let values) = storage { values } else { nil }
    }

    /// The elements when they are int32, else `nil`.
    public var int32s: [Int32]? {
        if case .int32(let values) = storage { values } else { nil }
    }

    /// The elements when they are uint64, else `nil`.
    public var uint64s: [UInt64]? {
        if case .uint64(let values) = storage { values } else { nil }
    }

    /// The elements when they are int64, else `nil`.
    public var int64s: [Int64]? {
        if case .int64(let values) = storage { values } else { nil }
    }

    /// The elements when they are truth values, else `nil`.
    public var bools: [Bool]? {
        if case .bool(let values) = storage { values.map { $0 != 0 } } else { nil }
    }

    /// The elements when they are texts, else `nil`.
    public var strings: [String]? {
        if case .string(let values) = storage { values } else { nil }
    }

    /// The elements as 64-bit integers when they are int32 or int64 (ONNX index and shape inputs).
    var indices: [Int64]? {
        switch storage {
        case .int64(let values): values
        case .int32(let values): values.map(Int64.init)
        default: nil
        }
    }
}
