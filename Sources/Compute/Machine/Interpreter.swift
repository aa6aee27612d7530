// The machine: it runs the nodes of a checked program one after the other, in the order of the
// file. Whatever can be known before a run is worked out when the interpreter is made: constants
// are decoded and packed, gas is summed, and for every value the node after which it is let go.

import Base
public import Models
public import Tensors

/// Runs one model, any number of times, from any number of threads.
public struct Interpreter: Sendable {
    /// The model.
    public let model: Model
    /// The gas of each run of a static model; the least of one that is not.
    public let gas: UInt64
    let kernels: Kernels
    private let schedule: GasSchedule
    /// Bytes of constants in the forms that kernels keep of them.
    let packedByteCount: Int
    let steps: [PreparedStep]
    /// The steps of a run without trace.
    let fusedSteps: [PreparedStep]
    /// The value table at the start of a run: the constants that steps read in their places, all
    /// else empty.
    let initialValues: [RuntimeValue?]

    /// Prepares `model` for running.
    ///
    /// - Parameters:
    ///   - kernels: the code that computes; every choice gives the same bits.
    ///   - schedule: the prices.
    /// - Complexity: copies each weight once: packed for the kernels where all that read it are
    ///   products or convolutions, else decoded.
    public init(
        model: Model, kernels: Kernels = .best, schedule: GasSchedule = .version1
    ) throws(MachineError) {
        try self.init(loading: PendingModel(model), kernels: kernels, schedule: schedule)
    }

    /// Loads a model and prepares it for running, in one pass over its weights.
    ///
    /// - Parameters: as of ``init(model:kernels:schedule:)``.
    /// - Throws: `invalidModel` when the weights are not those that the ModelID names.
    public init(
        loading pending: PendingModel, kernels: Kernels = .best, schedule: GasSchedule = .version1
    ) throws(MachineError) {
        var (constants, model) = try ConstantTable.load(pending)
        self.model = model
        self.kernels = kernels
        self.schedule = schedule
        gas = schedule.gas(for: model)
        var budget = PackingBudget(weightByteCount: model.weightByteCount)
        var steps: [PreparedStep] = []
        steps.reserveCapacity(model.nodes.count)
        for (index, node) in model.nodes.enumerated() {
            let step = try PreparedStep(
                node, using: kernels, &budget, packed: constants.packed(for: node, numbered: index)
            ) { constants.tensor($0) }
            constants.finish(step)
            steps.append(step)
        }
        self.steps = steps
        packedByteCount = constants.packedByteCount + budget.used
        initialValues = constants.values
        fusedSteps = FusedPlan.fuse(
            steps, outputs: model.program.outputs.map { Int($0.value) - 1 },
            constants: constants.values, held: model.constantRange, kernels: kernels)
    }

    /// Runs the model on tensors.
    ///
    /// - Parameters:
    ///   - inputs: a tensor for each input, by name, in any order.
    ///   - seed: what random operators draw their numbers from; part of the request.
    ///   - observer: told of every step. An untraced run may carry out several nodes in one step.
    /// - Throws: ``MachineError`` when an input is wrong or a limit too low, before anything is
    ///   computed where the model is static; or when an operator refuses values, such as an index
    ///   out of range; `wrongValueKind` when an output is no tensor.
    public func run(
        _ inputs: [NamedTensor], limits: ExecutionLimits = .unlimited,
        options: ExecutionOptions = .traced, seed: UInt64 = 0,
        observer: StepObserver? = nil
    ) throws(MachineError) -> Execution {
        let execution = try run(
            values: inputs.map { NamedValue(name: $0.name, value: .tensor($0.tensor)) },
            limits: limits, options: options, seed: seed, observer: observer)
        var outputs: [NamedTensor] = []
        for output in execution.outputs {
            guard let tensor = output.value.tensor else {
                throw .wrongValueKind(
                    of: "output \"\(output.name)\"", expected: "a tensor",
                    actual: output.value.kind)
            }
            outputs.append(NamedTensor(name: output.name, tensor: tensor))
        }
        return Execution(
            outputs: outputs, gasUsed: execution.gasUsed, traceRoot: execution.traceRoot,
            nodeHashes: execution.nodeHashes)
    }

    /// Runs the model on values of any kind; see ``run(_:limits:options:seed:observer:)``.
    public func run(
        values inputs: [NamedValue], limits: ExecutionLimits = .unlimited,
        options: ExecutionOptions = .traced, seed: UInt64 = 0,
        observer: StepObserver? = nil
    ) throws(MachineError) -> ValueExecution {
        var run = Run(
            kernels: kernels, seed: seed,
            meter: try Meter(
                limits: limits, schedule: schedule, gas: gas, liveBytes: model.peakLiveBytes))
        var frame = Frame(initialValues, isPrepaid: true, isCounting: !model.isStatic)
        try place(inputs, in: &frame.values)
        var nodeHashes: [Hash256] = []
        if options.isTracing { nodeHashes.reserveCapacity(steps.count) }
        for step in options.isTracing ? steps : fusedSteps {
            try run.carryOut(step, in: &frame)
            if options.isTracing {
                nodeHashes.append(
                    Trace.nodeHash(ofValues: step.node.outputs.compactMap { frame.values[$0] }))
            }
            let types =
                observer == nil ? [] : step.node.outputs.map { frame.values[$0]?.tensor?.type }
            frame.release(step.node.releases, &run.meter)
            observer?(
                StepEvent(
                    place: step.node.place, operatorNames: step.operatorNames,
                    outputTypes: types, outputHash: nodeHashes.last))
        }
        return ValueExecution(
            outputs: outputs(in: frame.values), gasUsed: run.meter.gas,
            traceRoot: options.isTracing ? Trace.root(of: nodeHashes) : nil,
            nodeHashes: nodeHashes)
    }

    private func place(
        _ inputs: [NamedValue], in values: inout [RuntimeValue?]
    ) throws(MachineError) {
        for input in inputs {
            let declared = model.program.inputs.firstIndex { $0.name == input.name }
            guard let index = declared else {
                throw .unknownInput(input.name, expected: model.program.inputs.map(\.name))
            }
            guard values[index] == nil else { throw .repeatedInput(input.name) }
            if let expected = model.valueTypes[index] {
                guard let actual = input.value.tensor?.type else {
                    throw .wrongValueKind(
                        of: "input \"\(input.name)\"", expected: "a tensor",
                        actual: input.value.kind)
                }
                guard actual.element == expected.element else {
                    throw .wrongInputElement(
                        input.name, expected: expected.element, actual: actual.element)
                }
                guard actual.shape == expected.shape else {
                    throw .wrongInputShape(
                        input.name, expected: expected.shape, actual: actual.shape)
                }
            }
            values[index] = input.value
        }
        for (index, input) in model.program.inputs.enumerated() where values[index] == nil {
            throw .missingInput(input.name)
        }
    }

    private func outputs(in values: [RuntimeValue?]) -> [NamedValue] {
        model.program.outputs.map { output in
            guard let value = values[Int(output.value) - 1] else {
                preconditionFailure("an output lives to the end of the run")
            }
            return NamedValue(name: output.name, value: value)
        }
    }
}
