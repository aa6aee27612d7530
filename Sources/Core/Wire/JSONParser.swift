// A strict JSON parser (RFC 8259) for hostile text: UTF-8 only, nesting and size limited, no
// repeated member names, no trailing bytes.

public import Base

extension JSONValue {
    /// Parses UTF-8 JSON text.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - maximumDepth: deepest nesting of arrays and objects.
    ///   - maximumBytes: longest text, in bytes.
    /// - Throws: ``WireError/invalidJSON(offset:reason:)``, ``WireError/tooDeep(limit:)``,
    ///   ``WireError/tooLarge(limit:actual:)``.
    public init(
        parsing bytes: Bytes, maximumDepth: Int = 64, maximumBytes: Int = 64 << 20
    ) throws(WireError) {
        guard bytes.count <= maximumBytes else {
            throw .tooLarge(limit: maximumBytes, actual: bytes.count)
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw .invalidJSON(offset: 0, reason: "not UTF-8")
        }
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        self = try parser.parseDocument()
    }

    /// Parses an object and says where the text of each of its members' values stands: for
    /// signatures over exact bytes. Rules, limits and errors as for any text; anything else than
    /// an object is an error.
    public static func membersInPlace(
        parsing bytes: Bytes, maximumDepth: Int = 64, maximumBytes: Int = 64 << 20
    ) throws(WireError) -> [(member: JSONMember, range: Range<Int>)] {
        let whole = try JSONValue(
            parsing: bytes, maximumDepth: maximumDepth, maximumBytes: maximumBytes)
        guard case .object(let members) = whole else {
            throw .invalidJSON(offset: 0, reason: "not an object")
        }
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        let ranges = try parser.memberRanges()
        return zip(members, ranges).map { ($0, $1) }
    }

    /// Parses JSON text; limits and errors as for bytes.
    public init(parsing text: String) throws(WireError) {
        try self.init(parsing: Bytes(text.utf8))
    }
}

struct JSONParser {
    let bytes: Bytes
    let maximumDepth: Int
    var position = 0

    init(bytes: Bytes, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func parseDocument() throws(WireError) -> JSONValue {
        let value = try parseValue(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw failure("text after the value") }
        return value
    }

    /// Where the values of the members of a valid object stand.
    mutating func memberRanges() throws(WireError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        skipSpace()
        _ = take("{")
        skipSpace()
        while current == UInt8(ascii: "\"") {
            _ = try parseString()
            skipSpace()
            _ = take(":")
            skipSpace()
            let start = position
            _ = try parseValue(depth: 1)
            ranges.append(start..<position)
            skipSpace()
            _ = take(",")
            skipSpace()
        }
        return ranges
    }

    private func failure(_ reason: String) -> WireError {
        .invalidJSON(offset: position, reason: reason)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    // The recursion is bounded by `maximumDepth`.
    private mutating func parseValue(depth: Int) throws(WireError) -> JSONValue {
        guard depth <= maximumDepth else { throw .tooDeep(limit: maximumDepth) }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try parseObject(depth: depth)
        case UInt8(ascii: "["): return try parseArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case .some: return .number(try parseNumber())
        case nil: throw failure("unexpected end")
        }
    }

    private mutating func parseWord(
        _ word: String, _ value: JSONValue
    ) throws(WireError) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("unknown word") }
        position += word.utf8.count
        return value
    }

    private mutating func parseArray(depth: Int) throws(WireError) -> JSONValue {
        position += 1
        var values: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(values) }
        while true {
            values.append(try parseValue(depth: depth + 1))
            skipSpace()
            if take("]") { return .array(values) }
            guard take(",") else { throw failure("expected , or ]") }
        }
    }

    private mutating func parseObject(depth: Int) throws(WireError) -> JSONValue {
        position += 1
        var members: [JSONMember] = []
        var names: Set<String> = []
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("expected a member name") }
            let name = try parseString()
            guard names.insert(name).inserted else { throw failure("repeated member \(name)") }
            skipSpace()
            guard take(":") else { throw failure("expected :") }
            members.append(JSONMember(name, try parseValue(depth: depth + 1)))
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw failure("expected , or }") }
        }
    }

    private mutating func parseNumber() throws(WireError) -> String {
        let start = position
        _ = take("-")
        if take("0") {
            // No further digit may follow a leading zero.
        } else {
            guard takeDigits() else { throw failure("expected a value") }
        }
        if take(".") { guard takeDigits() else { throw failure("expected a digit") } }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard takeDigits() else { throw failure("expected a digit") }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func takeDigits() -> Bool {
        let start = position
        while let byte = current, byte >= 0x30, byte <= 0x39 { position += 1 }
        return position > start
    }

    private mutating func parseString() throws(WireError) -> String {
        position += 1
        var text = Bytes()
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try parseEscape(into: &text)
            case 0..<0x20: throw failure("control character in a string")
            default: text.append(byte)
            }
        }
        throw failure("unterminated string")
    }

    private mutating func parseEscape(into text: inout Bytes) throws(WireError) {
        guard let byte = current else { throw failure("unterminated string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = UInt32(try parseHex4())
            if code >= 0xD800, code < 0xDC00 {
                guard take("\\"), take("u") else { throw failure("lone surrogate") }
                let low = UInt32(try parseHex4())
                guard low >= 0xDC00, low < 0xE000 else { throw failure("lone surrogate") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure("lone surrogate") }
            text.append(contentsOf: UTF8.encode(scalar) ?? .init())
        default: throw failure("unknown escape")
        }
    }

    private mutating func parseHex4() throws(WireError) -> UInt16 {
        guard bytes.count - position >= 4,
            let pair = Bytes(
                hex: String(decoding: bytes[position..<position + 4], as: UTF8.self))
        else { throw failure("expected four hexadecimal digits") }
        position += 4
        return UInt16(pair[0]) << 8 | UInt16(pair[1])
    }
}
