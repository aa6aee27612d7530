// Attributes that make no model: named cases, and thousands of damaged ones. Whatever comes is
// refused or gives a result; nothing traps, loops or takes memory that the shapes do not tell.

import TestSupport
import Testing

@testable import Tensors

@Suite struct TabularRejectionTests {
    private static let regressor = "ai.onnx.ml.TreeEnsembleRegressor"

    private func refuses(
        _ name: String, _ input: Tensor, _ attributes: NamedAttributes,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: OperatorError.self, sourceLocation: location) {
            try run(name, [input], attributes)
        }
    }

    @Test func forestsThatAreNoForests() {
        let x = Tensor([Float(0)], shape: [1, 1])
        func changed(_ change: (inout ListedForest) -> Void) -> NamedAttributes {
            var forest = ListedForest()
            forest.addStump([(0, 1)], [(0, 2)])
            change(&forest)
            return forest.regressor()
        }
        let name = Self.regressor
        refuses(name, x, changed { $0.truths[0] = 0 })
        refuses(name, x, changed { $0.truths[0] = 7 })
        refuses(name, x, changed { $0.truths[0] = .min })
        refuses(name, x, changed { $0.features[0] = 1 })
        refuses(name, x, changed { $0.features[0] = -1 })
        refuses(name, x, changed { $0.features[0] = .max })
        refuses(name, x, changed { $0.modes[0] = "BRANCH" })
        refuses(name, x, changed { $0.identifiers[2] = 1 })
        refuses(name, x, changed { $0.trees[2] = 5 })
        refuses(name, x, changed { $0.weights[0].target = 1 })
        refuses(name, x, changed { $0.weights[0].target = -1 })
        refuses(name, x, changed { $0.weights[0].node = 9 })
        refuses(name, x, changed { $0.values.removeLast() })
        refuses(name, x, changed { $0.missing.append(0) })
        refuses(name, x, ListedForest().regressor())
        var cycle = ListedForest()
        cycle.add(0, 0, 1, 2)
        cycle.add(0, 1, 3, 2)
        cycle.add(0, 2, mode: "LEAF")
        cycle.add(0, 3, 1, 2)
        refuses(name, x, cycle.regressor())
        var forest = ListedForest()
        forest.addStump([(0, 1)], [(0, 2)])
        for targets in [0, -1, 1 << 40, Int64.max] {
            refuses(name, x, forest.regressor(targets: targets))
        }
        refuses(name, x, forest.regressor([("base_values", floatList([1, 2]))]))
        refuses(name, Tensor([Float(0)], shape: [1, 1, 1]), forest.regressor())
        refuses(name, Tensor(["0"], shape: [1, 1]), forest.regressor())
    }

    @Test func aDeepTreeNeedsNoStack() throws {
        var forest = ListedForest()
        let depth: Int64 = 200_000
        for node in 0..<depth {
            forest.add(0, node, value: -1, depth + 1, node + 1)
        }
        forest.add(0, depth, mode: "LEAF")
        forest.add(0, depth + 1, mode: "LEAF")
        forest.weights = [(0, depth, 0, 5), (0, depth + 1, 0, 6)]
        let x = Tensor([Float(0)], shape: [1, 1])
        let made = try run(Self.regressor, [x], forest.regressor())[0]
        #expect(made.float32s == [5])
        let kind = try #require(OperatorRegistry.find(Self.regressor))
        let call = OperatorCall(
            attributes: try Attributes(forest.regressor()), opset: 17, inputTypes: [x.type])
        #expect(kind.work(call, outputs: [made.type]).elements >= UInt64(depth))
    }

    @Test(.timeLimit(.minutes(10))) func damagedAttributesNeverTrap() throws {
        var generator = SeededGenerator(seed: 77)
        var (refused, given) = (0, 0)
        for sample in TabularSample.all(&generator) {
            let kind = try #require(OperatorRegistry.find(sample.name))
            for _ in 0..<2_000 {
                var attributes = sample.attributes
                for _ in 0..<generator.int(in: 1...3) {
                    AttributeDamage.change(&attributes, &generator)
                }
                do throws(OperatorError) {
                    let call = OperatorCall(
                        attributes: try Attributes(attributes), opset: 17,
                        inputTypes: [sample.input.type], outputCount: sample.outputs)
                    let types = try kind.validatedOutputTypes(call)
                    _ = kind.validatedWork(call, outputs: types)
                    // A machine compares sizes with its limits before it computes.
                    guard types.allSatisfy({ $0.shape.elementCount < 1 << 20 }) else { continue }
                    let made = try kind.prepared(call, using: .best).evaluate([sample.input])
                    #expect(made.map(\.type) == types)
                    given += 1
                } catch {
                    refused += 1
                }
            }
        }
        #expect(given > 1_000)
        #expect(refused > 10_000)
    }
}

