// The field of a proof, as far as the protocol knows it: relations, views and both sums are written
// against this protocol and know no curve (Documentation/zkml.md, section 11).

public import Base
public import Fields

/// A field large enough to draw challenges from.
public protocol SumcheckField: Field {
    /// Bytes of an encoded element.
    static var encodedCount: Int { get }
    /// The element that an integer stands for.
    init(_ value: Int128)
    /// Reads `encodedCount` bytes; `nil` unless they are the one encoding of an element.
    init?(encoded bytes: ArraySlice<UInt8>)
    /// Appends the encoding.
    func appendEncoded(to bytes: inout Bytes)
    /// The element that 64 uniform bytes give, every one about equally likely.
    init(uniform bytes: Bytes)
    /// Replaces every v by (1 − x) v, and appends x v of each: a table of eq by one coordinate
    /// more.
    static func split(_ values: inout [Self], at x: Self)
}

extension SumcheckField {
    /// The definition of ``split(_:at:)``.
    @specialized(where Self == Fr)
    public static func definitionOfSplit(_ values: inout [Self], at x: Self) {
        for index in values.indices {
            let upper = values[index] * x
            values.append(upper)
            values[index] = values[index] - upper
        }
    }

    public static func split(_ values: inout [Self], at x: Self) {
        definitionOfSplit(&values, at: x)
    }
}

extension Fr: SumcheckField {
    /// 32, least significant first.
    public static var encodedCount: Int { 32 }

    @inlinable
    public init(_ value: Int128) {
        let magnitude = value.magnitude
        let element = Fr(
            reducing: UInt256(
                UInt64(truncatingIfNeeded: magnitude), UInt64(truncatingIfNeeded: magnitude >> 64)))
        self = value < 0 ? -element : element
    }

    public init?(encoded bytes: ArraySlice<UInt8>) {
        guard bytes.count == 32, let words = Fr.words(bytes) else { return nil }
        self.init(canonical: words)
    }

    public func appendEncoded(to bytes: inout Bytes) {
        let value = canonical
        bytes.appendLittleEndian(value.l0)
        bytes.appendLittleEndian(value.l1)
        bytes.appendLittleEndian(value.l2)
        bytes.appendLittleEndian(value.l3)
    }

    public init(uniform bytes: Bytes) {
        guard let low = Fr.words(bytes.prefix(32)), let high = Fr.words(bytes.dropFirst(32)) else {
            preconditionFailure("a challenge is made of 64 bytes")
        }
        // 2^256 modulo r is the Montgomery form of one.
        self = Fr(reducing: low) + Fr(reducing: high) * Fr(reducing: Fr.montgomeryOne)
    }

    public static func split(_ values: inout [Fr], at x: Fr) {
        guard values.count >= 16 else { return definitionOfSplit(&values, at: x) }
        var upper = values
        let kernels = ScalarKernels(threads: 1)
        var span = upper.mutableSpan
        kernels.scale(&span, by: x)
        var lower = values.mutableSpan
        kernels.subtract(upper.span, from: &lower)
        values += upper
    }

    private static func words(_ bytes: ArraySlice<UInt8>) -> UInt256? {
        guard bytes.count == 32 else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for byte in bytes.reversed() {
            words.3 = words.3 << 8 | words.2 >> 56
            words.2 = words.2 << 8 | words.1 >> 56
            words.1 = words.1 << 8 | words.0 >> 56
            words.0 = words.0 << 8 | UInt64(byte)
        }
        return UInt256(words.0, words.1, words.2, words.3)
    }
}

extension SumcheckField {
    /// This element to the power of a small exponent.
    @specialized(where Self == Fr)
    package func raised(to exponent: Int) -> Self {
        var result = Self.one
        var square = self
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result = result * square }
            square = square.squared()
            rest >>= 1
        }
        return result
    }

    /// 1, self, self², …
    @specialized(where Self == Fr)
    package func powers(_ count: Int) -> [Self] {
        var values: [Self] = []
        values.reserveCapacity(count)
        var power = Self.one
        for _ in 0..<count {
            values.append(power)
            power = power * self
        }
        return values
    }
}
