// One case of the suite: imported with the shapes of its inputs, run, compared within a tolerance.

import Base
import Machine
import Models
import Tensors
import TestSupport
import Wire

@testable import Importers

/// How far from the expected value a result may be: `absolute + relative · |expected|`.
struct Tolerance: Sendable {
    var relative = 1e-3
    var absolute = 1e-7
}

/// Runs cases. The outcome is `nil` for a pass, else why it failed.
struct SuiteCase {
    let kind: String
    let name: String
    var tolerance = Tolerance()
    var kernels = Kernels.best

    func failure() -> String? {
        do {
            return try compare(try run())
        } catch {
            return "\(error)"
        }
    }

    /// The model's outputs, by position.
    func run() throws -> [NamedValue] {
        let bytes = try SuiteFolder.model(kind, name)
        let graph = try ONNXReader(limits: .default).model(bytes[...]).graph
        let initializers = Set(graph?.initializers.map(\.name) ?? [])
        let ports = (graph?.inputs ?? []).filter { !initializers.contains($0.name) }
        var inputs: [NamedValue] = []
        var shapes: [String: [Int]] = [:]
        for (index, port) in ports.enumerated() {
            guard let file = SuiteFolder.value(kind, name, "input_\(index)") else { continue }
            let value = try SuiteValue(port).read(file[...])
            if let tensor = value.tensor { shapes[port.name] = tensor.shape.dimensions }
            inputs.append(NamedValue(name: port.name, value: value))
        }
        let imported = try ONNXImporter.importModel(
            from: bytes, options: ImportOptions(shapes: shapes))
        let interpreter = try Interpreter(model: imported.model, kernels: kernels)
        let limits = ExecutionLimits(liveBytes: 4 << 30, nodes: 1 << 20)
        return try interpreter.run(values: inputs, limits: limits).outputs
    }

    private func compare(_ actual: [NamedValue]) throws -> String? {
        let bytes = try SuiteFolder.model(kind, name)
        let ports = try ONNXReader(limits: .default).model(bytes[...]).graph?.outputs ?? []
        for (index, port) in ports.enumerated() {
            guard let file = SuiteFolder.value(kind, name, "output_\(index)") else {
                return "output \(index) has no expected value"
            }
            let expected = try SuiteValue(port).read(file[...])
            if let difference = SuiteComparison(tolerance).difference(
                actual[index].value, expected)
            {
                return "output \(port.name): \(difference)"
            }
        }
        return nil
    }
}

/// Reads the protobuf of an input or output, whose kind the graph tells.
struct SuiteValue {
    let port: ONNXValue
    private let reader = ONNXReader(limits: .default)

    init(_ port: ONNXValue) { self.port = port }

    func read(_ bytes: ArraySlice<UInt8>) throws -> RuntimeValue {
        switch port.unsupported {
        case nil: return .tensor(try tensor(bytes))
        case "a sequence": return try sequence(bytes)
        case "an optional value": return try optional(bytes)
        case let other?: throw ImportError.unsupportedFeature(other)
        }
    }

    private func tensor(_ bytes: ArraySlice<UInt8>) throws -> Tensor {
        let tensor = try reader.tensor(bytes)
        let type = try tensor.type(of: port.name, .default)
        var none = ExternalData(ONNXImporter.refuseExternalData)
        return try Tensor(
            type: type, littleEndianBytes: try tensor.bytes(type, of: port.name, &none))
    }

    /// `SequenceProto`: tensors in field 3.
    private func sequence(_ bytes: ArraySlice<UInt8>) throws -> RuntimeValue {
        var values: [RuntimeValue] = []
        try reader.fields(of: bytes, "SequenceProto") { (field) throws(ImportError) in
            guard field.number == 3 else { return }
            let bytes = try field.bytes("SequenceProto")
            do {
                values.append(.tensor(try tensor(bytes)))
            } catch {
                throw ImportError.unsupportedFeature("\(error)")
            }
        }
        return .sequence(values)
    }

    /// `OptionalProto`: a tensor in field 3 or a sequence in field 5.
    private func optional(_ bytes: ArraySlice<UInt8>) throws -> RuntimeValue {
        var value: RuntimeValue?
        try reader.fields(of: bytes, "OptionalProto") { (field) throws(ImportError) in
            guard field.number == 3 || field.number == 5 else { return }
            let bytes = try field.bytes("OptionalProto")
            do {
                value = field.number == 3 ? .tensor(try tensor(bytes)) : try sequence(bytes)
            } catch {
                throw ImportError.unsupportedFeature("\(error)")
            }
        }
        return .optional(value)
    }
}
