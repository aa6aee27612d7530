// CheckTx by hand. Every transaction comes through it, twice or more, and the tables of `Request`
// and `Response`, one field for each kind, cost more than the check itself beside the signature.

public import Base
public import Wire

extension ABCIRequest {
    /// The key of field 8, a message, as it stands on the wire.
    private static let checkKey: UInt8 = 8 << 3 | 2

    /// A frame that holds CheckTx and nothing else is read by hand; all others as the table says.
    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout ABCIRequest, rules: WireRules, depth: Int
    ) throws(WireError) {
        // Above depth 0 the message may hold an occurrence before this one.
        guard depth == 0, bytes.first == checkKey else {
            return try decodeByTable(bytes, into: &message, rules: rules, depth: depth)
        }
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        var check = CheckTransactionRequest()
        guard try cursor.next() == 8 else {
            return try decodeByTable(bytes, into: &message, rules: rules, depth: depth)
        }
        let slice = try cursor.nested()
        guard slice.endIndex == bytes.endIndex else {
            return try decodeByTable(bytes, into: &message, rules: rules, depth: depth)
        }
        try CheckTransactionRequest.decode(
            slice, into: &check, rules: rules, depth: cursor.innerDepth)
        message.checkTransaction = check
    }
}

extension CheckTransactionRequest {
    public func encode(into bytes: inout Bytes) {
        bytes.appendField(1, transaction)
        bytes.appendField(2, UInt64(bitPattern: Int64(kind.rawValue)))
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout CheckTransactionRequest,
        rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.transaction = try cursor.bytes()
            case 2: message.kind = try cursor.enumeration(CheckKind.self)
            default: try cursor.skipUnknown()
            }
        }
    }
}

extension ABCIResponse {
    /// The answer to CheckTx is written by hand; exactly one answer is there.
    public func encode(into bytes: inout Bytes) {
        guard let checkTransaction else { return encodeByTable(into: &bytes) }
        bytes.appendField(9, checkTransaction)
    }
}
