// Calls with one or two things changed: a number of an attribute, a value or the shape of an input,
// an opset, an omission. Each is refused or computed; none traps, hangs or allocates without bound.
import Base
import TestSupport
import Testing

@testable import Tensors

@Suite struct DamagedCallTests {
    private static let numbers: [Int64] = [
        0, 1, -1, 2, 3, -3, 5, 100, 65_537, 1 << 31, -(1 << 31), 1 << 40, .max, .min, .max - 1,
    ]
    private static let floats: [Float] = [
        0, -0.0, 1, -1, 0.5, 1e-30, 1e30, -1e30, .infinity, -.infinity, .nan, 1e9, 1.5,
    ]
    private static let texts = [
        "", "linear", "nearest", "cubic", "align_corners", "asymmetric", "tf_crop_and_resize",
        "reflect", "wrap", "edge", "zeros", "border", "add", "max", "min", "VALID", "SAME_UPPER",
        "not_smaller", "pytorch_half_pixel", "half_pixel", "avg", "none", "sum", "CRD", "linear ",
    ]

    private func run(_ sample: SampleCall) throws {
        let kind = try #require(OperatorRegistry.find(sample.name))
        guard let attributes = try? Attributes(sample.attributes) else { return }
        let call = OperatorCall(
            attributes: attributes, opset: sample.opset,
            inputTypes: sample.inputs.map { $0?.type }, constants: sample.inputs,
            outputCount: sample.outputs)
        let types: [TensorType]
        do throws(OperatorError) {
            types = try kind.validatedOutputTypes(call)
        } catch {
            if case .needsConstant = error { Issue.record("\(sample): \(error)") }
            return
        }
        let work = kind.validatedWork(call, outputs: types)
        let elements = types.reduce(0) { $0 + $1.shape.elementCount }
        // What costs too much no machine runs: the price is known before.
        guard elements <= 1 << 18, work.multiplyAdds <= 1 << 22, work.functions <= 1 << 20,
            work.elements <= 1 << 24
        else { return }
        let results: [Tensor]
        do throws(OperatorError) {
            results = try kind.evaluateValidated(call, sample.inputs, using: .best)
        } catch {
            return
        }
        #expect(results.map(\.type) == types, "\(sample)")
    }

    private func damaged(
        _ value: AttributeValue, _ generator: inout SeededGenerator
    ) -> AttributeValue {
        func lists<Element>(_ values: [Element], _ others: [Element]) -> [Element] {
            var values = values
            switch generator.int(in: 0...3) {
            case 0 where !values.isEmpty: values.removeLast()
            case 1: values.append(generator.element(of: others))
            default:
                if !values.isEmpty {
                    values[generator.int(in: values.indices)] = generator.element(of: others)
                }
            }
            return values
        }
        switch value {
        case .int: return .int(generator.element(of: Self.numbers))
        case .float: return .float(generator.element(of: Self.floats).bitPattern)
        case .string: return .string(generator.element(of: Self.texts))
        case .ints(let values): return .ints(lists(values, Self.numbers))
        case .floats(let bits): return .floats(lists(bits, Self.floats.map(\.bitPattern)))
        case .strings(let texts): return .strings(lists(texts, Self.texts))
        case .tensor(let tensor): return .tensor(damaged(tensor, &generator))
        }
    }

    private func damaged(_ tensor: Tensor, _ generator: inout SeededGenerator) -> Tensor {
        switch generator.int(in: 0...5) {
        case 0:
            guard let other = try? tensor.cast(to: generator.element(of: ElementType.allCases))
            else {
                return tensor
            }
            return other
        case 1:
            // Another shape, full of the first element.
            let dimensions = (0..<generator.int(in: 0...5)).map { _ in generator.int(in: 0...4) }
            guard tensor.shape.elementCount > 0, let shape = try? Shape(dimensions) else {
                return tensor
            }
            return tensor.repeated(shape)
        case 2:
            // Shapes without elements may have very large axes.
            let shape = try? Shape(
                generator.element(of: [[0], [1 << 31, 0], [0, 1 << 20, 1 << 11]]))
            return Tensor.zero(tensor.type.element).repeated(shape ?? [0])
        default:
            let count = tensor.shape.elementCount
            guard count > 0 else { return tensor }
            let place = generator.int(in: 0..<count)
            switch tensor.storage {
            case .float32(var values):
                values[place] = generator.element(of: Self.floats)
                return Tensor(values, shape: tensor.shape)
            case .int64(var values):
                values[place] = generator.element(of: Self.numbers)
                return Tensor(values, shape: tensor.shape)
            default: return tensor
            }
        }
    }

    @Test(arguments: SampleCall.all)
    func noDamageTraps(sample: SampleCall) throws {
        let kind = try #require(OperatorRegistry.find(sample.name))
        let call = OperatorCall(
            attributes: try Attributes(sample.attributes), opset: sample.opset,
            inputTypes: sample.inputs.map { $0?.type }, constants: sample.inputs,
            outputCount: sample.outputs)
        // The sample itself is valid.
        #expect(try kind.run(call, sample.inputs).count == sample.outputs)
        for seed in 0..<400 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var other = sample
            for _ in 0...generator.int(in: 0...1) {
                switch generator.int(in: 0...8) {
                case 0: other.opset = generator.int(in: 1...27)
                case 1 where !other.inputs.isEmpty:
                    other.inputs[generator.int(in: other.inputs.indices)] = nil
                case 2...4 where !other.attributes.isEmpty:
                    let index = generator.int(in: other.attributes.indices)
                    other.attributes[index].1 = damaged(other.attributes[index].1, &generator)
                default:
                    guard !other.inputs.isEmpty else { continue }
                    let index = generator.int(in: other.inputs.indices)
                    if let input = other.inputs[index] {
                        other.inputs[index] = damaged(input, &generator)
                    }
                }
            }
            try run(other)
        }
    }

    @Test(arguments: SampleCall.all)
    func typesComeFromTheCallOrAskForAValue(sample: SampleCall) throws {
        let kind = try #require(OperatorRegistry.find(sample.name))
        var call = OperatorCall(
            attributes: try Attributes(sample.attributes), opset: sample.opset,
            inputTypes: sample.inputs.map { $0?.type }, outputCount: sample.outputs)
        let known = try {
            var known = call
            known.constants = sample.inputs
            return try kind.validatedOutputTypes(known)
        }()
        // Values are given as they are asked for, until the types are known.
        for _ in 0...sample.inputs.count {
            do throws(OperatorError) {
                #expect(try kind.validatedOutputTypes(call) == known)
                return
            } catch {
                guard case .needsConstant(let index) = error else {
                    Issue.record("\(sample): \(error)")
                    return
                }
                #expect(call.constants[index] == nil)
                call.constants[index] = sample.inputs[index]
            }
        }
        Issue.record("\(sample) asks without end")
    }
}
