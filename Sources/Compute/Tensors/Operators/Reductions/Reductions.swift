// ReduceSum, ReduceMean, ReduceMax, ReduceMin, ReduceProd, ReduceL1, ReduceL2, ReduceSumSquare,
// ReduceLogSum, ReduceLogSumExp: one number for all elements along some axes. What each computes is
// in `ReductionRules.swift`; here are axes and shapes. ONNX opsets 1 to 27.

/// The operators that make one number, or one position, of many.
enum ReductionFamily {
    static let operators: [any Operator.Type] = [
        ArgMaxOperator.self,
        ArgMinOperator.self,
        CumProdOperator.self,
        CumSumOperator.self,
        ReduceL1Operator.self,
        ReduceL2Operator.self,
        ReduceLogSumExpOperator.self,
        ReduceLogSumOperator.self,
        ReduceMaxOperator.self,
        ReduceMeanOperator.self,
        ReduceMinOperator.self,
        ReduceProdOperator.self,
        ReduceSumOperator.self,
        ReduceSumSquareOperator.self,
        TopKOperator.self,
    ]
}

/// A reduction along axes.
protocol ReductionOperator: Operator {
    /// What becomes of the elements.
    static var reduction: Reduction { get }
    /// The opset from which the axes are an input.
    static var firstOpsetOfAxesInput: Int { get }
}

extension ReductionOperator {
    static var attributeNames: [String] { ["axes", "keepdims", "noop_with_empty_axes"] }
    static var inputCount: ClosedRange<Int> { 1...2 }
    static var outputCount: ClosedRange<Int> { 1...1 }
    static var firstOpsetOfAxesInput: Int { 18 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        if type.element != .bool || !reduction.isComparison || call.opset < 20 {
            _ = try call.numericType(0)
        }
        let keeps = try call.attributes.flag("keepdims", default: true)
        guard let axes = try axes(call, type.shape) else { return [type] }
        return [TensorType(type.element, try type.shape.reduced(axes, keeps: keeps))]
    }

    /// The reduced axes, ascending; `nil` when no axes are reduced and the shape stays.
    private static func axes(
        _ call: OperatorCall, _ shape: Shape
    ) throws(OperatorError) -> [Int]? {
        let named: [Int]?
        if call.opset < firstOpsetOfAxesInput {
            try call.refuse("noop_with_empty_axes")
            guard call.inputTypes.count == 1 else {
                throw .wrongInputCount(actual: call.inputTypes.count, expected: 1...1)
            }
            named = try call.attributes.ints("axes")
        } else {
            try call.refuse("axes")
            named = call.hasInput(1) ? try call.constantIndices(1) : nil
        }
        let isStaying = try call.attributes.flag("noop_with_empty_axes", default: false)
        guard let named, !named.isEmpty else {
            return isStaying ? nil : Array(0..<shape.rank)
        }
        return try shape.sortedAxes(named)
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        let count = UInt64(call.inputTypes.first??.shape.elementCount ?? 0)
        work.elements += count.multipliedSaturating(2)
        switch reduction {
        case .logarithmOfSumOfExponentials: work.functions = work.elements
        case .logarithmOfSum, .l2: work.functions = UInt64(outputs.first?.shape.elementCount ?? 0)
        default: break
        }
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let call = call.knowing(inputs)
        let type = try outputTypes(call)[0]
        let axes = try axes(call, input.shape)
        // A sum of one element is that element, −0 too, when nothing is reduced.
        if axes == nil, reduction == .sum || reduction == .mean { return [input] }
        let rows = AxisRows(input.shape, axes: axes ?? [])
        return [try reduction.apply(to: input, rows, shape: type.shape, kernels)]
    }
}

extension Shape {
    /// The shape without `axes`, or with extent 1 there.
    func reduced(_ axes: [Int], keeps: Bool) throws(OperatorError) -> Shape {
        var result: [Int] = []
        for (axis, extent) in dimensions.enumerated() {
            if !axes.contains(axis) {
                result.append(extent)
            } else if keeps {
                result.append(1)
            }
        }
        return try Shape(result)
    }
}

enum ReduceSumOperator: ReductionOperator {
    static let name = "ReduceSum"
    static let reduction = Reduction.sum
    static let firstOpsetOfAxesInput = 13
}

enum ReduceMeanOperator: ReductionOperator {
    static let name = "ReduceMean"
    static let reduction = Reduction.mean
}

enum ReduceMaxOperator: ReductionOperator {
    static let name = "ReduceMax"
    static let reduction = Reduction.maximum
}

enum ReduceMinOperator: ReductionOperator {
    static let name = "ReduceMin"
    static let reduction = Reduction.minimum
}

enum ReduceProdOperator: ReductionOperator {
    static let name = "ReduceProd"
    static let reduction = Reduction.product
}

enum ReduceL1Operator: ReductionOperator {
    static let name = "ReduceL1"
    static let reduction = Reduction.l1
}

enum ReduceL2Operator: ReductionOperator {
    static let name = "ReduceL2"
    static let reduction = Reduction.l2
}

enum ReduceSumSquareOperator: ReductionOperator {
    static let name = "ReduceSumSquare"
    static let reduction = Reduction.sumOfSquares
}

enum ReduceLogSumOperator: ReductionOperator {
    static let name = "ReduceLogSum"
    static let reduction = Reduction.logarithmOfSum
}

enum ReduceLogSumExpOperator: ReductionOperator {
    static let name = "ReduceLogSumExp"
    static let reduction = Reduction.logarithmOfSumOfExponentials
}
