import Base
import Cryptography
import Merkle
import Models
import Tensors
import TestSupport
import Testing
import Wire

@Suite struct ModelTests {
    @Test func infersTypesOfAllValues() throws {
        let model = try SmallModels.mixed()
        #expect(model.inputs.map(\.name) == ["a", "b"])
        #expect(
            model.outputs == [
                .init(name: "share", type: TensorType(.float32, [3, 4])),
                .init(name: "total", type: TensorType(.float32, [3, 2])),
            ])
        #expect(model.valueTypes.count == 2 + 2 + 6)
        #expect(model.parameterCount == 2 + 8)
    }

    @Test func laysConstantsOutAtMultiplesOf64() throws {
        let model = try SmallModels.mixed()
        #expect(model.program.constants.map(\.offset) == [0, 64])
        #expect(model.program.constants.map(\.byteCount) == [16, 32])
        #expect(model.weights.count == 96)
        #expect(model.weights[16..<64].allSatisfy { $0 == 0 })
        #expect(try model.constant(2).int64s == [3, 2])
    }

    @Test func dropsPartsThatNoOutputNeeds() throws {
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [4]))
        let unused = builder.addConstant("unused", Tensor([1] as [Float], shape: [1]))
        _ = builder.addNode("Add", [x, unused])
        builder.addOutput("y", builder.addNode("Relu", [x])[0])
        let model = try builder.build()
        #expect(model.program.nodes.map(\.operatorName) == ["Relu"])
        #expect(model.program.constants.isEmpty)
        #expect(model.weights.isEmpty)
        #expect(model.weightsRoot == SHA256.hash(Bytes()))
    }

    @Test func peakCountsWhatIsAliveTogether() throws {
        // x [3] and the product [2] while the product is made, then product and activation.
        #expect(try SmallModels.perceptron().peakLiveBytes == 12 + 8)
        // "total" is an output and lives to the end; a, b die after "sum". The peak is at "total":
        // flipped, reshaped and total, six floats each; later nodes hold 24 + 48 + 48.
        #expect(try SmallModels.mixed().peakLiveBytes == 24 + 48 + 48)
    }

    @Test func encodesCanonically() throws {
        let model = try SmallModels.mixed()
        let again = try Program(decoding: model.programBytes, rules: .canonical)
        #expect(again == model.program)
        #expect(again.encoded() == model.programBytes)
    }

    @Test func modelIDFollowsItsDefinition() throws {
        let model = try SmallModels.perceptron()
        var bytes = Bytes("AIVM/model/1".utf8) + [0, 0, 0, 1]
        bytes += SHA256.hash(model.programBytes).bytes
        bytes += SHA256.hash([0] + model.weights).bytes
        #expect(model.modelID == SHA256.hash(bytes))
    }

    @Test func cutsWeightsIntoChunksOfOneMebibyte() throws {
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [1]))
        let count = (1 << 18) + 5
        let large = builder.addConstant(
            "large", Tensor([Float](repeating: 1.5, count: count), shape: try Shape([count])))
        builder.addOutput("y", builder.addNode("Add", [x, large])[0])
        let model = try builder.build()
        #expect(model.weightChunks.map(\.count) == [1 << 20, 20])
        let leaves = model.weightChunks.map { SHA256.hash([0] + $0).bytes }
        #expect(model.weightsRoot == SHA256.hash([1] + leaves[0] + leaves[1]))
    }

    @Test func everyBitOfProgramAndWeightsChangesTheModelID() throws {
        let model = try SmallModels.perceptron()
        var weights = model.weights
        weights[3] ^= 1
        let other = try Model(program: model.program, weights: weights)
        #expect(other.modelID != model.modelID)
        var program = model.program
        program.nodes[0].name = "Product"
        #expect(try Model(program: program, weights: model.weights).modelID != model.modelID)
    }
}
