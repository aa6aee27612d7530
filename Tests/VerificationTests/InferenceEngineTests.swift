import Base
import Cryptography
import Models
import Tensors
import TestSupport
import Testing
import Wire

@testable import Verification

@Suite struct InferenceEngineTests {
    let engine = InferenceEngine()

    @Test func loadedModelTellsWhatTheModelIs() throws {
        let model = try SmallModels.perceptron()
        let loaded = try engine.load(programBytes: model.programBytes, weights: model.weights)
        #expect(loaded.modelID == model.modelID)
        #expect(loaded.programHash == SHA256.hash(model.programBytes))
        #expect(loaded.arithmeticVersion == 1)
        #expect(
            loaded.inputs == [TensorSchema(name: "x", elementType: 1, dimensions: [1, 3])])
        #expect(
            loaded.outputs == [TensorSchema(name: "y", elementType: 1, dimensions: [1, 2])])
        #expect(loaded.gas > 0)
    }

    @Test func identificationNeedsNoWeightsAndAgreesWithTheModel() throws {
        for model in [try SmallModels.perceptron(), try SmallModels.sum()] {
            let hashes = WeightChunks.split(model.weights).map { WeightChunks.hash($0) }
            let identification = try engine.identify(
                programBytes: model.programBytes, weightByteCount: model.weights.count,
                chunkHashes: hashes)
            #expect(identification.modelID == model.modelID)
            #expect(identification.programHash == model.programHash)
            #expect(identification.weightsRoot == model.weightsRoot)
        }
    }

    @Test func identificationRefusesSizesThatDoNotFit() throws {
        let model = try SmallModels.perceptron()
        let hash = WeightChunks.hash(model.weights)
        func code(_ byteCount: Int, _ hashes: [Hash256]) -> UInt32? {
            refusalCode { () throws(VerificationError) in
                try engine.identify(
                    programBytes: model.programBytes, weightByteCount: byteCount,
                    chunkHashes: hashes)
            }
        }
        #expect(code(model.weights.count, [hash]) == nil)
        #expect(code(model.weights.count, []) == 13)
        #expect(code(model.weights.count, [hash, hash]) == 13)
        #expect(code(model.weights.count + 1, [hash]) == 11)
        #expect(code(0, []) == 11)
        #expect(code(1 << 40, []) == 11)
    }

    @Test func gasLimitIsComparedBeforeTheInput() throws {
        let loaded = try engine.prepare(try SmallModels.perceptron())
        #expect(
            refusalCode { () throws(VerificationError) in
                try engine.run(loaded, on: TensorSet(), gasLimit: loaded.gas - 1)
            } == 12)
        let ran = try engine.run(loaded, on: SmallModels.x(), gasLimit: loaded.gas)
        #expect(ran.gasUsed == loaded.gas)
    }

    @Test func inputOfAnotherModelIsRefused() throws {
        let loaded = try engine.prepare(try SmallModels.lookUp())
        #expect(
            refusalCode { () throws(VerificationError) in
                try engine.run(loaded, on: SmallModels.x(), gasLimit: .max)
            } == 7)
    }

    @Test func valuesThatAnOperatorRefusesAreNoTrap() throws {
        let loaded = try engine.prepare(try SmallModels.lookUp())
        for index: Int64 in [3, -4, .max, .min] {
            let input = TensorSet([
                NamedTensor(name: "index", tensor: Tensor([0, index], shape: [2]))
            ])
            #expect(
                refusalCode { () throws(VerificationError) in
                    try engine.run(loaded, on: input, gasLimit: .max)
                } == 8)
        }
    }

    @Test func everyKernelGivesTheSameInference() throws {
        let model = try SmallModels.perceptron()
        let input = SmallModels.x([0.1, Float(bitPattern: 5), .nan])
        let expected = try engine.run(try engine.prepare(model), on: input, gasLimit: .max)
        for kernels in Kernels.available {
            let other = InferenceEngine(kernels: kernels)
            let ran = try other.run(try other.prepare(model), on: input, gasLimit: .max)
            #expect(ran == expected)
        }
    }

    @Test func tooManyInputsAreRefused() throws {
        var builder = ProgramBuilder(opset: 17)
        let inputs = (0...InferenceEngine.maximumPortCount).map {
            builder.addInput("x\($0)", TensorType(.float32, [1]))
        }
        builder.addOutput("y", builder.addNode("Relu", [inputs[0]])[0])
        let model = try builder.build()
        #expect(
            refusalCode { () throws(VerificationError) in
                try engine.load(programBytes: model.programBytes, weights: model.weights)
            } == 11)
    }

    @Test func mutatedModelsAreRefusedOrRun() throws {
        var mutator = Mutator(seed: 20_261_121)
        for model in [
            try SmallModels.perceptron(), try SmallModels.lookUp(), try SmallModels.sum(),
        ] {
            for _ in 0..<400 {
                let program = mutator.mutate(model.programBytes)
                _ = try? engine.identify(
                    programBytes: program, weightByteCount: model.weights.count,
                    chunkHashes: WeightChunks.split(model.weights).map { WeightChunks.hash($0) })
                guard
                    let loaded = try? engine.load(programBytes: program, weights: model.weights),
                    loaded.gas < 1_000_000, let input = loaded.inputs.zeroSet
                else { continue }
                _ = try? engine.run(loaded, on: input, gasLimit: 1_000_000)
            }
        }
    }

    @Test func mutatedInputsAreRefusedOrRun() throws {
        var mutator = Mutator(seed: 7)
        let loaded = try engine.prepare(try SmallModels.perceptron())
        let bytes = SmallModels.x().encoded()
        for _ in 0..<2000 {
            guard let input = try? TensorSet(decoding: mutator.mutate(bytes)) else { continue }
            _ = try? engine.run(loaded, on: input, gasLimit: .max)
        }
    }
}

@Suite struct ModelCacheTests {
    private func loaded(_ first: Float) throws -> LoadedModel {
        try InferenceEngine().prepare(try SmallModels.perceptron([first, 0, 0, 0, 0, 0]))
    }

    @Test func keepsTheModelsUsedLast() throws {
        let models = try (0..<4).map { try loaded(Float($0)) }
        var cache = ContentCache<LoadedModel>(maximumSize: 256 << 20, maximumCount: 3)
        for model in models.prefix(3) { cache.insert(model) }
        #expect(cache.entry(models[0].modelID) === models[0])
        cache.insert(models[3])
        #expect(cache.entry(models[1].modelID) == nil)
        for index in [0, 2, 3] { #expect(cache.entry(models[index].modelID) != nil) }
        #expect(cache.count == 3)
    }

    @Test func staysWithinItsBytes() throws {
        let models = try (0..<3).map { try loaded(Float($0)) }
        let size = models[0].memoryByteCount
        var cache = ContentCache<LoadedModel>(maximumSize: 2 * size)
        for model in models { cache.insert(model) }
        #expect(cache.count == 2)
        #expect(cache.size == 2 * size)
        cache.insert(models[2])
        #expect(cache.count == 2)
        var tiny = ContentCache<LoadedModel>(maximumSize: size - 1)
        tiny.insert(models[0])
        #expect(tiny.count == 0)
    }

    @Test func aCopyIsIndependent() throws {
        let model = try loaded(1)
        var cache = ContentCache<LoadedModel>(maximumSize: 256 << 20)
        let copy = cache
        cache.insert(model)
        #expect(copy.count == 0)
        #expect(cache.count == 1)
    }
}
