import Base
import Models
import Synchronization
import Tensors
import TestSupport
import Testing

/// A file in memory that may change or lose its end between reads.
private final class ChangingFile: ByteReading {
    let byteCount: Int
    private let content: Mutex<Bytes>

    init(_ bytes: Bytes) {
        byteCount = bytes.count
        content = Mutex(bytes)
    }

    func change(_ body: (inout Bytes) -> Void) { content.withLock { body(&$0) } }

    func read(_ range: Range<Int>, into bytes: inout Bytes) throws(ModelError) {
        let all = content.withLock { $0 }
        guard range.upperBound <= all.count else { throw .unreadable(reason: "cut") }
        bytes = Bytes(all[range])
    }
}

@Suite struct ModelReadingTests {
    /// A model whose constants lie across chunks: a vector, one of 1.5 MiB, a bool, whole numbers.
    private func large() throws -> Model {
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [3 << 17]))
        let count = 3 << 17
        let wide = builder.addConstant(
            "wide", Tensor((0..<count).map { Float($0) }, shape: [count]))
        let one = builder.addConstant("one", Tensor([0.5] as [Float], shape: [1]))
        let long = builder.addConstant(
            "long", Tensor((0..<count).map { Int32(truncatingIfNeeded: $0) }, shape: [count]))
        let sum = builder.addNode("Add", [builder.addNode("Mul", [x, wide])[0], one])[0]
        let cast = builder.addNode("Cast", [long], attributes: [("to", .int(1))])[0]
        builder.addOutput("y", builder.addNode("Add", [sum, cast])[0])
        return try builder.build()
    }

    @Test func readsTheSameModelPieceByPiece() throws {
        for model in [try SmallModels.mixed(), try SmallModels.perceptron(), try large()] {
            let read = try Model(reading: ChangingFile(model.fileBytes))
            #expect(read.modelID == model.modelID)
            #expect(read.program == model.program)
            #expect(read.weightByteCount == model.weights.count)
            #expect(read.valueTypes == model.valueTypes)
            for value in model.constantRange {
                #expect(try read.constant(value) == model.constant(value))
            }
        }
    }

    @Test func refusesFilesCutOrFlippedAnywhere() throws {
        let bytes = try SmallModels.mixed().fileBytes
        for count in 0..<bytes.count {
            #expect(throws: ModelError.self) {
                try Model(reading: ChangingFile(Bytes(bytes[..<count])))
            }
        }
        for offset in bytes.indices {
            var damaged = bytes
            damaged[offset] ^= 1 << UInt8(offset % 8)
            #expect(throws: ModelError.self) { try Model(reading: ChangingFile(damaged)) }
        }
    }

    @Test func noticesWeightsThatChangeAfterLoading() throws {
        let model = try large()
        let bytes = model.fileBytes
        let start = bytes.count - model.weights.count
        for (position, value) in zip(model.program.constants, model.constantRange) {
            let file = ChangingFile(bytes)
            let read = try Model(reading: file)
            let offset = Int(position.offset)
            file.change { $0[start + offset] ^= 1 }
            #expect(throws: ModelError.changedWeights(chunk: offset >> 20)) {
                try read.constant(value)
            }
            file.change { $0[start + offset] ^= 1 }
            #expect(try read.constant(value) == model.constant(value))
            file.change { $0 = [] }
            #expect(throws: ModelError.unreadable(reason: "cut")) { try read.constant(value) }
        }
    }
}
