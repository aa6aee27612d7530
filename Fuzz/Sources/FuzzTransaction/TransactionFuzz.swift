// Transactions: no bytes trap the decoders, and canonical rules accept one encoding of each value.

import Base
import FuzzSupport
import Ledger
import Wire

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    let message = AnyMessage(ModeInfo(single: .direct))
    let body = TxBody([message], memo: "memo", timeoutHeight: 7)
    let authInfo = AuthInfo(
        signerInfos: [SignerInfo(publicKey: message, sequence: 3)], fee: Fee())
    let transaction = TxRaw(
        bodyBytes: body.encoded(), authInfoBytes: authInfo.encoded(),
        signatures: [Bytes(repeating: 7, count: 64)])
    FuzzInput.writeSeeds([transaction.encoded(), body.encoded(), authInfo.encoded()])
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    if let transaction = try? TxRaw(decoding: bytes, rules: .canonical) {
        precondition(transaction.encoded() == bytes, "one encoding of each value")
        checkParts(transaction.bodyBytes)
        checkParts(transaction.authInfoBytes)
    }
    checkParts(bytes)
    return 0
}

/// Decodes `bytes` as each part of a transaction, under each set of rules.
private func checkParts(_ bytes: Bytes) {
    var rules = WireRules.strict
    rules.unknownFields = .nonCriticalSkipped
    for rules in [rules, .strict, .canonical, .tolerant] {
        checkRoundTrip(try? TxBody(decoding: bytes, rules: rules))
        checkRoundTrip(try? AuthInfo(decoding: bytes, rules: rules))
        checkRoundTrip(try? TxRaw(decoding: bytes, rules: rules))
    }
}

private func checkRoundTrip<Message: WireMessage & Equatable>(_ message: Message?) {
    guard let message else { return }
    let again = try? Message(decoding: message.encoded(), rules: .canonical)
    precondition(again == message, "an encoding decodes to its value")
}
