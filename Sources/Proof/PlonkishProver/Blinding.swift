// How polynomials of the native profile are blinded.

import Fields

/// Adds (b_0 + b_1 X + …)(X^n - 1) for random b to a polynomial of n coefficients: its values in
/// the rows stay, those outside become as random as there are b.
func blind(_ coefficients: inout [Fr], _ factors: [Fr]) {
    for (index, factor) in factors.enumerated() { coefficients[index] -= factor }
    coefficients += factors
}
