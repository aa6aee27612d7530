// Attributes with a number for each spatial axis.

extension OperatorCall {
    /// The list attribute `name` with `count` values from `minimum` on; `nil` when absent. Throws
    /// `wrongAttribute`.
    func spatialList(
        _ name: String, _ count: Int, minimum: Int
    ) throws(OperatorError) -> [Int]? {
        guard let values = try attributes.ints(name) else { return nil }
        guard values.count == count else {
            throw .wrongAttribute(name: name, reason: "has \(values.count) values, not \(count)")
        }
        for value in values where value < minimum || value > WindowGeometry.largestAttribute {
            throw .wrongAttribute(name: name, reason: "has the value \(value)")
        }
        return values
    }
}
