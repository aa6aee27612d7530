// One case of the suite: imported with the shapes of its inputs, run, compared within a tolerance.

import Base
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
    /// How far off a result may be.
    public var tolerance = Tolerance()
    /// The kernels that run it.
    public var kernels = Kernels.best

    /// Names a case.
    public init(kind: String, name: String) {
        self.kind = kind
        self.name = name
    }

    /// Runs the case. `nil` for a pass, else why it failed.
    public func failure() -> String? {
        do {
            return try compare(try run())
        } catch {
            return "\(error)"
        }
    }

    /// The model's outputs, by position.
    public func run() throws -> [NamedValue] {
        let bytes = try SuiteFolder.model(kind, name)
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
        return try interpreter.run(values: inputs, limits: limits).outputs
    }

    private func value(_ port: ONNXPort, _ file: String) throws -> RuntimeValue? {
        guard let bytes = SuiteFolder.value(kind, name, file) else { return nil }
        guard let form = port.form else {
            throw ImportError.unsupportedFeature("the form of \(port.name)")
        }
        return RuntimeValue(try ONNXContent(form, from: bytes[...]))
    }

    private func compare(_ actual: [NamedValue]) throws -> String? {
        let ports = try ONNXPort.ports(of: try SuiteFolder.model(kind, name)).outputs
        for (index, port) in ports.enumerated() {
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
