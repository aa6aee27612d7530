// Random programs of the integer profile: what the steps compute is what the machine computes, a
// proof of it is accepted, and a proof of anything else is not.

import Arithmetization
import Fields
import IntegerModels
import Machine
import Models
import Sumcheck
import Tensors
import TestSupport
import Testing

@testable import SumcheckProver

/// A random program with its relations, and the machine's values where relations begin and end.
struct RandomProgram {
    let random: RandomIntegerModel
    let relations: ProgramRelations
    private let observer: Interpreter
    private var generator: SeededGenerator

    init(seed: UInt64) throws {
        let random = try RandomIntegerModel(seed: seed)
        try self.init(random, random.model, seed: seed)
    }

    /// A program that takes the inputs of a random one.
    init(_ random: RandomIntegerModel, _ model: Model, seed: UInt64) throws {
        self.random = random
        relations = try ProgramRelations(model)
        let ends = relations.inputs.map(\.value) + relations.outputs.map(\.value)
        observer = try Interpreter(model: model.observing(ends))
        generator = SeededGenerator(seed: seed &+ 7_000)
    }

    /// The witness of random inputs, and what the machine answers.
    mutating func example(
        rowBits: Int = 8
    ) throws -> (witness: Witness<Fr>, outputs: [[Int64]]) {
        let inputs = random.inputs(using: &generator)
        let ends = try observer.run(inputs, options: .untraced).outputs.map {
            $0.tensor.wholeNumbers ?? []
        }
        var witness = Witness<Fr>(try relations.builder.system(rowBits: rowBits))
        for (tensor, values) in try relations.weightValues() { witness.set(tensor, to: values) }
        for (input, values) in zip(relations.inputs, ends) { witness.set(input.tensor, to: values) }
        try witness.run(relations.builder.steps, tables: relations.builder.tables)
        return (witness, Array(ends.dropFirst(relations.inputs.count)))
    }
}

/// Programs whose bytes are damaged.
@Suite struct DamagedProgramTests {
    /// They are refused, or have relations that compute what the machine computes.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func damagedProgramsAreRefusedOrRelated(seed: UInt64) throws {
        let random = try RandomIntegerModel(seed: seed)
        var generator = SeededGenerator(seed: seed)
        var limits = ModelLimits.chain
        limits.maximumElements = 1 << 12
        for _ in 0..<60 {
            var bytes = random.model.programBytes
            for _ in 0...generator.int(in: 0...2) {
                let place = generator.int(in: bytes.indices)
                bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            }
            guard
                let model = try? Model(
                    programBytes: bytes, weights: random.model.weights, limits: limits),
                GasSchedule.version1.gas(for: model) < 1_000_000,
                model.inputs == random.model.inputs,
                var program = try? RandomProgram(random, model, seed: seed)
            else { continue }
            do {
                let (witness, outputs) = try program.example()
                let own = program.relations.outputs.map { witness.integers($0.tensor) }
                #expect(own == outputs)
            } catch is SumcheckError {
                continue
            }
        }
    }
}

@Suite struct RandomProgramTests {
    private static let rowBits = 8
    private static let key = try? RowKey.forDevelopment(tau: Fr(0xABCD_EF12), rowBits: rowBits)

    /// The verifier's answer to a proof of a witness that is changed on the way.
    private func verdict(
        _ witness: Witness<Fr>, hiding: Bool, seed: UInt64,
        _ tamper: (ProofPhase, inout Witness<Fr>) -> Void = { _, _ in }
    ) throws -> SumcheckError? {
        let key = try #require(RandomProgramTests.key)
        let random = Elements(seed: seed)
        let weights = key.commit(
            .weights, of: witness, threads: 1, random: hiding ? random.next : nil)
        let request = ProofRequest<KZGRows>(
            context: [], weights: weights, input: hiding ? .secret : .open, output: .open,
            hiding: hiding)
        do throws(SumcheckError) {
            let (statement, proof) = try key.prove(
                witness, request, threads: 1, random: random.next, progress: { _ in },
                tamper: tamper)
            let read = try SumcheckProof<KZGRows>(
                encoded: proof.encoded, system: witness.system, statement: statement)
            try key.scheme.verify(read, of: statement, system: witness.system)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func programsProveAndMutantsDoNot(seed: UInt64) throws {
        var program = try RandomProgram(seed: seed)
        let (witness, outputs) = try program.example(rowBits: RandomProgramTests.rowBits)
        let own = program.relations.outputs.map { witness.integers($0.tensor) }
        #expect(own == outputs)
        try witness.check()
        let hiding = seed % 4 != 0
        #expect(try verdict(witness, hiding: hiding, seed: seed) == nil)
        // One value of one tensor that is not the caller's.
        var generator = SeededGenerator(seed: seed)
        let tensors = witness.system.tensors.indices.filter {
            let tensor = witness.system.tensors[$0]
            return $0 < witness.system.declaredCount && tensor.element != .field
                && (tensor.tensorClass == .trace || tensor.tensorClass == .output)
        }
        for _ in 0..<2 {
            let tensor = generator.element(of: tensors)
            let answer = try verdict(witness, hiding: hiding, seed: seed) { phase, witness in
                guard phase == .trace else { return }
                var values = witness.integers(tensor)
                values[generator.int(in: values.indices)] ^= 1
                witness.set(tensor, to: values)
            }
            let name = witness.system.tensors[tensor].name
            #expect(answer != nil, "a change in \(name) is accepted")
        }
    }
}
