// Everything that the lowering knows, one small model each: the integer program has the operators
// one expects and keeps close to the float model.

import Base
import Machine
import Models
import Quantization
import Tensors
import TestSupport
import Testing

@Suite struct LoweringTests {
    private func samples(_ model: Model, count: Int) -> [[NamedTensor]] {
        var maker = FloatModelMaker(seed: 3)
        return (0..<count).map { _ in
            model.inputs.map { port in
                let shape = port.type?.shape ?? []
                return NamedTensor(name: port.name, tensor: maker.numbers(shape, reach: 2))
            }
        }
    }

    private func names(_ model: Model) -> [String] {
        model.nodes.map { String($0.place.operatorName.split(separator: ".").last ?? "") }
    }

    @Test(arguments: FloatCase.all)
    func integersKeepCloseToFloats(_ form: FloatCase) throws {
        let model = try form.model()
        let samples = samples(model, count: 12)
        let quantized = try Quantizer.quantize(model, samples: Array(samples.prefix(8)))
        #expect(quantized.model.profile == .integer)
        let names = names(quantized.model)
        for expected in form.operators {
            #expect(names.contains(expected), "\(expected) is not among \(names)")
        }
        let float = try Interpreter(model: model)
        let integer = try Interpreter(model: quantized.model)
        var (squares, differences, saturated) = (0.0, 0.0, 0)
        for sample in samples {
            let real = try float.run(sample, options: .untraced).outputs[0].tensor
            let whole = try integer.run(sample, options: .untraced).outputs[0].tensor
            #expect(real.type == whole.type)
            for (a, b) in zip(real.float32s ?? [], whole.float32s ?? []) {
                squares += Double(a * a)
                differences += Double((a - b) * (a - b))
            }
        }
        let deviation = (differences / squares).squareRoot()
        #expect(deviation < form.tolerance, "\(deviation)")
        var comparison = try ModelComparison(quantized)
        for sample in samples.prefix(8) { try comparison.add(sample) }
        for layer in comparison.layers { saturated += layer.saturatedCount }
        #expect(saturated == 0, "the samples that calibrated saturate nothing")
    }

    @Test func chainsOfFunctionsAreOneTable() throws {
        for form in FloatCase.all where form.operators == ["Table"] {
            let model = try form.model()
            let program = try Quantizer.quantize(model, samples: samples(model, count: 4)).model
            #expect(names(program).filter { $0 == "Table" }.count == 1, "\(form)")
            #expect(!names(program).contains("Mul"), "\(form)")
        }
    }

