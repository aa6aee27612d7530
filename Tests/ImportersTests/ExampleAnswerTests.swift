import Base
import Importers
import Machine
import Models
import Tensors
import TestSupport
import Testing

@Suite struct ExampleAnswerTests {
    /// Every row of the test data, on this machine and on onnxruntime. Errors are measured against
    /// the model's largest output over all rows: a probability near zero has no scale of its own,
    /// and onnxruntime's sigmoid is thousands of units in the last place off in its left tail.
    @Test(.enabled(if: PythonOracle.require()), arguments: ExampleModels.names)
    func agreesWithOnnxruntimeOnEveryRow(_ name: String) throws {
        let samples = ExampleModels.path("\(name).test.npz")
        let expected = try RuntimeOracle.answers(
            of: ExampleModels.path("\(name).onnx"), on: samples)
        let model = try ExampleModels.model(name)
        let interpreter = try Interpreter(model: model)
        let port = model.inputs[0]
        let portType = try #require(port.type)
        let archive = try NumPyArchive(try ExampleModels.bytes("\(name).test.npz"))
        let rows = try #require(try archive.array(named: "inputs"))
        let rowCount = rows.shape.dimensions[0]
        let bytes = rows.littleEndianBytes
        let outputCount = try #require(model.outputs[0].type).shape.elementCount
        let classCount = try #require(model.outputs[0].type?.shape.dimensions.last)
        #expect(expected.count == rowCount * outputCount)
        var largestError: Float = 0
        let magnitude = expected.reduce(0) { max($0, abs($1)) }
        for row in 0..<rowCount {
            let start = row * portType.byteCount
            let input = try Tensor(
                type: portType, littleEndianBytes: bytes[start..<start + portType.byteCount])
            let execution = try interpreter.run(
                [NamedTensor(name: port.name, tensor: input)], options: .untraced)
            let actual = try #require(execution.outputs[0].tensor.float32s)
            let wanted = Array(expected[row * outputCount..<(row + 1) * outputCount])
            for (ours, theirs) in zip(actual, wanted) {
                largestError = max(largestError, abs(ours - theirs) / magnitude)
            }
            for group in stride(from: 0, to: outputCount, by: classCount) {
                let range = group..<group + classCount
                #expect(largest(actual[range]) == largest(wanted[range]), "row \(row)")
            }
        }
        print("\(name): \(rowCount) rows, largest error \(largestError) of the largest output")
        // The goal is 1e-6. One element of one row of tinygpt_decomp misses it, by a tenth, because
        // ReduceMean adds in 16 lanes here and in 8 there; without its graph optimisations
        // onnxruntime gives the same bits. Both are as far from the answers in float64: 0.94e-6
        // here, 0.94e-6 there, and on tinygpt 0.96e-6 here and 1.10e-6 there.
        // Documentation/decisions/onnxruntime-agreement.md has the measurements.
        if name == "tinygpt_decomp" {
            #expect(largestError <= 1.2e-6)
            withKnownIssue("1.1e-6 instead of 1e-6 from onnxruntime") {
                #expect(largestError <= 1e-6)
            }
        } else {
            #expect(largestError <= 1e-6)
        }
    }

    private func largest(_ values: ArraySlice<Float>) -> Int? {
        values.indices.max { values[$0] < values[$1] }.map { $0 - values.startIndex }
    }

    @Test func theExamplesOwnSamplesGiveTheirRecordedAnswers() throws {
        for name in ExampleModels.names {
            let model = try ExampleModels.model(name)
            let interpreter = try Interpreter(model: model)
            let bytes = try ExampleModels.bytes("\(name).npz")
            let outputs = try #require(try NumPyArchive(bytes).array(named: "outputs"))
            let recorded = try #require(outputs.float32s)
            let count = try #require(model.outputs[0].type).shape.elementCount
            let magnitude = recorded.reduce(0) { max($0, abs($1)) }
            for row in 0..<8 {
                let inputs = try InputReader.inputs(for: model, from: bytes, row: row)
                let execution = try interpreter.run(inputs)
                let actual = try #require(execution.outputs[0].tensor.float32s)
                let wanted = recorded[row * count..<(row + 1) * count]
                let error = zip(actual, wanted).map { abs($0 - $1) }.max() ?? 0
                #expect(error <= 1e-6 * magnitude, "\(name) row \(row)")
            }
        }
    }
}
