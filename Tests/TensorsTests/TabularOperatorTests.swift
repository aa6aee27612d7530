// The operators of ai.onnx.ml without trees: values worked out by hand.

import Testing

@testable import Tensors

private func floats(_ values: [Float], _ shape: Shape) -> Tensor { Tensor(values, shape: shape) }
private func texts(_ values: [String]) -> Tensor { Tensor(values, shape: [values.count]) }
private func integers(_ values: [Int64]) -> Tensor { Tensor(values, shape: [values.count]) }

@Suite struct TabularOperatorTests {
    @Test func linearModelsMultiplyAndAdd() throws {
        let x = floats([1, 2, 3, 4], [2, 2])
        let two: NamedAttributes = [
            ("coefficients", floatList([1, 10, 100, 1000])),
            ("intercepts", floatList([0.5, -0.5])),
        ]
        let regressor = "ai.onnx.ml.LinearRegressor"
        let made = try run(regressor, [x], two + [("targets", .int(2))])[0]
        #expect(made == floats([21.5, 2099.5, 43.5, 4299.5], [2, 2]))
        // A vector is a table of one row; integers are converted.
        let row = Tensor([Int64(1), 2], shape: [2])
        #expect(
            try run(regressor, [row], [("coefficients", floatList([3, 4]))])[0].float32s == [11])
        let labels: NamedAttributes = [("classlabels_ints", .ints([7, 9]))]
        let classifier = "ai.onnx.ml.LinearClassifier"
        let classes = try run(classifier, [x], two + labels, outputs: 2)
        #expect(classes[0].int64s == [9, 9])
        #expect(classes[1] == made)
        #expect(try run(classifier, [x], two + labels)[0].int64s == [9, 9])
    }

    @Test func oneRowOfCoefficientsTellsTwoClasses() throws {
        let attributes: NamedAttributes = [
            ("coefficients", floatList([1])), ("classlabels_strings", .strings(["no", "yes"])),
        ]
        let classifier = "ai.onnx.ml.LinearClassifier"
        let x = floats([2, -1, 0], [3, 1])
        let made = try run(classifier, [x], attributes, outputs: 2)
        #expect(made[0].strings == ["yes", "no", "no"])
        #expect(made[1].float32s == [-1, 2, 2, -1, 1, 0])
        let logistic = attributes + [("post_transform", .string("LOGISTIC"))]
        #expect(
            try run(classifier, [x], logistic, outputs: 2)[1].float32s == [
                0.11920292, 0.8807971, 0.7310586, 0.26894143, 0.5, 0.5,
            ])
    }

    @Test func supportVectorsOfEveryKernel() throws {
        let x = floats([1, 2], [1, 2])
        func result(_ kernel: String, degree: Float = 3) throws -> Float? {
            try run(
                "ai.onnx.ml.SVMRegressor", [x],
                [
                    ("kernel_type", .string(kernel)), ("n_supports", .int(2)),
                    ("kernel_params", floatList([0.5, 1, degree])),
                    ("support_vectors", floatList([1, 0, 1, 4])),
                    ("coefficients", floatList([1, 2])),
                    ("rho", floatList([10])),
                ])[0].float32s?.first
        }
        // Products 1 and 9, squared distances 4 and 4.
        #expect(try result("LINEAR") == 29)
        #expect(try result("POLY") == 1.5 * 1.5 * 1.5 + 2 * 5.5 * 5.5 * 5.5 + 10)
        #expect(try result("POLY", degree: 0) == 13)
        #expect(try result("RBF") == 3 * 0.13533528 + 10)
        #expect(try result("SIGMOID") == 0.9051483 + 2 * 0.9999666 + 10)
        #expect(throws: OperatorError.self) { try result("POLY", degree: 2.5) }
        #expect(throws: OperatorError.self) { try result("COSINE") }
    }

    @Test func pairsOfClassesVote() throws {
        // One vector a class on a line at −1, 0 and 1; kernels are products with them.
        let attributes: NamedAttributes = [
            ("kernel_type", .string("LINEAR")), ("vectors_per_class", .ints([1, 1, 1])),
            ("support_vectors", floatList([-1, 0, 1])), ("classlabels_ints", .ints([4, 5, 6])),
            ("coefficients", floatList([1, -1, -1, 1, 1, -1])), ("rho", floatList([-0.5, 0, 0.5])),
        ]
        let x = floats([-2, 0, 3], [3, 1])
        let made = try run("ai.onnx.ml.SVMClassifier", [x], attributes, outputs: 2)
        // Pair (0, 1): −x − 0.5; pair (0, 2): −2x; pair (1, 2): −x + 0.5.
        #expect(
            made[1] == floats([1.5, 4, 2.5, -0.5, 0, 0.5, -3.5, -6, -2.5], [3, 3]))
        #expect(made[0].int64s == [4, 5, 6])
        let probable =
            attributes + [
                ("prob_a", floatList([-2, -2, -2])), ("prob_b", floatList([0, 0, 0])),
            ]
        let shares = try run("ai.onnx.ml.SVMClassifier", [x], probable, outputs: 2)[1]
        let values = try #require(shares.float32s)
        for row in 0..<3 {
            let share = values[3 * row..<3 * row + 3]
            #expect(abs(share.reduce(0, +) - 1) < 1e-5)
            #expect(share.firstIndex(of: share.max() ?? 0) == 3 * row + row)
        }
    }

    @Test func couplingOfConsistentPairsGivesTheirProbabilities() {
        let expected: [Float] = [0.5, 0.25, 0.125, 0.125]
        var pairs: [Float] = []
        for i in 0..<4 {
            for j in i + 1..<4 { pairs.append(expected[i] / (expected[i] + expected[j])) }
        }
        let made = PairwiseCoupling.probabilities(ofPairs: pairs, classes: 4)
        for (a, b) in zip(made, expected) { #expect(abs(a - b) < 0.005) }
    }

    @Test func scalesAndNormalizes() throws {
        let x = floats([3, -4, 0, 0], [2, 2])
        let scaled = try run(
            "ai.onnx.ml.Scaler", [x],
            [("offset", floatList([1, 2])), ("scale", floatList([0.5, 10]))])[0]
        #expect(scaled.float32s == [1, -60, -0.5, -20])
        #expect(
            try run("ai.onnx.ml.Scaler", [x], [("scale", floatList([2]))])[0].float32s
                == [6, -8, 0, 0])
        func normalized(_ norm: String) throws -> [Float]? {
            try run("ai.onnx.ml.Normalizer", [x], [("norm", .string(norm))])[0].float32s
        }
        #expect(try normalized("L1") == [3 / 7, -4 / 7, 0, 0])
        #expect(try normalized("L2") == [0.6, -0.8, 0, 0])
        #expect(try normalized("MAX") == [1, -4 / 3, 0, 0])
    }

    @Test func imputesAndBinarizes() throws {
        let x = floats([.nan, 1, 2, .nan], [2, 2])
        let filled = try run(
            "ai.onnx.ml.Imputer", [x],
            [
                ("imputed_value_floats", floatList([7, 8])),
                ("replaced_value_float", .float(Float.nan.bitPattern)),
            ])[0]
        #expect(filled.float32s == [7, 1, 2, 8])
        let whole = try run(
            "ai.onnx.ml.Imputer", [Tensor([Int32(0), 5], shape: [1, 2])],
            [("imputed_value_int64s", .ints([9]))])[0]
        #expect(whole.int32s == [9, 5])
        let threshold: NamedAttributes = [("threshold", .float(Float(1.5).bitPattern))]
        #expect(try run("ai.onnx.ml.Binarizer", [x], threshold)[0].float32s == [0, 0, 1, 0])
        let large = Tensor([Int64.max, 1], shape: [2])
        #expect(try run("ai.onnx.ml.Binarizer", [large], threshold)[0].int64s == [1, 0])
    }

    @Test func picksAndJoinsFeatures() throws {
        let x = texts(["a", "b", "c", "d"]).reshaped(to: [2, 2])
        let picked = try run("ai.onnx.ml.ArrayFeatureExtractor", [x, integers([1, 0, 1])])[0]
        #expect(picked.strings == ["b", "a", "b", "d", "c", "d"])
        let vector = try run(
            "ai.onnx.ml.ArrayFeatureExtractor", [floats([5, 6], [2]), integers([1])])[0]
        #expect(vector == floats([6], [1, 1]))
        for index in [-1, 2, Int64.max, Int64.min] {
            #expect(throws: OperatorError.self) {
                try run("ai.onnx.ml.ArrayFeatureExtractor", [x, integers([index])])
            }
        }
        let joined = try run(
            "ai.onnx.ml.FeatureVectorizer",
            [floats([1, 2, 3, 4], [2, 2]), Tensor([Int64(5), 6], shape: [2, 1])],
            [("inputdimensions", .ints([1, 2]))])[0]
        #expect(joined == floats([1, 5, 0, 3, 6, 0], [2, 3]))
    }

    @Test func labelsBecomeValues() throws {
        let encoder = "ai.onnx.ml.LabelEncoder"
        let byText: NamedAttributes = [
            ("keys_strings", .strings(["é", "a", "a"])), ("values_int64s", .ints([1, 2, 3])),
        ]
        // The composed letter is another text than its parts; of equal keys the last counts.
        #expect(
            try run(encoder, [texts(["é", "e\u{301}", "a"])], byText)[0].int64s == [1, -1, 3])
        let byNumber: NamedAttributes = [
            ("keys_floats", floatList([.nan, 0])), ("values_strings", .strings(["none", "zero"])),
            ("default_string", .string("?")),
        ]
        #expect(
            try run(encoder, [floats([-0.0, .nan, 1], [3])], byNumber)[0].strings
                == ["zero", "none", "?"])
        let tensors: NamedAttributes = [
            ("keys_tensor", .tensor(Tensor([Int16(3), -3], shape: [2]))),
            ("values_tensor", .tensor(Tensor(float64s: [0.5, 1.5], shape: [2]))),
        ]
        #expect(
            try run(encoder, [Tensor([Int16(-3), 4], shape: [2])], tensors)[0].float64s
                == [1.5, -0.0])
        let old: NamedAttributes = [("classes_strings", .strings(["x", "y"]))]
        #expect(try run(encoder, [texts(["y", "z"])], old)[0].int64s == [1, -1])
        #expect(try run(encoder, [integers([1, 2])], old)[0].strings == ["y", "_Unused"])
    }

    @Test func categoriesBecomeNumbersAndIndicators() throws {
        let pairs: NamedAttributes = [
            ("cats_strings", .strings(["u", "v"])), ("cats_int64s", .ints([10, 20])),
        ]
        #expect(
            try run("ai.onnx.ml.CategoryMapper", [texts(["v", "w"])], pairs)[0].int64s == [20, -1])
        #expect(
            try run("ai.onnx.ml.CategoryMapper", [integers([10, 7])], pairs)[0].strings
                == ["u", "_Unused"])
        let categories: NamedAttributes = [("cats_int64s", .ints([4, 2]))]
        let encoder = "ai.onnx.ml.OneHotEncoder"
        #expect(
            try run(encoder, [floats([2.5, 4, 9], [3])], categories)[0]
                == floats([0, 1, 1, 0, 0, 0], [3, 2]))
        #expect(throws: OperatorError.self) {
            try run(encoder, [integers([9])], categories + [("zeros", .int(0))])
        }
    }
}
