// ONNX files: no bytes trap the importer, and what it imports is a valid model whose own file gives
// the same model again.

import Base
import FuzzSupport
import Importers
import Models

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    FuzzInput.writeSeeds(FuzzInput.examples(endingWith: ".onnx"))
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    let options = ImportOptions(limits: .chain)
    guard let model = try? ONNXImporter.importModel(from: bytes, options: options).model else {
        return 0
    }
    let again = try? Model(fileBytes: model.fileBytes)
    precondition(again?.modelID == model.modelID, "an imported model is a valid model")
    return 0
}
