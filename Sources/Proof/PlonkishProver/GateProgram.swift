// All identities of a table with their powers of y as one sum of products, evaluated for many rows
// at once.
//
// Products are merged over identities and sorted by their factors, which makes them the leaves of a
// tree: products that start alike share the start. Σ coefficient · x · x · y … is computed from the
// leaves to the root, x · (coefficient + x · (… ) + y · (…)): one vector multiplication for every
// edge of the tree. Selectors come first in the order, so a gate's selector is multiplied once.

import Fields
import Plonkish
import Polynomials

/// A sum of products of columns.
struct GateProgram: Sendable {
    /// A node: what its subtree is multiplied by, its constant, and its children.
    private struct Node: Sendable {
        var factor: ColumnQuery
        var constant = Fr.zero
        var children: [Int] = []
    }

    private var nodes: [Node] = []
    private var constant = Fr.zero
    private var roots: [Int] = []

    /// The sum of `polynomials` times 1, y, y², ….
    init(_ polynomials: [GatePolynomial], y: Fr) {
        var power = Fr.one
        var products: [GateProduct] = []
        for polynomial in polynomials {
            products += (polynomial * power).products
            power *= y
        }
        for product in GatePolynomial(products).products { insert(product) }
    }

    private mutating func insert(_ product: GateProduct) {
        if product.factors.isEmpty {
            constant += product.coefficient
            return
        }
        var parent: Int?
        for factor in product.factors {
            let siblings = parent.map { nodes[$0].children } ?? roots
            // Products come sorted: what is shared is the last sibling.
            if let last = siblings.last, nodes[last].factor == factor {
                parent = last
                continue
            }
            nodes.append(Node(factor: factor))
            if let parent {
                nodes[parent].children.append(nodes.count - 1)
            } else {
                roots.append(nodes.count - 1)
            }
            parent = nodes.count - 1
        }
        if let parent { nodes[parent].constant += product.coefficient }
    }

    /// The sum in rows `rows`, where `column` gives the cells asked for in these rows.
    func values(
        count: Int, _ column: (ColumnQuery) -> ArraySlice<Fr>
    ) -> [Fr] {
        var sum = [Fr](repeating: constant, count: count)
        for root in roots { add(root, to: &sum, column) }
        return sum
    }

    /// Adds factor · (constant + children) to `sum`.
    private func add(_ index: Int, to sum: inout [Fr], _ column: (ColumnQuery) -> ArraySlice<Fr>) {
        let node = nodes[index]
        let factor = column(node.factor)
        if node.children.isEmpty {
            RowVector.add(factor, times: node.constant, to: &sum)
            return
        }
        var inner = [Fr](repeating: node.constant, count: sum.count)
        for child in node.children { add(child, to: &inner, column) }
        RowVector.addProducts(factor, inner[...], to: &sum)
    }
}
