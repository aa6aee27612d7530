// Graphs that are quantised already become integer programs without samples: QuantizeLinear and
// DequantizeLinear around float operators, QLinearConv and QLinearMatMul. The machine runs the ONNX
// operators themselves too, so the two are compared unit by unit.

import Base
import Machine
import Models
import Quantization
import Tensors
import TestSupport
import Testing

/// A maker of quantised graphs.
private struct QuantizedMaker {
    var maker: FloatModelMaker

    init(seed: UInt64) { maker = FloatModelMaker(seed: seed) }

    mutating func scale(_ value: Float) -> ProgramBuilder.Value { maker.number(value) }

    mutating func zero(_ value: UInt8) -> ProgramBuilder.Value {
        maker.builder.addConstant("", Tensor([value], shape: .scalar))
    }

    /// `value` quantised to uint8.
    mutating func quantized(
        _ value: ProgramBuilder.Value, _ scale: Float, _ zero: UInt8
    ) -> ProgramBuilder.Value {
        maker.node("QuantizeLinear", [value, self.scale(scale), self.zero(zero)])
    }

    mutating func real(
        _ value: ProgramBuilder.Value, _ scale: Float, _ zero: UInt8
    ) -> ProgramBuilder.Value {
        maker.node("DequantizeLinear", [value, self.scale(scale), self.zero(zero)])
    }

    /// `value` quantised and made float again.
    mutating func rounded(
        _ value: ProgramBuilder.Value, _ scale: Float, _ zero: UInt8
    ) -> ProgramBuilder.Value {
        real(quantized(value, scale, zero), scale, zero)
    }

    mutating func bytes(_ shape: Shape) -> Tensor {
        Tensor(
            (0..<shape.elementCount).map { _ in Int8(maker.generator.int(in: -127...127)) },
            shape: shape)
    }

    /// int8 weights with a scale for each index along `axis`, as floats.
    mutating func weights(_ shape: Shape, axis: Int) -> (ProgramBuilder.Value, [Float]) {
        let tensor = bytes(shape)
        let count = shape.dimensions[axis]
        let scales = (0..<count).map { _ in Float(maker.generator.int(in: 2...90)) / 10_000 }
        let constant = maker.builder.addConstant("", tensor)
        let each = maker.builder.addConstant("", Tensor(scales, shape: [count]))
        let value = maker.node(
            "DequantizeLinear", [constant, each], [("axis", .int(Int64(axis)))])
        return (value, scales)
    }

    /// An int32 bias at the scale of the sums, as floats.
    mutating func bias(_ input: Float, _ scales: [Float]) -> ProgramBuilder.Value {
        let integers = scales.map { _ in Int32(maker.generator.int(in: -3_000...3_000)) }
        let constant = maker.builder.addConstant("", Tensor(integers, shape: [integers.count]))
        let each = maker.builder.addConstant(
            "", Tensor(scales.map { $0 * input }, shape: [scales.count]))
        return maker.node("DequantizeLinear", [constant, each], [("axis", .int(0))])
    }
}

