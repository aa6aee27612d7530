// Decision trees by comparisons. At every node of every row a bit says whether the feature is at
// most the threshold, and limbs of the distance say that the bit is right:
//
//     c (2 (threshold − feature) + 1) + feature − threshold − 1 = distance ≥ 0
//
// The walks are counted: what comes to a node goes on to its first reference as often as `turns` =
// visits · c says, else to its second. References ascend, so that the counts of all nodes and
// leaves follow from those of the roots, and are the true ones.

/// The shape of trees, which is public. A reference j ≥ 0 is node j, j < 0 is leaf −1 − j.
public struct TreeShape: Equatable, Sendable {
    /// A node that compares.
    public struct Node: Equatable, Sendable {
        /// The feature that it compares.
        public var feature: Int
        /// Where rows go whose feature is at most the threshold; a node of a greater number, or a
        /// leaf.
        public var first: Int
        /// Where the others go.
        public var second: Int

        /// A node.
        public init(feature: Int, first: Int, second: Int) {
            self.feature = feature
            self.first = first
            self.second = second
        }
    }

    /// The nodes.
    public var nodes: [Node]
    /// A reference for each tree.
    public var roots: [Int]
    /// The number of leaves.
    public var leafCount: Int

    /// Trees of `nodes` and leaves.
    public init(nodes: [Node], roots: [Int], leafCount: Int) {
        self.nodes = nodes
        self.roots = roots
        self.leafCount = leafCount
    }
}

extension RelationBuilder {
    /// y(b, c) = R(base(c) + Σ_l ends(b, l) scores(l, c)), for x of [B, F], int16 thresholds of
    /// [nodes] and scores of [leaves, C].
    public mutating func trees(
        _ name: String, _ x: Quantity, _ shape: TreeShape, thresholds: Int?, scores: Int,
        base: Int?, outputs: Int, _ rescaling: Rescaling
    ) -> Quantity {
        let rows = x.extents[0]
        let ends = tensor("\(name), ends", [rows, shape.leafCount])
        if let thresholds, !shape.nodes.isEmpty {
            addWalks(name, x, shape, thresholds: thresholds, ends: ends)
        } else {
            define(ends, arrivals(name, shape, rows: rows, nodes: nil, atLeaves: true))
        }
        var relation = IntegerRelation(
            name, free: [rows, outputs], summed: [shape.leafCount],
            products: [
                ProductTerm(
                    1, Argument([Addend(1, View(ends, [.same(0), .same(2)]))], constant: 0),
                    Argument([Addend(1, View(scores, [.same(2), .same(1)]))], constant: 0),
                    summed: [2])
            ])
        if let base { relation.linears.append(LinearTerm(1, View(base, [.same(1)]))) }
        let bound = Int128(shape.roots.count + 1) << 31
        var along = rescaling
        along.axis = 1
        return rescale(name, relation, bounds: -bound...bound, along)
    }

    private mutating func addWalks(
        _ name: String, _ x: Quantity, _ shape: TreeShape, thresholds: Int, ends: Int
    ) {
        let (rows, count) = (x.extents[0], shape.nodes.count)
        let free = [rows, count]
        let maps: [AxisMap] = [.same(0), .same(1)]
        let compared = tensor("\(name), compared", free)
        let decisions = tensor("\(name), decisions", free, .trace, .limb(bits: 1))
        let visits = tensor("\(name), visits", free)
        let turns = tensor("\(name), turns", free)
        let width = Int128(x.range.upperBound) - Int128(x.range.lowerBound)
        let distances = planes("\(name), distances", free, bits: max(bitCount(width), 16))
        let selection = PublicMatrix(
            row: 1, column: 2,
            entries: shape.nodes.enumerated().map {
                .init(row: $0, column: $1.feature, value: Int128(1))
            })
        var feature = IntegerRelation(
            "\(name), features", free: free, summed: [x.extents[1]],
            constants: constants(x.constant))
        feature.linears =
            x.terms(1, [.same(0), .same(2)], summed: [2]).map {
                LinearTerm($0.coefficient, $0.view, summed: [2], matrix: selection)
            } + [LinearTerm(-1, View(compared, maps))]
        add(feature)
        let threshold = View(thresholds, [.same(1)])
        add(
            IntegerRelation(
                "\(name), comparisons", free: free,
                products: [
                    ProductTerm(
                        1, Argument([Addend(1, View(decisions, maps))], constant: 0),
                        Argument(
                            [Addend(2, threshold), Addend(-2, View(compared, maps))], constant: 1))
                ],
                linears: [LinearTerm(1, View(compared, maps)), LinearTerm(-1, threshold)]
                    + terms(distances, -1, 2), constants: constants(-1)))
        add(
            IntegerRelation(
                "\(name), turns", free: free,
                products: [
                    ProductTerm(
                        1, Argument([Addend(1, View(decisions, maps))], constant: 0),
                        Argument([Addend(1, View(visits, maps))], constant: 0))
                ], linears: [LinearTerm(-1, View(turns, maps))]))
        for (target, atLeaves) in [(visits, false), (ends, true)] {
            var relation = arrivals(
                name, shape, rows: rows, nodes: (visits, turns), atLeaves: atLeaves)
            relation.linears.append(LinearTerm(-1, View(target, maps)))
            add(relation)
        }
        let own = x.extents.indices.map { AxisMap.same($0) }
        add(
            .trees(
                TreesStep(
                    shape: shape,
                    features: IntegerRelation(
                        name, free: x.extents, linears: x.terms(1, own),
                        constants: constants(x.constant)),
                    thresholds: thresholds, compared: compared, decisions: decisions,
                    distances: distances, visits: visits, turns: turns, ends: ends)))
    }

    /// How many walks come to each node, or to each leaf: those that start there, and those that
    /// come from nodes.
    private func arrivals(
        _ name: String, _ shape: TreeShape, rows: Int, nodes: (visits: Int, turns: Int)?,
        atLeaves: Bool
    ) -> IntegerRelation {
        let count = atLeaves ? shape.leafCount : shape.nodes.count
        func index(_ reference: Int) -> Int? {
            if atLeaves { return reference < 0 ? -1 - reference : nil }
            return reference < 0 ? nil : reference
        }
        var starts = [Int128](repeating: 0, count: count)
        for root in shape.roots { if let index = index(root) { starts[index] += 1 } }
        var relation = IntegerRelation(
            "\(name), \(atLeaves ? "ends" : "visits")", free: [rows, count],
            summed: nodes == nil ? [] : [shape.nodes.count])
        if starts.contains(where: { $0 != 0 }) {
            relation.constants = [ConstantTerm(1, scales: [Scale(axis: 1, values: starts)])]
        }
        guard let nodes else { return relation }
        func add(_ tensor: Int, _ sign: Int128, _ reference: (TreeShape.Node) -> Int) {
            let entries = shape.nodes.enumerated().compactMap { number, node in
                index(reference(node)).map {
                    PublicMatrix<Int128>.Entry(row: $0, column: number, value: sign)
                }
            }
            if entries.isEmpty { return }
            relation.linears.append(
                LinearTerm(
                    1, View(tensor, [.same(0), .same(2)]), summed: [2],
                    matrix: PublicMatrix(row: 1, column: 2, entries: entries)))
        }
        add(nodes.turns, 1, \.first)
        add(nodes.visits, 1, \.second)
        add(nodes.turns, -1, \.second)
        return relation
    }
}
