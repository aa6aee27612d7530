// The element types with arithmetic, as one protocol, so that an operator is written once for all
// of them. Every operation is total: integers wrap, a zero divisor gives 0, nothing traps.

/// A Swift type whose values are elements that operators compute with.
protocol NumericElement: Comparable, Sendable {
    /// The element type of tensors of these values.
    static var element: ElementType { get }
    /// The tensor of `values`; NaNs are made canonical.
    static func tensor(_ values: [Self], _ shape: Shape) -> Tensor
    /// The elements of `tensor`, `nil` when they have another type.
    static func values(of tensor: Tensor) -> [Self]?
    static var zero: Self { get }
    static var one: Self { get }
    /// The least and the greatest value, infinite where there are infinities.
    static var least: Self { get }
    static var greatest: Self { get }
    var isNaN: Bool { get }
    var isMinusZero: Bool { get }
    func adding(_ other: Self) -> Self
    func subtracting(_ other: Self) -> Self
    func multiplied(_ other: Self) -> Self
    /// The value plus the product of both factors: rounded once for floats, wrapped for integers.
    func addingProduct(of left: Self, and right: Self) -> Self
    /// The quotient; integers truncate toward zero, and x / 0 is 0.
    func divided(_ other: Self) -> Self
    /// The remainder with the sign of the dividend (C's `fmod` and `%`); integers: x % 0 is 0.
    func truncatedRemainder(_ other: Self) -> Self
    /// Cast's conversion of an integer: the low bits, or the nearest float.
    init<Integer: FixedWidthInteger>(integer: Integer)
    /// Cast's conversion of a float: toward zero, saturating, NaN to 0; or the nearest float.
    init(floating: Double)
    /// Cast's conversion to another type.
    func converted<Target: NumericElement>(to type: Target.Type) -> Target
    /// The value as float64, rounded to nearest.
    var double: Double { get }
}

extension NumericElement {
    /// The remainder with the sign of the divisor (Python's `%`).
    func flooredRemainder(_ other: Self) -> Self {
        let rest = truncatedRemainder(other)
        let isOpposite = rest != .zero && (rest < .zero) != (other < .zero)
        return isOpposite ? rest.adding(other) : rest
    }

    /// The larger, −0 below +0; NaN when either is.
    func maximum(_ other: Self) -> Self {
        if isNaN { return self }
        if other.isNaN { return other }
        if self == other { return isMinusZero ? other : self }
        return self < other ? other : self
    }

    /// The smaller, −0 below +0; NaN when either is.
    func minimum(_ other: Self) -> Self {
        if isNaN { return self }
        if other.isNaN { return other }
        if self == other { return isMinusZero ? self : other }
        return self < other ? self : other
    }
}

extension NumericElement where Self: FixedWidthInteger {
    static var one: Self { 1 }
    static var least: Self { .min }
    static var greatest: Self { .max }
    var isNaN: Bool { false }
    var isMinusZero: Bool { false }
    func adding(_ other: Self) -> Self { self &+ other }
    func subtracting(_ other: Self) -> Self { self &- other }
    func multiplied(_ other: Self) -> Self { self &* other }
    func addingProduct(of left: Self, and right: Self) -> Self { self &+ left &* right }
    func divided(_ other: Self) -> Self {
        // The smallest integer over −1 overflows to itself, which the wrapped value is.
        other == 0 ? 0 : dividedReportingOverflow(by: other).partialValue
    }
    func truncatedRemainder(_ other: Self) -> Self {
        other == 0 ? 0 : remainderReportingOverflow(dividingBy: other).partialValue
    }
    init<Integer: FixedWidthInteger>(integer: Integer) { self.init(truncatingIfNeeded: integer) }
    init(floating: Double) {
        if let value = Self(exactly: floating.rounded(.towardZero)) {
            self = value
        } else {
            self = floating.isNaN ? 0 : floating < 0 ? .min : .max
        }
    }
    func converted<Target: NumericElement>(to type: Target.Type) -> Target {
        Target(integer: self)
    }
    var double: Double { Double(self) }
}

