import Base
import Importers
import Models
import Tensors
import TestSupport
import Testing

@Suite struct BadONNXTests {
    private typealias Make = ONNXBuilder
    private let two: Bytes = [0, 0, 0, 0x40, 0, 0, 0, 0x40]

    private func error(_ bytes: Bytes) -> ImportError? {
        do throws(ImportError) {
            _ = try ONNXImporter.importModel(from: bytes)
            return nil
        } catch {
            #expect(!error.description.isEmpty)
            return error
        }
    }

    private func place(_ index: Int, _ name: String, _ operatorName: String) -> NodePlace {
        NodePlace(index: index, name: name, operatorName: operatorName)
    }

    @Test func refusesWhatIsNotONNX() throws {
        let notONNX: [Bytes] = [
            [], Bytes("hello, world".utf8), Bytes("PK\u{3}\u{4}".utf8),
            Bytes(repeating: 0xFF, count: 100), Bytes(repeating: 0, count: 100),
            Make.integer(1, 8),
        ]
        for bytes in notONNX {
            let isNotONNX = if case .notONNX = error(bytes) { true } else { false }
            #expect(isNotONNX, "\(bytes.hex)")
        }
    }

    @Test func refusesAMissingFileAndAFolder() throws {
        let folder = try TemporaryDirectory()
        #expect(
            throws: ImportError.unreadable(
                path: folder.path("absent.onnx"), reason: "the file does not exist")
        ) { try ONNXImporter.model(at: folder.path("absent.onnx")) }
        #expect(throws: ImportError.unreadable(path: folder.path, reason: "it is not a file")) {
            try ONNXImporter.model(at: folder.path)
        }
    }

    @Test func refusesTruncatedFiles() throws {
        let bytes = try ExampleModels.bytes("digits_cnn.onnx")
        for count in stride(from: 0, to: bytes.count - 32, by: 7) {
            #expect(error(Bytes(bytes[..<count])) != nil, "cut at \(count)")
        }
    }

    @Test func damagedFilesNeverTrap() throws {
        let corpus = [
            try ExampleModels.bytes("digits_cnn.onnx"),
            Make.addition(Make.tensor("w", [2], raw: two)),
        ]
        for (seed, bytes) in corpus.enumerated() {
            var mutator = Mutator(seed: UInt64(500 + seed))
            for _ in 0..<1_000 {
                let damaged = mutator.mutate(bytes, corpus: corpus)
                let options = ImportOptions(limits: .chain)
                let imported = try? ONNXImporter.importModel(from: damaged, options: options)
                guard let model = imported?.model else { continue }
                let again = try Model(fileBytes: model.fileBytes, limits: .chain)
                #expect(again.modelID == model.modelID)
            }
        }
    }

    @Test func namesUnsupportedOperatorsAndWhatIsSupported() {
        let nodes = [
            Make.node("Mystery", ["x"], ["a"], name: "first"),
            Make.node("Mystery", ["a"], ["b"], name: "second"),
            Make.node("Add", ["b", "b"], ["c"], name: "third", domain: "com.example"),
            Make.node("Relu", ["c"], ["y"]),
        ]
        let error = error(Make.chain(nodes))
        #expect(
            error
                == .unsupportedOperators(
                    [place(0, "first", "Mystery"), place(2, "third", "com.example.Add")],
                    supported: OperatorRegistry.names))
        #expect(error?.description.contains("Relu") == true)
    }

    @Test func refusesCycles() {
        let nodes = [
            Make.node("Add", ["x", "c"], ["a"], name: "A"),
            Make.node("Relu", ["a"], ["b"], name: "B"),
            Make.node("Relu", ["b"], ["c"], name: "C"),
            Make.node("Relu", ["c"], ["y"], name: "D"),
        ]
        #expect(
            error(Make.chain(nodes))
                == .cycle([place(1, "B", "Relu"), place(2, "C", "Relu"), place(0, "A", "Add")]))
        let own = [Make.node("Add", ["x", "y"], ["y"], name: "own")]
        #expect(error(Make.chain(own)) == .cycle([place(0, "own", "Add")]))
    }

    @Test func aDeepChainNeedsNoDeepStack() throws {
        let count = 60_000
        // Back to front, so that the depth-first walk goes down the whole chain.
        let nodes = (0..<count).reversed().map { index in
            Make.node(
                "Relu", [index == 0 ? "x" : "v\(index)"],
                [index == count - 1 ? "y" : "v\(index + 1)"])
        }
        let model = try ONNXImporter.importModel(from: Make.chain(nodes)).model
        #expect(model.program.nodes.count == count)
    }

    @Test func refusesUndefinedAndRepeatedNames() {
        let undefined = Make.chain([Make.node("Add", ["x", "q"], ["y"], name: "sum")])
        #expect(error(undefined) == .undefinedValue(place(0, "sum", "Add"), name: "q"))
        let unmade = Make.chain([Make.node("Relu", ["x"], ["z"])])
        #expect(error(unmade) == .undefinedOutput(name: "y"))
        let twice = [Make.node("Relu", ["x"], ["y"]), Make.node("Sqrt", ["x"], ["y"])]
        #expect(error(Make.chain(twice)) == .repeatedValue(name: "y"))
        #expect(error(Make.chain([Make.node("Relu", ["y"], ["x"])])) != nil)
        let weights = Make.tensor("w", [2], raw: two)
        let doubled = Make.chain(
            [Make.node("Add", ["x", "w"], ["y"])], initializers: [weights, weights])
        #expect(error(doubled) == .repeatedValue(name: "w"))
    }

    @Test func refusesShapesThatDoNotFit() {
        let three = Make.tensor("w", [3], raw: two + [0, 0, 0, 0])
        let place = place(0, "sum", "Add")
        let refusal = error(Make.addition(three))
        let isNamed = if case .model(.refused(place, _)) = refusal { true } else { false }
        #expect(isNamed)
        let output = Make.model(
            graph: Make.graph(
                nodes: [Make.node("Relu", ["x"], ["y"])], inputs: [Make.value("x", [2])],
                outputs: [Make.value("y", [3])]))
        #expect(
            error(output)
                == .wrongOutputType(
                    name: "y", declared: "float32[3]", computed: TensorType(.float32, [2])))
    }

    @Test func refusesSizesThatOverflowOrLie() {
        let shapes: [[Int64]] = [
            [.max], [.max, .max], [1 << 32, 1 << 32], [-2], [1 << 20, 1 << 20], [3], [],
            .init(repeating: 1, count: 100),
        ]
        for shape in shapes {
            let refusal = error(Make.addition(Make.tensor("w", shape, raw: two)))
            let isRefused = if case .wrongTensor = refusal { true } else { false }
            #expect(isRefused, "\(shape)")
        }
        let large = Make.model(
            graph: Make.graph(
                nodes: [Make.node("Relu", ["x"], ["y"])],
                inputs: [Make.value("x", [1 << 40, 1 << 40])], outputs: [Make.value("y", [2])]))
        #expect(error(large) != nil)
    }

    @Test func refusesTensorsOfOtherTypesOrWithTwoPlaces() {
        for type in [0, 4, 5, 8, 10, 11, 13, 14, 15, 16, 17, 23, 99] as [Int64] {
            let refusal = error(Make.addition(Make.tensor("w", [2], type: type, raw: two)))
            let isRefused =
                if case .wrongTensor("initializer \"w\"", _) = refusal { true } else { false }
            #expect(isRefused, "type \(type)")
        }
        let both = Make.tensor("w", [2], raw: two) + Make.bytes(4, two)
        #expect(error(Make.addition(both)) != nil)
        let segmented = Make.tensor("w", [2], raw: two) + Make.bytes(3, [])
        #expect(error(Make.addition(segmented)) != nil)
        let truth = Make.tensor("w", [2], type: 9, raw: [1, 2])
        #expect(error(Make.addition(truth)) != nil)
    }

    @Test func refusesStraySubgraphsAndFunctions() {
        let subgraph = Make.text(1, "then_branch") + Make.integer(20, 5) + Make.bytes(6, [])
        let node = Make.node("Relu", ["x"], ["y"], name: "if", attributes: [subgraph])
        let refusal = error(Make.chain([node]))
        #expect(refusal != nil)
        let functions = Make.chain([Make.node("Relu", ["x"], ["y"])]) + Make.bytes(25, [])
        #expect(error(functions) == .unsupportedFeature("functions defined by the model"))
        let sequence = Make.text(1, "x") + Make.bytes(2, Make.bytes(4, []))
        let sequences = Make.model(
            graph: Make.graph(
                nodes: [Make.node("Relu", ["x"], ["y"])], inputs: [sequence],
                outputs: [Make.value("y", [2])]))
        // A sequence is a value known only in a run, where Relu refuses it.
        #expect(error(sequences) == nil)
    }
}
