// From a run to its proof: the machine computes the answer, the relations' own steps compute the
// same answer with a trace of everything between, and the trace is proved. The prover's time and
// memory accesses follow weights and input: prove on a machine of your own.

import Arithmetization
public import Base
public import Commitments
import Cryptography
public import Fields
import Machine
public import Models
import Sumcheck
public import SumcheckProver
import Tensors
public import Verification
import Wire

/// Proves inferences of one model.
public struct InferenceProver: Sendable {
    /// The model.
    public let model: Model
    /// The powers that rows are committed with.
    let key: RowKey
    let relations: ProgramRelations
    let system: RelationSystem
    /// The witness with the weights in it, and nothing else.
    let blank: Witness<Fr>
    let interpreter: Interpreter
    let threads: Int

    /// Prepares a model of the integer profile.
    ///
    /// Cost: without Lagrange points some 30 µs for each of R log R points, where R is the size of
    /// a row; once.
    ///
    /// - Parameters:
    ///   - powers: gives the first powers of the reference string, as many as are asked for.
    ///   - lagrange: gives, for log2 of R, the Lagrange points of the same string, if it has them.
    ///   - threads: how many to use; the proofs are as good with any number.
    /// - Throws: ``ProvingFailure``, or what `powers` throws.
    public init(
        _ model: Model, threads: Int, powers: (Int) throws -> StructuredReferenceString,
        lagrange: (Int) throws -> [G1Affine]? = { _ in nil }
    ) throws {
        self.model = model
        self.threads = threads
        do {
            relations = try ProgramRelations(model)
            system = try relations.builder.system()
            var witness = Witness<Fr>(system)
            for (tensor, values) in try relations.weightValues() { witness.set(tensor, to: values) }
            blank = witness
            interpreter = try Interpreter(model: model)
        } catch {
            throw ProvingFailure.model("\(error)")
        }
        key = try RowKey(
            rowBits: system.layout.rowBits, threads: threads, powers: powers, lagrange: lagrange)
    }

    /// Whether the reference string is for development: whoever made it can prove anything.
    public var isUnsafe: Bool { key.isUnsafe }

    /// The commitment to the model's weights: hidden by what follows from `seed`, or, without one,
    /// such that everybody who has the weights can compute it.
    public func commit(seed: BlindingSeed?) -> CommittedWeights {
        var stream = seed?.factors("weights", model.modelID.bytes)
        let rows = key.commit(
            .weights, of: blank, threads: threads,
            random: seed == nil ? nil : { stream?.next() ?? Fr.zero })
        var committed = CommittedModel()
        committed.program = model.programBytes
        let weights = Set(relations.weights.map(\.value))
        for (index, value) in model.constantRange.enumerated() where !weights.contains(value) {
            let declared = model.program.constants[index]
            let start = Int(declared.offset)
            committed.constants.append(
                PublicConstant(
                    index: UInt32(index),
                    data: Bytes(model.weights[start..<start + Int(declared.byteCount)])))
        }
        committed.rowBits = UInt32(system.layout.rowBits)
        committed.tau = key.scheme.tauG2.canonicalBigEndian
        committed.isUnsafe = key.isUnsafe
        for row in rows.commitments { KZGRows.append(row, to: &committed.weights) }
        return CommittedWeights(model: committed, rows: rows)
    }

