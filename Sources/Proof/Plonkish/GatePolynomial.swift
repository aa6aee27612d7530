// What must be zero in every row of a table, as a polynomial in the cells of that row and the next.
//
// Polynomials are kept in normal form, a sorted list of products, not as a tree of expressions: a
// key may come from anyone, and lists are checked, hashed and evaluated without recursion; the
// degree is the length of the longest product; and equal products of several identities can be
// merged.

public import Fields

/// A cell that an identity asks for, relative to its row.
public struct ColumnQuery: Hashable, Comparable, Sendable {
    /// Kinds of columns.
    public enum Kind: UInt8, Sendable {
        /// A column of the circuit.
        case fixed = 0
        /// A column of the prover.
        case advice = 1
        /// A column of the prover, one row below.
        case next = 2
        /// The public signals.
        case instance = 3
    }

    /// The kind of the column.
    public let kind: Kind
    /// Which of its kind; 0 for the instance.
    public let column: Int

    /// The column `column` of kind `kind`; 0 to 255.
    public init(_ kind: Kind, _ column: Int) {
        self.kind = kind
        self.column = column
    }

    public static func < (left: ColumnQuery, right: ColumnQuery) -> Bool {
        (left.kind.rawValue, left.column) < (right.kind.rawValue, right.column)
    }
}

/// A product of cells with a coefficient.
public struct GateProduct: Equatable, Sendable {
    /// What the cells are multiplied by; not zero.
    public let coefficient: Fr
    /// The cells, ascending; a power repeats them. None for a constant.
    public let factors: [ColumnQuery]
}

/// A sum of products of cells.
public struct GatePolynomial: Equatable, Sendable {
    /// The products, by their factors ascending, each once.
    public let products: [GateProduct]

    /// The sum of `products` in any order; equal factors are merged.
    public init(_ products: [GateProduct]) {
        let ordered = products.map {
            GateProduct(coefficient: $0.coefficient, factors: $0.factors.sorted())
        }.sorted { $0.factors.lexicographicallyPrecedes($1.factors) }
        var merged: [GateProduct] = []
        for product in ordered {
            if let last = merged.last, last.factors == product.factors {
                merged[merged.count - 1] = GateProduct(
                    coefficient: last.coefficient + product.coefficient, factors: last.factors)
            } else {
                merged.append(product)
            }
        }
        self.products = merged.filter { !$0.coefficient.isZero }
    }

    /// The constant `value`.
    public init(_ value: Fr) {
        products = value.isZero ? [] : [GateProduct(coefficient: value, factors: [])]
    }

    private init(_ query: ColumnQuery) {
        products = [GateProduct(coefficient: Fr.one, factors: [query])]
    }

    /// A fixed column.
    public static func fixed(_ column: Int) -> GatePolynomial { .init(ColumnQuery(.fixed, column)) }

    /// A column of the prover.
    public static func advice(_ column: Int) -> GatePolynomial {
        .init(ColumnQuery(.advice, column))
    }

    /// A column of the prover, one row below.
    public static func next(_ column: Int) -> GatePolynomial { .init(ColumnQuery(.next, column)) }

    /// The public signals, one a row.
    public static let instance = GatePolynomial(ColumnQuery(.instance, 0))

    /// The length of the longest product.
    public var degree: Int { products.reduce(0) { max($0, $1.factors.count) } }

    /// The value where `value` gives the cells.
    public func value(_ value: (ColumnQuery) -> Fr) -> Fr {
        var sum = Fr.zero
        for product in products {
            var term = product.coefficient
            for factor in product.factors { term *= value(factor) }
            sum += term
        }
        return sum
    }
}

extension GatePolynomial: ExpressibleByIntegerLiteral {
    /// The constant `value`.
    public init(integerLiteral value: UInt64) { self.init(Fr(value)) }
}

extension GatePolynomial {
    /// The sum.
    public static func + (left: GatePolynomial, right: GatePolynomial) -> GatePolynomial {
        GatePolynomial(left.products + right.products)
    }

    /// The product. As many products as both have, multiplied.
    public static func * (left: GatePolynomial, right: GatePolynomial) -> GatePolynomial {
        var products: [GateProduct] = []
        for first in left.products {
            for second in right.products {
                products.append(
                    GateProduct(
                        coefficient: first.coefficient * second.coefficient,
                        factors: first.factors + second.factors))
            }
        }
        return GatePolynomial(products)
    }

    /// The polynomial times `factor`.
    public static func * (left: GatePolynomial, factor: Fr) -> GatePolynomial {
        left * GatePolynomial(factor)
    }

    /// The negated polynomial.
    public static prefix func - (polynomial: GatePolynomial) -> GatePolynomial {
        polynomial * (-Fr.one)
    }

    /// The difference.
    public static func - (left: GatePolynomial, right: GatePolynomial) -> GatePolynomial {
        left + -right
    }

    /// The polynomial multiplied `exponent` times.
    public func power(_ exponent: Int) -> GatePolynomial {
        (0..<exponent).reduce(1) { power, _ in power * self }
    }
}
