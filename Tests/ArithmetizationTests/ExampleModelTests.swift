import Arithmetization
import Fields
import Foundation
import Models
import Sumcheck
import SumcheckProver
import Tensors
import TestSupport
import Testing

@Suite struct ExampleModelTests {
    /// Random inputs for each model: 10, or 1,000 where AIVM_AGREEMENT is set, which takes a
    /// minute.
    private static let inputCount =
        ProcessInfo.processInfo.environment["AIVM_AGREEMENT"] == nil ? 10 : 1_000

    private static let models: [(String, Int)] = [
        ("credit_mlp", 9), ("digits_mlp", 10), ("digits_cnn", 10), ("mlp_1m", 12), ("tinygpt", 12),
        ("tinygpt_decomp", 12),
    ]

    /// The trace that the steps compute is the machine's, bit for bit, and keeps every relation.
    @Test(arguments: models)
    func computesWhatTheMachineComputes(name: String, rowBits: Int) throws {
        let example = try ExampleRelations(name)
        for (index, sample) in example.samples.enumerated() {
            let witness = try example.witness(sample, rowBits: rowBits)
            let own = example.relations.outputs.map { witness.integers($0.tensor) }
            #expect(try own == example.answers(sample))
            if index == 0, name != "mlp_1m" { try witness.check() }
        }
    }

    /// Inputs of usual size and at the ends of int16, which saturate nearly everything.
    @Test(arguments: models)
    func agreesWithTheMachineOnRandomInputs(name: String, rowBits: Int) throws {
        let example = try ExampleRelations(name, sampleCount: 1)
        var generator = SeededGenerator(seed: 31)
        let runner = try ExampleRunner(example, rowBits: rowBits)
        for number in 0..<ExampleModelTests.inputCount {
            let inputs = example.model.inputs.map { port -> NamedTensor in
                let count = port.type?.shape.elementCount ?? 0
                let shape = port.type?.shape ?? [0]
                if port.type?.element == .int64 {
                    let ids = (0..<count).map { _ in Int64(generator.int(in: -2...60)) }
                    return NamedTensor(name: port.name, tensor: Tensor(ids, shape: shape))
                }
                let reach = generator.element(of: [300, 6_000, 32_767])
                let values = (0..<count).map { _ in Int16(generator.int(in: -reach...reach)) }
                return NamedTensor(name: port.name, tensor: Tensor(values, shape: shape))
            }
            let (own, machine) = try runner.run(inputs)
            #expect(own == machine, "input \(number)")
        }
    }

    @Test(arguments: models, [false, true])
    func provesAnInference(model: (String, Int), hiding: Bool) throws {
        let (name, rowBits) = model
        let example = try ExampleRelations(name, sampleCount: 1)
        let witness = try example.witness(example.samples[0], rowBits: rowBits)
        let key = try RowKey.forDevelopment(tau: Fr(0x5EED), rowBits: rowBits)
        let random = Elements(seed: 42)
        let weights = key.commit(.weights, of: witness, threads: 2, random: random.next)
        let request = ProofRequest<KZGRows>(
            context: Array(name.utf8), weights: weights, input: hiding ? .secret : .open,
            output: .open, hiding: hiding)
        let (statement, proof) = try key.prove(witness, request, threads: 2, random: random.next)
        let bytes = proof.encoded
        let read = try SumcheckProof<KZGRows>(
            encoded: bytes, system: witness.system, statement: statement)
        try key.scheme.verify(read, of: statement, system: witness.system)
        let bound = SoundnessBound(witness.system).bits(fieldBits: 253)
        print("\(name): \(bytes.count) bytes, \(bound) bits of soundness")
        #expect(bound >= 100)
        #expect(bytes.count <= (name.hasPrefix("tinygpt") ? 48 : 32) * 1024)
    }

    @Test func refusesProgramsThatAreNotIntegers() throws {
        let stem = PackageRoot.path("Examples/models/credit_mlp")
        let float = try floatModel(at: stem + ".onnx")
        #expect(throws: ArithmetizationError.notInteger) { _ = try ProgramRelations(float) }
    }
}
