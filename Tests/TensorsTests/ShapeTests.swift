import Tensors
import Testing

@Suite struct ShapeTests {
    @Test func countsElementsAndStrides() throws {
        let shape = try Shape([2, 3, 4])
        #expect(shape.elementCount == 24)
        #expect(shape.strides == [12, 4, 1])
        #expect(Shape.scalar.elementCount == 1)
        #expect(try Shape([5, 0, 7]).elementCount == 0)
    }

    @Test func rejectsNegativeAndOverflowingDimensions() {
        #expect(throws: OperatorError.negativeDimension(dimensions: [2, -1])) {
            try Shape([2, -1])
        }
        #expect(throws: OperatorError.self) { try Shape([Int.max, Int.max]) }
        #expect(throws: OperatorError.self) { try Shape([0, Int.max]) }
        #expect(throws: OperatorError.self) { try Shape([1 << 31, 2]) }
        #expect(throws: OperatorError.self) { try Shape([Int](repeating: 1, count: 17)) }
    }

    @Test(arguments: [
        ([3, 1], [1, 4], [3, 4]), ([], [2, 2], [2, 2]), ([5], [2, 3, 5], [2, 3, 5]),
        ([0], [1], [0]), ([2, 1, 3], [7, 1], [2, 7, 3]),
    ])
    func broadcastsAlignedAtTheLastAxis(a: [Int], b: [Int], expected: [Int]) throws {
        #expect(try Shape.broadcast(Shape(a), Shape(b)).dimensions == expected)
        #expect(try Shape.broadcast(Shape(b), Shape(a)).dimensions == expected)
    }

    @Test func rejectsShapesThatDoNotBroadcast() {
        #expect(
            throws: OperatorError.shapeMismatch(
                reason: "shapes do not broadcast", shapes: [[2, 3], [2]])
        ) { try Shape.broadcast([2, 3], [2]) }
        #expect(throws: OperatorError.self) { try Shape.broadcast([0], [3]) }
    }
}
