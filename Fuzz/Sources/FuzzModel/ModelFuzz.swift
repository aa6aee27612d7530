// Model files, which also arrive by transaction: no bytes trap validation, a valid model's file is
// its only one, and a valid small model runs without a trap.

import Base
import FuzzSupport
import Importers
import Machine
import Models
import Tensors

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    FuzzInput.writeSeeds(
        FuzzInput.examples(endingWith: ".onnx").compactMap {
            try? ONNXImporter.importModel(from: $0).model.fileBytes
        })
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    guard let model = try? Model(fileBytes: bytes, limits: .chain) else { return 0 }
    precondition(model.fileBytes == bytes, "a model has one file")
    let limits = ExecutionLimits(gas: 3_000_000, liveBytes: 1 << 20)
    guard let interpreter = try? Interpreter(model: model) else { return 0 }
    let inputs = model.inputs.compactMap { port -> NamedTensor? in
        guard let type = port.type else { return nil }
        let zeros = Bytes(repeating: 0, count: type.byteCount)
        let tensor = try? Tensor(type: type, littleEndianBytes: zeros[...])
        return tensor.map { NamedTensor(name: port.name, tensor: $0) }
    }
    _ = try? interpreter.run(inputs, limits: limits)
    return 0
}
