import Base
import Importers
import Machine
import Models
import Tensors
import Testing

@Suite struct ONNXImporterTests {
    private typealias Make = ONNXBuilder

    private func importing(
        _ bytes: Bytes, _ dimensions: [String: Int] = [:]
    ) throws -> ImportedModel {
        try ONNXImporter.importModel(from: bytes, options: ImportOptions(dimensions: dimensions))
    }

    private func answer(_ bytes: Bytes, _ x: [Float]) throws -> [Float]? {
        let model = try importing(bytes).model
        let input = NamedTensor(name: "x", tensor: Tensor(x, shape: try Shape([x.count])))
        return try Interpreter(model: model).run([input]).outputs[0].tensor.float32s
    }

    private let two: Bytes = [0, 0, 0, 0x40]
    private let half: Bytes = [0, 0, 0, 0x3F]

    @Test func readsRawAndTypedData() throws {
        let raw = Make.tensor("w", [2], raw: two + half)
        let packed = Make.integer(1, 2) + Make.integer(2, 1) + Make.text(8, "w")
        let typed = packed + Make.bytes(4, two + half)
        var single = packed
        for bits in [two, half] {
            single.appendVarint(4 << 3 | 5)
            single += bits
        }
        for initializer in [raw, typed, single] {
            #expect(try answer(Make.addition(initializer), [1, 1]) == [3, 1.5])
        }
        let ids = try [raw, typed, single].map {
            try importing(Make.addition($0)).model.modelID
        }
        #expect(Set(ids).count == 1)
    }

    @Test func readsTypedIntegers() throws {
        // Rows 1 and 0 of a table; the index as int64_data, then as int32_data.
        let table = Make.tensor("t", [2], raw: two + half)
        for (type, field) in [(7, 7), (6, 5)] as [(Int64, UInt64)] {
            let index =
                Make.integer(1, 2) + Make.integer(2, type) + Make.text(8, "i")
                + Make.bytes(field, [1, 0])
            let nodes = [
                Make.node("Gather", ["t", "i"], ["g"]), Make.node("Add", ["x", "g"], ["y"]),
            ]
            let bytes = Make.chain(nodes, initializers: [table, index])
            #expect(try answer(bytes, [0, 0]) == [0.5, 2])
        }
    }

    @Test func initializersMayBeListedAsInputs() throws {
        let graph = Make.graph(
            nodes: [Make.node("Add", ["x", "w"], ["y"])],
            initializers: [Make.tensor("w", [2], raw: two + half)],
            inputs: [Make.value("x", [2]), Make.value("w", [2])], outputs: [Make.value("y", [2])])
        let model = try importing(Make.model(opset: 9, graph: graph)).model
        #expect(model.inputs.map(\.name) == ["x"])
    }

    @Test func foldsConstantNodesAndPassesIdentityThrough() throws {
        let tensor =
            Make.text(1, "value") + Make.integer(20, 4)
            + Make.bytes(5, Make.tensor("", [2], raw: two + half))
        let nodes = [
            Make.node("Constant", [], ["c"], attributes: [tensor]),
            Make.node("Identity", ["c"], ["d"]),
            Make.node("Dropout", ["x"], ["e", "mask"]),
            Make.node("Add", ["d", "e"], ["f"]),
            Make.node("Identity", ["f"], ["y"]),
        ]
        let imported = try importing(Make.chain(nodes))
        #expect(imported.model.program.nodes.map(\.operatorName) == ["Add"])
        #expect(imported.report.droppedNodes == 3)
        #expect(try answer(Make.chain(nodes), [1, 1]) == [3, 1.5])
    }

    @Test func keepsDropoutWhoseMaskIsRead() throws {
        let nodes = [
            Make.node("Dropout", ["x"], ["e", "mask"], name: "drop"),
            Make.node("Where", ["mask", "e", "x"], ["y"]),
        ]
        let model = try importing(Make.chain(nodes)).model
        #expect(model.program.nodes.map(\.operatorName) == ["Dropout", "Where"])
    }

