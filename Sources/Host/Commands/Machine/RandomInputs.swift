// Inputs for a benchmark when the user gives none: from a seed, so that two machines measure the
// same run.
//
//     floating point   uniform in [−1, 1), multiples of 2⁻¹⁰
//     whole numbers    uniform in 0 ..< M, M as the user says, 2 by default; at most what fits
//     bool             both alike
//     text             the digits of a whole number as above

import Models
import Tensors

/// Makes tensors from a seed (SplitMix64).
struct RandomInputs: RandomNumberGenerator {
    private var state: UInt64
    private let integers: Int

    /// - Parameter integers: whole numbers are below this.
    init(seed: UInt64, integers: Int) {
        state = seed
        self.integers = integers
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A tensor of `type`.
    mutating func tensor(of type: TensorType) -> Tensor {
        let shape = type.shape
        switch type.element {
        case .float32: return Tensor(list(shape) { $0.fraction() }, shape: shape)
        case .float64:
            return Tensor(float64s: list(shape) { Double($0.fraction()) }, shape: shape)
        case .float16:
            return Tensor(
                float16Bits: list(shape) { Float16($0.fraction()).bitPattern }, shape: shape)
        case .bfloat16:
            return Tensor(
                bfloat16Bits: list(shape) {
                    UInt16(truncatingIfNeeded: $0.fraction().bitPattern >> 16)
                }, shape: shape)
        case .uint8: return Tensor(whole(shape) as [UInt8], shape: shape)
        case .int8: return Tensor(whole(shape) as [Int8], shape: shape)
        case .uint16: return Tensor(whole(shape) as [UInt16], shape: shape)
        case .int16: return Tensor(whole(shape) as [Int16], shape: shape)
        case .int32: return Tensor(whole(shape) as [Int32], shape: shape)
        case .int64: return Tensor(whole(shape) as [Int64], shape: shape)
        case .uint32: return Tensor(whole(shape) as [UInt32], shape: shape)
        case .uint64: return Tensor(whole(shape) as [UInt64], shape: shape)
        case .bool: return Tensor(list(shape) { $0.next() & 1 == 1 }, shape: shape)
        case .string:
            return Tensor((whole(shape) as [Int64]).map { String($0) }, shape: shape)
        }
    }

    private mutating func list<Element>(
        _ shape: Shape, _ make: (inout RandomInputs) -> Element
    ) -> [Element] {
        (0..<shape.elementCount).map { _ in make(&self) }
    }

    private mutating func fraction() -> Float {
        Float(Int32(truncatingIfNeeded: next() >> 53) - 1_024) / 1_024
    }

    private mutating func whole<Number: FixedWidthInteger>(_ shape: Shape) -> [Number] {
        let limit = Number(clamping: integers)
        return list(shape) { Number.random(in: 0..<limit, using: &$0) }
    }
}
