// The JSON reader: no text traps it, and what it reads it reads again from what it writes.

import Base
import FuzzSupport
import Wire

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    let texts = [
        #"{"a": [1, -2.5e3, true, null], "é\n": "\ud83d\ude00\u0041"}"#, "[[[[0]]]]", #""""#, "0",
    ]
    FuzzInput.writeSeeds(texts.map { Bytes($0.utf8) })
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    guard let value = try? JSONValue(parsing: bytes) else { return 0 }
    let again = try? JSONValue(parsing: value.compactText)
    precondition(again == value, "what was written is read as what it was")
    return 0
}
