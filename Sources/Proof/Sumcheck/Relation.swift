// What is true between tensors. A relation has free axes and axes to sum over, and says that for
// all indices of the free axes
//
//     Σ_products c · Σ left · right + Σ_linears c · Σ view + Σ constants c = 0
//
// where each term sums over the axes it names and may be multiplied by public numbers along axes.
// Matrix products, convolutions, requantisation and gates are all of this form. Coefficients are
// integers when a relation is written, and field elements once challenges are part of them.

import Fields

/// A multiple of a view.
public struct Addend<Coefficient: Equatable & Sendable>: Equatable, Sendable {
    /// The factor.
    public var coefficient: Coefficient
    /// What is multiplied.
    public var view: View

    /// `coefficient` times `view`.
    public init(_ coefficient: Coefficient, _ view: View) {
        self.coefficient = coefficient
        self.view = view
    }
}

/// A sum of multiples of views and a constant.
public struct Argument<Coefficient: Equatable & Sendable>: Equatable, Sendable {
    /// The multiples.
    public var addends: [Addend<Coefficient>]
    /// What is added to their sum.
    public var constant: Coefficient

    /// The sum of `addends` and `constant`.
    public init(_ addends: [Addend<Coefficient>], constant: Coefficient) {
        self.addends = addends
        self.constant = constant
    }

    /// Whether any view depends on the relation's axis.
    func mentions(_ axis: Int) -> Bool { addends.contains { $0.view.mentions(axis) } }
}

/// Public factors along one axis of a relation.
public struct Scale<Coefficient: Equatable & Sendable>: Equatable, Sendable {
    /// The axis.
    public var axis: Int
    /// A factor for each of its indices.
    public var values: [Coefficient]

    /// The factors `values` along `axis`.
    public init(axis: Int, values: [Coefficient]) {
        self.axis = axis
        self.values = values
    }
}

/// coefficient · Σ left · right.
public struct ProductTerm<Coefficient: Equatable & Sendable>: Equatable, Sendable {
    /// The factor of the whole.
    public var coefficient: Coefficient
    /// One factor.
    public var left: Argument<Coefficient>
    /// The other factor.
    public var right: Argument<Coefficient>
    /// The axes that the term sums over.
    public var summed: [Int]
    /// Public factors.
    public var scales: [Scale<Coefficient>]

    /// coefficient · Σ_summed scales · left · right.
    public init(
        _ coefficient: Coefficient, _ left: Argument<Coefficient>,
        _ right: Argument<Coefficient>, summed: [Int] = [], scales: [Scale<Coefficient>] = []
    ) {
        self.coefficient = coefficient
        self.left = left
        self.right = right
        self.summed = summed
        self.scales = scales
    }
}

/// A sparse matrix of public numbers between a free axis and an axis that a term sums over: a
/// Gather whose indices are part of the program.
public struct PublicMatrix<Coefficient: Equatable & Sendable>: Equatable, Sendable {
    /// One number of the matrix. Where several stand at one place, they are added.
    public struct Entry: Equatable, Sendable {
        /// The index of the free axis.
        public var row: Int
        /// The index of the axis that is summed over.
        public var column: Int
        /// The number.
        public var value: Coefficient

        /// `value` at a row and a column.
        public init(row: Int, column: Int, value: Coefficient) {
            self.row = row
            self.column = column
            self.value = value
        }
    }

    /// The free axis.
    public var row: Int
    /// The axis that the term sums over.
    public var column: Int
    /// The numbers that are not zero.
    public var entries: [Entry]

    /// The matrix of `entries` between the axes `row` and `column`.
    public init(row: Int, column: Int, entries: [Entry]) {
        self.row = row
        self.column = column
        self.entries = entries
    }
}

/// coefficient · Σ view.
public struct LinearTerm<Coefficient: Equatable & Sendable>: Equatable, Sendable {
    /// The factor of the whole.
    public var coefficient: Coefficient
    /// What is summed.
    public var view: View
    /// The axes that the term sums over.
    public var summed: [Int]
    /// Public factors.
    public var scales: [Scale<Coefficient>]
    /// Public factors that depend on two axes.
    public var matrix: PublicMatrix<Coefficient>?

