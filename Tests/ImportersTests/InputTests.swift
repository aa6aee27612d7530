import Base
import Importers
import Models
import Tensors
import TestSupport
import Testing
import Wire

@Suite struct InputTests {
    /// A model with input `x`, float32 [1, 2].
    private func single() throws -> Model {
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [1, 2]))
        builder.addOutput("y", builder.addNode("Relu", [x])[0])
        return try builder.build()
    }

    /// A model with inputs `a` float32 [2] and `i` int64 [2].
    private func double() throws -> Model {
        var builder = ProgramBuilder(opset: 17)
        let a = builder.addInput("a", TensorType(.float32, [2]))
        let i = builder.addInput("i", TensorType(.int64, [2]))
        builder.addOutput("y", builder.addNode("Gather", [a, i])[0])
        return try builder.build()
    }

    private func values(_ text: String, _ model: Model) throws -> [NamedTensor] {
        try InputReader.inputs(for: model, from: Bytes(text.utf8))
    }

    private func refusal(_ text: String, _ model: Model) -> String? {
        do {
            _ = try values(text, model)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func readsEveryFormOfJSON() throws {
        let model = try single()
        let tensor = Tensor([0.5, -2] as [Float], shape: [1, 2])
        let expected = [NamedTensor(name: "x", tensor: tensor)]
        for text in [
            "[[0.5, -2]]", "{\"x\": [[0.5, -2e0]]}", "{\"x\": {\"data\": [[0.5, -2]]}}",
            "{\"x\": {\"shape\": [1, 2], \"type\": \"float32\", \"data\": [0.5, -2]}}",
        ] { #expect(try values(text, model) == expected) }
        let both = try values("{\"i\": [1, -9007199254740993], \"a\": [1, 2]}", try double())
        #expect(both[0].tensor.int64s == [1, -9_007_199_254_740_993])
        #expect(both[1].tensor.float32s == [1, 2])
    }

    @Test func readsNotANumberAndInfinities() throws {
        let tensors = try values("[[\"NaN\", \"-Infinity\"]]", try single())
        let floats = try #require(tensors[0].tensor.float32s)
        #expect(floats[0].bitPattern == 0x7FC0_0000)
        #expect(floats[1] == -.infinity)
    }

    @Test func refusesWrongJSON() throws {
        let model = try single()
        let wrong = [
            "", "{", "[[1, 2]] x", "[[1, 2], [3]]", "[[1, \"two\"]]", "[[1, true]]", "[[1e60, 0]]",
            "{\"x\": {\"shape\": [1, 3], \"data\": [1, 2]}}", "{\"x\": {\"shape\": [1, 2]}}",
            "{\"x\": {\"shape\": [-1], \"data\": []}}", "{\"x\": {\"data\": [1], \"dtype\": 1}}",
            "{\"x\": {\"type\": \"float8\", \"data\": [1]}}",
            "{\"x\": {\"shape\": [4294967296, 4294967296], \"data\": []}}",
            "{\"x\": {\"type\": \"int64\", \"data\": [1.5]}}",
            "{\"x\": {\"type\": \"uint8\", \"data\": [256]}}",
            String(repeating: "[", count: 100_000),
        ]
        for text in wrong { #expect(refusal(text, model) != nil, "\(text.prefix(80))") }
        #expect(refusal("[1, 2]", try double())?.contains("\"a\", \"i\"") == true)
    }

    @Test func writesWhatItReads() throws {
        var generator = SeededGenerator(seed: 8)
        let bits = (0..<2_000).map { _ in UInt32(truncatingIfNeeded: generator.next()) }
        let floats = bits.map { Float(bitPattern: $0) } + [0, -0.0, .nan, .infinity, -.infinity]
        let tensors = [
            NamedTensor(name: "f", tensor: Tensor(floats, shape: try Shape([floats.count]))),
            NamedTensor(name: "i", tensor: Tensor([.min, .max] as [Int64], shape: [2, 1])),
            NamedTensor(name: "b", tensor: Tensor([true, false] as [Bool], shape: [2])),
            NamedTensor(name: "u", tensor: Tensor([0, 255] as [UInt8], shape: [2])),
            NamedTensor(name: "s", tensor: Tensor([-128, 127] as [Int8], shape: [2])),
            NamedTensor(name: "n", tensor: Tensor([] as [Int32], shape: [0])),
        ]
        let text = TensorJSON.json(of: tensors).compactText
        #expect(try TensorJSON.tensors(from: Bytes(text.utf8), for: []) == tensors)
    }

    @Test func picksRowsOfArrays() throws {
        let model = try single()
        let rows = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2])
        let bytes = NumPy.npyBytes(of: rows)
        for row in 0..<3 {
            let inputs = try InputReader.inputs(for: model, from: bytes, row: row)
            let first = Float(2 * row + 1)
            #expect(inputs[0].tensor == Tensor([first, first + 1], shape: [1, 2]))
        }
        for row in [-1, 3, Int.max] {
            #expect(throws: ImportError.self) {
                try InputReader.inputs(for: model, from: bytes, row: row)
            }
        }
        let flat = NumPy.npyBytes(of: Tensor([1, 2] as [Float], shape: [2]))
        let inputs = try InputReader.inputs(for: model, from: flat)
        #expect(inputs[0].tensor.shape == [1, 2])
        #expect(throws: ImportError.self) {
            try InputReader.inputs(for: model, from: flat, row: 1)
        }
    }

    @Test func oneSampleServesEveryRowOfTheOthers() throws {
        let ports = try double().inputs
        let rows = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
        let ids = Tensor([1, 0] as [Int64], shape: [2])
        let samples = try InputSamples([(ports[0], rows), (ports[1], ids)])
        #expect(try samples.rowCount() == 2)
        let second = try samples.row(1)
        #expect(second.map(\.name) == ["a", "i"])
        #expect(second[0].tensor.float32s == [3, 4])
        #expect(second[1].tensor == ids)
        #expect(throws: ImportError.self) { try samples.row(2) }
        let three = Tensor([0, 0, 0, 0, 0, 0] as [Int64], shape: [3, 2])
        let uneven = try InputSamples([(ports[0], rows), (ports[1], three)])
        #expect(throws: ImportError.self) { try uneven.rowCount() }
        #expect(throws: ImportError.self) { try uneven.row(0) }
    }

    @Test func readsONNXTensors() throws {
        // TensorProto: dims 1 and 2, data_type float, raw_data.
        let raw = Tensor([3, -1] as [Float], shape: [2]).littleEndianBytes
        let bytes =
            ONNXBuilder.integer(1, 1) + ONNXBuilder.integer(1, 2) + ONNXBuilder.integer(2, 1)
            + ONNXBuilder.bytes(9, raw)
        let samples = try InputReader.samples(for: try single().inputs, fromONNXTensor: bytes)
        #expect(try samples.row(0)[0].tensor == Tensor([3, -1] as [Float], shape: [1, 2]))
        for count in 1..<bytes.count {
            #expect(throws: ImportError.self) {
                try InputReader.samples(
                    for: try single().inputs, fromONNXTensor: Bytes(bytes[..<count]))
            }
        }
        #expect(throws: ImportError.self) {
            try InputReader.samples(for: try double().inputs, fromONNXTensor: bytes)
        }
    }

    @Test func refusesArraysThatDoNotFit() throws {
        let model = try single()
        for tensor in [
            Tensor([1, 2, 3] as [Float], shape: [3]), Tensor([1, 2] as [Int64], shape: [1, 2]),
            Tensor([1, 2, 3, 4] as [Float], shape: [4]),
        ] {
            #expect(throws: ImportError.self) {
                try InputReader.inputs(for: model, from: NumPy.npyBytes(of: tensor))
            }
        }
        #expect(throws: ImportError.self) {
            try InputReader.inputs(
                for: try double(), from: NumPy.npyBytes(of: Tensor([1] as [Float], shape: [1])))
        }
    }

    @Test(.enabled(if: PythonOracle.require()))
    func findsArchiveArraysByInputName() throws {
        let folder = try TemporaryDirectory()
        try RuntimeOracle.make(
            """
            import sys, numpy as np
            np.savez(sys.argv[1] + '/named.npz', i=np.array([1, 0]), extra=np.zeros(9),
                     a=np.array([1.5, 2], np.float32))
            np.savez(sys.argv[1] + '/other.npz', z=np.zeros(2, np.float32))
            """, in: folder)
        let inputs = try InputReader.inputs(for: try double(), from: folder.path("named.npz"))
        #expect(inputs.map(\.name) == ["a", "i"])
        #expect(inputs[0].tensor.float32s == [1.5, 2])
        #expect(inputs[1].tensor.int64s == [1, 0])
        #expect {
            try InputReader.inputs(for: try single(), from: folder.path("other.npz"))
        } throws: {
            let text = ($0 as? ImportError)?.description ?? ""
            return text.contains("\"z\"") && text.contains("\"x\"")
        }
        #expect(throws: ImportError.self) {
            try InputReader.inputs(for: try single(), from: folder.path("absent.npz"))
        }
    }
}
