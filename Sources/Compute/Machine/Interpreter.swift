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
    /// The gas of each run.
    public let gas: UInt64
    private let steps: [Step]
    /// The value table at the start of a run: constants in their places, all else empty.
    private let initialValues: [Tensor?]

    /// One node, ready to run.
    private struct Step: Sendable {
        var operation: any PreparedOperator
        /// Value numbers of the inputs, `nil` for an omitted one.
        var inputs: [Int?]
        /// Value numbers of the outputs.
        var outputs: Range<Int>
        /// Values that nothing needs afterwards.
        var releases: [Int]
    }

    /// Prepares `model` for running.
    ///
    /// - Parameters:
    ///   - kernels: the code that computes; every choice gives the same bits.
    ///   - schedule: the prices.
    /// - Complexity: copies the weights at most twice: decoded, and packed for the kernels.
    public init(
        model: Model, kernels: Kernels = .best, schedule: GasSchedule = .version1
    ) throws(MachineError) {
        self.model = model
        gas = schedule.gas(for: model)
        var values = [Tensor?](repeating: nil, count: model.valueTypes.count)
        for value in model.constantRange {
            do throws(ModelError) {
                values[value] = try model.constant(value)
            } catch {
                throw .invalidModel(error)
            }
        }
        initialValues = values
        var next = model.constantRange.upperBound
        var steps: [Step] = []
        for (index, node) in model.program.nodes.enumerated() {
            let inputs = node.inputs.map { $0 == 0 ? nil : Int($0) - 1 }
            var call = model.calls[index]
            call.constants = inputs.map { input in
                input.flatMap { model.constantRange.contains($0) ? values[$0] : nil }
            }
            let operation: any PreparedOperator
            do throws(OperatorError) {
                operation = try model.operators[index].prepared(call, using: kernels)
            } catch {
                throw .operatorFailed(model.place(ofNode: index), error)
            }
            let outputs = next..<next + call.outputCount
            steps.append(
                Step(
                    operation: operation, inputs: inputs, outputs: outputs,
                    releases: model.releases[index]))
            next = outputs.upperBound
        }
        self.steps = steps
    }

    /// Runs the model.
    ///
    /// - Parameter inputs: a tensor for each input, by name, in any order.
    /// - Throws: ``MachineError`` when an input is wrong or a limit too low, before anything is
    ///   computed; or when an operator refuses values, such as an index out of range.
    public func run(
        _ inputs: [NamedTensor], limits: ExecutionLimits = .unlimited,
        options: ExecutionOptions = .traced
    ) throws(MachineError) -> Execution {
        guard gas <= limits.gas else {
            throw .gasLimitExceeded(needed: gas, limit: limits.gas)
        }
        guard model.peakLiveBytes <= limits.liveBytes else {
            throw .memoryLimitExceeded(needed: model.peakLiveBytes, limit: limits.liveBytes)
        }
        var values = initialValues
        try place(inputs, in: &values)
        var nodeHashes: [Hash256] = []
        if options.isTracing { nodeHashes.reserveCapacity(steps.count) }
        for index in steps.indices {
            let outputs = try run(index, values)
            if options.isTracing { nodeHashes.append(Trace.nodeHash(of: outputs)) }
            let step = steps[index]
            for (value, output) in zip(step.outputs, outputs) { values[value] = output }
            for value in step.releases { values[value] = nil }
        }
        return Execution(
            outputs: outputs(in: values), gasUsed: gas,
            traceRoot: options.isTracing ? Trace.root(of: nodeHashes) : nil,
            nodeHashes: nodeHashes)
    }

    private func place(
        _ inputs: [NamedTensor], in values: inout [Tensor?]
    ) throws(MachineError) {
        for input in inputs {
            let declared = model.program.inputs.firstIndex { $0.name == input.name }
            guard let index = declared else {
                throw .unknownInput(input.name, expected: model.program.inputs.map(\.name))
            }
            guard values[index] == nil else { throw .repeatedInput(input.name) }
            let expected = model.valueTypes[index]
            let actual = input.tensor.type
            guard actual.element == expected.element else {
                throw .wrongInputElement(
                    input.name, expected: expected.element, actual: actual.element)
            }
            guard actual.shape == expected.shape else {
                throw .wrongInputShape(
                    input.name, expected: expected.shape, actual: actual.shape)
            }
            values[index] = input.tensor
        }
        for (index, input) in model.program.inputs.enumerated() where values[index] == nil {
            throw .missingInput(input.name)
        }
    }

    private func run(_ index: Int, _ values: [Tensor?]) throws(MachineError) -> [Tensor] {
        let step = steps[index]
        let inputs = step.inputs.map { input in input.flatMap { values[$0] } }
        let outputs: [Tensor]
        do throws(OperatorError) {
            outputs = try step.operation.evaluate(inputs)
        } catch {
            throw .operatorFailed(model.place(ofNode: index), error)
        }
        guard outputs.map(\.type).elementsEqual(model.valueTypes[step.outputs]) else {
            throw .inconsistentOperator(model.place(ofNode: index))
        }
        return outputs
    }

    private func outputs(in values: [Tensor?]) -> [NamedTensor] {
        model.program.outputs.map { output in
            guard let tensor = values[Int(output.value) - 1] else {
                preconditionFailure("an output lives to the end of the run")
            }
            return NamedTensor(name: output.name, tensor: tensor)
        }
    }
}