    /// coefficient · Σ_summed matrix · scales · view.
    public init(
        _ coefficient: Coefficient, _ view: View, summed: [Int] = [],
        scales: [Scale<Coefficient>] = [], matrix: PublicMatrix<Coefficient>? = nil
    ) {
        self.coefficient = coefficient
        self.view = view
        self.summed = summed
        self.scales = scales
        self.matrix = matrix
    }
}

/// An array of ones, seen through maps as a tensor is: 1 where they lead inside, 0 elsewhere.
public struct Inside: Equatable, Sendable {
    /// The extents of the array.
    public var extents: [Int]
    /// A map for each of its axes. No two depend on the same axis of the relation.
    public var maps: [AxisMap]

    /// Ones of `extents` through `maps`.
    public init(extents: [Int], maps: [AxisMap]) {
        self.extents = extents
        self.maps = maps
    }
}

/// A public number for all indices of the free axes.
public struct ConstantTerm<Coefficient: Equatable & Sendable>: Equatable, Sendable {
    /// The number.
    public var coefficient: Coefficient
    /// Public factors along free axes.
    public var scales: [Scale<Coefficient>]
    /// Where the number is; everywhere, where this is `nil`.
    public var inside: Inside?

    /// coefficient · scales · inside.
    public init(
        _ coefficient: Coefficient, scales: [Scale<Coefficient>] = [], inside: Inside? = nil
    ) {
        self.coefficient = coefficient
        self.scales = scales
        self.inside = inside
    }
}

/// An equation for all indices of the free axes.
public struct Relation<Coefficient: Equatable & Sendable>: Equatable, Sendable {
    /// What the relation is called in messages.
    public var name: String
    /// Extents of the axes: the free ones, then those that terms sum over.
    public var axes: [Int]
    /// How many of the axes are free.
    public var freeCount: Int
    /// Its terms with two arguments.
    public var products: [ProductTerm<Coefficient>]
    /// Its terms with one view.
    public var linears: [LinearTerm<Coefficient>]
    /// Its terms without a view.
    public var constants: [ConstantTerm<Coefficient>]

    /// The relation Σ products + Σ linears + Σ constants = 0 for all indices of `free`.
    public init(
        _ name: String, free: [Int], summed: [Int] = [],
        products: [ProductTerm<Coefficient>] = [], linears: [LinearTerm<Coefficient>] = [],
        constants: [ConstantTerm<Coefficient>] = []
    ) {
        self.name = name
        axes = free + summed
        freeCount = free.count
        self.products = products
        self.linears = linears
        self.constants = constants
    }

    /// The bits of an index of each axis.
    var axisBits: [Int] { axes.map(bitWidth(of:)) }

    /// The bits of an index of the free axes.
    var freeBits: Int { axisBits.prefix(freeCount).reduce(0, +) }
}

/// A relation as it is written, with integers.
public typealias IntegerRelation = Relation<Int128>

extension Relation where Coefficient == Int128 {
    /// The relation over the field.
    func embedded<F: SumcheckField>(in field: F.Type) -> Relation<F> {
        func scales(_ all: [Scale<Int128>]) -> [Scale<F>] {
            all.map { Scale(axis: $0.axis, values: $0.values.map { F($0) }) }
        }
        return Relation<F>(
            name, free: Array(axes.prefix(freeCount)), summed: Array(axes.dropFirst(freeCount)),
            products: products.map {
                ProductTerm(
                    F($0.coefficient), $0.left.embedded(in: F.self), $0.right.embedded(in: F.self),
                    summed: $0.summed, scales: scales($0.scales))
            },
            linears: linears.map {
                LinearTerm(
                    F($0.coefficient), $0.view, summed: $0.summed, scales: scales($0.scales),
                    matrix: $0.matrix?.embedded(in: F.self))
            },
            constants: constants.map {
                ConstantTerm(
                    F($0.coefficient), scales: scales($0.scales), inside: $0.inside)
            })
    }
}

extension PublicMatrix where Coefficient == Int128 {
    /// The matrix over the field.
    func embedded<F: SumcheckField>(in field: F.Type) -> PublicMatrix<F> {
        PublicMatrix<F>(
            row: row, column: column,
            entries: entries.map { .init(row: $0.row, column: $0.column, value: F($0.value)) })
    }
}

extension Argument where Coefficient == Int128 {
    /// The argument over the field.
    func embedded<F: SumcheckField>(in field: F.Type) -> Argument<F> {
        Argument<F>(
            addends.map { Addend(F($0.coefficient), $0.view) }, constant: F(constant))
    }
}
