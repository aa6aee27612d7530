// Shapes: the extents of a tensor's axes, outermost first, row-major. A shape is checked once when
// it is made; after that products and strides of its dimensions cannot overflow.

/// The extents of a tensor's axes, outermost first. No axes is a scalar, with one element.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// Most elements a shape may have; also the most that its non-zero dimensions may multiply to.
    public static let maximumElementCount = 1 << 31
    /// Most axes a shape may have.
    public static let maximumRank = 16

    /// Extents, outermost first; none is negative.
    public let dimensions: [Int]
    /// The product of the dimensions.
    public let elementCount: Int

    /// The shape of a scalar.
    public static let scalar = Shape(unchecked: [], count: 1)

    /// Checks `dimensions`.
    ///
    /// - Throws: `negativeDimension`; `tooLarge` above `maximumRank` axes or when the non-zero
    ///   dimensions multiply to more than `maximumElementCount`.
    public init(_ dimensions: [Int]) throws(OperatorError) {
        guard dimensions.count <= Shape.maximumRank else {
            throw .tooLarge(reason: "a shape has \(dimensions.count) axes")
        }
        var product = 1
        var hasZero = false
        for dimension in dimensions {
            guard dimension >= 0 else { throw .negativeDimension(dimensions: dimensions) }
            if dimension == 0 {
                hasZero = true
                continue
            }
            let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
            guard !overflow, next <= Shape.maximumElementCount else {
                throw .tooLarge(reason: "shape \(dimensions)")
            }
            product = next
        }
        self.init(unchecked: dimensions, count: hasZero ? 0 : product)
    }

    /// A shape written in source code. Traps where `init(_:)` throws.
    public init(arrayLiteral elements: Int...) {
        do {
            self = try Shape(elements)
        } catch {
            preconditionFailure("a literal shape is valid, \(elements) is not")
        }
    }

    private init(unchecked dimensions: [Int], count: Int) {
        self.dimensions = dimensions
        elementCount = count
    }

    /// Number of axes.
    public var rank: Int { dimensions.count }

    /// Row-major strides in elements: how far apart neighbours along each axis lie.
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        var stride = 1
        for axis in dimensions.indices.reversed() {
            strides[axis] = stride
            stride *= max(dimensions[axis], 1)
        }
        return strides
    }

    /// The non-negative form of `axis`, which counts from the end when negative.
    ///
    /// - Throws: `axisOutOfRange`.
    public func axis(_ axis: Int) throws(OperatorError) -> Int {
        guard axis >= -rank, axis < rank else {
            throw .axisOutOfRange(axis: axis, rank: rank)
        }
        return axis < 0 ? axis + rank : axis
    }

    /// Elements of the axes in `range` together; 1 for an empty range.
    public func elementCount(ofAxes range: Range<Int>) -> Int {
        dimensions[range].reduce(1, *)
    }

    /// The shape both broadcast to under the rules of NumPy and ONNX: aligned at the last axis,
    /// extent 1 stretches.
    ///
    /// - Throws: `shapeMismatch` when two extents differ and neither is 1; `tooLarge`.
    public static func broadcast(_ a: Shape, _ b: Shape) throws(OperatorError) -> Shape {
        if a == b { return a }
        let rank = max(a.rank, b.rank)
        var dimensions = [Int](repeating: 1, count: rank)
        for back in 1...max(rank, 1) where back <= rank {
            let left = back <= a.rank ? a.dimensions[a.rank - back] : 1
            let right = back <= b.rank ? b.dimensions[b.rank - back] : 1
            guard left == right || left == 1 || right == 1 else {
                throw .shapeMismatch(
                    reason: "shapes do not broadcast", shapes: [a.dimensions, b.dimensions])
            }
            dimensions[rank - back] = left == 1 ? right : left
        }
        return try Shape(dimensions)
    }
}

extension Shape: CustomStringConvertible {
    public var description: String {
        "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
    }
}
