// float16 and bfloat16 are ways to store numbers: exact on the way to float32, rounded once to
// nearest even on the way back. Integer code alone, so that no instruction set's conversions (which
// differ on NaN) take part. IEEE 754 binary16; bfloat16 is the upper half of a binary32.

/// Conversions between float32 and the two 16-bit formats.
enum HalfPrecision {
    /// The canonical NaN of `element`, which is float16 or bfloat16.
    static func canonicalNaN(_ element: ElementType) -> UInt16 {
        element == .float16 ? 0x7E00 : 0x7FC0
    }

    /// `bits` with every NaN replaced by the canonical one.
    static func canonicalisingNaN(_ bits: [UInt16], _ element: ElementType) -> [UInt16] {
        let infinity: UInt16 = element == .float16 ? 0x7C00 : 0x7F80
        var result = bits
        for index in bits.indices where bits[index] & 0x7FFF > infinity {
            result[index] = canonicalNaN(element)
        }
        return result
    }

    /// The float32 equal to `bits` of the format `element`.
    static func float(_ bits: UInt16, _ element: ElementType) -> Float {
        if element == .bfloat16 { return Float(bitPattern: UInt32(bits) << 16) }
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1F
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0:
            // A subnormal is fraction · 2⁻²⁴, exact in float32.
            let magnitude = Float(fraction) * 0x1p-24
            return Float(bitPattern: magnitude.bitPattern | sign)
        case 31:
            return fraction == 0
                ? Float(bitPattern: sign | 0x7F80_0000) : .canonicalNaN
        default:
            return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// The number of the format `element` nearest to `value`, ties to even; too large gives
    /// infinity.
    static func bits(_ value: Float, _ element: ElementType) -> UInt16 {
        if value.isNaN { return canonicalNaN(element) }
        let bits = value.bitPattern
        if element == .bfloat16 {
            // Adding just under half a unit, and one more where the kept part is odd, rounds to
            // nearest even; a carry into the exponent is right, up to infinity.
            return UInt16((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
        }
        let sign = UInt16(bits >> 16 & 0x8000)
        let magnitude = Float(bitPattern: bits & 0x7FFF_FFFF)
        if magnitude >= 65_520 { return sign | 0x7C00 }
        if magnitude < 0x1p-14 {
            // Scaling by a power of two is exact; the rounded quotient is the subnormal's bits, or
            // 0x400, the smallest normal.
            return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
        }
        let kept = (bits & 0x7FFF_FFFF) - 112 << 23
        return sign | UInt16((kept + 0xFFF + (kept >> 13 & 1)) >> 13)
    }
}

extension Tensor {
    /// A float16 or bfloat16 tensor as float32, exactly; any other tensor itself.
    var widened: Tensor {
        guard type.element.isHalf, let bits = halfBits else { return self }
        return Tensor(
            canonical: bits.map { HalfPrecision.float($0, type.element) }, shape: shape)
    }

    /// A float32 tensor rounded to `element`, which is float16 or bfloat16; any other tensor
    /// itself.
    func narrowed(to element: ElementType) -> Tensor {
        guard case .float32(let values) = storage else { return self }
        let bits = values.map { HalfPrecision.bits($0, element) }
        return element == .float16
            ? Tensor(float16Bits: bits, shape: shape) : Tensor(bfloat16Bits: bits, shape: shape)
    }

    /// Row-major `floats`, each rounded to `element`, which is float16 or bfloat16. Traps unless
    /// the counts match.
    public init(halves floats: [Float], _ element: ElementType, shape: Shape) {
        precondition(element.isHalf, "\(element.name) has 16 bits")
        self = Tensor(floats, shape: shape).narrowed(to: element)
    }

    /// The elements as float32, exactly, when they are float16 or bfloat16; else `nil`.
    public var halvesAsFloats: [Float]? { type.element.isHalf ? widened.float32s : nil }
}
