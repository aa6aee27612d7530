// Hostile calls are refused with a reason; none traps and none allocates what it describes.
import Base
import TestSupport
import Testing

@testable import Tensors

@Suite struct RejectionTests {
    static func error(
        _ name: String, _ types: [TensorType?], _ attributes: [(String, AttributeValue)] = [],
        opset: Int = 17, constants: [Tensor?] = [], outputs: Int = 1
    ) throws -> OperatorError? {
        let kind = try #require(OperatorRegistry.find(name))
        let call = OperatorCall(
            attributes: try Attributes(attributes), opset: opset, inputTypes: types,
            constants: constants, outputCount: outputs)
        do throws(OperatorError) {
            _ = try kind.validatedOutputTypes(call)
            return nil
        } catch {
            return error
        }
    }

    static func float(_ shape: Shape) -> TensorType { TensorType(.float32, shape) }

    @Test func refusesWrongCountsNamesAndOpsets() throws {
        let x = Self.float([2, 2])
        #expect(try Self.error("Add", [x]) == .wrongInputCount(actual: 1, expected: 2...2))
        #expect(try Self.error("Add", [x, nil]) == .missingInput(index: 1))
        #expect(
            try Self.error("Relu", [x], outputs: 2)
                == .wrongOutputCount(actual: 2, expected: 1...1))
        #expect(try Self.error("Relu", [x], [("x", .int(1))]) == .unknownAttribute(name: "x"))
        #expect(
            try Self.error("Relu", [x], opset: 28)
                == .unsupportedOpset(opset: 28, supported: 1...27))
        #expect(
            try Self.error("Add", [x, TensorType(.int64, [2, 2])])
                == .wrongElementType(index: 1, actual: .int64, expected: [.float32]))
        #expect(
            try Self.error("Concat", [x], [("axis", .int(2))]) == .axisOutOfRange(axis: 2, rank: 2))
        #expect(try Self.error("Concat", [x]) == .missingAttribute(name: "axis"))
        #expect(
            try Self.error("Reshape", [x, TensorType(.int64, [1])]) == .needsConstant(index: 1))
        #expect(throws: OperatorError.duplicateAttribute(name: "a")) {
            try Attributes([("a", .int(1)), ("b", .int(1)), ("a", .int(2))])
        }
    }

    @Test func refusesShapesThatDoNotFit() throws {
        let x = Self.float([2, 3])
        #expect(try Self.error("MatMul", [x, x]) != nil)
        #expect(try Self.error("MatMul", [x, Self.float([])]) != nil)
        #expect(try Self.error("Gemm", [x, Self.float([2, 3])]) != nil)
        #expect(try Self.error("Gemm", [x, Self.float([3, 4]), Self.float([5])]) != nil)
        #expect(try Self.error("Conv", [Self.float([1, 3, 8]), Self.float([2, 2, 3])]) != nil)
        #expect(try Self.error("Conv", [Self.float([1, 3, 2]), Self.float([2, 3, 3])]) != nil)
        #expect(
            try Self.error("Split", [x], [("split", .ints([1, 3]))], opset: 11, outputs: 2) != nil)
        let huge = Self.float([65_536, 1, 32_768])
        #expect(try Self.error("Add", [huge, Self.float([65_536, 1])]) != nil)
    }

    @Test func refusesHostileWindows() throws {
        let x = Self.float([1, 1, 8, 8])
        let w = Self.float([1, 1, 3, 3])
        let hostile: [(String, AttributeValue)] = [
            ("pads", .ints([.max, .max, .max, .max])), ("pads", .ints([-1, 0, 0, 0])),
            ("pads", .ints([1 << 31, 0, 0, 0])), ("pads", .ints([60_000, 60_000, 0, 0])),
            ("pads", .ints([1])), ("strides", .ints([0, 1])), ("strides", .ints([.min, 1])),
            ("dilations", .ints([.max, 1])), ("dilations", .ints([1 << 31, 1 << 31])),
            ("group", .int(0)), ("group", .int(2)), ("group", .int(.min)),
            ("kernel_shape", .ints([3, 2])), ("auto_pad", .string("ELSEWHERE")),
            ("auto_pad", .int(0)), ("strides", .float(0)),
        ]
        for attribute in hostile {
            #expect(try Self.error("Conv", [x, w], [attribute]) != nil, "\(attribute)")
            let pool = attribute.0 == "kernel_shape" || attribute.0 == "group"
            if pool { continue }
            #expect(
                try Self.error("MaxPool", [x], [("kernel_shape", .ints([3, 3])), attribute])
                    != nil, "\(attribute)")
        }
        let wide = [("pads", AttributeValue.ints([1 << 20, 1 << 20, 1 << 20, 1 << 20]))]
        let far = [("strides", AttributeValue.ints([1 << 22, 1 << 22]))]
        #expect(try Self.error("Conv", [x, w], wide + far) != nil)
        for kernel in [[0, 1], [-1, 1], [Int64.max, Int64.max], [9, 9]] {
            #expect(try Self.error("MaxPool", [x], [("kernel_shape", .ints(kernel))]) != nil)
        }
        #expect(try Self.error("MaxPool", [x]) == .missingAttribute(name: "kernel_shape"))
    }

    @Test func refusesIndicesOutOfRangeWhenRun() throws {
        let data = Tensor([Float(1), 2, 3], shape: [3])
        for index in [3, -4, Int64.max, Int64.min] {
            let indices = Tensor([index], shape: [1])
            let call = OperatorCall(opset: 17, inputTypes: [data.type, indices.type])
            #expect(throws: OperatorError.indexOutOfRange(index: Int(index), count: 3)) {
                try GatherOperator.run(call, [data, indices])
            }
        }
        let call = OperatorCall(opset: 17, inputTypes: [data.type])
        let prepared = try ReluOperator.prepared(call, using: .best)
        #expect(throws: OperatorError.wrongInputType(index: 0)) {
            try prepared.evaluate([Tensor([Float(1)], shape: [1])])
        }
        #expect(throws: OperatorError.self) { try prepared.evaluate([]) }
    }

    @Test func survivesRandomHostileCalls() throws {
        var generator = SeededGenerator(seed: 99)
        let numbers: [Int64] = [
            0, 1, -1, 2, 3, -2, 7, .max, .min, 1 << 31, -(1 << 31), 1 << 62, 65_536, 13,
        ]
        for _ in 0..<20_000 {
            let name = generator.element(of: OperatorRegistry.names)
            let kind = try #require(OperatorRegistry.find(name))
            var constants: [Tensor?] = []
            var inputs: [Tensor?] = []
            for _ in 0..<generator.int(in: 0...5) {
                let rank = generator.int(in: 0...4)
                let shape = try Shape((0..<rank).map { _ in generator.int(in: 0...3) })
                let count = shape.elementCount
                let tensor: Tensor? =
                    switch generator.int(in: 0...3) {
                    case 0: nil
                    case 1:
                        Tensor(
                            (0..<count).map { _ in generator.element(of: numbers) }, shape: shape)
                    default: Tensor(KernelTests.floats(count, &generator), shape: shape)
                    }
                inputs.append(tensor)
                constants.append(generator.isOne(in: 2) ? tensor : nil)
            }
            var pairs: [(String, AttributeValue)] = []
            for attribute in kind.attributeNames where generator.isOne(in: 2) {
                let values = (0..<generator.int(in: 0...4)).map { _ in
                    generator.element(of: numbers)
                }
                let value: AttributeValue =
                    generator.isOne(in: 2) ? .int(generator.element(of: numbers)) : .ints(values)
                pairs.append((attribute, value))
            }
            let call = OperatorCall(
                attributes: try Attributes(pairs), opset: generator.int(in: 9...22),
                inputTypes: inputs.map { $0?.type }, constants: constants,
                outputCount: generator.int(in: 1...3))
            do throws(OperatorError) {
                let types = try kind.validatedOutputTypes(call)
                guard types.allSatisfy({ $0.shape.elementCount < 100_000 }) else { continue }
                _ = kind.work(call, outputs: types)
                let outputs = try kind.run(call, inputs, using: .best)
                #expect(outputs.map(\.type) == types, "\(name)")
                #expect(try kind.prepared(call, using: .best).evaluate(inputs) == outputs)
            } catch {
                continue
            }
        }
    }

    @Test func refusesBytesThatAreNotTheTensor() throws {
        let type = TensorType(.bool, [3])
        #expect(throws: OperatorError.wrongByteCount(actual: 2, expected: 3)) {
            try Tensor(type: type, littleEndianBytes: [0, 1])
        }
        #expect(throws: OperatorError.notBoolean(byte: 2, offset: 1)) {
            try Tensor(type: type, littleEndianBytes: [0, 2, 1])
        }
        for element in ElementType.allCases where element.isFixedSize {
            var generator = SeededGenerator(seed: UInt64(element.rawValue))
            let type = TensorType(element, [2, 5])
            var bytes = generator.bytes(count: type.byteCount)
            if element == .bool { bytes = bytes.map { $0 & 1 } }
            // No infinities and NaNs but the one below.
            if element.isHalf { bytes = bytes.map { $0 & 0xBF } }
            let width = element.byteCount
            let nan = Self.nans[element]
            if let nan { bytes[0..<width] = nan.given[...] }
            let tensor = try Tensor(type: type, littleEndianBytes: bytes[...])
            if let nan { bytes[0..<width] = nan.canonical[...] }
            #expect(tensor.littleEndianBytes == bytes)
        }
    }

    /// A NaN with sign and payload, and the canonical one, in little-endian bytes.
    static let nans: [ElementType: (given: Bytes, canonical: Bytes)] = [
        .float32: ([1, 0, 0x80, 0xFF], [0, 0, 0xC0, 0x7F]),
        .float64: ([1, 0, 0, 0, 0, 0, 0xF0, 0xFF], [0, 0, 0, 0, 0, 0, 0xF8, 0x7F]),
        .float16: ([1, 0xFC], [0, 0x7E]),
        .bfloat16: ([0x81, 0xFF], [0xC0, 0x7F]),
    ]

    @Test func readsTextsAndRefusesBytesThatAreNone() throws {
        let tensor = Tensor(["", "aé", "\u{1F600}"], shape: [3])
        let bytes = tensor.littleEndianBytes
        #expect(bytes.count == 3 * 4 + 3 + 4)
        #expect(try Tensor(type: tensor.type, littleEndianBytes: bytes[...]) == tensor)
        for count in bytes.indices {
            #expect(throws: OperatorError.self) {
                try Tensor(type: tensor.type, littleEndianBytes: bytes[..<count])
            }
        }
        #expect(throws: OperatorError.notText(element: 0)) {
            try Tensor(
                type: TensorType(.string, [1]), littleEndianBytes: [1, 0, 0, 0, 0xFF])
        }
        #expect(throws: OperatorError.self) {
            try Tensor(
                type: TensorType(.string, [1]), littleEndianBytes: [0xFF, 0xFF, 0xFF, 0xFF])
        }
    }
}
