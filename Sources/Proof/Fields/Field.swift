// What a field is to the code above it: curves, polynomials and proof systems are written against
// these protocols, and tested on fields small enough to try every element.

public import Base

/// A commutative field. Values are immutable, compared by value, and always in their one form.
public protocol Field: Equatable, Sendable, BitwiseCopyable {
    /// The neutral element of addition.
    static var zero: Self { get }
    /// The neutral element of multiplication.
    static var one: Self { get }
    /// The sum.
    static func + (left: Self, right: Self) -> Self
    /// The difference.
    static func - (left: Self, right: Self) -> Self
    /// The product.
    static func * (left: Self, right: Self) -> Self
    /// The additive inverse.
    static prefix func - (value: Self) -> Self
    /// The product with itself.
    func squared() -> Self
    /// The sum with itself.
    func doubled() -> Self
    /// Whether this is the zero of the field.
    var isZero: Bool { get }
    /// The multiplicative inverse, `nil` for zero. Takes longer or shorter with the value.
    func inverted() -> Self?
}

extension Field {
    @inlinable
    public var isZero: Bool { self == Self.zero }

    /// Adds in place.
    @inlinable
    public static func += (left: inout Self, right: Self) { left = left + right }

    /// Subtracts in place.
    @inlinable
    public static func -= (left: inout Self, right: Self) { left = left - right }

    /// Multiplies in place.
    @inlinable
    public static func *= (left: inout Self, right: Self) { left = left * right }

    /// This element to the power of `exponent`; anything to the power of 0 is one. Two
    /// multiplications a bit at most; which of them are done depends on the exponent's bits.
    @inlinable
    public func power(_ exponent: UInt256) -> Self {
        var result = Self.one
        var index = exponent.bitWidth - 1
        while index >= 0 {
            result = result.squared()
            if exponent.bit(index) { result = result * self }
            index -= 1
        }
        return result
    }

    /// This element to the power of `exponent`.
    @inlinable
    public func power(_ exponent: UInt64) -> Self { power(UInt256(exponent)) }

    /// Replaces every element by its inverse; zeros stay zero. One inversion and three
    /// multiplications an element (Montgomery's trick), and as much memory again.
    @inlinable
    public static func invertAll(_ values: inout [Self]) { invertTogether(&values) }

    @inlinable
    static func invertTogether(_ values: inout [Self]) {
        var products: [Self] = []
        products.reserveCapacity(values.count)
        var product = Self.one
        for value in values {
            products.append(product)
            if !value.isZero { product = product * value }
        }
        guard var inverse = product.inverted() else { return }
        for index in values.indices.reversed() where !values[index].isZero {
            let value = values[index]
            values[index] = inverse * products[index]
            inverse = inverse * value
        }
    }
}

/// A field of integers modulo a prime, with the encodings files and networks use.
public protocol PrimeField: Field, Hashable, CustomStringConvertible {
    /// The prime.
    static var modulus: UInt256 { get }
    /// The element `value` modulo the prime.
    init(_ value: UInt64)
    /// The element `value`, `nil` unless it is below the prime.
    init?(canonical value: UInt256)
    /// The element `value` modulo the prime.
    init(reducing value: UInt256)
    /// The element as an integer below the prime.
    var canonical: UInt256 { get }
}

extension PrimeField {
    /// Reads 32 bytes, least significant first; `nil` unless they are 32 and below the prime.
    @inlinable
    public init?(canonicalLittleEndian bytes: some Collection<UInt8>) {
        guard let value = UInt256(littleEndian: bytes) else { return nil }
        self.init(canonical: value)
    }

    /// Reads 32 bytes, most significant first; `nil` unless they are 32 and below the prime.
    @inlinable
    public init?(canonicalBigEndian bytes: some Collection<UInt8>) {
        guard let value = UInt256(bigEndian: bytes) else { return nil }
        self.init(canonical: value)
    }

    /// Reads 32 bytes, most significant first, modulo the prime; `nil` unless they are 32. For
    /// digests: values below 2^256 modulo the prime come up to six times as often as others.
    @inlinable
    public init?(reducingBigEndian bytes: some Collection<UInt8>) {
        guard let value = UInt256(bigEndian: bytes) else { return nil }
        self.init(reducing: value)
    }

    /// Reads decimal digits: no sign, no space, no leading zeros, below the prime; `nil` for
    /// anything else.
    public init?(decimal text: String) {
        let digits = text.utf8
        // 2^256 has 78 digits.
        guard (1...78).contains(digits.count), digits.count == 1 || digits.first != 0x30 else {
            return nil
        }
        var value = UInt256(0)
        for digit in digits {
            guard (0x30...0x39).contains(digit),
                value.multiply(by: 10, adding: UInt64(digit - 0x30)) == 0
            else { return nil }
        }
        self.init(canonical: value)
    }

    /// The canonical 32 bytes, least significant first. Allocates.
    @inlinable
    public var canonicalLittleEndian: Bytes { canonical.littleEndian }

    /// The canonical 32 bytes, most significant first. Allocates.
    @inlinable
    public var canonicalBigEndian: Bytes { canonical.bigEndian }

    /// The canonical integer in decimal digits.
    public var decimal: String {
        var value = canonical
        var groups: [UInt64] = []
        repeat { groups.append(value.divide(by: 10_000_000_000_000_000_000)) } while !value.isZero
        var text = String(groups.removeLast())
        for group in groups.reversed() {
            let digits = String(group)
            text += String(repeating: "0", count: 19 - digits.count) + digits
        }
        return text
    }

    /// The canonical integer in decimal digits.
    public var description: String { decimal }
}
