// Model files, which also arrive by transaction: no bytes trap validation, a valid model's file is
// its only one, and a valid small model runs without a trap.

import Base
import FuzzSupport
import Importers
import Machine
import Models
import Quantization
import Tensors

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    let models = FuzzInput.examples(endingWith: ".onnx").compactMap {
        try? ONNXImporter.importModel(from: $0).model
    }
    let integers = models.compactMap { model in
        try? Quantizer.quantize(model, samples: [ramps(for: model)]).model
    }
    FuzzInput.writeSeeds((models + integers).map(\.fileBytes))
    return 0
}

/// Numbers from 0 to 1 for every input that takes floats.
private func ramps(for model: Model) -> [NamedTensor] {
    model.inputs.compactMap { port in
        guard let type = port.type, type.element == .float32 else { return nil }
        let count = type.shape.elementCount
        let numbers = (0..<count).map { Float($0) / Float(count) }
        return NamedTensor(name: port.name, tensor: Tensor(numbers, shape: type.shape))
    }
}

/// The input, read piece by piece.
private final class InputFile: ByteReading {
    let bytes: Bytes
    var byteCount: Int { bytes.count }
    init(_ bytes: Bytes) { self.bytes = bytes }
    func read(_ range: Range<Int>, into target: inout Bytes) throws(ModelError) {
        target = Bytes(bytes[range])
    }
}

/// The program and the weights of a file whatever its ModelID says: damage would else end there.
private func parts(of bytes: Bytes) -> (program: Bytes, weights: Bytes)? {
    guard bytes.count >= 64 else { return nil }
    let length = bytes[16..<20].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - 64 else { return nil }
    let start = min(bytes.count, (64 + length + 63) & ~63)
    return (Bytes(bytes[64..<64 + length]), Bytes(bytes[start...]))
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    let whole = try? Model(fileBytes: bytes, limits: .chain)
    precondition(whole == nil || whole?.fileBytes == bytes, "a model has one file")
    let pending = try? PendingModel(reading: InputFile(bytes), limits: .chain)
    let loaded = try? pending?.verified()
    precondition(loaded?.modelID == whole?.modelID, "a file read in pieces is the same model")
    guard let parts = parts(of: bytes),
        let model = try? Model(
            programBytes: parts.program, weights: parts.weights, limits: .chain),
        let interpreter = try? Interpreter(model: model)
    else { return 0 }
    let limits = ExecutionLimits(gas: 3_000_000, liveBytes: 1 << 20, nodes: 10_000)
    let inputs = model.inputs.compactMap { port -> NamedTensor? in
        guard let type = port.type else { return nil }
        let zeros = Bytes(repeating: 0, count: type.byteCount)
        let tensor = try? Tensor(type: type, littleEndianBytes: zeros[...])
        return tensor.map { NamedTensor(name: port.name, tensor: $0) }
    }
    let traced = try? interpreter.run(inputs, limits: limits)
    let fused = try? interpreter.run(inputs, limits: limits, options: .untraced)
    precondition(traced?.outputs == fused?.outputs, "fused nodes have the bits of single ones")
    return 0
}
