// Committed models of a few hundred bytes that would take seconds, gigabytes or forever if their
// relations were built before they are counted.

import Base
import Fields
import Models
import Tensors
import Testing
import Verification
import Wire

/// A program that says little and means much.
struct HostileProgram: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable (inout HostileBuilder) -> Void

    var testDescription: String { name }

    /// The committed model; its weights are commitments to zeros in as many rows as are asked for.
    func committed(rowBits: UInt32 = 10, weightRows: Int = 0) throws -> CommittedModel {
        var builder = HostileBuilder()
        make(&builder)
        let model = try builder.program.build()
        var committed = CommittedModel()
        committed.program = model.programBytes
        committed.rowBits = rowBits
        committed.tau = G2Affine.generator.canonicalBigEndian
        committed.weights = Bytes(repeating: 0, count: 64 * weightRows)
        for index in builder.shown {
            let declared = model.program.constants[index]
            let start = Int(declared.offset)
            committed.constants.append(
                PublicConstant(
                    index: UInt32(index),
                    data: Bytes(model.weights[start..<start + Int(declared.byteCount)])))
        }
        return committed
    }
}

/// Writes such programs.
struct HostileBuilder {
    typealias Value = ProgramBuilder.Value

    var program = ProgramBuilder(opset: 17, name: "hostile")
    /// Constants that are no weights, by number.
    var shown: [Int] = []
    private var constantCount = 0

    init() { program.profile = .integer }

    mutating func input(_ shape: Shape, _ element: ElementType = .int16) -> Value {
        program.addInput("\(element) \(shape)", TensorType(element, shape))
    }

    mutating func weights(_ shape: Shape) -> Value {
        constantCount += 1
        return program.addConstant(
            "", Tensor([Int8](repeating: 0, count: shape.elementCount), shape: shape))
    }

    mutating func list(_ values: [Int64]) -> Value {
        shown.append(constantCount)
        constantCount += 1
        return program.addConstant("", Tensor(values, shape: [values.count]))
    }

    mutating func node(
        _ name: String, _ inputs: [Value], _ attributes: [(String, AttributeValue)] = []
    ) -> Value {
        program.addNode(name, inputs, attributes: attributes)[0]
    }

    mutating func expanded(_ value: Value, _ dimensions: [Int64]) -> Value {
        node("Expand", [value, list(dimensions)])
    }

    mutating func slice(_ value: Value, axis: Int64, to end: Int64, step: Int64 = 1) -> Value {
        node("Slice", [value, list([0]), list([end]), list([axis]), list([step])])
    }

    mutating func finish(_ value: Value) {
        program.addOutput("y", node("aivm.integer.Rescale", [value]))
    }

    static let table = AttributeValue.tensor(
        Tensor((0..<16).map { Int16($0) }, shape: [16]))
}

extension HostileProgram {
    static let all = windows + moves + lists + chains

    private static let windows = [
        HostileProgram(name: "an average of sixty thousand at a million places") {
            let x = $0.input([1, 1, 1])
            let wide = $0.expanded(x, [1, 1, 1 << 20])
            let pooled = $0.node(
                "aivm.integer.AveragePool", [wide], [("kernel_shape", .ints([1 << 16]))])
            $0.finish($0.slice(pooled, axis: 2, to: 1))
        },
        HostileProgram(name: "a largest of sixty thousand at a million places") {
            let x = $0.input([1, 1, 1])
            let wide = $0.expanded(x, [1, 1, 1 << 20])
            let pooled = $0.node(
                "aivm.integer.MaxPool", [wide],
                [("kernel_shape", .ints([1 << 16])), ("pads", .ints([7, 7]))])
            $0.finish($0.slice(pooled, axis: 2, to: 1))
        },
        HostileProgram(name: "a convolution over four thousand by four thousand") {
            let x = $0.input([1, 1, 1, 1])
            let wide = $0.expanded(x, [1, 1, 4096, 4096])
            let w = $0.weights([1, 1, 64, 64])
            let sums = $0.node("aivm.integer.Conv", [wide, w], [("shift", .int(20))])
            $0.finish($0.slice(sums, axis: 2, to: 1))
        },
    ]

    private static let moves = [
        HostileProgram(name: "twenty-four times twice itself") {
            var value = $0.input([1, 1])
            for _ in 0..<24 { value = $0.node("Concat", [value, value], [("axis", .int(0))]) }
            $0.finish($0.slice(value, axis: 0, to: 1))
        },
        HostileProgram(name: "a thousand times itself, thrice") {
            var value = $0.input([1, 1])
            for _ in 0..<3 {
                value = $0.node(
                    "Concat", [HostileBuilder.Value](repeating: value, count: 1_000),
                    [("axis", .int(0))])
                value = $0.slice(value, axis: 0, to: 1_000)
            }
            $0.finish($0.slice(value, axis: 0, to: 1))
        },
        HostileProgram(name: "eight million in rows, columns and rows again") {
            var value = $0.expanded($0.input([1, 1]), [1 << 10, 1 << 13])
            for _ in 0..<100 {
                let turned = $0.node("Transpose", [value], [("perm", .ints([1, 0]))])
                value = $0.node("Reshape", [turned, $0.list([1 << 10, 1 << 13])])
            }
            $0.finish($0.slice($0.slice(value, axis: 0, to: 1), axis: 1, to: 1))
        },
    ]

