// aivm model import | inspect | quantize | register

import Base
import Importers
import Machine
import Models
import Quantization
import Tensors
import Wire

extension CommandLineInterface {
    static let modelCommand = Command(
        name: "model", summary: "Import, inspect, quantise and register models.",
        children: [
            importCommand, inspectCommand, quantizeCommand, commitModelCommand, commitInputCommand,
            registerCommand,
        ])

    private static let importCommand = Command(
        name: "import", summary: "Turn an ONNX model into an .aivm file.",
        discussion: """
            The result is canonical: the same ONNX file gives the same bytes and the same ModelID
            on every machine. Weights in external files are read from the model's own folder.
            """,
        arguments: [Argument(name: "FILE.onnx", help: "The model, opset 1 to 27.")],
        options: [
            .option(
                "output", "FILE.aivm", "Where to write (default: beside the input).", short: "o"),
            .option("dimension", "NAME=N", "Size of a symbolic dimension (default 1); repeatable."),
            .option(
                "profile", "NAME",
                "'integer' makes an integer program of a quantised model (QuantizeLinear, …)."),
        ],
        run: importModel)

    private static func importModel(_ invocation: Invocation) throws {
        let path = invocation.arguments[0]
        let options = ImportOptions(dimensions: try invocation.dimensions())
        let imported = try ONNXImporter.importModel(at: path, options: options)
        let model: Model
        switch invocation.option("profile") {
        case nil: model = imported.model
        case "integer": model = try Quantizer.convert(imported.model).model
        case let name?:
            throw UsageError(
                message: "--profile takes integer, not '\(name)'", path: invocation.pathText)
        }
        let stem = path.hasSuffix(".onnx") ? String(path.dropLast(5)) : path
        let output = invocation.option("output") ?? stem + ".aivm"
        let bytes = model.fileBytes
        try writeFile(output, bytes)
        Output(invocation).show([
            "file": .string(output), "bytes": .number(String(bytes.count)),
            "model_id": .string(model.modelID.hex),
            "parameters": .number(String(model.parameterCount)),
            "nodes": .number(String(model.program.nodes.count)),
            "class_labels": classLabels(imported),
        ]) {
            var text = """
                \(output): \(sizeText(bytes.count)), \(model.program.nodes.count) nodes, \
                \(grouped(model.parameterCount)) parameters
                ModelID \(model.modelID.hex)
                """
            for dimension in imported.report.dimensions where dimension.isDefault {
                text += "\nnote: symbolic dimension '\(dimension.name)' set to \(dimension.value)"
                text += "; change it with --dimension \(dimension.name)=N"
            }
            for output in model.outputs {
                guard let labels = imported.report.classLabels[output.name] else { continue }
                text += "\ncolumns of '\(output.name)': \(listText(labels))"
            }
            return text
        }
    }

    /// The labels of the columns of each output that has some.
    private static func classLabels(_ imported: ImportedModel) -> JSONValue {
        .object(
            imported.model.outputs.compactMap { output in
                imported.report.classLabels[output.name].map { labels in
                    JSONMember(output.name, .array(labels.map { .string($0) }))
                }
            })
    }

    /// The first labels of a list, fit for a terminal.
    private static func listText(_ labels: [String]) -> String {
        let shown = labels.prefix(20).map { label in
            let isPrintable = label.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
            }
            return isPrintable ? label : label.debugDescription
        }
        let rest = labels.count > 20 ? ", … \(labels.count) in all" : ""
        return shown.joined(separator: ", ") + rest
    }

    private static let inspectCommand = Command(
        name: "inspect", summary: "Show a model's graph, shapes, gas and identity.",
        discussion: """
            Memory is what a run holds beside the file: constants made ready for the kernels, and
            the tensors alive at one time. The plot shows the live bytes while each node runs.
            """,
        arguments: [MachineOptions.model],
        options: [
            .flag("graph", "Show every node."),
            .option("plot", "FILE.svg", "Draw the live bytes over the nodes."),
            MachineOptions.dimension,
        ],
        run: inspect)

    private static func inspect(_ invocation: Invocation) throws {
        let inspection = try ModelInspection(try invocation.model())
        let model = inspection.model
        if let path = invocation.option("plot") {
            let title = "\(invocation.arguments[0]): bytes of live tensors"
            try writeFile(path, Bytes(inspection.memory.svg(title: title).utf8))
        }
        func ports(_ ports: [Model.Port]) -> JSONValue {
            .array(
                ports.map {
                    .object([
                        "name": .string($0.name),
                        "type": $0.type.map { .string($0.element.name) } ?? .null,
                        "shape": $0.type.map { type in
                            .array(type.shape.dimensions.map { .number(String($0)) })
                        } ?? .null,
                    ])
                })
        }
        let header: KeyValuePairs<String, JSONValue> = [
            "model_id": .string(model.modelID.hex),
            "program_hash": .string(model.programHash.hex),
            "weights_root": .string(model.weightsRoot.hex),
            "arithmetic_version": .number(String(model.program.arithmeticVersion)),
            "opset": .number(String(model.program.opset)),
            "profile": .string(model.profile.name),
            "inputs": ports(model.inputs), "outputs": ports(model.outputs),
            "nodes": .number(String(model.program.nodes.count)),
            "parameters": .number(String(model.parameterCount)),
            "weight_bytes": .number(String(model.weightByteCount)),
            "gas": .number(String(inspection.gas)),
        ]
        let members = header.map { JSONMember($0.key, $0.value) } + inspection.members
        Output(invocation).show(.object(members)) {
            summary(of: inspection, withGraph: invocation.flag("graph"))
        }
    }

    private static func summary(of inspection: ModelInspection, withGraph: Bool) -> String {
        let model = inspection.model
        func text(_ type: TensorType?) -> String { type?.description ?? "known in a run" }
        func line(_ port: Model.Port) -> String { "\(port.name): \(text(port.type))" }
        let chunkCount =
            (model.weightByteCount + Model.chunkByteCount - 1) / Model.chunkByteCount
        let header = [
            ["ModelID", model.modelID.hex],
            ["program hash", model.programHash.hex],
            ["weights root", model.weightsRoot.hex],
            [
                "arithmetic",
                "version \(model.program.arithmeticVersion), opset \(model.program.opset)"
                    + (model.profile == .none ? "" : ", \(model.profile.name) profile"),
            ],
            ["inputs", model.inputs.map(line).joined(separator: ", ")],
            ["outputs", model.outputs.map(line).joined(separator: ", ")],
            ["nodes", grouped(model.program.nodes.count)],
            ["parameters", grouped(model.parameterCount)],
            [
                "weights",
                "\(sizeText(model.weightByteCount)), "
                    + "\(chunkCount) chunks",
            ],
            ["gas", (model.isStatic ? "" : "at least ") + grouped(inspection.gas)],
        ]
        var summary = table(header + inspection.rows) + "\n\n" + inspection.tables
        guard withGraph else { return summary + "\n\nShow every node with --graph." }
        var rows = [["#", "operator", "name", "output"]]
        for (index, node) in model.nodes.enumerated() {
            let types = node.outputs.map { text(model.valueTypes[$0]) }
            rows.append([
                "\(index)", node.place.operatorName, node.place.name,
                types.joined(separator: ", "),
            ])
        }
        summary += "\n\n" + table(rows)
        return summary
    }
}
