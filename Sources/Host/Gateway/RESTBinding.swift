// From texts of a path and a query string to a request message: each text goes to the field its
// dotted name leads to, in the form its type has in JSON. Names in snake or camel case; names of no
// field are passed over, as clients add arguments of their own.

import Base
import Ledger
import Wire

/// Reads a request of one type from texts.
struct RESTBinding: Sendable {
    /// A field that a text can fill.
    private struct Leaf: Sendable {
        /// Names on the way, the field's own last.
        let path: [String]
        let scalar: String?
        let isRepeated: Bool
    }

    /// How deep names may lead. Requests are shallow.
    private static let maximumDepth = 4

    private let type: any WireMessage.Type
    private let leaves: [String: Leaf]

    /// Learns the fields of `type`.
    init(_ type: any WireMessage.Type) {
        self.type = type
        var leaves: [String: Leaf] = [:]
        RESTBinding.collect(type.wireDescriptor, [], into: &leaves)
        self.leaves = leaves
    }

    private static func collect(
        _ message: WireDescriptor, _ path: [String], into leaves: inout [String: Leaf]
    ) {
        guard path.count < maximumDepth else { return }
        for field in message.fields {
            let here = path + [field.name]
            var scalar: String?
            switch field.type {
            case .scalar(let name): scalar = name
            case .enumeration: break
            case .message(let descriptor):
                let inner = descriptor()
                guard
                    ["google.protobuf.Timestamp", "google.protobuf.Duration"].contains(inner.name)
                else {
                    if !field.isRepeated, inner.name != "google.protobuf.Any" {
                        collect(inner, here, into: &leaves)
                    }
                    continue
                }
            }
            let leaf = Leaf(path: here, scalar: scalar, isRepeated: field.isRepeated)
            leaves[here.joined(separator: ".")] = leaf
            leaves[here.map(jsonName).joined(separator: ".")] = leaf
        }
    }

    /// `pagination_key` → `paginationKey`.
    private static func jsonName(_ name: String) -> String {
        let parts = name.split(separator: "_")
        return parts.prefix(1).joined()
            + parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// Whether a field is called `name`.
    func hasField(_ name: String) -> Bool { leaves[name] != nil }

    /// The request that `texts` fill, as bytes. A field that is named again takes the last text; a
    /// list takes all.
    func request(_ texts: [(name: String, value: String)]) throws(CallFailure) -> Bytes {
        var json: [JSONMember] = []
        for text in texts {
            guard let leaf = leaves[text.name] else { continue }
            try RESTBinding.set(leaf.path[...], leaf, text, in: &json)
        }
        return try read(.object(json), registry: WireRegistry([]))
    }

    /// The request that `json` is, as bytes.
    func read(_ json: JSONValue, registry: WireRegistry) throws(CallFailure) -> Bytes {
        do { return try type.init(json: json, registry: registry).encoded() } catch {
            throw CallFailure(.invalidArgument, "\(error)")
        }
    }

    private static func set(
        _ path: ArraySlice<String>, _ leaf: Leaf, _ text: (name: String, value: String),
        in members: inout [JSONMember]
    ) throws(CallFailure) {
        guard let name = path.first else { return }
        let found = members.firstIndex { $0.name == name }
        if found == nil { members.append(JSONMember(name, .null)) }
        let index = found ?? members.count - 1
        guard path.count == 1 else {
            var inner: [JSONMember] = []
            if case .object(let found) = members[index].value { inner = found }
            try set(path.dropFirst(), leaf, text, in: &inner)
            members[index].value = .object(inner)
            return
        }
        let value = try value(text, leaf.scalar)
        if leaf.isRepeated {
            members[index].value = .array((members[index].value.elements ?? []) + [value])
        } else {
            members[index].value = value
        }
    }

    private static func value(
        _ text: (name: String, value: String), _ scalar: String?
    ) throws(CallFailure) -> JSONValue {
        switch scalar {
        case "bool":
            switch text.value {
            case "true", "1": return .bool(true)
            case "false", "0", "": return .bool(false)
            default: throw CallFailure(.invalidArgument, "\(text.name): not true or false")
            }
        case "bytes":
            guard let bytes = bytes(text.value) else {
                throw CallFailure(.invalidArgument, "\(text.name): not base64")
            }
            return .string(bytes.base64)
        case nil, "string": return .string(text.value)
        default: return text.value.isEmpty ? .null : .string(text.value)
        }
    }

    /// Reads base64 with either alphabet, padded or not, even when "+" came as a space.
    private static func bytes(_ text: String) -> Bytes? {
        var standard = ""
        for character in text {
            switch character {
            case "-", " ": standard.append("+")
            case "_": standard.append("/")
            case "=": break
            default: standard.append(character)
            }
        }
        while standard.utf8.count % 4 != 0 { standard.append("=") }
        return Bytes(base64: standard)
    }
}
