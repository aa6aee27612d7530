// The attributes of Scan: how many inputs are scanned, along which axes and in which direction.

import Models
import Tensors

/// What one Scan node asks for.
struct ScanPlan {
    /// How many inputs carry state; the others are scanned.
    let stateCount: Int
    private let inputAxes: [Int]
    private let inputDirections: [Int]
    private let outputAxes: [Int]
    private let outputDirections: [Int]

    init(_ node: CheckedNode, inputCount: Int, outputCount: Int) throws(MachineError) {
        do throws(OperatorError) {
            let attributes = node.call.attributes
            let scanned = try attributes.int("num_scan_inputs")
            guard scanned >= 1, scanned <= inputCount else {
                throw .wrongAttribute(
                    name: "num_scan_inputs", reason: "is \(scanned) of \(inputCount) inputs")
            }
            stateCount = inputCount - scanned
            guard stateCount <= outputCount else {
                throw .wrongOutputCount(actual: outputCount, expected: stateCount...Int.max)
            }
            let outputs = outputCount - stateCount
            inputAxes = try attributes.list("scan_input_axes", scanned)
            let directions = try attributes.list("scan_input_directions", scanned)
            inputDirections =
                attributes["directions"] == nil
                ? directions : try attributes.list("directions", scanned)
            outputAxes = try attributes.list("scan_output_axes", outputs)
            outputDirections = try attributes.list("scan_output_directions", outputs)
        } catch {
            throw .operatorFailed(node.place, error)
        }
    }

    /// How many steps the scan has; all scanned inputs must agree.
    func length(of sources: [Tensor], _ place: NodePlace) throws(MachineError) -> Int {
        var length: Int?
        for (source, axis) in zip(sources, inputAxes) {
            let extent: Int
            do throws(OperatorError) {
                extent = source.shape.dimensions[try source.shape.axis(axis)]
            } catch {
                throw .operatorFailed(place, error)
            }
            guard length == nil || length == extent else {
                throw .operatorFailed(
                    place,
                    .shapeMismatch(
                        reason: "scanned inputs are equally long",
                        shapes: sources.map(\.shape.dimensions)))
            }
            length = extent
        }
        return length ?? 0
    }

    /// The slice of scanned input `index` at `step`.
    func slice(
        _ source: Tensor, _ index: Int, _ step: Int, _ node: CheckedNode, _ kernels: Kernels
    ) throws(MachineError) -> Tensor {
        let axis = inputAxes[index]
        var position = step
        if inputDirections[index] == 1 {
            do throws(OperatorError) {
                position = source.shape.dimensions[try source.shape.axis(axis)] - 1 - step
            } catch {
                throw .operatorFailed(node.place, error)
            }
        }
        return try source.slice(position, axis: axis, node, kernels)
    }

    func outputAxis(_ index: Int) -> Int { outputAxes[index] }
    func isOutputReversed(_ index: Int) -> Bool { outputDirections[index] == 1 }
}

extension Attributes {
    /// The list `name` of `count` integers, zeros when absent.
    fileprivate func list(_ name: String, _ count: Int) throws(OperatorError) -> [Int] {
        guard let values = try ints(name) else { return [Int](repeating: 0, count: count) }
        guard values.count == count else {
            throw .wrongAttribute(name: name, reason: "has \(values.count) values, not \(count)")
        }
        return values
    }
}

extension Tensor {
    /// The slice at `position` of `axis`, without that axis.
    func slice(
        _ position: Int, axis: Int, _ node: CheckedNode, _ kernels: Kernels
    ) throws(MachineError) -> Tensor {
        try node.apply(
            "Gather", [self, Tensor([Int64(position)], shape: [])],
            [("axis", .int(Int64(axis)))], kernels)
    }
}

extension CheckedNode {
    /// The one output of the tensor operator `name` of opset 13, run within this node.
    func apply(
        _ name: String, _ inputs: [Tensor], _ attributes: [(String, AttributeValue)],
        _ kernels: Kernels
    ) throws(MachineError) -> Tensor {
        guard let operation = OperatorRegistry.find(name) else {
            preconditionFailure("\(name) is registered")
        }
        do throws(OperatorError) {
            let call = OperatorCall(
                attributes: try Attributes(attributes), opset: 13, inputTypes: inputs.map(\.type),
                constants: inputs)
            return try operation.run(call, inputs, using: kernels)[0]
        } catch {
            throw .operatorFailed(place, error)
        }
    }
}
