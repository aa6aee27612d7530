// Forests of decision trees: every rule by hand values, a random forest against the rule written
// out with recursion and look-ups by identifier, and attributes that are no forest.

import TestSupport
import Testing

@testable import Tensors

private let regressor = "ai.onnx.ml.TreeEnsembleRegressor"
private let classifier = "ai.onnx.ml.TreeEnsembleClassifier"
private let ensemble = "ai.onnx.ml.TreeEnsemble"

private func column(_ values: [Float]) -> Tensor { Tensor(values, shape: [values.count, 1]) }

@Suite struct TreeEnsembleTests {
    @Test(
        arguments: [
            ("BRANCH_LEQ", [1, 1, 2]), ("BRANCH_LT", [1, 2, 2]), ("BRANCH_GTE", [2, 1, 1]),
            ("BRANCH_GT", [2, 2, 1]), ("BRANCH_EQ", [2, 1, 2]), ("BRANCH_NEQ", [1, 2, 1]),
        ] as [(String, [Float])])
    func branchesByEveryMode(_ mode: String, _ expected: [Float]) throws {
        var forest = ListedForest()
        forest.addStump(mode: mode, value: 0.5, [(0, 1)], [(0, 2)])
        let x = column([0, 0.5, 1])
        #expect(try run(regressor, [x], forest.regressor())[0].float32s == expected)
        // Beside a tree of another mode, which takes the general walk.
        forest.addStump(mode: "BRANCH_EQ", value: 77, [(0, 0)], [(0, 0)])
        #expect(try run(regressor, [x], forest.regressor())[0].float32s == expected)
    }

