// JSON-RPC 2.0 as CometBFT serves it: POST / with a request or a batch, GET /method?argument=….
// Errors are HTTP 200 with an `error` member; clients match on its `data` text.

public import Base
public import Wire

/// A method of the RPC door.
public struct RPCMethod: Sendable {
    /// Name.
    public let name: String
    /// Names of its parameters, in the order positional calls give them.
    public let parameters: [String]
    /// Answers a call.
    public let call: @Sendable (RPCArguments) throws(RPCFailure) -> JSONValue

    /// Makes a method.
    public init(
        _ name: String, _ parameters: [String] = [],
        _ call: @escaping @Sendable (RPCArguments) throws(RPCFailure) -> JSONValue
    ) {
        self.name = name
        self.parameters = parameters
        self.call = call
    }
}

/// Why a call failed.
public struct RPCFailure: Error, Equatable, Sendable {
    /// JSON-RPC code.
    public var code: Int
    /// The code's text.
    public var message: String
    /// What went wrong, which clients match on.
    public var data: String

    /// Anything a method answered with an error.
    public static func failed(_ data: String) -> RPCFailure {
        RPCFailure(code: -32603, message: "Internal error", data: data)
    }

    /// An argument of the wrong form.
    public static func invalidParameters(_ data: String) -> RPCFailure {
        RPCFailure(code: -32602, message: "Invalid params", data: data)
    }
}

/// The arguments of a call.
public struct RPCArguments: Sendable {
    /// The caller's id, which answers carry.
    public let id: JSONValue
    private let values: [(name: String, value: JSONValue)]
    /// Arguments of GET are text: hex after `0x`, strings in quotes, numbers bare.
    private let isQueryText: Bool

    init(values: [(name: String, value: JSONValue)], isQueryText: Bool, id: JSONValue) {
        self.id = id
        self.values = values
        self.isQueryText = isQueryText
    }

    private func value(_ name: String) -> JSONValue? {
        let found = values.first { $0.name == name }?.value
        return found == .null ? nil : found
    }

    /// A 64-bit integer, or `nil` when absent. In POST it must be a JSON string.
    public func integer(_ name: String) throws(RPCFailure) -> Int64? {
        guard let value = value(name) else { return nil }
        guard var text = value.text else { throw .invalidParameters("\(name): expected string") }
        if isQueryText, text.count >= 2, text.first == "\"", text.last == "\"" {
            text = String(text.dropFirst().dropLast())
        }
        if text.isEmpty { return nil }
        guard let integer = Int64(text) else {
            throw .invalidParameters("\(name): not a number: \(text.prefix(40))")
        }
        return integer
    }

    /// Text, or `nil` when absent.
    public func text(_ name: String) throws(RPCFailure) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.text else { throw .invalidParameters("\(name): expected string") }
        guard isQueryText else { return text }
        guard text.count >= 2, text.first == "\"", text.last == "\"" else {
            throw .invalidParameters("\(name): expected quoted text")
        }
        return String(text.dropFirst().dropLast())
    }

    /// A flag; false when absent.
    public func flag(_ name: String) throws(RPCFailure) -> Bool {
        guard let value = value(name) else { return false }
        if let flag = value.flag { return flag }
        if isQueryText, let text = value.text, text == "true" || text == "false" {
            return text == "true"
        }
        throw .invalidParameters("\(name): expected true or false")
    }

    /// Bytes, or `nil` when absent: in POST base64, or hexadecimal when `isHex`; in GET `0x…` or
    /// quoted text.
    public func bytes(_ name: String, isHex: Bool = false) throws(RPCFailure) -> Bytes? {
        guard let value = value(name) else { return nil }
        guard let text = value.text else { throw .invalidParameters("\(name): expected string") }
        if isQueryText {
            if text.hasPrefix("0x"), let bytes = Bytes(hex: text.dropFirst(2)) { return bytes }
            if text.count >= 2, text.first == "\"", text.last == "\"" {
                return Bytes(text.dropFirst().dropLast().utf8)
            }
            throw .invalidParameters("\(name): expected 0x… or quoted text")
        }
        guard let bytes = isHex ? Bytes(hex: text) : Bytes(base64: text) else {
            throw .invalidParameters("\(name): expected \(isHex ? "hexadecimal" : "base64")")
        }
        return bytes
    }
}