    @Test func dropsWhatNoOutputNeeds() throws {
        let unsupported = Make.tensor("unused", [1], type: 10, raw: [0, 0])
        let nodes = [
            Make.node("Mystery", ["x"], ["nobody"]), Make.node("Relu", ["x"], ["y"]),
        ]
        let imported = try importing(Make.chain(nodes, initializers: [unsupported]))
        #expect(imported.model.program.nodes.map(\.operatorName) == ["Relu"])
        #expect(imported.model.weights.isEmpty)
        #expect(imported.report.droppedNodes == 1)
        #expect(imported.report.droppedInitializers == 1)
    }

    @Test func sortsNodesThatStandOutOfOrder() throws {
        let nodes = [
            Make.node("Relu", ["b"], ["y"], name: "third"),
            Make.node("Sqrt", ["a"], ["b"], name: "second"),
            Make.node("Add", ["x", "x"], ["a"], name: "first"),
        ]
        let model = try importing(Make.chain(nodes)).model
        #expect(model.program.nodes.map(\.name) == ["first", "second", "third"])
        #expect(try answer(Make.chain(nodes), [2, 8]) == [2, 4])
    }

    @Test func givesSymbolicDimensionsTheirValues() throws {
        func symbolic(_ value: String) -> Bytes {
            let shape =
                Make.bytes(1, Make.text(2, "batch")) + Make.bytes(1, Make.integer(1, 2))
                + Make.bytes(1, [])
            return Make.text(1, value)
                + Make.bytes(2, Make.bytes(1, Make.integer(1, 1) + Make.bytes(2, shape)))
        }
        let bytes = Make.model(
            graph: Make.graph(
                nodes: [Make.node("Relu", ["x"], ["y"])], inputs: [symbolic("x")],
                outputs: [symbolic("y")]))
        let plain = try importing(bytes)
        #expect(plain.model.inputs[0].type?.shape == [1, 2, 1])
        #expect(
            plain.report.dimensions == [
                .init(name: "batch", value: 1, isDefault: true),
                .init(name: "x.2", value: 1, isDefault: true),
            ])
        let chosen = try importing(bytes, ["batch": 4, "x.2": 3])
        #expect(chosen.model.inputs[0].type?.shape == [4, 2, 3])
        #expect(chosen.report.dimensions.allSatisfy { !$0.isDefault })
        #expect(throws: ImportError.unknownDimension(name: "time", known: ["batch", "x.2"])) {
            try importing(bytes, ["time": 4])
        }
        #expect(throws: ImportError.self) { try importing(bytes, ["batch": -4]) }
        #expect(throws: ImportError.self) { try importing(bytes, ["batch": .max]) }
    }

    @Test func everySupportedOpsetIsAcceptedAndNoOther() throws {
        let graph = Make.graph(
            nodes: [Make.node("Relu", ["x"], ["y"])], inputs: [Make.value("x", [2])],
            outputs: [Make.value("y", [2])])
        for opset in 1...27 as ClosedRange<Int64> {
            let report = try importing(Make.model(opset: opset, graph: graph)).report
            #expect(report.opset == Int(opset))
        }
        for opset in [-1, 0, 28, .max] as [Int64] {
            #expect(throws: ImportError.unsupportedOpset(opset, supported: 1...27)) {
                try importing(Make.model(opset: opset, graph: graph))
            }
        }
        #expect(throws: ImportError.unsupportedOpset(nil, supported: 1...27)) {
            try importing(Make.model(opset: nil, graph: graph))
        }
        // A file that names only other domains need not name the default one.
        let other = try importing(Make.model(opset: 3, domain: "ai.onnx.ml", graph: graph))
        #expect(other.report.opset == 27)
    }

    @Test func sameFileSameModel() throws {
        for name in ExampleModels.names {
            let first = try ExampleModels.model(name)
            #expect(try ExampleModels.model(name).fileBytes == first.fileBytes)
        }
    }
}
