// JSON text (RFC 8259) as a value. Numbers keep their text, so nothing is rounded; objects keep the
// order of their members; a repeated member name is an error, because readers would disagree on it.

import Base

/// A JSON value.
public enum JSONValue: Equatable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as its text.
    case number(String)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object, members in order, names distinct.
    case object([JSONMember])

    /// The member called `name` of an object, or `nil`.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The elements of an array, or `nil`.
    public var elements: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    /// The text of a string, or `nil`.
    public var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The flag of `true` or `false`, or `nil`.
    public var flag: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The integer of a number, or of a string that holds one (64-bit numbers travel as strings);
    /// `nil` for any other form than the shortest decimal one.
    public func integer<I: FixedWidthInteger>(as type: I.Type = I.self) -> I? {
        switch self {
        case .number(let text), .string(let text):
            if let value = I(text), String(value) == text { value } else { nil }
        default: nil
        }
    }

    /// Makes an object from pairs in order.
    public static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(members.map { JSONMember($0.key, $0.value) })
    }
}

/// A member of a JSON object.
public struct JSONMember: Equatable, Sendable {
    /// The name.
    public var name: String
    /// The value.
    public var value: JSONValue

    /// Makes a member.
    public init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self = .string(text) }
}

extension JSONValue {
    /// The text, without spaces.
    public var compactText: String {
        var out = ""
        write(to: &out, indent: nil, level: 0)
        return out
    }

    /// The text on many lines, two spaces a level, no line break at the end.
    public var prettyText: String {
        var out = ""
        write(to: &out, indent: "  ", level: 0)
        return out
    }

    /// The text on many lines, `indentation` for each level, no line break at the end.
    public func text(indentation: String) -> String {
        var out = ""
        write(to: &out, indent: indentation, level: 0)
        return out
    }

    private func write(to out: inout String, indent: String?, level: Int) {
        switch self {
        case .null: out += "null"
        case .bool(let flag): out += flag ? "true" : "false"
        case .number(let text): out += text
        case .string(let text): JSONValue.write(text, to: &out)
        case .array(let values):
            JSONValue.writeList("[", "]", values.count, to: &out, indent, level) { index, out in
                values[index].write(to: &out, indent: indent, level: level + 1)
            }
        case .object(let members):
            JSONValue.writeList("{", "}", members.count, to: &out, indent, level) { index, out in
                JSONValue.write(members[index].name, to: &out)
                out += indent == nil ? ":" : ": "
                members[index].value.write(to: &out, indent: indent, level: level + 1)
            }
        }
    }

    private static func writeList(
        _ open: String, _ close: String, _ count: Int, to out: inout String, _ indent: String?,
        _ level: Int, _ writeElement: (Int, inout String) -> Void
    ) {
        out += open
        for index in 0..<count {
            if index > 0 { out += "," }
            if let indent { out += "\n" + String(repeating: indent, count: level + 1) }
            writeElement(index, &out)
        }
        if let indent, count > 0 { out += "\n" + String(repeating: indent, count: level) }
        out += close
    }

    private static func write(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20:
                let hex = [UInt8(scalar.value)].hex
                out += "\\u00" + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