/// A call that is good before it is damaged.
private struct TabularSample {
    var name: String
    var attributes: NamedAttributes
    var outputs = 1
    var input = Tensor([Float(1), -2, 0.5, 3, .nan, 2, 1, 1, 0], shape: [3, 3])

    static func all(_ generator: inout SeededGenerator) -> [TabularSample] {
        let listed = ListedForest.random(trees: 4, features: 3, targets: 3, &generator)
        var positioned = PositionedForest()
        positioned.add(mode: 6, (0, 1), (1, 0))
        positioned.add(feature: 2, (2, 0), (1, 1), missing: 1)
        positioned.add(feature: 1, mode: 5, split: 2, (2, 1), (3, 1))
        positioned.leaves = [(0, 1), (1, 2), (1, 3), (0, 4)]
        positioned.roots = [0, 2]
        positioned.members = [3, 1, .nan]
        let vectors: NamedAttributes = [
            ("kernel_type", .string("POLY")), ("kernel_params", floatList([0.5, 1, 2])),
            ("support_vectors", floatList((0..<12).map { Float($0) / 8 })),
        ]
        return [
            TabularSample(
                name: "ai.onnx.ml.TreeEnsembleRegressor",
                attributes: listed.regressor(
                    targets: 3,
                    [
                        ("base_values", floatList([1, 2, 3])),
                        ("post_transform", .string("SOFTMAX")),
                        ("aggregate_function", .string("MAX")),
                    ])),
            TabularSample(
                name: "ai.onnx.ml.TreeEnsembleClassifier",
                attributes: listed.classifier([1, 2, 3]), outputs: 2),
            TabularSample(
                name: "ai.onnx.ml.TreeEnsemble",
                attributes: positioned.attributes(targets: 2, [("aggregate_function", .int(0))])),
            TabularSample(
                name: "ai.onnx.ml.SVMClassifier",
                attributes: vectors + [
                    ("vectors_per_class", .ints([1, 2, 1])),
                    ("classlabels_ints", .ints([1, 2, 3])),
                    ("coefficients", floatList([1, -1, 0.5, 2, 1, 1, 0, -1])),
                    ("rho", floatList([0, 1, 2])), ("prob_a", floatList([-1, -1, -1])),
                    ("prob_b", floatList([0, 0, 0])),
                ], outputs: 2),
            TabularSample(
                name: "ai.onnx.ml.SVMRegressor",
                attributes: vectors + [
                    ("n_supports", .int(4)), ("coefficients", floatList([1, 2, 3, 4])),
                    ("rho", floatList([1])), ("one_class", .int(0)),
                ]),
            TabularSample(
                name: "ai.onnx.ml.LinearClassifier",
                attributes: [
                    ("coefficients", floatList([1, 2, 3, 4, 5, 6])),
                    ("intercepts", floatList([1, 2])), ("classlabels_ints", .ints([1, 2])),
                    ("post_transform", .string("LOGISTIC")),
                ], outputs: 2),
            TabularSample(
                name: "ai.onnx.ml.LabelEncoder",
                attributes: [
                    ("keys_floats", floatList([1, 2, .nan])),
                    ("values_strings", .strings(["a", "b", "c"])), ("default_string", .string("d")),
                ]),
            TabularSample(
                name: "ai.onnx.ml.OneHotEncoder",
                attributes: [("cats_int64s", .ints([1, 2])), ("zeros", .int(1))]),
            TabularSample(
                name: "ai.onnx.ml.Imputer",
                attributes: [
                    ("imputed_value_floats", floatList([1, 2, 3])),
                    ("replaced_value_float", .float(0)),
                ]),
            TabularSample(
                name: "ai.onnx.ml.FeatureVectorizer",
                attributes: [("inputdimensions", .ints([4]))]),
        ]
    }
}