    @Test func integerPortsTakeAndGiveIntegers() throws {
        let model = try #require(FloatCase.all.first).model()
        let quantized = try Quantizer.quantize(
            model, samples: samples(model, count: 4),
            options: QuantizationOptions(hasIntegerPorts: true))
        #expect(quantized.model.inputs[0].type?.element == .int16)
        #expect(quantized.model.outputs[0].type?.element == .int16)
        #expect(!names(quantized.model).contains("Quantize"))
        let sample = samples(model, count: 1)[0]
        let whole = try Interpreter(model: quantized.model).run(quantized.integerInputs(sample))
        let numbers = quantized.floatOutputs(whole.outputs)[0].tensor.float32s ?? []
        let real = try Interpreter(model: model).run(sample).outputs[0].tensor.float32s ?? []
        #expect(numbers.count == real.count)
        for (a, b) in zip(numbers, real) { #expect(abs(a - b) < 0.05) }
    }

    @Test func numbersBeyondTheCalibratedRangeSaturateAndAreCounted() throws {
        let model = try #require(FloatCase.all.first).model()
        let quantized = try Quantizer.quantize(model, samples: samples(model, count: 4))
        var comparison = try ModelComparison(quantized)
        let far = Tensor([Float](repeating: 1e6, count: 24), shape: [2, 12])
        try comparison.add([NamedTensor(name: "x", tensor: far)])
        #expect(comparison.layers[0].saturatedCount == 24)
    }

    @Test func argMaxGivesPositions() throws {
        var maker = FloatModelMaker(seed: 1)
        let x = maker.builder.addInput("x", TensorType(.float32, [3, 8]))
        let scores = maker.node("MatMul", [x, maker.weights([8, 5])])
        maker.builder.addOutput(
            "class", maker.node("ArgMax", [scores], [("axis", .int(1)), ("keepdims", .int(0))]))
        let model = try maker.builder.build()
        let quantized = try Quantizer.quantize(model, samples: samples(model, count: 8))
        let float = try Interpreter(model: model)
        let integer = try Interpreter(model: quantized.model)
        var equal = 0
        for sample in samples(model, count: 20) {
            let (a, b) = (try float.run(sample), try integer.run(sample))
            let pairs = zip(a.outputs[0].tensor.int64s ?? [], b.outputs[0].tensor.int64s ?? [])
            equal += pairs.filter { $0 == $1 }.count
        }
        #expect(equal >= 58)
    }

    @Test func decisionTreesAnswerAlike() throws {
        let example = try ExampleModel("iris_forest", calibration: "test")
        let quantized = try Quantizer.quantize(example.model, samples: example.calibration)
        #expect(names(quantized.model).contains("TreeEnsemble"))
        let integer = try Interpreter(model: quantized.model)
        let float = try Interpreter(model: example.model)
        for (sample, labels) in zip(example.samples, example.labels) {
            let whole = try integer.run(sample)
            let real = try float.run(sample)
            let expected = real.outputs.compactMap(\.tensor.float32s).last ?? []
            let scores = whole.outputs.compactMap(\.tensor.float32s).last ?? []
            #expect(scores.count == 3)
            for (a, b) in zip(scores, expected) { #expect(abs(a - b) < 0.002) }
            let best = expected.firstIndex(of: expected.max() ?? 0)
            #expect(whole.outputs[0].tensor.int64s == [Int64(best ?? -1)])
            #expect(labels.count == 1)
        }
    }

    /// A number within a unit of a threshold may fall on the wrong side of it unless a sample shows
    /// it: one flower of the split is a last bit above a threshold.
    @Test func unseenNumbersAtAThresholdMayFallOnTheOtherSide() throws {
        let example = try ExampleModel("iris_forest", calibration: "test")
        let quantized = try Quantizer.quantize(
            example.model, samples: Array(example.calibration.prefix(4)))
        let integer = try Interpreter(model: quantized.model)
        let float = try Interpreter(model: example.model)
        var equal = 0
        for sample in example.samples {
            let whole = try integer.run(sample).outputs.compactMap(\.tensor.float32s).last ?? []
            let real = try float.run(sample).outputs.compactMap(\.tensor.float32s).last ?? []
            #expect(whole.count == 3)
            // No flower goes astray in more than one of the 20 trees.
            for (a, b) in zip(whole, real) { #expect(abs(a - b) < 0.052) }
            if zip(whole, real).allSatisfy({ abs($0 - $1) < 0.002 }) { equal += 1 }
        }
        #expect(equal >= example.samples.count - 2)
    }

    /// Thresholds of 1 less and 1 more than a unit in the last place than what samples hold.
    @Test(arguments: ["BRANCH_LEQ", "BRANCH_LT"], [-1, 0, 1])
    func samplesDecideComparisonsThatAreClose(mode: String, step: Int) throws {
        let number: Float = 2.9
        let threshold = step < 0 ? number.nextDown : step > 0 ? number.nextUp : number
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [1, 1]))
        let y = builder.addNode(
            "ai.onnx.ml.TreeEnsembleRegressor", [x], name: "trees",
            attributes: [
                ("n_targets", .int(1)), ("nodes_treeids", .ints([0, 0, 0])),
                ("nodes_nodeids", .ints([0, 1, 2])), ("nodes_featureids", .ints([0, 0, 0])),
                (
                    "nodes_modes",
                    .strings([mode, "LEAF", "LEAF"])
                ),
                ("nodes_values", .floats([threshold, 0, 0].map(\.bitPattern))),
                ("nodes_truenodeids", .ints([1, 0, 0])), ("nodes_falsenodeids", .ints([2, 0, 0])),
                ("target_treeids", .ints([0, 0])), ("target_nodeids", .ints([1, 2])),
                ("target_ids", .ints([0, 0])),
                ("target_weights", .floats([1, 2].map { Float($0).bitPattern })),
            ])[0]
        builder.addOutput("y", y)
        let model = try builder.build()
        let sample = [NamedTensor(name: "x", tensor: Tensor([number], shape: [1, 1]))]
        let integer = try Quantizer.quantize(model, samples: [sample]).model
        let whole = try Interpreter(model: integer).run(sample).outputs[0].tensor
        #expect(try Interpreter(model: model).run(sample).outputs[0].tensor == whole)
    }
}

@Suite struct QuantizationRefusalTests {
    private func refusal(
        opset: Int = 17, _ shape: Shape = [2, 6], samples count: Int = 2,
        _ body: (inout FloatModelMaker, ProgramBuilder.Value) -> ProgramBuilder.Value
    ) throws -> QuantizationError? {
        var maker = FloatModelMaker(seed: 5, opset: opset)
        let x = maker.builder.addInput("x", TensorType(.float32, shape))
        let y = body(&maker, x)
        maker.builder.addOutput("y", y)
        let model = try maker.builder.build()
        let samples = (0..<count).map { _ in
            [NamedTensor(name: "x", tensor: maker.numbers(shape))]
        }
        do throws(QuantizationError) {
            _ = try Quantizer.quantize(model, samples: samples)
            return nil
        } catch {
            return error
        }
    }