    private static let lists = [
        HostileProgram(name: "a row of thirty million") {
            let data = $0.expanded($0.input([1]), [1 << 25])
            let ids = $0.input([1], .int64)
            $0.finish($0.node("aivm.integer.Gather", [data, ids], [("axis", .int(0))]))
        },
        HostileProgram(name: "the place of the largest of thirty million") {
            let wide = $0.expanded($0.input([1, 1]), [1, 1 << 25])
            let place = $0.node("ArgMax", [wide], [("axis", .int(1)), ("keepdims", .int(0))])
            $0.program.addOutput("y", place)
        },
        HostileProgram(name: "shares of thirty million") {
            let wide = $0.expanded($0.input([1, 1]), [1 << 9, 1 << 16])
            let powers = AttributeValue.tensor(
                Tensor([65_536, 4_096, 256, 16] as [Int32], shape: [4]))
            let shares = $0.node(
                "aivm.integer.Softmax", [wide],
                [
                    ("axis", .int(1)), ("high", powers), ("low", powers),
                    ("multipliers", .ints([1])), ("shift", .int(4)), ("product_shift", .int(16)),
                    ("fraction_bits", .int(10)),
                ])
            $0.finish($0.slice(shares, axis: 1, to: 1))
        },
        HostileProgram(name: "weights of sixty-four megabytes") {
            let wide = $0.expanded($0.input([1, 1]), [1, 1 << 13])
            let w = $0.weights([1 << 13, 8_000])
            $0.finish(
                $0.slice(
                    $0.node("aivm.integer.Linear", [wide, w], [("shift", .int(20))]), axis: 1,
                    to: 1))
        },
    ]

    private static let chains = [
        HostileProgram(name: "three thousand tables") {
            var value = $0.input([1, 1, 1, 1])
            for _ in 0..<3_000 {
                value = $0.node(
                    "aivm.integer.Table", [value],
                    [("shift", .int(4)), ("table", HostileBuilder.table)])
            }
            $0.finish(value)
        },
        HostileProgram(name: "eight thousand roundings") {
            var value = $0.input([1])
            for _ in 0..<8_000 { value = $0.node("aivm.integer.Rescale", [value]) }
            $0.finish(value)
        },
        HostileProgram(name: "four thousand parts, cut and joined eight times") {
            var value = $0.input([4_000])
            for _ in 0..<8 {
                let parts = $0.program.addNode(
                    "Split", [value], outputCount: 4_000, attributes: [("axis", .int(0))])
                value = $0.node("Concat", parts, [("axis", .int(0))])
            }
            $0.finish(value)
        },
    ]
}

@Suite struct HostileProgramTests {
    @Test(arguments: HostileProgram.all)
    func workIsCountedBeforeItIsDone(program: HostileProgram) throws {
        let committed = try program.committed()
        let limit = 1 << 20
        let (outcome, work) = ProvableModel.read(committed, limits: .chain, maximumWork: limit)
        guard case .failure(let error) = outcome else {
            Issue.record("\(work) steps are enough for it")
            return
        }
        let isTooLarge = "\(error)".contains("the tensors need 2^")
        #expect(error.code == 17 && (work == limit + 1 || isTooLarge), "\(work): \(error)")
    }

    @Test func whoeverHasMuchTimeNeedsNoMoreMemory() throws {
        let doubling = try #require(
            HostileProgram.all.first { $0.name == "twenty-four times twice itself" })
        let error = #expect(throws: VerificationError.self) {
            try ProvableModel(
                try doubling.committed(), limits: .default, maximumWork: 1 << 40)
        }
        #expect(error?.description.contains("numbers") == true)
    }

    @Test func stepsThatOverflowTogetherAreSteps() throws {
        let program = HostileProgram(name: "one of one of one") {
            var value = $0.input([1, 1, 3])
            for _ in 0..<4 { value = $0.slice(value, axis: 2, to: 1, step: 1 << 62) }
            let pooled = $0.node(
                "aivm.integer.MaxPool", [value],
                [("kernel_shape", .ints([1])), ("strides", .ints([1 << 30]))])
            $0.finish(pooled)
        }
        let (outcome, work) = ProvableModel.read(
            try program.committed(rowBits: 8), limits: .chain, maximumWork: 1 << 20)
        let model = try outcome.get()
        #expect(model.verificationWork == work && work < 1 << 20)
        // Memory follows work, not values, of which there are three.
        #expect(model.cacheSize >= work)
        // What is left of a budget is what was not needed.
        let enough = ProvableModel.read(
            try program.committed(rowBits: 8), limits: .chain, maximumWork: work)
        #expect(throws: Never.self) { try enough.outcome.get() }
        let less = ProvableModel.read(
            try program.committed(rowBits: 8), limits: .chain, maximumWork: work - 1)
        #expect(less.work == work)
        #expect(throws: VerificationError.self) { try less.outcome.get() }
    }

    @Test func moreInputsThanAModelHasAreRefused() throws {
        let program = HostileProgram(name: "many inputs") {
            var sum = $0.program.addInput("first", TensorType(.int16, [1]))
            for index in 0..<InferenceEngine.maximumPortCount {
                let next = $0.program.addInput("x\(index)", TensorType(.int16, [1]))
                sum = $0.node(
                    "aivm.integer.Add", [sum, next],
                    [("multipliers", .ints([1, 1])), ("shift", .int(0))])
            }
            $0.finish(sum)
        }
        #expect(throws: VerificationError.invalidCommittedModel("65 inputs")) {
            try ProvableModel(try program.committed())
        }
    }
}
