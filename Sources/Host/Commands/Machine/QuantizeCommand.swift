// aivm model quantize: an integer program of a float model, and how close it keeps to it.

import Base
import Importers
import Machine
import Models
import Quantization
import Tensors
import Wire

extension CommandLineInterface {
    static let quantizeCommand = Command(
        name: "quantize", summary: "Turn a float model into an integer program.",
        discussion: """
            The result runs in whole numbers alone: int8 weights, int16 activations, exact sums.
            It is smaller, and a run of it can be proved. --calibrate gives samples of usual
            inputs, in the forms that 'aivm run --input' takes; the ranges of all activations
            follow from them. --test gives samples with an array 'labels' and reports the accuracy
            of both models, the worst error of each layer and how many numbers saturated. A model
            that is quantised already (QuantizeLinear, QLinearConv) needs no samples.
            """,
        arguments: [MachineOptions.model],
        options: [
            .option("calibrate", "FILE", "Samples of usual inputs: .npz, .npy, .json."),
            .option("test", "FILE.npz", "Samples with labels to measure accuracy on."),
            .option(
                "output", "FILE.aivm", "Where to write (default: MODEL.q.aivm).", short: "o"),
            .option("plot", "FILE.svg", "Draw each layer's error."),
            .option(
                "table-bits", "N", "Bits of the argument of function tables, 8 to 12.",
                fallback: "12"),
            .option(
                "headroom", "N",
                "Bits kept free for numbers larger than any sample showed, 0 to 4.",
                fallback: "1"),
            .flag("integer-ports", "Keep inputs and outputs int16 instead of float32."),
            MachineOptions.dimension,
        ],
        run: quantize)

    private static func quantize(_ invocation: Invocation) throws {
        let model = try invocation.model().verified()
        let options = QuantizationOptions(
            tableBits: try invocation.integer("table-bits", in: 8...12) ?? 12,
            headroomBits: try invocation.integer("headroom", in: 0...4) ?? 1,
            hasIntegerPorts: invocation.flag("integer-ports"))
        let calibration = try invocation.option("calibrate").map {
            try LabelledSamples(model, path: $0)
        }
        let test = try invocation.option("test").map { try LabelledSamples(model, path: $0) }
        let quantized: QuantizedModel
        if let calibration {
            let bar = ProgressBar("calibrating", invocation)
            quantized = try Quantizer.quantize(
                model, samples: try calibration.all(), options: options
            ) { bar.show($0, of: calibration.count) }
        } else {
            guard Quantizer.isQuantized(model) else {
                throw UsageError(
                    message: "missing option --calibrate", path: invocation.pathText)
            }
            quantized = try Quantizer.convert(model, options: options)
        }
        let output = invocation.option("output") ?? quantizedName(of: invocation.arguments[0])
        let bytes = quantized.model.fileBytes
        let report = try QuantizationReport(
            quantized, calibration: calibration, test: test, invocation)
        try writeFile(output, bytes)
        if let path = invocation.option("plot") {
            let name = invocation.arguments[0].split(separator: "/").last ?? ""
            let title = "\(name): error of each layer"
            try writeFile(path, Bytes(report.svg(title: title).utf8))
        }
        Output(invocation).show(report.json(file: output, byteCount: bytes.count)) {
            report.text(file: output, byteCount: bytes.count)
        }
    }

    /// `a.aivm` and `a.onnx` give `a.q.aivm`.
    private static func quantizedName(of path: String) -> String {
        for ending in [".aivm", ".onnx"] where path.hasSuffix(ending) {
            return String(path.dropLast(ending.count)) + ".q.aivm"
        }
        return path + ".q.aivm"
    }
}

/// Samples of a model from a file, with labels when it has some.
struct LabelledSamples {
    /// How many there are.
    let count: Int
    /// The labels of each sample; `nil` when the file has no array `labels`.
    let labels: [[Int64]]?
    private let samples: InputSamples

    /// Reads the samples of `model` at `path`.
    ///
    /// - Throws: `ImportError` when they are not what the model takes.
    init(_ model: Model, path: String) throws {
        samples = try InputReader.samples(for: model.inputs, at: path)
        count = try samples.rowCount()
        guard let array = try LabelledSamples.labels(path) else {
            labels = nil
            return
        }
        guard count > 0, array.shape.elementCount.isMultiple(of: count),
            let values = array.int64s ?? array.int32s?.map({ Int64($0) })
                ?? array.uint8s?.map({ Int64($0) })
        else {
            throw CommandFailure(
                "\(path): 'labels' is \(array.type), not integers for \(count) samples",
                .malformedData)
        }
        let each = values.count / count
        labels = (0..<count).map { Array(values[$0 * each..<($0 + 1) * each]) }
    }

    private static func labels(_ path: String) throws -> Tensor? {
        let bytes = try readFile(path)
        // A zip archive begins with the letters PK.
        guard bytes.starts(with: [0x50, 0x4B]) else { return nil }
        return try NumPyArchive(bytes).array(named: "labels")
    }

    /// The inputs of sample `row`.
    func inputs(_ row: Int) throws -> [NamedTensor] { try samples.row(row) }

    /// The inputs of all samples.
    func all() throws -> [[NamedTensor]] { try (0..<count).map { try samples.row($0) } }
}
