// What the chain knows of running models: bytes go in, a checked model with its schema, gas and
// ModelID comes out, and it runs under a gas limit. No module sees the machine behind it.

public import Base
import Cryptography
public import Machine
public import Models
public import Tensors

/// Checks, prepares and runs models that arrive as hostile bytes.
public struct InferenceEngine: Sendable {
    /// Most inputs, and most outputs, of a model that arrives as bytes.
    public static let maximumPortCount = 64

    /// Bounds on a model.
    public let limits: ModelLimits
    private let kernels: Kernels
    private let schedule: GasSchedule

    /// Makes an engine.
    ///
    /// - Parameters:
    ///   - limits: bounds on a model; part of consensus on a chain.
    ///   - kernels: the code that computes; every choice gives the same bits.
    ///   - schedule: gas of a run; part of consensus on a chain.
    public init(
        limits: ModelLimits = .chain, kernels: Kernels = .best, schedule: GasSchedule = .version1
    ) {
        self.limits = limits
        self.kernels = kernels
        self.schedule = schedule
    }

    /// Checks a program and its weights completely, and makes them ready to run.
    ///
    /// - Throws: `invalidModel` with what is wrong and where.
    /// - Complexity: one pass over the program, one SHA-256 over the weights, two copies of them.
    public func load(
        programBytes: Bytes, weights: Bytes
    ) throws(VerificationError) -> LoadedModel {
        let model: Model
        do throws(ModelError) {
            model = try Model(programBytes: programBytes, weights: weights, limits: limits)
            for (ports, count) in [
                ("the inputs", model.program.inputs.count),
                ("the outputs", model.program.outputs.count),
            ] where count > InferenceEngine.maximumPortCount {
                throw ModelError.tooMany(
                    .values, of: ports, limit: InferenceEngine.maximumPortCount, actual: count)
            }
        } catch {
            throw .invalidModel(error)
        }
        return try prepare(model)
    }

    /// Makes a checked model ready to run.
    ///
    /// - Throws: `invalidModel` when the model's types are not all known before a run, or an input
    ///   or output holds texts.
    public func prepare(_ model: Model) throws(VerificationError) -> LoadedModel {
        // Gas is paid before a run, so it must be known before a run; and a schema fixes the size
        // of an answer, which texts do not.
        guard model.isStatic else { throw .invalidModel(.notStatic) }
        let types = (model.inputs + model.outputs).compactMap(\.type)
        guard types.allSatisfy(\.element.isFixedSize) else {
            throw .invalidModel(
                .unknownElementType(
                    of: "an input or output", UInt32(bitPattern: ElementType.string.rawValue)))
        }
        do throws(MachineError) {
            return LoadedModel(
                try Interpreter(model: model, kernels: kernels, schedule: schedule))
        } catch {
            throw .executionFailed(error)
        }
    }

    /// Runs a model. The result depends on the model and the input only.
    ///
    /// - Parameters:
    ///   - input: one tensor per input of the model, in any order.
    ///   - gasLimit: most gas; compared with ``LoadedModel/gas`` before anything runs.
    /// - Throws: `gasLimitExceeded`, `wrongTensors`, or `executionFailed` when an operator refuses
    ///   values that its type allows.
    public func run(
        _ model: LoadedModel, on input: TensorSet, gasLimit: UInt64
    ) throws(VerificationError) -> Inference {
        guard model.gas <= gasLimit else {
            throw .gasLimitExceeded(needed: model.gas, limit: gasLimit)
        }
        let tensors = try input.tensors(for: model.inputs)
        let execution: Execution
        do throws(MachineError) {
            execution = try model.interpreter.run(
                tensors,
                limits: ExecutionLimits(gas: gasLimit, liveBytes: limits.maximumLiveBytes))
        } catch {
            throw .executionFailed(error)
        }
        guard let traceRoot = execution.traceRoot else {
            preconditionFailure("a traced run has a trace root")
        }
        let canonicalInput = TensorSet(tensors)
        let output = TensorSet(execution.outputs)
        return Inference(
            input: canonicalInput, output: output,
            statement: Statement(
                modelID: model.modelID, arithmeticVersion: model.arithmeticVersion,
                input: canonicalInput, output: output),
            gasUsed: execution.gasUsed, traceRoot: traceRoot)
    }
}

/// A checked model, ready to run any number of times. Immutable; a reference, so that passing it
/// on costs nothing.
public final class LoadedModel: Sendable {
    /// Hash that names the model.
    public let modelID: Hash256
    /// Arithmetic version it runs under.
    public let arithmeticVersion: UInt32
    /// SHA-256 of the program's bytes.
    public let programHash: Hash256
    /// Merkle root over the weight chunks.
    public let weightsRoot: Hash256
    /// Inputs in the program's order.
    public let inputs: [TensorSchema]
    /// Outputs in the program's order.
    public let outputs: [TensorSchema]
    /// Gas of each run.
    public let gas: UInt64
    /// Number of bytes this model takes in memory, about.
    public let memoryByteCount: Int
    let interpreter: Interpreter

    init(_ interpreter: Interpreter) {
        let model = interpreter.model
        modelID = model.modelID
        arithmeticVersion = model.program.arithmeticVersion
        programHash = model.programHash
        weightsRoot = model.weightsRoot
        inputs = model.inputs.compactMap { port in
            port.type.map { TensorSchema(port.name, $0) }
        }
        outputs = model.outputs.compactMap { port in
            port.type.map { TensorSchema(port.name, $0) }
        }
        gas = interpreter.gas
        // Weights as bytes, decoded and packed; a decoded program is some ten times its bytes.
        memoryByteCount = 3 * model.weightByteCount + 10 * model.programBytes.count
        self.interpreter = interpreter
    }
}

/// A finished run.
public struct Inference: Sendable, Equatable {
    /// The inputs in canonical form.
    public var input: TensorSet
    /// The outputs in canonical form.
    public var output: TensorSet
    /// What the run shows.
    public var statement: Statement
    /// Gas the run cost.
    public var gasUsed: UInt64
    /// Merkle root over the hashes of each operator's outputs.
    public var traceRoot: Hash256

    /// Makes the result of a run.
    public init(
        input: TensorSet, output: TensorSet, statement: Statement, gasUsed: UInt64,
        traceRoot: Hash256
    ) {
        self.input = input
        self.output = output
        self.statement = statement
        self.gasUsed = gasUsed
        self.traceRoot = traceRoot
    }

    /// The evidence that the run gives for ``statement``.
    public var evidence: Evidence { .reexecution(Reexecution(traceRoot: traceRoot)) }
}
