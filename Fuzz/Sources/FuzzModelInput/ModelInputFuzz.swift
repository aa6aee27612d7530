// Inputs of a model as JSON, .npy or .npz: no bytes trap the readers, nor the machine that runs
// what they give.

import Base
import FuzzSupport
import Importers
import Machine

private let model = FuzzInput.examples(endingWith: ".onnx").lazy
    .compactMap { try? ONNXImporter.importModel(from: $0).model }.first
private let interpreter = model.flatMap { try? Interpreter(model: $0) }

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    precondition(model != nil, "an example model can be imported")
    let texts = [#"{"input": [[1, 2.5, -3e9, "NaN"]]}"#, "[[0, 1]]", "{}"]
    FuzzInput.writeSeeds(
        FuzzInput.examples(endingWith: ".npz") + texts.map { Bytes($0.utf8) })
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    _ = try? NumPy.array(fromNPY: bytes)
    guard let model else { return 0 }
    for row in [0, 1] {
        guard let inputs = try? InputReader.inputs(for: model, from: bytes, row: row) else {
            continue
        }
        _ = try? interpreter?.run(inputs)
    }
    return 0
}
