// ONNX files become models. What ends up in the program is what the file says, node by node, in
// the order of the file; nothing is rewritten, so every rounding is the one the file asks for. Only
// what cannot change a bit is left out: nodes and initializers that no output needs, `Identity`,
// `Dropout` outside training, and `Constant` nodes, which become constants.

public import Base
import Foundation
public import Models
import Tensors

/// How an ONNX file is imported.
public struct ImportOptions: Sendable {
    /// Values of symbolic dimensions by name; the others become 1. A dimension without a name is
    /// called `input.axis`, such as `image.0`.
    public var dimensions: [String: Int]
    /// Shapes of inputs by name, in the place of those that the file declares.
    public var shapes: [String: [Int]]
    /// The largest model that is accepted.
    public var limits: ModelLimits

    /// Makes options; by default every symbolic dimension is 1.
    public init(
        dimensions: [String: Int] = [:], shapes: [String: [Int]] = [:],
        limits: ModelLimits = .default
    ) {
        self.dimensions = dimensions
        self.shapes = shapes
        self.limits = limits
    }
}

/// What an import decided and left out.
public struct ImportReport: Sendable, Equatable {
    /// A symbolic dimension and the value it was given.
    public struct Dimension: Sendable, Equatable {
        /// The dimension's name.
        public var name: String
        /// The value.
        public var value: Int
        /// Whether nobody asked for the value, so that it is 1.
        public var isDefault: Bool

        /// Makes a decision about a dimension.
        public init(name: String, value: Int, isDefault: Bool) {
            self.name = name
            self.value = value
            self.isDefault = isDefault
        }
    }

    /// The file's producer, such as `pytorch`.
    public var producer = ""
    /// The version of the ONNX format.
    public var irVersion: Int64 = 0
    /// The version of the operator set.
    public var opset = 0
    /// The symbolic dimensions of the inputs, in the order in which they were met.
    public var dimensions: [Dimension] = []
    /// Nodes that no output needs, or that compute nothing.
    public var droppedNodes = 0
    /// Initializers that no output needs.
    public var droppedInitializers = 0
    /// For each output whose columns are the scores of classes: the labels of the columns. The
    /// labels are those of the file's `ZipMap` or classifier; integers are written in decimal.
    public var classLabels: [String: [String]] = [:]
}

/// An imported model.
public struct ImportedModel: Sendable {
    /// The model.
    public var model: Model
    /// What the import decided.
    public var report: ImportReport
}

/// Reads ONNX models.
public enum ONNXImporter {
    /// Imports the file at `path`; external data is read from its folder.
    public static func importModel(
        at path: String, options: ImportOptions = ImportOptions()
    ) throws(ImportError) -> ImportedModel {
        let limit = options.limits.maximumProgramBytes + options.limits.maximumWeightBytes
        let bytes = try readFile(path, limit: limit)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        return try importModel(
            from: bytes, options: options,
            externalData: ExternalData.reader(in: folder, limit: limit))
    }

    /// Imports the bytes of a file.
    ///
    /// - Parameter externalData: reads a file that the model names; by default there is none.
    public static func importModel(
        from bytes: Bytes, options: ImportOptions = ImportOptions(),
        externalData: @escaping ExternalDataReader = refuseExternalData
    ) throws(ImportError) -> ImportedModel {
        let reader = ONNXReader(limits: options.limits)
        let file: ONNXModel
        do throws(ImportError) {
            file = try reader.model(bytes[...])
        } catch .malformedMessage("ModelProto", let error) {
            throw .notONNX(reason: "\(error)")
        } catch .malformedField("ModelProto", let field) {
            throw .notONNX(reason: "field \(field) is malformed")
        }
        guard let graph = file.graph else { throw .notONNX(reason: "it holds no graph") }
        guard let irVersion = file.irVersion, irVersion > 0 else {
            throw .notONNX(reason: "it names no format version")
        }
        guard !file.hasFunctions else {
            throw .unsupportedFeature("functions defined by the model")
        }
        guard !graph.hasSparseInitializers else {
            throw .unsupportedFeature("sparse initializers")
        }
        let opset = try opset(of: file)
        var converter = GraphConverter(
            graph, opset: opset, options: options, externalData: ExternalData(externalData))
        var imported = try converter.convert()
        imported.report.producer = file.producer
        imported.report.irVersion = irVersion
        imported.report.opset = opset
        return imported
    }

    /// The model of the file at `path`.
    public static func model(
        at path: String, limits: ModelLimits = .default
    ) throws(ImportError) -> Model {
        try importModel(at: path, options: ImportOptions(limits: limits)).model
    }

    /// Refuses every external file.
    public static func refuseExternalData(_ location: String) throws(ImportError) -> Bytes {
        throw .externalData(
            tensor: "", location: location, reason: "there is no folder to read it from")
    }

    private static func opset(of file: ONNXModel) throws(ImportError) -> Int {
        let supported =
            Int(Model.supportedOpsets.lowerBound)...Int(Model.supportedOpsets.upperBound)
        let known = file.opsets.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }?.version
        // A file of other domains alone, such as a tree ensemble, need not name the default one.
        let version = known ?? (file.opsets.isEmpty ? nil : Int64(supported.upperBound))
        guard let version, let opset = Int(exactly: version), supported.contains(opset) else {
            throw .unsupportedOpset(version, supported: supported)
        }
        return opset
    }
}
