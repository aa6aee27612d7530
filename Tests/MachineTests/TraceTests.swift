import Base
import Cryptography
import Machine
import Models
import Tensors
import Testing

@Suite struct TraceTests {
    @Test func nodeHashFollowsItsDefinition() throws {
        let model = try SmallModels.perceptron()
        let input = NamedTensor(name: "x", tensor: Tensor([1, 2, 3] as [Float], shape: [1, 3]))
        let execution = try Interpreter(model: model).run([input])
        // The type of both nodes' outputs: float32 [1, 2], 8 bytes.
        var head = Bytes("AIVM/node/1".utf8)
        for word in [1, 1, 2] as [UInt32] { head.appendBigEndian(word) }
        for word in [1, 2, 8] as [UInt64] { head.appendBigEndian(word) }
        func hash(_ values: [Float]) -> Hash256 {
            var bytes = head
            for value in values { bytes.appendLittleEndian(value.bitPattern) }
            return SHA256.hash(bytes)
        }
        let expected = [hash([-4, 12]), hash([0, 12])]
        #expect(execution.nodeHashes == expected)
        let leaves = expected.map { SHA256.hash([0] + $0.bytes).bytes }
        #expect(execution.traceRoot == SHA256.hash([1] + leaves[0] + leaves[1]))
    }

    @Test func aRunWithoutTraceGivesTheSameOutputs() throws {
        let interpreter = try Interpreter(model: try SmallModels.chain())
        let inputs = ChainInputs.random(seed: 9)
        let traced = try interpreter.run(inputs)
        let untraced = try interpreter.run(inputs, options: .untraced)
        #expect(untraced.outputs == traced.outputs)
        #expect(untraced.gasUsed == traced.gasUsed)
        #expect(untraced.traceRoot == nil)
        #expect(untraced.nodeHashes.isEmpty)
        #expect(traced.nodeHashes.count == interpreter.model.program.nodes.count)
        #expect(traced.traceRoot == Trace.root(of: traced.nodeHashes))
    }

    @Test func tellsInputsApartAtTheFirstNodeThatDiffers() throws {
        let interpreter = try Interpreter(model: try SmallModels.perceptron())
        func hashes(_ x: [Float]) throws -> [Hash256] {
            let input = NamedTensor(name: "x", tensor: Tensor(x, shape: [1, 3]))
            return try interpreter.run([input]).nodeHashes
        }
        // The products [-1, 1] and [-1.25, 1] differ; the activations [0, 1] are the same.
        let first = try hashes([-1, 0, 0])
        let second = try hashes([-2, 0, -0.25])
        #expect(first == (try hashes([-1, 0, 0])))
        #expect(first[0] != second[0])
        #expect(first[1] == second[1])
    }

    @Test func hashesSignsOfZeroAndShapesApart() {
        let zero = Trace.nodeHash(of: [Tensor([0] as [Float], shape: [1])])
        #expect(zero != Trace.nodeHash(of: [Tensor([-0.0] as [Float], shape: [1])]))
        #expect(zero != Trace.nodeHash(of: [Tensor([0] as [Float], shape: [1, 1])]))
        #expect(zero != Trace.nodeHash(of: [Tensor([0] as [Int32], shape: [1])]))
        let two = Tensor([0, 0] as [Float], shape: [2])
        let ones = Tensor([0] as [Float], shape: [1])
        #expect(Trace.nodeHash(of: [two]) != Trace.nodeHash(of: [ones, ones]))
    }
}
