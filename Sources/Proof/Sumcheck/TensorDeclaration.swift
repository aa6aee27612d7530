// What a relation system knows of a tensor: its shape, who commits to it, and what its values are.

/// Who commits to a tensor, and when.
public enum TensorClass: UInt8, CaseIterable, Sendable {
    /// Weights and biases: committed once, when a model is registered.
    case weights = 0
    /// The input: public, or committed by its owner or by the prover.
    case input = 1
    /// The output: public, or committed by its owner or by the prover.
    case output = 2
    /// What follows from weights and input: committed with the prover's first message.
    case trace = 3
    /// Inverses of the lookup argument: committed with the second message.
    case inverse = 4
}

/// What the values of a tensor are. Only limbs are bound to a range, by a lookup each.
public enum TensorElement: Equatable, Sendable {
    /// 0 to 2^bits − 1, where bits is 1 to 8; every one is looked up.
    case limb(bits: Int)
    /// Integers of 8 bits, in two's complement.
    case signedByte
    /// Integers of 64 bits.
    case integer
    /// Field elements.
    case field
}

/// A tensor of a relation system.
public struct TensorDeclaration: Equatable, Sendable {
    /// What the tensor is called in messages.
    public var name: String
    /// The number of indices of each axis, the slowest first; at least one axis, none empty.
    public var extents: [Int]
    /// Who commits to it.
    public var tensorClass: TensorClass
    /// What its values are.
    public var element: TensorElement

    /// The tensor `name`.
    public init(
        _ name: String, _ extents: [Int], _ tensorClass: TensorClass,
        _ element: TensorElement = .integer
    ) {
        self.name = name
        self.extents = extents
        self.tensorClass = tensorClass
        self.element = element
    }

    /// The bits of an index of each axis.
    public var axisBits: [Int] { extents.map(bitWidth(of:)) }

    /// The bits of an index of the whole tensor, each axis padded to a power of two.
    public var bits: Int { axisBits.reduce(0, +) }

    /// The padded size.
    public var paddedCount: Int { 1 << bits }

    /// The number of elements.
    public var count: Int { extents.reduce(1, *) }

    /// One more than the last padded index that an element has.
    public var usedCount: Int {
        var last = 0
        for (extent, bits) in zip(extents, axisBits) { last = last << bits + (extent - 1) }
        return last + 1
    }

    /// The distance in the vector between neighbours along each axis, as powers of two.
    public var strideBits: [Int] {
        var strides = [Int](repeating: 0, count: extents.count)
        var sum = 0
        for (axis, bits) in axisBits.enumerated().reversed() {
            strides[axis] = sum
            sum += bits
        }
        return strides
    }
}

/// The least b with 2^b ≥ count.
func bitWidth(of count: Int) -> Int {
    count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
}
