// Stored values, results and events written and read by hand, as the messages of a transaction are.

public import Base
public import Wire

extension StoredNumber {
    public func encode(into bytes: inout Bytes) { bytes.appendField(1, value) }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout StoredNumber, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.value = try cursor.uint64()
            default: try cursor.skipUnknown()
            }
        }
    }
}

extension StoredText {
    public func encode(into bytes: inout Bytes) { bytes.appendField(1, value) }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout StoredText, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.value = try cursor.string()
            default: try cursor.skipUnknown()
            }
        }
    }
}

extension Event {
    public func encode(into bytes: inout Bytes) {
        bytes.appendField(1, type)
        for attribute in attributes { bytes.appendField(2, attribute) }
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout Event, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.type = try cursor.string()
            case 2:
                var value = EventAttribute()
                try EventAttribute.decode(
                    try cursor.element(), into: &value, rules: rules, depth: cursor.innerDepth)
                message.attributes.append(value)
            default: try cursor.skipUnknown()
            }
        }
    }
}

extension EventAttribute {
    public func encode(into bytes: inout Bytes) {
        bytes.appendField(1, key)
        bytes.appendField(2, value)
        bytes.appendField(3, index ? 1 : 0)
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout EventAttribute, rules: WireRules,
        depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.key = try cursor.string()
            case 2: message.value = try cursor.string()
            case 3: message.index = try cursor.bool()
            default: try cursor.skipUnknown()
            }
        }
    }
}

extension TransactionResult {
    public func encode(into bytes: inout Bytes) {
        bytes.appendField(1, UInt64(code))
        bytes.appendField(2, data)
        bytes.appendField(3, log)
        bytes.appendField(4, info)
        bytes.appendField(5, UInt64(bitPattern: gasWanted))
        bytes.appendField(6, UInt64(bitPattern: gasUsed))
        for event in events { bytes.appendField(7, event) }
        bytes.appendField(8, codespace)
    }
}

extension TransactionMessageData {
    public func encode(into bytes: inout Bytes) {
        for response in messageResponses { bytes.appendField(2, response) }
    }
}