@Suite struct QuantizedGraphTests {
    /// The largest difference of the outputs on random inputs, in units of `unit`.
    private func difference(_ model: Model, unit: Float, seed: UInt64) throws -> Float {
        let program = try Quantizer.convert(model).model
        #expect(program.profile == .integer)
        #expect(program.inputs == model.inputs)
        #expect(program.outputs == model.outputs)
        let (float, integer) = (try Interpreter(model: model), try Interpreter(model: program))
        var maker = FloatModelMaker(seed: seed)
        var largest: Float = 0
        for _ in 0..<40 {
            let inputs = model.inputs.map {
                NamedTensor(
                    name: $0.name, tensor: maker.numbers($0.type?.shape ?? [], reach: 3))
            }
            let a = try float.run(inputs).outputs[0].tensor.float32s ?? []
            let b = try integer.run(inputs).outputs[0].tensor.float32s ?? []
            #expect(a.count == b.count)
            for (x, y) in zip(a, b) { largest = max(largest, abs(x - y) / unit) }
        }
        return largest
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func convolutionsBetweenQuantisationsAreWithinAUnit(seed: UInt64) throws {
        var q = QuantizedMaker(seed: seed)
        let x = q.maker.builder.addInput("x", TensorType(.float32, [1, 3, 6, 6]))
        let first = q.rounded(x, 0.02, 120)
        let (w, scales) = q.weights([5, 3, 3, 3], axis: 0)
        let conv = q.maker.node(
            "Conv", [first, w, q.bias(0.02, scales)], [("pads", .ints([1, 1, 1, 1]))])
        let y = q.rounded(q.maker.node("Relu", [conv]), 0.03, 0)
        q.maker.builder.addOutput("y", y)
        #expect(try difference(q.maker.builder.build(), unit: 0.03, seed: seed) < 1.01)
    }

    @Test func aWholeNetworkIsConverted() throws {
        var q = QuantizedMaker(seed: 4)
        let x = q.maker.builder.addInput("x", TensorType(.float32, [1, 2, 6, 6]))
        let first = q.rounded(x, 0.02, 128)
        let (w, scales) = q.weights([4, 2, 3, 3], axis: 0)
        let conv = q.rounded(q.maker.node("Conv", [first, w, q.bias(0.02, scales)]), 0.03, 110)
        let pool = q.rounded(
            q.maker.node(
                "MaxPool", [conv], [("kernel_shape", .ints([2, 2])), ("strides", .ints([2, 2]))]),
            0.03, 110)
        let flat = q.rounded(q.maker.node("Flatten", [pool]), 0.03, 110)
        let (v, others) = q.weights([7, 16], axis: 0)
        let gemm = q.maker.node(
            "Gemm", [flat, v, q.bias(0.03, others)], [("transB", .int(1))])
        let sum = q.rounded(gemm, 0.05, 128)
        let twice = q.maker.node("Add", [sum, sum])
        q.maker.builder.addOutput("y", q.rounded(twice, 0.1, 128))
        let model = try q.maker.builder.build()
        // A unit of the convolution may become some of the output.
        #expect(try difference(model, unit: 0.1, seed: 9) < 3)
        let names = try Quantizer.convert(model).model.nodes.map(\.place.operatorName)
        #expect(names.filter { $0 == "aivm.integer.Conv" }.count == 1)
        #expect(names.filter { $0 == "aivm.integer.Linear" }.count == 1)
    }

    @Test func quantisedOperatorsAreConverted() throws {
        var q = QuantizedMaker(seed: 8)
        let x = q.maker.builder.addInput("x", TensorType(.float32, [1, 2, 5, 5]))
        let input = q.quantized(x, 0.02, 130)
        let weights = q.maker.builder.addConstant("", q.bytes([3, 2, 2, 2]))
        let scales = q.maker.builder.addConstant(
            "", Tensor([0.004, 0.001, 0.007] as [Float], shape: [3]))
        let zeros = q.maker.builder.addConstant("", Tensor([0, 0, 0] as [Int8], shape: [3]))
        let bias = q.maker.builder.addConstant("", Tensor([40, -900, 7] as [Int32], shape: [3]))
        let conv = q.maker.node(
            "QLinearConv",
            [
                input, q.scale(0.02), q.zero(130), weights, scales, zeros, q.scale(0.01),
                q.zero(100), bias,
            ])
        let flat = q.maker.node("Reshape", [conv, q.maker.list([1, 48])])
        let matrix = q.maker.builder.addConstant("", q.bytes([48, 6]))
        let none = q.maker.builder.addConstant("", Tensor([Int8(0)], shape: .scalar))
        let product = q.maker.node(
            "QLinearMatMul",
            [
                flat, q.scale(0.01), q.zero(100), matrix, q.scale(0.003), none, q.scale(0.04),
                q.zero(128),
            ])
        q.maker.builder.addOutput("y", q.real(product, 0.04, 128))
        #expect(try difference(q.maker.builder.build(), unit: 0.04, seed: 2) < 2.01)
    }

    private func refusal(_ maker: FloatModelMaker) throws -> QuantizationError? {
        let model = try maker.builder.build()
        do throws(QuantizationError) {
            _ = try Quantizer.convert(model)
            return nil
        } catch {
            return error
        }
    }

    @Test func rangesThatNothingTellsAskForSamples() throws {
        var q = QuantizedMaker(seed: 8)
        let x = q.maker.builder.addInput("x", TensorType(.float32, [1, 4]))
        let first = q.rounded(x, 0.02, 128)
        let (w, _) = q.weights([4, 3], axis: 1)
        q.maker.builder.addOutput("y", q.maker.node("MatMul", [first, w]))
        guard case .unsupportedForm(let place, let reason) = try refusal(q.maker) else {
            Issue.record("accepted")
            return
        }
        #expect(place.name == "matmul")
        #expect(reason.contains("--calibrate"))
    }

    @Test func weightsBeyondInt8AreRefused() throws {
        var q = QuantizedMaker(seed: 8)
        let x = q.maker.builder.addInput("x", TensorType(.float32, [1, 2]))
        let weights = q.maker.builder.addConstant("", Tensor([0, 255] as [UInt8], shape: [2, 1]))
        let product = q.maker.node(
            "QLinearMatMul",
            [
                q.quantized(x, 0.02, 128), q.scale(0.02), q.zero(128), weights, q.scale(0.01),
                q.zero(0), q.scale(0.04), q.zero(128),
            ])
        q.maker.builder.addOutput("y", q.real(product, 0.04, 128))
        guard case .unfitParameters(_, let reason) = try refusal(q.maker) else {
            Issue.record("accepted")
            return
        }
        #expect(reason.contains("255"))
    }

    @Test func quantisedOutputsNeedToBeMadeFloat() throws {
        var q = QuantizedMaker(seed: 8)
        let x = q.maker.builder.addInput("x", TensorType(.float32, [1, 2]))
        q.maker.builder.addOutput("y", q.quantized(x, 0.02, 128))
        guard case .unfitParameters(_, let reason) = try refusal(q.maker) else {
            Issue.record("accepted")
            return
        }
        #expect(reason.contains("DequantizeLinear"))
    }
}