extension NumericElement where Self: BinaryFloatingPoint {
    static var one: Self { 1 }
    static var least: Self { -.infinity }
    static var greatest: Self { .infinity }
    func adding(_ other: Self) -> Self { self + other }
    func subtracting(_ other: Self) -> Self { self - other }
    func multiplied(_ other: Self) -> Self { self * other }
    func addingProduct(of left: Self, and right: Self) -> Self { addingProduct(left, right) }
    func divided(_ other: Self) -> Self { self / other }
    func truncatedRemainder(_ other: Self) -> Self { truncatingRemainder(dividingBy: other) }
    var isMinusZero: Bool { self == 0 && sign == .minus }
    init<Integer: FixedWidthInteger>(integer: Integer) { self.init(integer) }
    init(floating: Double) { self.init(floating) }
    func converted<Target: NumericElement>(to type: Target.Type) -> Target {
        Target(floating: Double(self))
    }
    var double: Double { Double(self) }
}

extension Float: NumericElement {
    static let element = ElementType.float32
    static func tensor(_ values: [Float], _ shape: Shape) -> Tensor { Tensor(values, shape: shape) }
    static func values(of tensor: Tensor) -> [Float]? { tensor.float32s }
}

extension Double: NumericElement {
    static let element = ElementType.float64
    static func tensor(_ values: [Double], _ shape: Shape) -> Tensor {
        Tensor(float64s: values, shape: shape)
    }
    static func values(of tensor: Tensor) -> [Double]? { tensor.float64s }
}

extension UInt8: NumericElement {
    static let element = ElementType.uint8
    static func tensor(_ values: [UInt8], _ shape: Shape) -> Tensor { Tensor(values, shape: shape) }
    static func values(of tensor: Tensor) -> [UInt8]? { tensor.uint8s }
}

extension Int8: NumericElement {
    static let element = ElementType.int8
    static func tensor(_ values: [Int8], _ shape: Shape) -> Tensor { Tensor(values, shape: shape) }
    static func values(of tensor: Tensor) -> [Int8]? { tensor.int8s }
}

extension UInt16: NumericElement {
    static let element = ElementType.uint16
    static func tensor(_ values: [UInt16], _ shape: Shape) -> Tensor {
        Tensor(values, shape: shape)
    }
    static func values(of tensor: Tensor) -> [UInt16]? { tensor.uint16s }
}

extension Int16: NumericElement {
    static let element = ElementType.int16
    static func tensor(_ values: [Int16], _ shape: Shape) -> Tensor {
        Tensor(values, shape: shape)
    }
    static func values(of tensor: Tensor) -> [Int16]? { tensor.int16s }
}

extension UInt32: NumericElement {
    static let element = ElementType.uint32
    static func tensor(_ values: [UInt32], _ shape: Shape) -> Tensor {
        Tensor(values, shape: shape)
    }
    static func values(of tensor: Tensor) -> [UInt32]? { tensor.uint32s }
}

extension Int32: NumericElement {
    static let element = ElementType.int32
    static func tensor(_ values: [Int32], _ shape: Shape) -> Tensor {
        Tensor(values, shape: shape)
    }
    static func values(of tensor: Tensor) -> [Int32]? { tensor.int32s }
}

extension UInt64: NumericElement {
    static let element = ElementType.uint64
    static func tensor(_ values: [UInt64], _ shape: Shape) -> Tensor {
        Tensor(values, shape: shape)
    }
    static func values(of tensor: Tensor) -> [UInt64]? { tensor.uint64s }
}

extension Int64: NumericElement {
    static let element = ElementType.int64
    static func tensor(_ values: [Int64], _ shape: Shape) -> Tensor {
        Tensor(values, shape: shape)
    }
    static func values(of tensor: Tensor) -> [Int64]? { tensor.int64s }
}

/// Something to do for whichever numeric type a tensor has.
protocol NumericRule {
    associatedtype Result
    /// The result for elements of type `Element`.
    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Result
}

extension ElementType {
    /// Whether the type has a `NumericElement`: all but bool, string and the 16-bit floats.
    var isNumeric: Bool { self != .bool && self != .string && !isHalf }

    /// `rule` for the Swift type of these elements, or `nil` when they are not numbers.
    func applying<Rule: NumericRule>(_ rule: Rule) throws(OperatorError) -> Rule.Result? {
        switch self {
        case .float32: try rule.apply(Float.self)
        case .float64: try rule.apply(Double.self)
        case .uint8: try rule.apply(UInt8.self)
        case .int8: try rule.apply(Int8.self)
        case .uint16: try rule.apply(UInt16.self)
        case .int16: try rule.apply(Int16.self)
        case .uint32: try rule.apply(UInt32.self)
        case .int32: try rule.apply(Int32.self)
        case .uint64: try rule.apply(UInt64.self)
        case .int64: try rule.apply(Int64.self)
        case .bool, .string, .float16, .bfloat16: nil
        }
    }
}
