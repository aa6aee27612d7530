// One case of the suite: imported with the shapes of its inputs, run, compared within a tolerance.

import Base
public import Foundation
import Importers
public import Machine
import Models
public import Tensors

/// How far from the expected value a result may be: `absolute + relative · |expected|`.
public struct Tolerance: Sendable {
    /// The part relative to the expected value.
    public var relative = 1e-3
    /// The absolute part.
    public var absolute = 1e-7

    /// The suite's default: 1e-3 relative, 1e-7 absolute.
    public init() {}
}

/// A case of the suite.
public struct SuiteCase: Sendable {
    /// The kind: `node`, `pytorch-operator`, …
    public let kind: String
    /// The name.
    public let name: String
    /// The folder that has the case as `kind/name`; the suite's by default.
    public var root = SuiteFolder.url
    /// How far off a result may be.
    public var tolerance = Tolerance()
    /// The kernels that run it.
    public var kernels = Kernels.best

    /// Names a case.
    public init(kind: String, name: String, in root: URL? = SuiteFolder.url) {
        self.kind = kind
        self.name = name
        self.root = root
    }

    /// Runs the case. `nil` for a pass, else why it failed.
    public func failure() -> String? {
        do {
            let (outputs, labels) = try runWithLabels()
            return try compare(outputs, labels)
        } catch {
            return "\(error)"
        }
    }

    /// The model's outputs, by position.
    public func run() throws -> [NamedValue] { try runWithLabels().outputs }

    /// The model's outputs, and the labels of the columns of those that are scores of classes.
    private func runWithLabels() throws -> (outputs: [NamedValue], labels: [String: [String]]) {
        let bytes = try SuiteFolder.model(kind, name, in: root)
        var inputs: [NamedValue] = []
        var shapes: [String: [Int]] = [:]
        for (index, port) in try ONNXPort.ports(of: bytes).inputs.enumerated() {
            guard let value = try value(port, "input_\(index)") else { continue }
            if let tensor = value.tensor { shapes[port.name] = tensor.shape.dimensions }
            inputs.append(NamedValue(name: port.name, value: value))
        }
        let imported = try ONNXImporter.importModel(
            from: bytes, options: ImportOptions(shapes: shapes))
        let interpreter = try Interpreter(model: imported.model, kernels: kernels)
        let limits = ExecutionLimits(liveBytes: 4 << 30, nodes: 1 << 20)
        let outputs = try interpreter.run(values: inputs, limits: limits).outputs
        return (outputs, imported.report.classLabels)
    }

    /// The expected value of an output whose rows are maps, else `nil`.
    private func maps(_ port: ONNXPort, _ file: String) throws -> MapRows? {
        guard port.form == .sequence,
            let bytes = SuiteFolder.value(kind, name, file, in: root)
        else { return nil }
        return try MapRows(bytes)
    }

    private func value(_ port: ONNXPort, _ file: String) throws -> RuntimeValue? {
        guard let bytes = SuiteFolder.value(kind, name, file, in: root) else {
            return nil
        }
        guard let form = port.form else {
            throw ImportError.unsupportedFeature("the form of \(port.name)")
        }
        return RuntimeValue(try ONNXContent(form, from: bytes[...]))
    }

    private func compare(
        _ actual: [NamedValue], _ labels: [String: [String]]
    ) throws -> String? {
        let ports = try ONNXPort.ports(of: try SuiteFolder.model(kind, name, in: root)).outputs
        for (index, port) in ports.enumerated() {
            if let rows = try maps(port, "output_\(index)") {
                guard labels[port.name] == rows.labels else {
                    return "columns of \(port.name) are \(labels[port.name] ?? [])"
                }
                if let difference = SuiteComparison(tolerance)
                    .difference(actual[index].value, .tensor(rows.table))
                {
                    return "output \(port.name): \(difference)"
                }
                continue
            }
            guard let expected = try value(port, "output_\(index)") else {
                return "output \(index) has no expected value"
            }
            let comparison = SuiteComparison(tolerance)
            if let difference = comparison.difference(actual[index].value, expected) {
                return "output \(port.name): \(difference)"
            }
        }
        return nil
    }
}

extension RuntimeValue {
    /// The value that an ONNX file holds.
    init(_ content: ONNXContent) {
        switch content {
        case .tensor(let tensor): self = .tensor(tensor)
        case .sequence(let tensors): self = .sequence(tensors.map { .tensor($0) })
        case .optional(let content): self = .optional(content.map { RuntimeValue($0) })
        }
    }
}
