// What SIGN_MODE_LEGACY_AMINO_JSON signs: the transaction as JSON, members sorted, so that a person
// can read it on a device. Messages have names of their own there, most zero values are left out,
// enums are numbers, spans are nanoseconds. Everything follows from field tables and one short
// table of names; a message without a name cannot be signed so.
//
// Source: cosmos-sdk, x/tx/signing/aminojson and ADR-020's predecessor, `StdSignDoc`.

public import Base
public import Wire

/// How one message looks in Amino JSON.
public struct AminoForm: Sendable {
    /// Full Protocol Buffers name.
    public let type: String
    /// Name in Amino JSON; empty for messages that occur only inside others.
    public let name: String
    /// Fields that are written even when they hold their default.
    public let kept: [String]
    /// A field with another name there.
    public let renamed: (field: String, name: String)?

    /// Describes a message.
    public init(
        _ type: String, _ name: String = "", kept: [String] = [],
        renamed: (field: String, name: String)? = nil
    ) {
        self.type = type
        self.name = name
        self.kept = kept
        self.renamed = renamed
    }
}

/// Writes messages and sign documents as Amino JSON.
public struct AminoJSON: Sendable {
    private let forms: [AminoForm]
    private let registry: WireRegistry

    /// Writes messages of `registry` that `forms` name.
    public init(_ forms: [AminoForm], registry: WireRegistry) {
        self.forms = forms
        self.registry = registry
    }

    /// The bytes that a signer signs.
    ///
    /// - Parameter bodyBytes: the body as received; it must hold no unknown field.
    public func signBytes(
        bodyBytes: Bytes, fee: Fee, chainID: String, accountNumber: UInt64, sequence: UInt64
    ) throws(Failure) -> Bytes {
        let body: TxBody
        do { body = try TxBody(decoding: bodyBytes) } catch {
            throw .sdk(.transactionParse, "\(error)")
        }
        guard body.extensionOptions.isEmpty, body.nonCriticalExtensionOptions.isEmpty else {
            throw .sdk(.notSupported, "extension options cannot be signed as Amino JSON")
        }
        var messages: [JSONValue] = []
        for message in body.messages { messages.append(try value(of: message)) }
        var members: [JSONMember] = [
            JSONMember("account_number", .string(String(accountNumber))),
            JSONMember("chain_id", .string(chainID)), JSONMember("fee", AminoJSON.json(fee)),
            JSONMember("memo", .string(body.memo)), JSONMember("msgs", .array(messages)),
            JSONMember("sequence", .string(String(sequence))),
        ]
        if body.timeoutHeight > 0 {
            members.append(JSONMember("timeout_height", .string(String(body.timeoutHeight))))
        }
        return AminoJSON.bytes(.object(members))
    }

    /// A message with its name: `{"type": …, "value": …}`.
    public func value(of packed: AnyMessage) throws(Failure) -> JSONValue {
        guard let type = registry.type(for: packed.typeURL),
            let form = form(type.wireName), !form.name.isEmpty
        else {
            throw .sdk(
                .notSupported,
                "\(packed.typeURL.prefix(200)) cannot be signed as Amino JSON")
        }
        do {
            let json = try type.init(decoding: packed.value).json(
                JSONEncoding(registry: registry))
            return .object([
                "type": .string(form.name), "value": try object(json, type.wireDescriptor),
            ])
        } catch let error as WireError {
            throw .sdk(.transactionParse, "\(error)")
        } catch let failure as Failure {
            throw failure
        } catch { throw .sdk(.logic, "\(error)") }
    }

    private func form(_ type: String) -> AminoForm? { forms.first { $0.type == type } }

    /// The members of a message that are written. The depth is bounded by that of the JSON.
    private func object(
        _ json: JSONValue, _ descriptor: WireDescriptor
    ) throws(Failure) -> JSONValue {
        let form = form(descriptor.name)
        var members: [JSONMember] = []
        for field in descriptor.fields {
            guard let value = json[field.name] else { continue }
            let isKept = form?.kept.contains(field.name) ?? false
            guard let written = try member(value, field, isKept: isKept) else { continue }
            let name =
                if let renamed = form?.renamed, renamed.field == field.name {
                    renamed.name
                } else { field.name }
            members.append(JSONMember(name, written))
        }
        return .object(members)
    }

