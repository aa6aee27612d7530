// The n-th roots of unity of the scalar field, n a power of two, as places where polynomials are
// evaluated: H = {1, w, w^2, …, w^(n-1)} with w = 5^((r-1)/n), the root that Circom tools use.

public import Fields

/// The n-th roots of unity, for an n that is a power of two.
public struct EvaluationDomain: Sendable {
    /// The logarithm of the size: 0 to 28.
    public let log2Size: Int
    /// The root w whose powers are all of them.
    public let root: Fr
    /// 1/n.
    public let inverseSize: Fr

    /// 1/w.
    public let inverseRoot: Fr

    /// The roots there are.
    public var size: Int { 1 << log2Size }

    /// The domain of 2^log2Size roots; `nil` unless log2Size is 0 to 28.
    public init?(log2Size: Int) {
        guard let root = Fr.rootOfUnity(log2: log2Size),
            let inverseRoot = root.inverted(),
            let inverseSize = Fr(UInt64(1) << UInt64(log2Size)).inverted()
        else { return nil }
        self.log2Size = log2Size
        self.root = root
        self.inverseRoot = inverseRoot
        self.inverseSize = inverseSize
    }

    /// The value of X^n - 1 at `point`: zero exactly on the domain.
    public func vanishing(at point: Fr) -> Fr { raised(point) - Fr.one }

    /// `point` to the power of n.
    public func raised(_ point: Fr) -> Fr {
        var power = point
        for _ in 0..<log2Size { power = power.squared() }
        return power
    }

    /// The values at `point` of the first `count` Lagrange polynomials, L_i(w^j) = [i = j]; `nil`
    /// when the point is on the domain. One inversion.
    ///
    /// L_i(x) = w^i (x^n - 1) / (n (x - w^i)).
    public func lagrange(count: Int, at point: Fr) -> [Fr]? {
        let vanishing = vanishing(at: point)
        if vanishing.isZero { return nil }
        var denominators: [Fr] = []
        var numerators: [Fr] = []
        var power = Fr.one
        let factor = vanishing * inverseSize
        for _ in 0..<count {
            denominators.append(point - power)
            numerators.append(power * factor)
            power *= root
        }
        Fr.invertAll(&denominators)
        return zip(numerators, denominators).map { $0 * $1 }
    }
}
