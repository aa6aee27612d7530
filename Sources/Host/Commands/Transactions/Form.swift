// How words of the command line become a message: a form lists, for one message or query, the
// arguments and options that fill its fields, each with the kind of text it takes. One mechanism
// serves every command; a new one is a few lines of a table. Messages are filled through their JSON
// form, so a form needs no knowledge of a module's Swift types, and the field tables check it.

import Base
import Client
import Cryptography
import Foundation
import Ledger
import Node
import Wire

/// One field of a message, filled from the command line.
struct FormField: Sendable {
    /// Where its text stands.
    enum Place: Sendable {
        /// A positional argument.
        case argument(String)
        /// All positional arguments that are left; the field is a list.
        case rest(String)
        /// An option with a value, perhaps with a value of its own when it is not given.
        case option(String, value: String, fallback: String?)
        /// A flag.
        case flag(String)
    }

    let place: Place
    /// The field, such as `amount`; fields of nested messages after a dot.
    let path: String
    let kind: FormKind
    let help: String

    static func argument(
        _ name: String, _ path: String, _ kind: FormKind, _ help: String
    ) -> FormField { FormField(place: .argument(name), path: path, kind: kind, help: help) }

    static func rest(
        _ name: String, _ path: String, _ kind: FormKind, _ help: String
    ) -> FormField { FormField(place: .rest(name), path: path, kind: kind, help: help) }

    static func option(
        _ name: String, _ value: String, _ path: String, _ kind: FormKind, _ help: String,
        fallback: String? = nil
    ) -> FormField {
        FormField(
            place: .option(name, value: value, fallback: fallback), path: path, kind: kind,
            help: help)
    }

    static func flag(_ name: String, _ path: String, _ help: String) -> FormField {
        FormField(place: .flag(name), path: path, kind: .yes, help: help)
    }
}

/// The fields of one message.
struct Form: Sendable {
    let fields: [FormField]

    init(_ fields: [FormField]) { self.fields = fields }

    /// Positional arguments for the grammar.
    var arguments: [Argument] {
        fields.compactMap { field in
            switch field.place {
            case .argument(let name): Argument(name: name, help: field.help)
            case .rest(let name):
                Argument(name: name, help: field.help, isOptional: true, isRest: true)
            case .option, .flag: nil
            }
        }
    }

    /// Options for the grammar.
    var options: [Option] {
        fields.compactMap { field in
            switch field.place {
            case .option(let name, let value, let fallback):
                .option(name, value, field.help, fallback: fallback)
            case .flag(let name): .flag(name, field.help)
            case .argument, .rest: nil
            }
        }
    }

    /// The message's JSON form.
    func fill(_ invocation: Invocation) throws -> JSONValue {
        let reader = FormReader(invocation: invocation)
        var object = JSONValue.object([JSONMember]())
        var position = 0
        for field in fields {
            let parts = field.path.split(separator: ".").map(String.init)
            switch field.place {
            case .argument:
                let text = invocation.arguments[position]
                position += 1
                object.set(parts[...], try reader.read(text, field))
            case .rest:
                let texts = invocation.arguments[position...]
                position = invocation.arguments.count
                let values = try texts.map { try reader.read($0, field) }
                object.set(parts[...], .array(values))
            case .option(let name, _, _):
                guard let text = invocation.option(name) else { continue }
                object.set(parts[...], try reader.read(text, field))
            case .flag(let name):
                if invocation.flag(name) { object.set(parts[...], .bool(true)) }
            }
        }
        return object
    }
}

/// Reads texts of an invocation.
struct FormReader {
    let invocation: Invocation

    /// The value of `text`, or a complaint that names the field.
    func read(_ text: String, _ field: FormField) throws -> JSONValue {
        guard let value = try field.kind.read(text, self) else {
            throw UsageError(
                message: "'\(text)' is no \(field.kind.name) for \(field.path)",
                path: invocation.pathText)
        }
        return value
    }

    /// The address a text means: bech32, or the name of a key.
    func address(_ text: String) throws -> Address {
        if let address = try? Address(bech32: text, prefix: "aivm") { return address }
        return try ChainSession.keyStore(invocation).address(of: text)
    }

    /// The operator address a text means: bech32, or the name or address of its account.
    func validator(_ text: String) throws -> String {
        if (try? Address(bech32: text, prefix: "aivmvaloper")) != nil { return text }
        return try address(text).bech32(prefix: "aivmvaloper")
    }

    /// JSON in a file, or on standard input when the path is `-`.
    func file(_ path: String) throws -> JSONValue {
        let bytes =
            path == "-"
            ? Bytes(FileHandle.standardInput.readDataToEndOfFile())
            : try readFile(path, limit: 16 << 20)
        do { return try JSONValue(parsing: bytes) } catch {
            throw CommandFailure("\(path): \(error)", .malformedData)
        }
    }
}

extension JSONValue {
    /// Sets the member at `path`, making objects on the way.
    mutating func set(_ path: ArraySlice<String>, _ value: JSONValue) {
        guard let name = path.first else {
            self = value
            return
        }
        var members: [JSONMember] = []
        if case .object(let old) = self { members = old }
        var inner = members.first { $0.name == name }?.value ?? .object([JSONMember]())
        inner.set(path.dropFirst(), value)
        if let index = members.firstIndex(where: { $0.name == name }) {
            members[index].value = inner
        } else {
            members.append(JSONMember(name, inner))
        }
        self = .object(members)
    }
}