    /// Runs the model on an input and proves its answer.
    ///
    /// - Parameters:
    ///   - input: one tensor for each input of the model, in any order.
    ///   - weights: what ``commit(seed:)`` gave for this model.
    ///   - choice: what the statement tells.
    ///   - context: what the proof is bound to besides, at most 64 bytes.
    ///   - progress: is told of each phase as it begins.
    /// - Returns: the proof with all that is needed to check it, and the answer, which the proof
    ///   may not tell.
    public func prove(
        _ input: TensorSet, weights: CommittedWeights, _ choice: DisclosureOptions,
        context: Bytes = [], progress: (ProofPhase) -> Void = { _ in }
    ) throws -> (proven: ProvenInference, output: TensorSet) {
        guard context.count <= InferenceProof.maximumContextBytes else {
            throw ProvingFailure.context(byteCount: context.count)
        }
        let schemas = model.inputs.compactMap { port in
            port.type.map { TensorSchema(port.name, $0) }
        }
        let tensors = try input.canonical(for: schemas).namedTensors()
        let outputs = try interpreter.run(tensors, options: .untraced).outputs
        let witness = try witness(tensors.map(\.tensor), outputs.map(\.tensor))
        let (canonicalInput, output) = (TensorSet(tensors), TensorSet(outputs))
        let (inputSide, outputSide) = (
            side(
                .input, choice.input, canonicalInput, witness, choice.inputSeed ?? choice.seed),
            side(.output, choice.output, output, witness, choice.seed)
        )
        var proven = ProvenInference()
        proven.model = weights.model
        proven.statement.modelID = weights.model.modelID.bytes
        proven.statement.arithmeticVersion = model.program.arithmeticVersion
        proven.statement.inputCommitment = inputSide.commitment
        proven.statement.outputCommitment = outputSide.commitment
        if choice.input == .open { proven.input = canonicalInput }
        if choice.output == .open { proven.output = output }
        proven.proof.input = choice.input
        proven.proof.output = choice.output
        proven.proof.inputRows = inputSide.rows
        proven.proof.outputRows = outputSide.rows
        proven.proof.hides = choice.hides
        proven.proof.context = context
        let request = ProofRequest<KZGRows>(
            context: ProvableModel.transcriptContext(proven.statement, context),
            weights: weights.rows, input: inputSide.choice, output: outputSide.choice,
            hiding: choice.hides)
        var random = BlindingSeed.random().factors("proof", proven.statement.encoded())
        let made = try key.prove(
            witness, request, threads: threads, random: { random.next() }, progress: progress)
        proven.proof.proof = made.proof.encoded
        return (proven, output)
    }

    /// The trace of a run; its outputs are compared with the machine's.
    private func witness(_ inputs: [Tensor], _ outputs: [Tensor]) throws -> Witness<Fr> {
        var witness = blank
        for (input, values) in zip(relations.inputs, try relations.inputIntegers(of: inputs)) {
            witness.set(input.tensor, to: values)
        }
        let builder = relations.builder
        try witness.run(builder.steps, tables: builder.tables)
        let own = relations.outputs.map { witness.integers($0.tensor) }
        guard try relations.outputIntegers(of: outputs) == own else {
            throw ProvingFailure.disagreement
        }
        return witness
    }

    private func side(
        _ tensorClass: TensorClass, _ disclosure: TensorDisclosure, _ tensors: TensorSet,
        _ witness: Witness<Fr>, _ seed: BlindingSeed
    ) -> (commitment: Bytes, rows: Bytes, choice: DisclosureChoice<KZGRows>) {
        switch disclosure {
        case .open: return (tensors.commitment.bytes, [], .open)
        case .secret: return (InferenceProof.secretCommitment, [], .secret)
        case .committed:
            var stream = seed.factors(of: tensors)
            let committed = key.commit(
                tensorClass, of: witness, threads: threads, random: { stream.next() })
            let rows = KZGRows.encoded(committed.commitments)
            return (InferenceProof.commitment(toRows: rows).bytes, rows, .committed(committed))
        }
    }
}

/// A committed model with the blinding factors of its weights.
public struct CommittedWeights: Sendable {
    /// What everybody may see.
    public let model: CommittedModel
    /// Commitments with their factors.
    let rows: CommittedRows<KZGRows>
}

/// What a statement shall tell.
public struct DisclosureOptions: Sendable {
    /// Of the input.
    public var input: TensorDisclosure
    /// Of the output.
    public var output: TensorDisclosure
    /// Whether the proof shall tell nothing but the statement.
    public var hides: Bool
    /// What hides committed inputs and outputs: with the same seed a tensor has the same
    /// commitment.
    public var seed: BlindingSeed
    /// What hides a committed input, where somebody else committed to it (``InputCommitter``).
    public var inputSeed: BlindingSeed?

    /// Options.
    public init(
        input: TensorDisclosure = .open, output: TensorDisclosure = .open, hides: Bool = true,
        seed: BlindingSeed = .random(), inputSeed: BlindingSeed? = nil
    ) {
        self.inputSeed = inputSeed
        self.input = input
        self.output = output
        self.hides = hides
        self.seed = seed
    }
}
