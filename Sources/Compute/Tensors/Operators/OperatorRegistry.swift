// The list of operators. To add one: write its file in this folder and its rule in
// Documentation/arithmetic.md, and list it here.

/// Finds operators by their ONNX names.
public enum OperatorRegistry {
    /// Every operator, sorted by name.
    static let operators: [any Operator.Type] = []

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
