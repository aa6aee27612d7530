// What hides a sum's rounds (Xie, Zhang, Zhang, Papamanthou, Song, "Libra", CRYPTO 2019): the sum
// runs on f + ε g with g = g_0 + Σ_i g_i(x_i), each g_i a polynomial of the degree of the rounds
// without constant. It has as many coefficients as the rounds have independent values, and the map
// between them is one to one; so the rounds of f + ε g are uniform, whatever f is.
//
// The coefficients are the cells of a column: g_0, then those of X, X², … of g_1, of g_2, …

import Fields

/// The linear functions of a mask that a verifier needs.
public enum Mask {
    /// The degree of the rounds of the first sum.
    public static let firstDegree = 3
    /// The degree of the rounds of the second sum.
    public static let secondDegree = 2

    /// The coefficients of a mask.
    public static func cellCount(variables: Int, degree: Int) -> Int { 1 + variables * degree }

    /// The factors of the coefficients in the sum of g over the cube.
    @specialized(where F == Fr)
    public static func sumFactors<F: SumcheckField>(variables: Int, degree: Int) -> [F] {
        let half = F(2).raised(to: variables - 1)
        return [half.doubled()] + [F](repeating: half, count: variables * degree)
    }

    /// The factors of the coefficients in the value of g at `point`.
    @specialized(where F == Fr)
    public static func valueFactors<F: SumcheckField>(at point: [F], degree: Int) -> [F] {
        var factors = [F.one]
        for coordinate in point {
            var power = F.one
            for _ in 0..<degree {
                power = power * coordinate
                factors.append(power)
            }
        }
        return factors
    }
}
