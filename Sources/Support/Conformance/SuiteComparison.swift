// The comparison of the suite: type and shape equal, numbers within a tolerance, NaN equal to NaN,
// everything else equal.

public import Machine
import Tensors

/// Compares what a model gave with what a case expects.
public struct SuiteComparison {
    let tolerance: Tolerance

    /// Compares within `tolerance`.
    public init(_ tolerance: Tolerance) { self.tolerance = tolerance }

    /// How the values differ, or `nil` when they agree.
    public func difference(_ actual: RuntimeValue, _ expected: RuntimeValue) -> String? {
        switch (actual, expected) {
        case (.tensor(let a), .tensor(let b)): return difference(a, b)
        case (.sequence(let a), .sequence(let b)):
            guard a.count == b.count else { return "\(a.count) elements, not \(b.count)" }
            for (index, pair) in zip(a, b).enumerated() {
                if let inner = difference(pair.0, pair.1) { return "element \(index): \(inner)" }
            }
            return nil
        case (.optional(nil), .optional(nil)): return nil
        case (.optional(let a?), .optional(let b?)): return difference(a, b)
        // The suite stores a present optional like its content.
        case (let a, .optional(let b?)): return difference(a, b)
        case (.optional(let a?), let b): return difference(a, b)
        default: return "another kind of value"
        }
    }

    private func difference(_ actual: Tensor, _ expected: Tensor) -> String? {
        guard actual.type == expected.type else { return "\(actual.type), not \(expected.type)" }
        guard let a = doubles(actual), let b = doubles(expected) else {
            return actual == expected ? nil : "other elements"
        }
        for (index, (x, y)) in zip(a, b).enumerated() {
            if x == y || (x.isNaN && y.isNaN) { continue }
            let bound = tolerance.absolute + tolerance.relative * y.magnitude
            if (x - y).magnitude <= bound { continue }
            return "element \(index) is \(x), not \(y)"
        }
        return nil
    }

    private func doubles(_ tensor: Tensor) -> [Double]? {
        if let values = tensor.float32s { return values.map(Double.init) }
        if let values = tensor.float64s { return values }
        if let values = tensor.halvesAsFloats { return values.map(Double.init) }
        return nil
    }
}
