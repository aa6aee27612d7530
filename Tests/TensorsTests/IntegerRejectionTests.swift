// What the operators of the integer profile refuse: everything that could wrap, divide by zero,
// read outside of a table or walk in a circle.
import Base
import TestSupport
import Testing

@testable import Tensors

@Suite struct IntegerRejectionTests {
    /// A call and why it is refused.
    private struct Refusal: CustomTestStringConvertible, Sendable {
        var claim: String
        var name: String
        var types: [TensorType]
        var attributes: [(String, AttributeValue)] = []
        var isExpected: @Sendable (OperatorError) -> Bool
        var testDescription: String { claim }
    }

    private static func table(_ values: [Int32]) -> AttributeValue {
        .tensor(Tensor(values, shape: [values.count]))
    }
    private static let activations = TensorType(.int16, [2, 4])
    private static let weights = TensorType(.int8, [4, 3])
    private static let softmax: [(String, AttributeValue)] = [
        ("high", table([65_536, 1])), ("low", table([65_536, 1])), ("product_shift", .int(16)),
        ("fraction_bits", .int(14)),
    ]
    private static func replacing(
        _ name: String, _ value: AttributeValue
    ) -> [(String, AttributeValue)] {
        softmax.filter { $0.0 != name } + [(name, value)]
    }
    private static func isAttribute(_ name: String) -> @Sendable (OperatorError) -> Bool {
        { if case .wrongAttribute(name, _) = $0 { true } else { false } }
    }

    private static let refusals: [Refusal] = [
        Refusal(
            claim: "multiplier 0", name: "Linear", types: [activations, weights],
            attributes: [("multipliers", .ints([0]))], isExpected: isAttribute("multipliers")),
        Refusal(
            claim: "negative multiplier of a product", name: "Linear",
            types: [activations, weights], attributes: [("multipliers", .ints([-5]))],
            isExpected: isAttribute("multipliers")),
        Refusal(
            claim: "multiplier 2^23", name: "Linear", types: [activations, weights],
            attributes: [("multipliers", .ints([1 << 23]))],
            isExpected: isAttribute("multipliers")),
        Refusal(
            claim: "multiplier −2^63", name: "Rescale", types: [activations],
            attributes: [("multipliers", .ints([.min]))], isExpected: isAttribute("multipliers")),
        Refusal(
            claim: "two multipliers for three channels", name: "Linear",
            types: [activations, weights], attributes: [("multipliers", .ints([1, 2]))],
            isExpected: isAttribute("multipliers")),
        Refusal(
            claim: "shift 63", name: "Rescale", types: [activations],
            attributes: [("shift", .int(63))], isExpected: isAttribute("shift")),
        Refusal(
            claim: "shift −1", name: "Rescale", types: [activations],
            attributes: [("shift", .int(-1))], isExpected: isAttribute("shift")),
        Refusal(
            claim: "minimum above maximum", name: "Rescale", types: [activations],
            attributes: [("minimum", .int(5)), ("maximum", .int(4))],
            isExpected: isAttribute("minimum")),
        Refusal(
            claim: "maximum beyond int16", name: "Rescale", types: [activations],
            attributes: [("maximum", .int(32_768))], isExpected: isAttribute("minimum")),
        Refusal(
            claim: "a sum of 65,537 terms", name: "Linear",
            types: [TensorType(.int16, [1, 65_537]), TensorType(.int8, [65_537, 1])]
        ) { if case .tooLarge = $0 { true } else { false } },
        Refusal(
            claim: "an accumulator that could reach 2^62", name: "MatMul",
            types: [TensorType(.int16, [1, 65_536]), TensorType(.int16, [65_536, 1])],
            attributes: [("multipliers", .ints([1 << 16]))]
        ) { if case .tooLarge = $0 { true } else { false } },
        Refusal(
            claim: "weights of int16", name: "Linear",
            types: [activations, TensorType(.int16, [4, 3])]
        ) { $0 == .wrongElementType(index: 1, actual: .int16, expected: [.int8]) },
        Refusal(
            claim: "a bias of two for three channels", name: "Linear",
            types: [activations, weights, TensorType(.int32, [2])]
        ) { if case .shapeMismatch = $0 { true } else { false } },
        Refusal(
            claim: "one multiplier for a sum", name: "Add", types: [activations, activations],
            attributes: [("multipliers", .ints([3]))], isExpected: isAttribute("multipliers")),
        Refusal(
            claim: "a table of three", name: "Table", types: [activations],
            attributes: [("table", .tensor(Tensor([Int16(1), 2, 3], shape: [3])))],
            isExpected: isAttribute("table")),
        Refusal(claim: "no table", name: "Table", types: [activations]) {
            $0 == .missingAttribute(name: "table")
        },
        Refusal(
            claim: "a softmax whose largest element counts nothing", name: "Softmax",
            types: [activations], attributes: replacing("high", table([0, 5])),
            isExpected: isAttribute("high")),
        Refusal(
            claim: "a negative exponential", name: "Softmax", types: [activations],
            attributes: replacing("low", table([65_536, -1])), isExpected: isAttribute("low")),
        Refusal(
            claim: "15 fraction bits", name: "Softmax", types: [activations],
            attributes: replacing("fraction_bits", .int(15)),
            isExpected: isAttribute("fraction_bits")),
        Refusal(
            claim: "a negative softmax multiplier", name: "Softmax", types: [activations],
            attributes: softmax + [("multipliers", .ints([-1]))],
            isExpected: isAttribute("multipliers")),
        Refusal(
            claim: "epsilon 0", name: "Normalize", types: [activations],
            attributes: [("epsilon", .int(0)), ("fraction_bits", .int(20))],
            isExpected: isAttribute("epsilon")),
        Refusal(
            claim: "47 fraction bits", name: "Normalize", types: [activations],
            attributes: [("fraction_bits", .int(47))], isExpected: isAttribute("fraction_bits")),
        Refusal(
            claim: "a mean of nothing", name: "Mean", types: [TensorType(.int16, [2, 0])],
            attributes: [("axes", .ints([1]))]
        ) { if case .shapeMismatch = $0 { true } else { false } },
        Refusal(
            claim: "a choice from nothing", name: "Gather",
            types: [TensorType(.int16, [0, 2]), TensorType(.int64, [1])]
        ) { if case .shapeMismatch = $0 { true } else { false } },
        Refusal(
            claim: "scale 0", name: "Quantize", types: [TensorType(.float32, [2])],
            attributes: [("scales", .floats([0]))], isExpected: isAttribute("scales")),
        Refusal(
            claim: "a scale that is no number", name: "Dequantize",
            types: [TensorType(.int16, [2])],
            attributes: [("scales", .floats([Float.nan.bitPattern]))],
            isExpected: isAttribute("scales")),
    ]

