// FlexAttention: without changes it is Attention, bit for bit; its bodies change scores and
// probabilities, and must keep their type.
import Models
import TestSupport
import Testing

@testable import Machine
@testable import Tensors

@Suite struct FlexAttentionTests {
    private let q = FlexAttentionTests.sample([2, 4, 3, 8], seed: 1)
    private let k = FlexAttentionTests.sample([2, 2, 5, 8], seed: 2)
    private let v = FlexAttentionTests.sample([2, 2, 5, 6], seed: 3)

    private static func sample(_ shape: Shape, seed: UInt64) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<shape.elementCount).map { _ in Float(generator.int(in: -99...99)) / 64 }
        return Tensor(values, shape: shape)
    }

    /// A body that applies one operator to its input; without one it gives the input back.
    private static func body(
        _ name: String? = nil, _ attributes: [(String, AttributeValue)] = []
    ) -> ProgramBody {
        var body = ProgramBody()
        body.inputCount = 1
        body.outputs = [1]
        if let name {
            var node = ProgramNode()
            node.operatorName = name
            node.inputs = [1]
            node.outputCount = 1
            node.attributes = attributes.map { ProgramAttribute($0.0, $0.1) }
            body.nodes = [node]
            body.outputs = [2]
        }
        return body
    }

    private func run(
        probabilities: ProgramBody = body(), scores: ProgramBody = body(),
        _ attributes: [(String, AttributeValue)] = [], limits: ExecutionLimits = .unlimited
    ) throws -> Tensor {
        var builder = ProgramBuilder(opset: 26, name: "flex")
        let inputs = [("q", q), ("k", k), ("v", v)].map { name, tensor in
            builder.addInput(name, tensor.type)
        }
        let y = builder.addNode(
            "ai.onnx.preview.FlexAttention", inputs, outputCount: 1, attributes: attributes,
            bodies: [probabilities, scores])
        builder.addOutput("y", y[0])
        let machine = try Interpreter(model: try builder.build())
        let named = [("q", q), ("k", k), ("v", v)].map { NamedTensor(name: $0.0, tensor: $0.1) }
        return try machine.run(named, limits: limits).outputs[0].tensor
    }

    private func attention(_ inputs: [Tensor]) throws -> Tensor {
        let call = OperatorCall(opset: 26, inputTypes: inputs.map(\.type))
        return try AttentionOperator.run(call, inputs)[0]
    }

    @Test func unchangedItIsAttention() throws {
        #expect(try run() == attention([q, k, v]))
    }

    @Test func bodiesChangeScoresAndProbabilities() throws {
        let negated = Tensor(k.float32s?.map { -$0 } ?? [], shape: k.shape)
        #expect(try run(scores: Self.body("Neg")) == attention([q, negated, v]))
        let none = try run(probabilities: Self.body("Floor"))
        #expect(none.float32s?.allSatisfy { $0 == 0 } == true)
        let half = try run(probabilities: Self.body("Neg"), [("softmax_precision", .int(10))])
        #expect(half.type == TensorType(.float32, [2, 4, 3, 6]))
    }

    @Test func refusesBodiesThatChangeTheType() {
        let turned = Self.body("Transpose", [("perm", .ints([0, 1, 3, 2]))])
        let whole = Self.body("Cast", [("to", .int(7))])
        for body in [turned, whole] {
            #expect(throws: MachineError.self) { try run(scores: body) }
            #expect(throws: MachineError.self) { try run(probabilities: body) }
        }
        var two = Self.body()
        two.inputCount = 2
        #expect(throws: ModelError.self) { try run(scores: two) }
        #expect(throws: MachineError.self) { try run([("softmax_precision", .int(7))]) }
    }

    @Test func everyStageIsPaidFor() {
        var limits = ExecutionLimits.unlimited
        limits.liveBytes = 2_000
        #expect(throws: MachineError.self) { try run(limits: limits) }
        limits = .unlimited
        limits.nodes = 5
        #expect(throws: MachineError.self) { try run(limits: limits) }
    }
}