    private func member(
        _ value: JSONValue, _ field: WireDescriptor.Field, isKept: Bool
    ) throws(Failure) -> JSONValue? {
        if field.isRepeated {
            let elements = value.elements ?? []
            if elements.isEmpty { return isKept ? .array([]) : nil }
            var list: [JSONValue] = []
            for element in elements { list.append(try written(element, field)) }
            return .array(list)
        }
        guard value != .null else { return nil }
        if !isKept, AminoJSON.isDefault(value, field) { return nil }
        return try written(value, field)
    }

    private func written(
        _ value: JSONValue, _ field: WireDescriptor.Field
    ) throws(Failure) -> JSONValue {
        switch field.type {
        case .scalar: return value
        case .enumeration(let descriptor):
            let number = descriptor().cases.first { $0.label == value.text }?.number ?? 0
            return .number(String(number))
        case .message(let descriptor):
            let descriptor = descriptor()
            switch descriptor.name {
            case "google.protobuf.Timestamp":
                return .string(value.text.flatMap { Timestamp(text: $0) }?.text ?? "")
            case "google.protobuf.Duration":
                guard let span = try? WireDuration(json: value) else { return value }
                let nanoseconds =
                    Int128(span.seconds) * 1_000_000_000 + Int128(span.nanoseconds)
                return .string(String(nanoseconds))
            case "google.protobuf.Any": return try packed(value)
            default: return try object(value, descriptor)
            }
        }
    }

    private func packed(_ json: JSONValue) throws(Failure) -> JSONValue {
        do { return try value(of: AnyMessage(json: json, registry: registry)) } catch {
            if let failure = error as? Failure { throw failure }
            throw .sdk(.unpackAny, "\(error)")
        }
    }

    /// Whether a value is what an absent field means.
    private static func isDefault(_ value: JSONValue, _ field: WireDescriptor.Field) -> Bool {
        switch field.type {
        case .message: return false
        case .enumeration(let descriptor):
            return value.text == descriptor().cases.first { $0.number == 0 }?.label
        case .scalar("string"), .scalar("bytes"): return value == .string("")
        case .scalar("bool"): return value == .bool(false)
        case .scalar: return value == .string("0") || value == .number("0")
        }
    }

    private static func json(_ fee: Fee) -> JSONValue {
        var members: [JSONMember] = [
            JSONMember(
                "amount",
                .array(
                    fee.amount.map {
                        .object(["amount": .string($0.amount), "denom": .string($0.denom)])
                    })),
            JSONMember("gas", .string(String(fee.gasLimit))),
        ]
        if !fee.granter.isEmpty { members.append(JSONMember("granter", .string(fee.granter))) }
        if !fee.payer.isEmpty { members.append(JSONMember("payer", .string(fee.payer))) }
        return .object(members)
    }

    /// The text with sorted members, and with the characters escaped that Go's encoder escapes.
    private static func bytes(_ json: JSONValue) -> Bytes {
        var bytes = Bytes()
        for scalar in sorted(json).compactText.unicodeScalars {
            switch scalar {
            case "<": bytes += Bytes("\\u003c".utf8)
            case ">": bytes += Bytes("\\u003e".utf8)
            case "&": bytes += Bytes("\\u0026".utf8)
            case "\u{2028}": bytes += Bytes("\\u2028".utf8)
            case "\u{2029}": bytes += Bytes("\\u2029".utf8)
            default: bytes += Bytes(String(scalar).utf8)
            }
        }
        return bytes
    }

    private static func sorted(_ json: JSONValue) -> JSONValue {
        switch json {
        case .object(let members):
            .object(
                members.map { JSONMember($0.name, sorted($0.value)) }
                    .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
        case .array(let elements): .array(elements.map(sorted))
        default: json
        }
    }
}