    @Test func unsupportedOperatorsAreNamedWithTheNearestForm() throws {
        let refused = try refusal { m, x in m.node("ReduceSum", [x, m.list([1])]) }
        guard case .unsupported(let place, let nearest) = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
        #expect(place.operatorName == "ReduceSum")
        #expect(nearest.contains("ReduceMean"))
        #expect(refused?.description.contains("reducesum") ?? false)
    }

    @Test func divisionByAnActivationIsRefused() throws {
        let refused = try refusal { m, x in
            m.node("Div", [x, m.node("MatMul", [x, m.weights([6, 6])])])
        }
        guard case .unsupported = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
    }

    @Test func noSamplesAreRefused() throws {
        #expect(try refusal(samples: 0) { m, x in m.node("Relu", [x]) } == .noSamples)
    }

    @Test func modelsWithoutQuantisedPartsNeedSamples() throws {
        let model = try #require(FloatCase.all.first).model()
        do throws(QuantizationError) {
            _ = try Quantizer.convert(model)
            Issue.record("accepted")
        } catch {
            #expect(error == .notQuantized)
        }
    }

    @Test func shapesThatOnlyARunTellsAreRefused() throws {
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [4]))
        let places = builder.addNode("NonZero", [x], name: "places")
        builder.addOutput("y", places[0])
        let model = try builder.build()
        do throws(QuantizationError) {
            _ = try Quantizer.quantize(model, samples: [])
            Issue.record("accepted")
        } catch {
            guard case .notStatic(let place) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(place?.name == "places")
        }
    }

    @Test func inputsOfOtherTypesAreNamed() throws {
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("picture", TensorType(.uint8, [4]))
        builder.addOutput("y", builder.addNode("Flatten", [x])[0])
        let model = try builder.build()
        do throws(QuantizationError) {
            let sample = NamedTensor(
                name: "picture", tensor: Tensor([1, 2, 3, 4] as [UInt8], shape: [4]))
            _ = try Quantizer.quantize(model, samples: [[sample]])
            Issue.record("accepted")
        } catch {
            #expect(error == .unsupportedInput("picture", .uint8))
        }
    }
}
