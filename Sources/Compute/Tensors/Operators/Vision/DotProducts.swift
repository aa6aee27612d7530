// Products of matrices that the operators here make of their inputs, by the dot rule, for both float
// types.

/// An element type that the dot rule is defined for.
protocol DotElement: BinaryFloatingPoint, NumericElement {
    /// The product of a (m × k) and b (k × n), row-major: each element a chain of fused
    /// multiply-adds from +0 in blocks of 256 terms.
    static func product(
        _ m: Int, _ n: Int, _ k: Int, _ a: [Self], offset: Int, _ b: [Self], using kernels: Kernels
    ) -> [Self]
}

extension Float: DotElement {
    static func product(
        _ m: Int, _ n: Int, _ k: Int, _ a: [Float], offset: Int, _ b: [Float],
        using kernels: Kernels
    ) -> [Float] {
        Kernels.floats(m * n) { output in
            kernels.product(
                m, n, k, LeftFactor(values: a, offset: offset), .plain(values: b, offset: 0),
                into: output)
        }
    }
}

extension Double: DotElement {
    static func product(
        _ m: Int, _ n: Int, _ k: Int, _ a: [Double], offset: Int, _ b: [Double],
        using kernels: Kernels
    ) -> [Double] {
        var results: [Double] = []
        results.reserveCapacity(m * n)
        for row in 0..<m {
            for column in 0..<n {
                var total = 0.0
                for first in stride(from: 0, to: k, by: 256) {
                    var block = 0.0
                    for index in first..<min(first + 256, k) {
                        block.addProduct(a[offset + row * k + index], b[index * n + column])
                    }
                    total = first == 0 ? block : total + block
                }
                results.append(total)
            }
        }
        return results
    }
}

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
