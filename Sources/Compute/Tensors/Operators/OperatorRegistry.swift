// The list of operators. To add one: write it in a file of this folder and list it here; its rule
// goes into Documentation/arithmetic.md and its tests into Tests/TensorsTests.

/// Finds operators by their ONNX names.
public enum OperatorRegistry {
    /// Every operator, sorted by name.
    static let operators: [any Operator.Type] = [
        AddOperator.self,
        CastOperator.self,
        ClipOperator.self,
        ConcatOperator.self,
        ConvOperator.self,
        DivOperator.self,
        ErfOperator.self,
        ExpOperator.self,
        FlattenOperator.self,
        GatherOperator.self,
        GemmOperator.self,
        IdentityOperator.self,
        LayerNormalizationOperator.self,
        LogOperator.self,
        MatMulOperator.self,
        MaxPoolOperator.self,
        MulOperator.self,
        NegOperator.self,
        ReduceMeanOperator.self,
        ReluOperator.self,
        ReshapeToOperator.self,
        ShapeOperator.self,
        SigmoidOperator.self,
        SliceOperator.self,
        SoftmaxOperator.self,
        SplitOperator.self,
        SqrtOperator.self,
        SqueezeOperator.self,
        SubOperator.self,
        TanhOperator.self,
        TransposeOperator.self,
        UnsqueezeOperator.self,
    ]

    /// The names of all operators, in ascending order.
    public static let names: [String] = operators.map { $0.name }

    /// The operator called `name`, or `nil`. Binary search.
    public static func find(_ name: String) -> (any Operator.Type)? {
        var low = 0
        var high = operators.count
        while low < high {
            let middle = (low + high) / 2
            if operators[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low < operators.count && operators[low].name == name ? operators[low] : nil
    }
}
