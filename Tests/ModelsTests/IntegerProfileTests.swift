// A program that promises the integer profile and breaks a rule of it is refused.

import Models
import Tensors
import Testing

@Suite struct IntegerProfileTests {
    private static let half = AttributeValue.floats([(0.5 as Float).bitPattern])

    /// y = dequantize(linear(quantize(x))), with room for changes.
    private func builder(
        _ change: (inout ProgramBuilder, ProgramBuilder.Value) -> ProgramBuilder.Value
    ) -> ProgramBuilder {
        var builder = ProgramBuilder(opset: 17)
        builder.profile = .integer
        let x = builder.addInput("x", TensorType(.float32, [1, 4]))
        let q = builder.addNode("aivm.integer.Quantize", [x], attributes: [("scales", Self.half)])
        let y = change(&builder, q[0])
        builder.addOutput("y", y)
        return builder
    }

    private func refusal(_ builder: ProgramBuilder) -> ModelError? {
        do throws(ModelError) {
            _ = try builder.build()
            return nil
        } catch {
            return error
        }
    }

    @Test func acceptsEdgesAroundIntegers() throws {
        let model = try builder { builder, q in
            let w = builder.addConstant("w", Tensor([Int8](repeating: 3, count: 8), shape: [4, 2]))
            let y = builder.addNode("aivm.integer.Linear", [q, w])
            return builder.addNode(
                "aivm.integer.Dequantize", y, attributes: [("scales", Self.half)])[0]
        }.build()
        #expect(model.profile == .integer)
        #expect(model.program.profile == 1)
        // The promise is part of the identity.
        var program = model.program
        program.profile = 0
        let other = try Model(program: program, weights: model.weights)
        #expect(other.modelID != model.modelID)
        #expect(other.profile == .none)
    }

    @Test func refusesFloatsInside() {
        let refused = refusal(
            builder { builder, q in
                let real = builder.addNode(
                    "aivm.integer.Dequantize", [q], attributes: [("scales", Self.half)])
                return builder.addNode("Relu", real)[0]
            })
        guard case .outsideProfile(let part, _) = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
        #expect(part.contains("Relu"))
    }

    @Test func refusesReadingWhatDequantizeMakes() {
        let refused = refusal(
            builder { builder, q in
                let real = builder.addNode(
                    "aivm.integer.Dequantize", [q], attributes: [("scales", Self.half)])
                return builder.addNode("Identity", real)[0]
            })
        guard case .outsideProfile = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
    }

    @Test func refusesQuantizingAnythingButAnInput() {
        var builder = ProgramBuilder(opset: 17)
        builder.profile = .integer
        let x = builder.addConstant("x", Tensor([1, 2] as [Float], shape: [2]))
        let q = builder.addNode("aivm.integer.Quantize", [x], attributes: [("scales", Self.half)])
        builder.addOutput("y", q[0])
        #expect(
            refusal(builder)
                == .outsideProfile(
                    "node 0 (aivm.integer.Quantize)",
                    reason: "input 0 is not one of the program's"))
    }

    @Test func refusesWeightsThatAreComputed() {
        var builder = ProgramBuilder(opset: 17)
        builder.profile = .integer
        let x = builder.addInput("x", TensorType(.int16, [1, 4]))
        let w = builder.addInput("w", TensorType(.int8, [4, 2]))
        builder.addOutput("y", builder.addNode("aivm.integer.Linear", [x, w])[0])
        #expect(
            refusal(builder)
                == .outsideProfile(
                    "node 0 (aivm.integer.Linear)", reason: "input 1 is not a constant"))
    }

    @Test func refusesTypesThatOnlyARunTells() {
        var builder = ProgramBuilder(opset: 17)
        builder.profile = .integer
        let x = builder.addInput("x", TensorType(.int16, [1, 4]))
        let shape = builder.addInput("shape", TensorType(.int64, [2]))
        builder.addOutput("y", builder.addNode("Reshape", [x, shape])[0])
        guard case .outsideProfile = refusal(builder) else {
            Issue.record("accepted")
            return
        }
    }

    @Test func refusesBytesAsActivations() {
        var builder = ProgramBuilder(opset: 17)
        builder.profile = .integer
        let x = builder.addInput("x", TensorType(.uint8, [1, 4]))
        builder.addOutput("y", builder.addNode("Flatten", [x])[0])
        #expect(
            refusal(builder)
                == .outsideProfile(
                    "node 0 (Flatten): input 0", reason: "it is uint8, not an activation"))
    }

    @Test func refusesInputsGivenOut() {
        var builder = ProgramBuilder(opset: 17)
        builder.profile = .integer
        let x = builder.addInput("x", TensorType(.int16, [1, 4]))
        builder.addOutput("y", x)
        #expect(
            refusal(builder) == .outsideProfile("output \"y\"", reason: "it is not computed"))
    }

    @Test func refusesProfilesThatNobodyKnows() throws {
        let perceptron = try SmallModels.perceptron()
        var program = perceptron.program
        program.profile = 2
        do throws(ModelError) {
            _ = try Model(program: program, weights: perceptron.weights)
            Issue.record("accepted")
        } catch {
            #expect(error == .unsupportedProfile(2))
        }
    }
}
