// Tensors without elements may have any extent beside the 0: what an operator of the integer
// profile keeps must not grow with such extents. Each call here would take gigabytes if it did.
import Base
import TestSupport
import Testing

@testable import Tensors

@Suite struct IntegerEmptyTensorTests {
    private static let huge = 1 << 31

    private func empty(_ dimensions: [Int], _ element: ElementType = .int16) throws -> Tensor {
        let shape = try Shape(dimensions)
        #expect(shape.elementCount == 0)
        return switch element {
        case .int8: Tensor([Int8](), shape: shape)
        case .int32: Tensor([Int32](), shape: shape)
        default: Tensor([Int16](), shape: shape)
        }
    }

    private func shapes(
        _ name: String, _ inputs: [Tensor?], _ attributes: [(String, AttributeValue)] = []
    ) throws -> [Int] {
        let kind = try #require(OperatorRegistry.find("aivm.integer.\(name)"))
        var result: [Int] = []
        for kernels in Kernels.available {
            var call = OperatorCall(
                attributes: try Attributes(attributes), opset: 17,
                inputTypes: inputs.map { $0?.type })
            result = try kind.run(call, inputs, using: kernels)[0].shape.dimensions
            call.constants = inputs.indices.map { $0 == 0 ? nil : inputs[$0] }
            let prepared = try kind.prepared(call, using: kernels)
            #expect(try prepared.evaluate(inputs)[0].shape.dimensions == result)
        }
        return result
    }

    @Test func productsWithoutTermsOrRowsKeepNothing() throws {
        let huge = IntegerEmptyTensorTests.huge
        #expect(
            try shapes("Linear", [empty([0, 0]), empty([0, huge], .int8)]) == [0, huge])
        #expect(
            try shapes("Conv", [empty([0, 0, 1]), empty([huge, 0, 1], .int8)]) == [0, huge, 1])
    }

    @Test func poolsOfNoImagesKeepNothing() throws {
        let window: [(String, AttributeValue)] = [("kernel_shape", .ints([1, 1]))]
        for name in ["AveragePool", "MaxPool"] {
            #expect(
                try shapes(name, [empty([0, 1, 46_340, 46_340])], window)
                    == [0, 1, 46_340, 46_340])
        }
    }

    @Test func treesOfNoRowsKeepNothing() throws {
        let inputs = [
            try empty([0, 1]), try empty([0]),
            try empty([0, IntegerEmptyTensorTests.huge], .int32),
        ]
        let none: [(String, AttributeValue)] = ["features", "true", "false", "roots"].map {
            ($0, .ints([]))
        }
        #expect(try shapes("TreeEnsemble", inputs, none) == [0, IntegerEmptyTensorTests.huge])
    }

    @Test func windowsWithoutChannelsCountAsLarge() throws {
        let kind = try #require(OperatorRegistry.find("aivm.integer.Conv"))
        let call = OperatorCall(
            attributes: try Attributes([]), opset: 17,
            inputTypes: [
                TensorType(.int16, [1, 0, 40_000, 40_000]),
                TensorType(.int8, [1, 0, 40_000, 40_000]),
            ])
        do throws(OperatorError) {
            _ = try kind.validatedOutputTypes(call)
            Issue.record("accepted")
        } catch {
            guard case .tooLarge = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func windowsOfMoreThan65536ElementsAreRefused() throws {
        for name in ["AveragePool", "MaxPool"] {
            let kind = try #require(OperatorRegistry.find("aivm.integer.\(name)"))
            for (extent, isTaken) in [(256, true), (257, false)] {
                let call = OperatorCall(
                    attributes: try Attributes([("kernel_shape", .ints([256, Int64(extent)]))]),
                    opset: 17, inputTypes: [TensorType(.int16, [1, 1, 256, 257])])
                #expect(((try? kind.validatedOutputTypes(call)) != nil) == isTaken, "\(name)")
            }
        }
    }
}