/// Changes of attributes that hostile files may hold.
private enum AttributeDamage {
    static let integers: [Int64] = [
        .min, .max, -1, 0, 1, 2, 3, 1 << 31, 1 << 32, -(1 << 31), 1 << 62,
    ]
    static let numbers: [Float] = [
        .nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 65,
        -1, 2.5,
    ]
    static let words = [
        "LEAF", "BRANCH_LEQ", "BRANCH_NEQ", "", "SOFTMAX_ZERO", "PROBIT", "SUM", "RBF", "\u{0}",
    ]

    static func change(_ attributes: inout NamedAttributes, _ generator: inout SeededGenerator) {
        guard !attributes.isEmpty else { return }
        let place = generator.int(in: 0..<attributes.count)
        switch generator.int(in: 0..<12) {
        case 0: attributes.remove(at: place)
        case 1: attributes[place].1 = .int(generator.element(of: integers))
        case 2: attributes[place].1 = .string(generator.element(of: words))
        case 3:
            let other = generator.int(in: 0..<attributes.count)
            attributes[place].1 = attributes[other].1
        default: attributes[place].1 = changed(attributes[place].1, &generator)
        }
    }

    private static func changed(
        _ value: AttributeValue, _ generator: inout SeededGenerator
    ) -> AttributeValue {
        switch value {
        case .int: .int(generator.element(of: integers))
        case .float: .float(generator.element(of: numbers).bitPattern)
        case .string: .string(generator.element(of: words))
        case .ints(let list): .ints(changed(list, integers, &generator))
        case .floats(let list):
            .floats(changed(list, numbers.map(\.bitPattern), &generator))
        case .strings(let list): .strings(changed(list, words, &generator))
        case .tensor(let tensor): .tensor(changed(tensor, &generator))
        }
    }

    private static func changed(
        _ tensor: Tensor, _ generator: inout SeededGenerator
    ) -> Tensor {
        if generator.isOne(in: 8) {
            return Tensor(float64s: [0, .nan, 1], shape: [3])
        }
        if let bytes = tensor.uint8s {
            let list = changed(bytes, [0, 4, 5, 6, 7, 255], &generator)
            return Tensor(list, shape: [list.count])
        }
        let list = changed(tensor.float32s ?? [], numbers, &generator)
        return Tensor(list, shape: [list.count])
    }

    private static func changed<Element>(
        _ list: [Element], _ choices: [Element], _ generator: inout SeededGenerator
    ) -> [Element] {
        var list = list
        guard !list.isEmpty else { return [generator.element(of: choices)] }
        let (place, other) = (generator.int(in: 0..<list.count), generator.int(in: 0..<list.count))
        switch generator.int(in: 0..<6) {
        case 0: list.remove(at: place)
        case 1: list.append(list[place])
        case 2: list.swapAt(place, other)
        case 3: list[place] = list[other]
        case 4 where generator.isOne(in: 4): list = []
        default: list[place] = generator.element(of: choices)
        }
        return list
    }
}
