// aivm model quantize: what it reports, what it draws, and how it explains wrong inputs.

import Base
import Foundation
import Importers
import Models
import Quantization
import Tensors
import TestSupport
import Testing
import Wire

@testable import Commands

@Suite struct QuantizeCommandTests {
    private static let models = PackageRoot.path("Examples/models")

    private func invocation(_ words: [String]) throws -> Invocation {
        guard case .run(let invocation) = try CommandLineInterface.root.parse(words) else {
            throw UsageError(message: "help")
        }
        return invocation
    }

    /// The failure of `aivm model quantize` with `words` in an empty folder; nothing is written.
    private func failure(_ words: String...) throws -> (text: String, code: ExitCode) {
        let folder = try TemporaryDirectory()
        let output = folder.path("out.q.aivm")
        do {
            let invocation = try invocation(["model", "quantize"] + words + ["-o", output])
            try invocation.command.run(invocation)
            Issue.record("accepted: \(words)")
            return ("", .success)
        } catch {
            #expect(!FileManager.default.fileExists(atPath: output))
            return ("\(error)", ExitCode.of(error))
        }
    }

    /// A report on an example, calibrated and tested on its own samples.
    private func report(_ name: String) throws -> QuantizationReport {
        let stem = "\(QuantizeCommandTests.models)/\(name)"
        let model = try ONNXImporter.model(at: stem + ".onnx")
        let calibration = try LabelledSamples(model, path: stem + ".npz")
        let test = try LabelledSamples(model, path: stem + ".test.npz")
        let quantized = try Quantizer.quantize(model, samples: try calibration.all())
        return try QuantizationReport(
            quantized, calibration: calibration, test: test,
            try invocation(["model", "quantize", stem + ".onnx"]))
    }

    @Test func theReportHoldsAccuracyAndTheErrorOfEachLayer() throws {
        let report = try report("digits_mlp")
        let accuracy = try #require(report.accuracy)
        #expect(accuracy.answers == 360)
        #expect(accuracy.float >= 345)
        #expect(accuracy.integer >= accuracy.float - 4)
        let text = report.text(file: "a.q.aivm", byteCount: 5_000)
        #expect(text.contains("accuracy on 360 answers: float 97."))
        for layer in report.layers { #expect(text.contains(layer.layer.name)) }
        let json = report.json(file: "a.q.aivm", byteCount: 5_000)
        #expect(json["layers"]?.elements?.count == report.layers.count)
        #expect(json["worst_layer"] == .string(try #require(report.worst).layer.name))
        #expect(report.layers.count >= 4)
    }

    @Test func thePlotIsWellFormedAndNamesEveryLayer() throws {
        let report = try report("digits_mlp")
        let svg = report.svg(title: "a <b> & \"c\" \u{1B}[31m")
        let parser = XMLLint()
        #expect(parser.isWellFormed(svg))
        #expect(svg.contains("a &lt;b&gt; &amp; &quot;c&quot; �[31m"))
        #expect(svg.contains("accuracy float 97."))
        for layer in report.layers { #expect(svg.contains(escapedXML(layer.layer.name))) }
        #expect(!svg.contains("nan") && !svg.contains("inf\""))
    }

    @Test func missingFilesAreNamed() throws {
        let model = "\(QuantizeCommandTests.models)/digits_mlp.onnx"
        let (text, code) = try failure(model, "--calibrate", "/nonexistent/samples.npz")
        #expect(text.contains("/nonexistent/samples.npz"))
        #expect(code == .noInput)
        #expect(try failure("/nonexistent/m.onnx", "--calibrate", model).code == .noInput)
    }

    @Test func samplesOfAnotherShapeAreNamedWithTheRightOne() throws {
        let (text, code) = try failure(
            "\(QuantizeCommandTests.models)/digits_mlp.onnx", "--calibrate",
            "\(QuantizeCommandTests.models)/credit_mlp.npz")
        #expect(code == .malformedData)
        #expect(text.contains("64") && text.contains("30"), "\(text)")
    }

    @Test func floatModelsNeedSamples() throws {
        let (text, code) = try failure("\(QuantizeCommandTests.models)/digits_mlp.onnx")
        #expect(text.contains("--calibrate"))
        #expect(code == .usage)
    }

    @Test func optionsOutOfRangeAreMisuse() throws {
        let model = "\(QuantizeCommandTests.models)/digits_mlp.onnx"
        for (option, value) in [("table-bits", "7"), ("table-bits", "13"), ("headroom", "5")] {
            #expect(try failure(model, "--\(option)", value).code == .usage)
        }
    }

    @Test func operatorsWithoutCounterpartAreNamedWithWhatWouldDo() throws {
        let folder = try TemporaryDirectory()
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [4]))
        let y = builder.addNode(
            "ReduceMax", [x], name: "the maximum", attributes: [("axes", .ints([0]))])[0]
        builder.addOutput("y", y)
        try writeFile(folder.path("m.aivm"), try builder.build().fileBytes)
        try writeFile(folder.path("x.json"), Bytes("[1, 2, 3, 4]".utf8))
        let (text, code) = try failure(
            folder.path("m.aivm"), "--calibrate", folder.path("x.json"))
        #expect(text.contains("the maximum") && text.contains("MaxPool"), "\(text)")
        #expect(code == .malformedData)
    }

    @Test func numbersBeyondTheRangeAreCountedAndReported() throws {
        let stem = "\(QuantizeCommandTests.models)/digits_mlp"
        let model = try ONNXImporter.model(at: stem + ".onnx")
        let folder = try TemporaryDirectory()
        let shape = try #require(model.inputs[0].type).shape
        let far = Tensor([Float](repeating: 1e4, count: shape.elementCount), shape: shape)
        let row = far.float32s?.map { "\($0)" }.joined(separator: ",") ?? ""
        try writeFile(folder.path("far.json"), Bytes("{\"input\": [[\(row)]]}".utf8))
        let calibration = try LabelledSamples(model, path: stem + ".npz")
        let test = try LabelledSamples(model, path: folder.path("far.json"))
        let report = try QuantizationReport(
            try Quantizer.quantize(model, samples: try calibration.all()),
            calibration: calibration, test: test,
            try invocation(["model", "quantize", stem + ".onnx"]))
        #expect(report.layers[0].saturatedCount == shape.elementCount)
        let text = report.text(file: "a", byteCount: 1)
        #expect(text.contains("beyond the calibrated range"))
        #expect(report.svg(title: "a").contains("\(shape.elementCount) saturated"))
    }
}

/// Whether tags of a drawing close in order.
private struct XMLLint {
    func isWellFormed(_ text: String) -> Bool {
        var open: [Substring] = []
        for part in text.split(separator: "<", omittingEmptySubsequences: true) {
            guard let end = part.firstIndex(of: ">") else {
                if part.allSatisfy(\.isWhitespace) { continue }
                return false
            }
            let tag = part[..<end]
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return false }
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { !$0.isWhitespace })
            }
            guard tag.count(where: { $0 == "\"" }).isMultiple(of: 2) else { return false }
        }
        return open.isEmpty
    }
}
