import Base
import Foundation
import Importers
import Machine
import Models
import Tensors
import TestSupport
import Testing
import Wire

@testable import Commands

@Suite struct MachineCommandTests {
    private func invocation(_ words: String...) throws -> Invocation {
        guard case .run(let invocation) = try CommandLineInterface.root.parse(words) else {
            throw UsageError(message: "help")
        }
        return invocation
    }

    @Test(arguments: [
        ("0", 0), ("1000", 1_000), ("7B", 7), ("3KiB", 3_072), ("64MiB", 64 << 20),
        ("2GiB", 2 << 30),
    ])
    func readsSizes(_ text: String, _ count: Int) throws {
        #expect(try invocation("run", "m", "--memory", text).limits().liveBytes == count)
    }

    @Test(arguments: ["", "MiB", "-1", "1.5GiB", "1 MiB", "1TB", "9999999999GiB", "٣"])
    func refusesOtherSizes(_ text: String) throws {
        #expect(throws: UsageError.self) {
            try invocation("run", "m", "--memory=\(text)").limits()
        }
    }

    @Test func readsKernelsAndThreads() throws {
        let kernels = try invocation("run", "m", "--kernels", "scalar", "--threads", "5").kernels()
        #expect(kernels.name == "scalar")
        #expect(kernels.threads == 5)
        #expect(try invocation("run", "m").kernels() == .best)
    }

    @Test func selectsRows() throws {
        let words = try invocation("run", "m")
        func rows(_ text: String) throws -> Range<Int> {
            try RowSelection(text, count: 10, words).rows
        }
        #expect(try rows("all") == 0..<10)
        #expect(try rows("0-9") == 0..<10)
        #expect(try rows("4") == 4..<5)
        #expect(try rows("2-2") == 2..<3)
        for text in ["", "-", "3-", "-3", "5-4", "1-2-3", "a-b", "1..2"] {
            #expect(throws: UsageError.self) { try rows(text) }
        }
        for text in ["10", "0-10", "0-9223372036854775807"] {
            #expect(throws: CommandFailure.self) { try rows(text) }
        }
    }

    @Test func barsAreAsLongAsTheirShare() {
        #expect(textBar(0, width: 8) == "")
        #expect(textBar(1, width: 8) == "████████")
        #expect(textBar(0.5, width: 8) == "████")
        #expect(textBar(1.0 / 64, width: 8) == "▏")
        #expect(textBar(.nan, width: 8) == "")
        #expect(textBar(7, width: 2) == "██")
    }

    private func step(_ index: Int, _ names: [String], _ nanoseconds: Int64) -> StepRecorder.Step {
        StepRecorder.Step(
            event: StepEvent(
                place: NodePlace(index: index, name: "n\(index)", operatorName: names.last ?? ""),
                operatorNames: names, outputTypes: [TensorType(.float32, [2])], outputHash: nil),
            nanoseconds: nanoseconds)
    }

    @Test func profilesSumByOperator() {
        let run = [
            step(0, ["Conv", "Relu"], 3_000_000), step(1, ["Add"], 1_000_000),
            step(2, ["Conv", "Relu"], 4_000_000),
        ]
        let slower = run.map { step in
            StepRecorder.Step(event: step.event, nanoseconds: 3 * step.nanoseconds)
        }
        let profile = RunProfile(runs: [run, slower])
        #expect(profile.milliseconds == 16)
        #expect(profile.groups.map(\.label) == ["Conv+Relu", "Add"])
        #expect(profile.groups.map(\.calls) == [2, 1])
        #expect(profile.groups.map(\.milliseconds) == [14, 2])
        #expect(profile.slowest.map(\.index) == [2, 0, 1])
        #expect(profile.json["operators"]?.elements?[1]["share"] == .number("0.1250"))
        #expect(profile.text.contains("87.5 %"))
    }

    private func trace(_ hashes: [UInt8], model: UInt8 = 1, input: UInt8 = 2) throws -> RunTrace {
        func hex(_ byte: UInt8) throws -> Hash256 {
            try #require(Hash256(Bytes(repeating: byte, count: 32)))
        }
        let members: [JSONMember] = [
            JSONMember("format", "aivm-trace/1"),
            JSONMember("model_id", .string(try hex(model).hex)),
            JSONMember("kernels", "scalar"), JSONMember("threads", .number("1")),
            JSONMember("gas_used", .number("5")),
            JSONMember("trace_root", .string(Trace.root(of: try hashes.map(hex)).hex)),
            JSONMember(
                "inputs",
                .array([
                    .object([
                        "name": "x", "type": "float32[2]", "hash": .string(try hex(input).hex),
                    ])
                ])),
            JSONMember(
                "nodes",
                .array(
                    try hashes.enumerated().map { index, hash in
                        .object([
                            "index": .number(String(index)), "name": "", "operator": "Relu",
                            "outputs": .array(["float32[2]"]), "hash": .string(try hex(hash).hex),
                            "nanoseconds": .number("7"),
                        ])
                    })),
        ]
        let bytes = Bytes(JSONValue.object(members).prettyText.utf8)
        let trace = try RunTrace(fileBytes: bytes, path: "t")
        #expect(trace.json == .object(members), "what is read is written again")
        return trace
    }

    @Test func namesTheFirstDifference() throws {
        let base = try trace([1, 2, 3])
        #expect(TraceDifference(base, base).isEqual)
        var slower = base
        slower.nodes[1].nanoseconds = 99
        slower.kernels = "other"
        slower.threads = 2
        #expect(TraceDifference(base, slower).isEqual)
        let changed = TraceDifference(base, try trace([1, 9, 9]))
        #expect(changed.first?.index == 1)
        #expect(!changed.isEqual)
        let longer = TraceDifference(base, try trace([1, 2, 3, 4]))
        #expect(longer.first?.index == 3)
        #expect(longer.first?.nodes[0] == nil)
        #expect(longer.text.contains("no such node"))
        let model = TraceDifference(base, try trace([1, 2, 3], model: 7))
        #expect(!model.isEqual && model.first == nil)
        #expect(model.text.hasPrefix("different models"))
        let input = TraceDifference(base, try trace([1, 2, 3], input: 7))
        #expect(input.differentInputs == ["x"] && !input.isEqual)
    }

    @Test func theSeedDecidesWhatRandomOperatorsDraw() throws {
        let folder = try TemporaryDirectory()
        var builder = ProgramBuilder(opset: 17)
        let noise = builder.addNode(
            "RandomUniform", [], attributes: [("shape", .ints([40]))])
        builder.addOutput("noise", noise[0])
        let model = folder.path("noise.aivm")
        try writeFile(model, try builder.build().fileBytes)
        func draw(_ seed: String?) throws -> Bytes {
            let output = folder.path("noise.json")
            var words = ["run", model, "--quiet", "--json", "--output", output]
            if let seed { words += ["--seed", seed] }
            #expect(CommandLineInterface.run(words) == 0)
            return try readFile(output)
        }
        #expect(try draw("5") == draw("5"))
        #expect(try draw("5") != draw("6"))
        #expect(try draw(nil) == draw("0"))
    }

    @Test func liveBytesPeakWhereTheModelSays() throws {
        for name in ["digits_cnn", "digits_mlp", "credit_mlp", "tinygpt", "tinygpt_decomp"] {
            let path = PackageRoot.path("Examples/models/\(name).onnx")
            let model = try ONNXImporter.importModel(at: path).model
            let memory = MemoryProfile(model)
            #expect(memory.peakBytes == model.peakLiveBytes)
            #expect(memory.largestSet.reduce(0) { $0 + $1.byteCount } == model.peakLiveBytes)
            #expect(memory.liveBytes.count == model.nodes.count)
            let gas = try ModelInspection(PendingModel(model)).operators.reduce(0) {
                $0 + Int($1.gas)
            }
            // Gas beside the nodes: the run, weights, inputs; each node is rounded up.
            #expect(gas <= Int(GasSchedule.version1.gas(for: model)) + model.nodes.count)
        }
    }

    @Test func randomInputsStayInTheirRanges() throws {
        for element in ElementType.allCases {
            let type = TensorType(element, [500])
            var random = RandomInputs(seed: 3, integers: 7)
            var again = RandomInputs(seed: 3, integers: 7)
            let tensor = random.tensor(of: type)
            #expect(tensor.type == type)
            #expect(tensor == again.tensor(of: type))
            #expect(tensor.littleEndianBytes != random.tensor(of: type).littleEndianBytes)
        }
        var random = RandomInputs(seed: 1, integers: 5)
        let floats = try #require(random.tensor(of: TensorType(.float32, [2_000])).float32s)
        #expect(floats.allSatisfy { $0 >= -1 && $0 < 1 })
        #expect((floats.min() ?? 0) < -0.9 && (floats.max() ?? 0) > 0.9)
        let ids = try #require(random.tensor(of: TensorType(.int64, [2_000])).int64s)
        #expect(Set(ids) == [0, 1, 2, 3, 4])
        var wide = RandomInputs(seed: 1, integers: .max)
        #expect(wide.tensor(of: TensorType(.int8, [50])).type.element == .int8)
    }
}
