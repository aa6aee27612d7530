// Losses of classification, spectral windows, operators on texts.
import Base
import TestSupport
import Testing

@testable import Tensors

@Suite struct LossAndTextTests {
    private func floats(_ values: [Float], _ shape: Shape) -> Tensor {
        Tensor(values, shape: shape)
    }
    private func texts(_ values: String...) -> Tensor { Tensor(values, shape: [values.count]) }

    @Test func lossesWeightAndIgnore() throws {
        let logs = floats([-1, -2, -4, -8], [2, 2])
        let classes = Tensor([Int64(1), 0], shape: [2])
        let weights = floats([1, 3], [2])
        func loss(_ reduction: String, _ ignored: Int64 = -1) throws -> [Float]? {
            try run(
                "NegativeLogLikelihoodLoss", [logs, classes, weights],
                [("reduction", .string(reduction)), ("ignore_index", .int(ignored))])[0].float32s
        }
        #expect(try loss("none") == [6, 4])
        #expect(try loss("sum") == [10])
        #expect(try loss("mean") == [2.5])
        #expect(try loss("mean", 0) == [2])
        #expect(throws: OperatorError.indexOutOfRange(index: 2, count: 2)) {
            try run("NegativeLogLikelihoodLoss", [logs, Tensor([Int32(2), 0], shape: [2])])
        }
        let scores = floats([1, 2, 3, 4, 5, 6], [1, 3, 2])
        let target = Tensor([Int32(2), 0], shape: [1, 2])
        let both = try run("SoftmaxCrossEntropyLoss", [scores, target], outputs: 2)
        let softmax = try run("LogSoftmax", [scores], [("axis", .int(1))])[0]
        #expect(both[1] == softmax)
        let plain = try run("NegativeLogLikelihoodLoss", [softmax, target])[0]
        #expect(both[0] == plain)
    }

    @Test func windowsAreSumsOfCosines() throws {
        let size = Tensor([Int32(4)], shape: [])
        let hann = try run("HannWindow", [size], [("output_datatype", .int(11))])[0]
        let values = try #require(hann.float64s)
        for (value, expected) in zip(values, [0, 0.5, 1, 0.5]) {
            #expect(abs(value - expected) < 1e-15)
        }
        let symmetric = try run(
            "HammingWindow", [Tensor([Int64(3)], shape: [])], [("periodic", .int(0))])[0]
        #expect(try #require(symmetric.float32s)[1] == 1)
        let one = Tensor([Int64(1)], shape: [])
        #expect(try run("BlackmanWindow", [one], [("periodic", .int(0))])[0].float32s == [1])
        #expect(throws: OperatorError.self) {
            try run("HannWindow", [Tensor([Int64(-1)], shape: [])])
        }
    }

    @Test func transformsComeBack() throws {
        let x = floats([1, -2, 3, 0.5, 4], [1, 5, 1])
        let length = Tensor([Int64(5)], shape: [])
        let whole = try run("DFT", [x], opset: 20)[0]
        let sum = try #require(whole.float32s)
        #expect(sum[0] == 6.5 && sum[1] == 0)
        let back = try run("DFT", [whole], [("inverse", .int(1))], opset: 20)[0]
        for (index, value) in try #require(x.float32s).enumerated() {
            let found = try #require(back.float32s)
            #expect(abs(found[2 * index] - value) < 1e-6 && abs(found[2 * index + 1]) < 1e-6)
        }
        let half = try run("DFT", [x], [("onesided", .int(1))], opset: 20)[0]
        #expect(half.shape == [1, 3, 2] && half.float32s == Array(sum.prefix(6)))
        let real = try run(
            "DFT", [half, length], [("onesided", .int(1)), ("inverse", .int(1))], opset: 20)[0]
        #expect(real.shape == [1, 5, 1])
        for (a, b) in zip(try #require(real.float32s), try #require(x.float32s)) {
            #expect(abs(a - b) < 1e-6)
        }
        // A frame is the transform of its part times the window.
        let window = floats([0.5, 2], [2])
        let frames = try run("STFT", [x, Tensor([Int64(3)], shape: []), window], opset: 17)[0]
        let expected: [Float] = [0.5 - 4, 0, 0.5 + 4, 0, 0.25 + 8, 0, 0.25 - 8, 0]
        for (a, b) in zip(try #require(frames.float32s), expected) { #expect(abs(a - b) < 1e-6) }
    }

    @Test func textsAreJoinedAndCut() throws {
        let joined = try run("StringConcat", [texts("a", "b"), texts("x")], opset: 20)[0]
        #expect(joined.strings == ["ax", "bx"])
        let split = try run("StringSplit", [texts(" a  b c ", "")], opset: 20, outputs: 2)
        #expect(split[0] == Tensor(["a", "b", "c", "", "", ""], shape: [2, 3]))
        #expect(split[1].int64s == [3, 0])
        let few = try run(
            "StringSplit", [texts("a,,b,c", "")],
            [("delimiter", .string(",")), ("maxsplit", .int(2))],
            opset: 20, outputs: 2)
        #expect(few[0] == Tensor(["a", "", "b,c", "", "", ""], shape: [2, 3]))
        #expect(few[1].int64s == [3, 1])
        let rest = try run(
            "StringSplit", [texts("a  b c ")], [("maxsplit", .int(1))], opset: 20, outputs: 2)
        #expect(rest[0].strings == ["a", "b c "])
    }

    @Test func textsAreNormalised() throws {
        let words = texts("Monday", "tuesday", "MONDAY")
        let stops = ("stopwords", AttributeValue.strings(["monday"]))
        let folded = try run(
            "StringNormalizer", [words], [stops, ("case_change_action", .string("UPPER"))])[0]
        #expect(folded == texts("TUESDAY"))
        let sensitive = try run(
            "StringNormalizer", [words], [stops, ("is_case_sensitive", .int(1))])[0]
        #expect(sensitive == words)
        let none = try run(
            "StringNormalizer", [Tensor(["monday"], shape: [1, 1])], [stops])[0]
        #expect(none == Tensor([""], shape: [1, 1]))
    }

    @Test func gramsAreCountedWithGaps() throws {
        let attributes: [(String, AttributeValue)] = [
            ("mode", .string("TF")), ("min_gram_length", .int(1)), ("max_gram_length", .int(2)),
            ("max_skip_count", .int(1)), ("ngram_counts", .ints([0, 2])),
            ("ngram_indexes", .ints([0, 1, 3, 2])), ("pool_int64s", .ints([5, 7, 5, 7, 7, 7])),
        ]
        let words = Tensor([Int32(5), 7, 7, 9, 5, 8, 7], shape: [7])
        // 5 twice, 7 thrice; 5 7 at once, once with a gap, and after one; 7 7 once.
        #expect(try run("TfIdfVectorizer", [words], attributes)[0].float32s == [2, 3, 1, 3])
        let weighted =
            attributes.dropFirst() + [
                ("mode", .string("IDF")),
                ("weights", .floats([2, 3, 4, 5].map { Float($0).bitPattern })),
            ]
        let rows = words.reshaped(to: [1, 7])
        #expect(
            try run("TfIdfVectorizer", [rows], Array(weighted))[0] == floats([2, 3, 4, 5], [1, 4]))
        let huge = attributes.filter { $0.0 != "max_skip_count" } + [("max_skip_count", .int(.max))]
        #expect(try run("TfIdfVectorizer", [words], huge)[0].float32s == [2, 3, 3, 4])
    }
}