    @Test(arguments: refusals) private func refuses(_ refusal: Refusal) throws {
        let kind = try #require(OperatorRegistry.find("aivm.integer.\(refusal.name)"))
        let call = OperatorCall(
            attributes: try Attributes(refusal.attributes), opset: 17, inputTypes: refusal.types)
        do throws(OperatorError) {
            _ = try kind.validatedOutputTypes(call)
            Issue.record("accepted")
        } catch {
            #expect(refusal.isExpected(error), "\(error)")
        }
    }

    @Test(arguments: [
        ("true", [0, -1], [-1, -2], [0]), ("true", [2, -1], [-1, -2], [0]),
        ("false", [1, -1], [-4, -2], [0]), ("roots", [1, -1], [-1, -2], [2]),
        ("roots", [1, -1], [-1, -2], [-4]), ("true", [1, .min], [-1, -2], [0]),
    ])
    func treesThatLeadNowhereAreRefused(
        attribute: String, whenTrue: [Int64], whenFalse: [Int64], roots: [Int64]
    ) throws {
        let kind = try #require(OperatorRegistry.find("aivm.integer.TreeEnsemble"))
        let call = OperatorCall(
            attributes: try Attributes([
                ("features", .ints([0, 1])), ("true", .ints(whenTrue)),
                ("false", .ints(whenFalse)), ("roots", .ints(roots)),
            ]), opset: 17,
            inputTypes: [
                TensorType(.int16, [1, 2]), TensorType(.int16, [2]), TensorType(.int32, [3, 1]),
            ])
        do throws(OperatorError) {
            _ = try kind.validatedOutputTypes(call)
            Issue.record("accepted")
        } catch {
            guard case .wrongAttribute(attribute, _) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }
}
