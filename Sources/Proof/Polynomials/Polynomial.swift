// What proof systems do with coefficients, lowest degree first: evaluate (Horner) and divide by
// X - z (Ruffini).

public import Fields

/// Operations on polynomials given as arrays of coefficients, lowest degree first. An empty array
/// is the polynomial zero.
public enum Polynomial {
    /// The value at `point`. A multiplication for each coefficient.
    public static func value(of coefficients: [Fr], at point: Fr) -> Fr {
        value(of: coefficients[...], at: point)
    }

    /// The value at `point`.
    public static func value(of coefficients: ArraySlice<Fr>, at point: Fr) -> Fr {
        var sum = Fr.zero
        for coefficient in coefficients.reversed() { sum = sum * point + coefficient }
        return sum
    }

    /// Replaces p by the quotient of p by X - `root` and returns the remainder, which is the value
    /// of p at `root`. The last coefficient of the quotient is zero. A multiplication for each
    /// coefficient.
    public static func divide(_ coefficients: inout [Fr], byLinearFactorWithRoot root: Fr) -> Fr {
        var carry = Fr.zero
        for index in coefficients.indices.reversed() {
            let value = coefficients[index] + carry * root
            coefficients[index] = carry
            carry = value
        }
        return carry
    }

    /// The product, by the schoolbook. For short polynomials and tests.
    public static func product(_ left: [Fr], _ right: [Fr]) -> [Fr] {
        if left.isEmpty || right.isEmpty { return [] }
        var product = [Fr](repeating: Fr.zero, count: left.count + right.count - 1)
        for (offset, factor) in left.enumerated() {
            for index in right.indices { product[offset + index] += factor * right[index] }
        }
        return product
    }
}
