// Options that the commands of the machine share: the model and its dimensions, kernels, threads,
// limits.

import Base
import Foundation
import Importers
import Machine
import Models
import Tensors

/// Options of the commands that load or run a model here.
enum MachineOptions {
    /// The argument that names the model.
    static let model = Argument(name: "MODEL", help: "The model: .aivm, or .onnx.")

    static let dimension = Option.option(
        "dimension", "NAME=N", "Size of a symbolic dimension of an .onnx (default 1); repeatable.")
    static let kernels = Option.option(
        "kernels", "NAME", "Force scalar, avx2 or avx512; the answer is the same.")
    static let threads = Option.option(
        "threads", "N", "Threads, 1 to 64; the answer is the same.", fallback: "1")
    static let inputs: [Option] = [
        .option(
            "input", "[NAME=]FILE", "Inputs: .json, .npy, .npz or .pb; repeatable.", short: "i"),
        .option("row", "N", "Which sample of an .npz or .npy, from 0.", fallback: "0"),
    ]
    static let limits: [Option] = [
        .option("gas", "N", "Refuse to use more gas than this."),
        .option("memory", "SIZE", "Refuse to hold more live tensors: bytes, or 64MiB, 2GiB."),
        .option("nodes", "N", "Refuse to run more nodes than this."),
    ]
}

extension Invocation {
    /// The kernels of `--kernels` and `--threads`.
    func kernels() throws -> Kernels {
        var kernels = Kernels.best
        if let name = option("kernels") {
            guard let known = Kernels.available.first(where: { $0.name == name }) else {
                let names = Kernels.available.map(\.name).joined(separator: ", ")
                throw UsageError(
                    message: "this machine has the kernels \(names), not '\(name)'",
                    path: pathText)
            }
            kernels = known
        }
        kernels.threads = try integer("threads", in: 1...64) ?? 1
        return kernels
    }

    /// The limits of `--gas`, `--memory` and `--nodes`.
    func limits() throws -> ExecutionLimits {
        ExecutionLimits(
            gas: try integer("gas", in: 0...UInt64.max) ?? .max,
            liveBytes: try byteCount("memory") ?? .max,
            nodes: try integer("nodes", in: 0...Int.max) ?? ExecutionLimits.defaultNodes)
    }

    /// The value of option `name` as a number of bytes: digits, then nothing, B, KiB, MiB or GiB.
    func byteCount(_ name: String) throws -> Int? {
        guard let text = option(name) else { return nil }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units = ["": 0, "B": 0, "KiB": 10, "MiB": 20, "GiB": 30]
        guard let count = Int(digits), let shift = units[String(text.dropFirst(digits.count))],
            count <= Int.max >> shift
        else {
            throw UsageError(
                message: "--\(name) takes a size such as 1000000, 64MiB or 2GiB, not '\(text)'",
                path: pathText)
        }
        return count << shift
    }

    /// The sizes of `--dimension`.
    func dimensions() throws -> [String: Int] {
        var dimensions: [String: Int] = [:]
        for text in options("dimension") {
            let parts = text.split(separator: "=")
            guard parts.count == 2, let size = Int(parts[1]), size > 0 else {
                throw UsageError(
                    message: "--dimension takes NAME=N, not '\(text)'", path: pathText)
            }
            dimensions[String(parts[0])] = size
        }
        return dimensions
    }

    /// The model that the first argument names: an `.aivm` file, or an ONNX file, imported.
    func model() throws -> PendingModel {
        let path = arguments[0]
        let dimensions = try dimensions()
        guard path.hasSuffix(".onnx") else {
            guard dimensions.isEmpty else {
                throw UsageError(
                    message: "--dimension is for .onnx files; an .aivm file has its sizes fixed",
                    path: pathText)
            }
            return try openModel(path)
        }
        let imported = try ONNXImporter.importModel(
            at: path, options: ImportOptions(dimensions: dimensions))
        if !flag("quiet"), !flag("json") {
            for dimension in imported.report.dimensions where dimension.isDefault {
                Terminal.note(
                    "note: symbolic dimension '\(dimension.name)' set to \(dimension.value); "
                        + "change it with --dimension \(dimension.name)=N")
            }
        }
        return PendingModel(imported.model)
    }

    /// The inputs of `model` that the options `--input` give, any number of them.
    func samples(for model: Model) throws -> InputSamples {
        var samples = InputSamples()
        for text in options("input") {
            // The longest name, as a name may itself hold "=".
            let named = model.inputs.filter { text.hasPrefix($0.name + "=") }
                .max { $0.name.count < $1.name.count }
            if let port = named {
                samples.add(
                    try InputReader.samples(
                        for: [port], at: String(text.dropFirst(port.name.count + 1))))
                continue
            }
            if let split = text.firstIndex(of: "="), !FileManager.default.fileExists(atPath: text) {
                let names = model.inputs.map { "'\($0.name)'" }.joined(separator: ", ")
                throw UsageError(
                    message: "the model has no input '\(text[..<split])'; its inputs are \(names)",
                    path: pathText)
            }
            samples.add(try InputReader.samples(for: model.inputs, at: text))
        }
        return samples
    }
}