    @Test(arguments: ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ"])
    func missingValuesTakeTheBranchThatTracksThem(_ mode: String) throws {
        for tracks in [0, 1] as [Int64] {
            var forest = ListedForest()
            forest.addStump(mode: mode, missing: tracks, [(0, 1)], [(0, 2)])
            let result = try run(regressor, [column([.nan])], forest.regressor())[0]
            #expect(result.float32s == [tracks == 1 ? 1 : 2])
        }
    }

    @Test func aMissingValueIsUnequalToEverything() throws {
        var forest = ListedForest()
        forest.addStump(mode: "BRANCH_NEQ", [(0, 1)], [(0, 2)])
        #expect(try run(regressor, [column([.nan])], forest.regressor())[0].float32s == [1])
    }

    @Test func weightsAreAddedInTheOrderOfTheTrees() throws {
        let weights: [Float] = [1e8, 3, -1e8, 0.1, 5, 1e-3]
        var forest = ListedForest()
        for weight in weights { forest.addStump([(0, weight)], [(0, 0)]) }
        let expected = weights.reduce(Float(0), +)
        #expect(expected != weights.reversed().reduce(Float(0), +))
        #expect(try run(regressor, [column([0])], forest.regressor())[0].float32s == [expected])
        // binary64 rows are added in binary64 and rounded once.
        let wide = try run(
            regressor, [Tensor(float64s: [0], shape: [1, 1])], forest.regressor())[0]
        #expect(wide.float32s == [Float(weights.reduce(0) { $0 + Double($1) })])
    }

    @Test(
        arguments: [
            ("SUM", [3.5, -4]), ("AVERAGE", [1.5, -1]), ("MIN", [0.5, -3.5]), ("MAX", [2.5, 0]),
        ] as [(String, [Float])])
    func aggregatesTrees(_ aggregate: String, _ expected: [Float]) throws {
        var forest = ListedForest()
        forest.addStump([(0, 1), (1, -4)], [(0, 9)])
        forest.addStump([(0, 2), (1, -0.5)], [(0, 9)])
        forest.addStump([(0, 0)], [(0, 9)])
        let attributes = forest.regressor(
            targets: 2,
            [("aggregate_function", .string(aggregate)), ("base_values", floatList([0.5, 0.5]))])
        #expect(try run(regressor, [column([0])], attributes)[0].float32s == expected)
    }

    @Test func oneWeightedClassOfTwoFollowsTheBinaryRules() throws {
        func outputs(
            _ target: Int64, _ weights: [Float], _ others: NamedAttributes = []
        ) throws -> ([Int64], [Float]) {
            var forest = ListedForest()
            forest.addStump([(target, weights[0])], [(target, weights[1])])
            let made = try run(
                classifier, [column([0, 1])], forest.classifier([5, 9], others), outputs: 2)
            return (made[0].int64s ?? [], made[1].float32s ?? [])
        }
        // Votes: above one half is yes.
        #expect(try outputs(0, [0.25, 0.75]) == ([5, 9], [0.75, 0.25, 0.25, 0.75]))
        // Margins: above zero is yes.
        #expect(try outputs(0, [-0.25, 0.75]) == ([5, 9], [0.25, -0.25, -0.75, 0.75]))
        // Weights of the second class stand alone.
        #expect(try outputs(1, [0.25, 0.75]) == ([5, 9], [0, 0.25, 0, 0.75]))
        let base: NamedAttributes = [("base_values", floatList([0.5]))]
        #expect(try outputs(0, [0.25, -1], base) == ([9, 5], [-0.75, 0.75, 0.5, -0.5]))
        let logistic = try outputs(0, [-1, 1], [("post_transform", .string("LOGISTIC"))])
        #expect(logistic.0 == [5, 9])
        #expect(logistic.1 == [0.7310586, 0.26894143, 0.26894143, 0.7310586])
    }

    @Test func theLargestScoreChoosesTheClass() throws {
        var forest = ListedForest()
        forest.addStump([(0, 0.75), (1, 0.25)], [(0, 0.125), (1, 0.875)])
        let two = try run(classifier, [column([0, 1])], forest.classifier([5, 9]), outputs: 2)
        #expect(two[0].int64s == [5, 9])
        #expect(two[1].float32s == [0.75, 0.25, 0.125, 0.875])
        // Of three classes the first of the largest; a class without a weight is not chosen.
        var three = ListedForest()
        three.addStump([(1, -2), (2, -2)], [(0, 1), (2, 3)])
        let made = try run(
            classifier, [column([0, 1])],
            three.attributes("class", [("classlabels_strings", .strings(["a", "b", "c"]))]),
            outputs: 2)
        #expect(made[0].strings == ["b", "c"])
        #expect(made[1].float32s == [0, -2, -2, 1, 0, 3])
    }

    @Test func transformsScores() throws {
        func transformed(_ name: String, _ scores: [Float]) throws -> [Float] {
            var forest = ListedForest()
            let leaf = scores.enumerated().map { (target: Int64($0), weight: $1) }
            forest.addStump(leaf, leaf)
            return try run(
                regressor, [column([0])],
                forest.regressor(
                    targets: Int64(scores.count), [("post_transform", .string(name))]))[0]
                .float32s ?? []
        }
        #expect(try transformed("SOFTMAX", [1, 1]) == [0.5, 0.5])
        #expect(try transformed("LOGISTIC", [0, -1]) == [0.5, 0.26894143])
        #expect(try transformed("SOFTMAX_ZERO", [1, 0, 1]) == [0.5, 0, 0.5])
        #expect(try transformed("PROBIT", [0.5, 0]) == [0, -.infinity])
        let probit = try transformed("PROBIT", [0.975, 1.5])
        #expect(abs(probit[0] - 1.96) < 0.01)
        #expect(probit[1].isNaN)
        // A score alone changes by PROBIT only.
        #expect(try transformed("LOGISTIC", [3]) == [3])
        #expect(try transformed("PROBIT", [1]) == [.infinity])
    }

    @Test func treeEnsembleTestsMembership() throws {
        var forest = PositionedForest()
        forest.add(mode: 6, (0, 1), (1, 0))
        forest.add(feature: 1, mode: 6, (1, 1), (2, 1), missing: 1)
        forest.leaves = [(0, 1), (0, 2), (0, 4)]
        forest.roots = [0]
        forest.members = [3, -1, .nan, 0.5, .nan]
        let x = Tensor([-1 as Float, 9, 3, 9, 2, 0.5, 2, .nan, .nan, 7], shape: [5, 2])
        let result = try run(ensemble, [x], forest.attributes(targets: 1))[0]
        #expect(result.float32s == [1, 1, 2, 2, 4])
    }

    @Test func branchesMayShareALeafOrANode() throws {
        var forest = PositionedForest()
        forest.add(mode: 4, split: 1, (2, 0), (1, 0))
        forest.add(mode: 4, split: 2, (2, 0), (1, 1))
        forest.add(feature: 1, (0, 1), (1, 1))
        forest.leaves = [(0, 1), (0, 2)]
        forest.roots = [0, 0]
        let x = Tensor([Float(1), 0, 2, 0, 2, 5, 3, 0], shape: [4, 2])
        let result = try run(ensemble, [x], forest.attributes(targets: 1))[0]
        #expect(result.float32s == [2, 2, 4, 4])
    }

    @Test func halvesAreWidened() throws {
        var forest = PositionedForest()
        forest.add(split: 0.5, (0, 1), (1, 1))
        forest.leaves = [(0, 1.5), (0, 2.5)]
        forest.roots = [0]
        let x = column([0, 1]).narrowed(to: .float16)
        let result = try run(ensemble, [x], forest.attributes(targets: 1))[0]
        #expect(result == column([1.5, 2.5]).narrowed(to: .float16))
    }

    @Test func agreesWithTheRuleWrittenOut() throws {
        var generator = SeededGenerator(seed: 20)
        for round in 0..<30 {
            let (features, targets) = (generator.int(in: 1...5), generator.int(in: 1...4))
            let forest = ListedForest.random(
                trees: generator.int(in: 1...20), features: features, targets: targets,
                &generator)
            // More rows than one block has.
            let rows = generator.int(in: 1...150)
            let x = (0..<rows * features).map { _ in
                generator.isOne(in: 9) ? Float.nan : Float(generator.int(in: -9...9)) / 2
            }
            let made = try run(
                regressor, [Tensor(x, shape: [rows, features])],
                forest.regressor(targets: Int64(targets)))[0]
            let expected = (0..<rows).flatMap { row in
                scores(forest, targets, Array(x[row * features..<(row + 1) * features]))
            }
            #expect(made.float32s == expected, "round \(round)")
        }
    }

    /// The sums of one row, tree after tree.
    private func scores(_ forest: ListedForest, _ targets: Int, _ row: [Float]) -> [Float] {
        var scores = [Float](repeating: 0, count: targets)
        func walk(_ place: Int) -> Int {
            let (x, t) = (row[Int(forest.features[place])], forest.values[place])
            let isTrue: Bool
            switch forest.modes[place] {
            case "LEAF": return place
            case "BRANCH_LEQ": isTrue = x <= t
            case "BRANCH_LT": isTrue = x < t
            case "BRANCH_GTE": isTrue = x >= t
            case "BRANCH_GT": isTrue = x > t
            case "BRANCH_EQ": isTrue = x == t
            default: isTrue = x != t
            }
            let tracks = forest.missing[place] == 1 && x.isNaN
            let child = isTrue || tracks ? forest.truths[place] : forest.falsehoods[place]
            return walk(self.place(forest, forest.trees[place], child))
        }
        for tree in 0...(forest.trees.last ?? 0) {
            let leaf = walk(place(forest, tree, 0))
            for weight in forest.weights
            where weight.tree == tree && weight.node == forest.identifiers[leaf] {
                scores[Int(weight.target)] += weight.weight
            }
        }
        return scores
    }

    private func place(_ forest: ListedForest, _ tree: Int64, _ node: Int64) -> Int {
        forest.trees.indices.first {
            forest.trees[$0] == tree && forest.identifiers[$0] == node
        } ?? -1
    }
}
