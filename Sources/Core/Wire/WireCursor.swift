// Decoding and encoding by hand, for the few messages that every transaction is made of. A table of
// closures over key paths costs some hundred nanoseconds a field; a `switch` over field numbers
// with the reads below costs a tenth. The reads keep every rule of the table's decoder, in the same
// order, so that both accept the same bytes and refuse the others with the same error.
//
//     var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
//     while let number = try cursor.next() {
//         switch number {
//         case 1: message.denom = try cursor.string()
//         case 2: message.amount = try cursor.string()
//         default: try cursor.skipUnknown()
//         }
//     }

public import Base

/// Walks the fields of one message.
public struct WireCursor: Sendable {
    /// The rules, for nested messages.
    public let rules: WireRules
    /// Depth of messages nested in this one.
    public let innerDepth: Int

    private let message: String
    private var reader: ByteReader
    private var key = WireKey(1, .varint)
    private var previous: UInt32 = 0
    /// A bit for each singular field seen; their numbers are below 64.
    private var seen: UInt64 = 0

    /// Starts before the first field of the message called `message`, itself at `depth`.
    public init(
        _ bytes: ArraySlice<UInt8>, of message: String, rules: WireRules, depth: Int
    ) throws(WireError) {
        guard depth < rules.maximumDepth else { throw .tooDeep(limit: rules.maximumDepth) }
        self.message = message
        self.rules = rules
        innerDepth = depth + 1
        reader = ByteReader(bytes)
    }

    /// The number of the next field, whose value is read next; `nil` at the end.
    public mutating func next() throws(WireError) -> UInt32? {
        guard !reader.isAtEnd else { return nil }
        key = try WireKey(reading: &reader)
        return key.number
    }

    /// Reads over a field that the declaration does not list, where the rules tolerate it.
    public mutating func skipUnknown() throws(WireError) {
        guard rules.tolerates(unknown: key.number) else {
            throw .unknownField(message: message, number: key.number)
        }
        try key.skip(in: &reader)
    }

    // MARK: Singular fields

    /// A `string`.
    public mutating func string() throws(WireError) -> String {
        try begin(isRepeated: false, .lengthDelimited)
        let slice = try lengthPrefixed()
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw .invalidUTF8(message: message, number: key.number)
        }
        return text
    }

    /// A `bytes`.
    public mutating func bytes() throws(WireError) -> Bytes {
        try begin(isRepeated: false, .lengthDelimited)
        return Bytes(try lengthPrefixed())
    }

    /// A `uint64`.
    public mutating func uint64() throws(WireError) -> UInt64 {
        try begin(isRepeated: false, .varint)
        do { return try reader.readVarint() } catch { throw .malformed(error) }
    }

    /// A `bool`.
    public mutating func bool() throws(WireError) -> Bool {
        let value = try uint64()
        guard value <= 1 else {
            throw .numberOutOfRange(message: message, number: key.number)
        }
        return value == 1
    }

    /// An enum.
    public mutating func enumeration<Value: WireEnum>(
        _ type: Value.Type
    ) throws(WireError) -> Value {
        let raw = Int64(bitPattern: try uint64())
        guard let raw = Int32(exactly: raw) else {
            throw .numberOutOfRange(message: message, number: key.number)
        }
        guard let value = Value(rawValue: raw) else {
            throw .unknownEnumValue(message: message, number: key.number, value: raw)
        }
        return value
    }

    /// The bytes of a nested message, to be decoded at ``innerDepth``.
    public mutating func nested() throws(WireError) -> ArraySlice<UInt8> {
        try begin(isRepeated: false, .lengthDelimited)
        return try lengthPrefixed()
    }

    // MARK: Repeated fields

    /// The bytes of an element of a list of byte strings or of messages.
    public mutating func element() throws(WireError) -> ArraySlice<UInt8> {
        try begin(isRepeated: true, .lengthDelimited)
        return try lengthPrefixed()
    }

    // MARK: Rules

    private mutating func begin(isRepeated: Bool, _ kind: WireKind) throws(WireError) {
        let number = key.number
        if !isRepeated, rules.forbidsDuplicates {
            let bit: UInt64 = 1 << UInt64(number & 63)
            guard seen & bit == 0 else {
                throw .duplicateField(message: message, number: number)
            }
            seen |= bit
        }
        if rules.requiresAscendingFields, number < previous {
            throw .fieldsOutOfOrder(message: message, number: number)
        }
        previous = number
        guard key.kind == kind else {
            throw .wrongWireType(
                message: message, number: number, wireType: key.kind.rawValue)
        }
    }

    private mutating func lengthPrefixed() throws(WireError) -> ArraySlice<UInt8> {
        do { return try reader.readLengthPrefixed() } catch { throw .malformed(error) }
    }
}

extension Array where Element == UInt8 {
    /// Appends field `number` with `text`, unless it is empty.
    public mutating func appendField(_ number: UInt32, _ text: String) {
        guard !text.isEmpty else { return }
        appendVarint(UInt64(number) << 3 | UInt64(WireKind.lengthDelimited.rawValue))
        appendLengthPrefixed(text.utf8)
    }

    /// Appends field `number` with `bytes`, unless they are none.
    public mutating func appendField(_ number: UInt32, _ bytes: Bytes) {
        guard !bytes.isEmpty else { return }
        appendElement(number, bytes)
    }

    /// Appends an element of the list of byte strings in field `number`.
    public mutating func appendElement(_ number: UInt32, _ bytes: Bytes) {
        appendVarint(UInt64(number) << 3 | UInt64(WireKind.lengthDelimited.rawValue))
        appendLengthPrefixed(bytes)
    }

    /// Appends field `number` with a number as a varint, unless it is 0. A signed number is given
    /// by its bit pattern, extended to 64 bits.
    public mutating func appendField(_ number: UInt32, _ value: UInt64) {
        guard value != 0 else { return }
        appendVarint(UInt64(number) << 3 | UInt64(WireKind.varint.rawValue))
        appendVarint(value)
    }

    /// Appends field `number` with a message, also when that is empty.
    @inlinable
    public mutating func appendField<Message: WireMessage>(_ number: UInt32, _ value: Message) {
        let start = beginMessage(number)
        value.encode(into: &self)
        endMessage(start)
    }

    /// Appends the key of field `number` and room for a length of one byte; returns where the
    /// message in it starts.
    @usableFromInline
    mutating func beginMessage(_ number: UInt32) -> Int {
        appendVarint(UInt64(number) << 3 | UInt64(WireKind.lengthDelimited.rawValue))
        append(0)
        return count
    }

    /// Fills in the length of the message that starts at `start`.
    @usableFromInline
    mutating func endMessage(_ start: Int) {
        let length = UInt64(count - start)
        guard length > 127 else {
            self[start - 1] = UInt8(length)
            return
        }
        var encoded = Bytes()
        encoded.appendVarint(length)
        replaceSubrange(start - 1..<start, with: encoded)
    }
}
