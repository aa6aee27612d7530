// The list of operators, family by family. To add one: write it in the file of its family in this
// folder and name it in the family's list; its rule goes into Documentation/arithmetic.md and its
// tests into Tests/TensorsTests.

/// Finds operators by their ONNX names. An operator of another domain than `ai.onnx` has the domain
/// in front: `ai.onnx.ml.Scaler`.
public enum OperatorRegistry {
    /// The newest ONNX operator set whose operators have a meaning here.
    public static let latestOpset = 27

    /// Every operator, sorted by name.
    static let operators: [any Operator.Type] = [
        ActivationFamily.operators,
        ArithmeticFamily.operators,
        AttentionFamily.operators,
        BitFamily.operators,
        ComparisonFamily.operators,
        ConditionFamily.operators,
        ConversionFamily.operators,
        ConvolutionFamily.operators,
        DeterminantFamily.operators,
        EinsumFamily.operators,
        FillingFamily.operators,
        FunctionFamily.operators,
        IntegerFamily.operators,
        LogicFamily.operators,
        LossFamily.operators,
        MatrixFamily.operators,
        MovementFamily.operators,
        NormalizationFamily.operators,
        PoolingFamily.operators,
        PowerFamily.operators,
        QuantizationFamily.operators,
        RandomFamily.operators,
        RecurrentFamily.operators,
        ReductionFamily.operators,
        ReshapeFamily.operators,
        SelectionFamily.operators,
        SignalFamily.operators,
        TabularFamily.operators,
        TextFamily.operators,
        VariadicFamily.operators,
        VisionFamily.operators,
    ].flatMap { $0 }.sorted { $0.name < $1.name }

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
