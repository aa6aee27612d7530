// One declaration per message. A message lists its fields once, as a table of number, name and key
// path; the canonical encoder, the strict decoder, JSON and the `.proto` file are all read from
// that table, so they cannot drift apart. The messages that every transaction is made of are also
// written and read by hand (`WireCursor`); tests hold each of these to its table.
//
//     public struct Coin: WireMessage {
//         public var denom = ""
//         public var amount = ""
//         public static let wireName = "cosmos.base.v1beta1.Coin"
//         public static let wireFields: WireFields<Coin> = [
//             .string(1, "denom", \.denom),
//             .string(2, "amount", \.amount),
//         ]
//     }
//
// Sources: Protocol Buffers encoding specification; Cosmos SDK ADR-027 (deterministic encoding).

public import Base

/// A value with a Protocol Buffers form, declared by a table of fields.
public protocol WireMessage: Sendable, Equatable {
    /// The value whose every field holds its default.
    init()

    /// Full Protocol Buffers name, such as `cosmos.base.v1beta1.Coin`.
    static var wireName: String { get }

    /// The fields in ascending order of number.
    static var wireFields: WireFields<Self> { get }

    /// Appends the canonical bytes to `bytes`. The default reads the table; a message that every
    /// transaction holds may write itself by hand, to the same bytes.
    func encode(into bytes: inout Bytes)

    /// Decodes on top of `message`: where the rules allow a singular message to occur twice, the
    /// occurrences merge, as Protocol Buffers says. The recursion is bounded by `maximumDepth`.
    ///
    /// The default reads the table; a message that every transaction holds may read itself by hand
    /// with a ``WireCursor``, accepting and refusing the same bytes.
    static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout Self, rules: WireRules, depth: Int
    ) throws(WireError)
}

extension WireMessage {
    /// The type URL of the message inside `Any`: a slash, then the full name.
    public static var typeURL: String { "/" + wireName }

    /// The canonical bytes: fields ascending, defaults left out unless the declaration says always,
    /// shortest varints, numeric repeats packed. Equal values give equal bytes, with one exception
    /// of Swift: strings that differ only by Unicode normalisation are `==` but keep their bytes.
    /// Compare encodings where that matters.
    @inlinable
    public func encoded() -> Bytes {
        var bytes = Bytes()
        encode(into: &bytes)
        return bytes
    }

    public func encode(into bytes: inout Bytes) { encodeByTable(into: &bytes) }

    /// Appends the canonical bytes as the table of fields says.
    public func encodeByTable(into bytes: inout Bytes) {
        let table = Self.wireFields
        // By index: a field that is copied out of its table takes its eight closures along.
        for index in table.fields.indices { table.fields[index].encode(self, &bytes) }
    }

    /// Decodes a message.
    ///
    /// - Parameters:
    ///   - bytes: hostile bytes.
    ///   - rules: which encodings of a value are accepted, and the limits.
    /// - Throws: ``WireError`` for anything the rules forbid; never traps.
    @inlinable
    public init(decoding bytes: Bytes, rules: WireRules = .strict) throws(WireError) {
        try self.init(decoding: bytes[...], rules: rules)
    }

    /// Decodes a message out of a slice.
    @inlinable
    public init(
        decoding bytes: ArraySlice<UInt8>, rules: WireRules = .strict
    ) throws(WireError) {
        guard bytes.count <= rules.maximumBytes else {
            throw .tooLarge(limit: rules.maximumBytes, actual: bytes.count)
        }
        self.init()
        try Self.decode(bytes, into: &self, rules: rules, depth: 0)
        if rules.requiresCanonicalBytes, !ByteKey.areEqual(encoded()[...], bytes) {
            throw .notCanonical(message: Self.wireName)
        }
    }

    /// Decodes a message out of any sequence of bytes.
    public init(
        decoding bytes: some Sequence<UInt8>, rules: WireRules = .strict
    ) throws(WireError) {
        try self.init(decoding: Bytes(bytes), rules: rules)
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout Self, rules: WireRules, depth: Int
    ) throws(WireError) {
        try decodeByTable(bytes, into: &message, rules: rules, depth: depth)
    }

    /// Decodes as the table of fields says.
    public static func decodeByTable(
        _ bytes: ArraySlice<UInt8>, into message: inout Self, rules: WireRules, depth: Int
    ) throws(WireError) {
        guard depth < rules.maximumDepth else { throw .tooDeep(limit: rules.maximumDepth) }
        var reader = ByteReader(bytes)
        var previous: UInt32 = 0
        // At most one entry a declared field, because the second occurrence is an error.
        var singularSeen: [UInt32] = []
        let table = Self.wireFields
        while !reader.isAtEnd {
            let key = try WireKey(reading: &reader)
            guard let index = table.index(of: key.number) else {
                guard rules.tolerates(unknown: key.number) else {
                    throw .unknownField(message: wireName, number: key.number)
                }
                try key.skip(in: &reader)
                continue
            }
            if rules.forbidsDuplicates, !table.fields[index].isRepeated {
                guard !singularSeen.contains(key.number) else {
                    throw .duplicateField(message: wireName, number: key.number)
                }
                singularSeen.append(key.number)
            }
            if rules.requiresAscendingFields, key.number < previous {
                throw .fieldsOutOfOrder(message: wireName, number: key.number)
            }
            previous = key.number
            let place = WirePlace(
                message: wireName, number: key.number, kind: key.kind, rules: rules, depth: depth)
            try table.fields[index].decode(&message, &reader, place)
        }
        try table.checkOneofs(of: message)
    }
}

/// The field table of a message.
public struct WireFields<Message: WireMessage>: Sendable, ExpressibleByArrayLiteral {
    /// The fields in ascending order of number.
    public let fields: [WireField<Message>]
    /// Places of the alternatives of oneofs.
    private let alternatives: [Int]

    /// Makes a table. Numbers must ascend without repeats: a declaration that breaks this traps.
    public init(arrayLiteral fields: WireField<Message>...) {
        precondition(
            zip(fields, fields.dropFirst()).allSatisfy { $0.number < $1.number },
            "field numbers of \(Message.wireName) must ascend")
        self.fields = fields
        alternatives = fields.indices.filter { fields[$0].oneof != nil }
    }

    /// The field with number `number`, or `nil`.
    public subscript(number: UInt32) -> WireField<Message>? {
        index(of: number).map { fields[$0] }
    }

    /// The place of the field with number `number`, or `nil`.
    func index(of number: UInt32) -> Int? {
        // Most tables number their fields 1, 2, 3 …: try that place first.
        let guess = Int(number) - 1
        if guess >= 0, guess < fields.count, fields[guess].number == number { return guess }
        return fields.indices.first { fields[$0].number == number }
    }

    func checkOneofs(of message: Message) throws(WireError) {
        var seen: [String] = []
        for index in alternatives where fields[index].isPresent(message) {
            guard let oneof = fields[index].oneof else { continue }
            guard !seen.contains(oneof) else {
                throw .oneofSetTwice(message: Message.wireName, oneof: oneof)
            }
            seen.append(oneof)
        }
    }
}

/// Which encodings a decoder accepts, and how much it is willing to read.
public struct WireRules: Sendable {
    /// Reject bytes that differ from the canonical encoding of the decoded value.
    public var requiresCanonicalBytes: Bool
    /// Reject a field number lower than the one before it (ADR-027).
    public var requiresAscendingFields: Bool
    /// Reject a singular field that occurs twice in a message; where this is off, the last value
    /// wins and messages merge, as Protocol Buffers says.
    public var forbidsDuplicates: Bool
    /// What to do with field numbers the declaration does not list.
    public var unknownFields: UnknownFields
    /// Largest nesting of messages.
    public var maximumDepth: Int
    /// Largest message, in bytes.
    public var maximumBytes: Int

    /// Treatment of unknown fields.
    public enum UnknownFields: Sendable {
        /// Every unknown field is an error.
        case rejected
        /// Fields with bit 11 of the number set are skipped, others are errors (Cosmos `TxBody`).
        case nonCriticalSkipped
        /// Unknown fields are skipped (messages of an engine that may be newer).
        case skipped
    }

    /// Makes rules; the defaults reject unknown fields, allow 32 levels and 64 MiB.
    public init(
        requiresCanonicalBytes: Bool = false, requiresAscendingFields: Bool = false,
        forbidsDuplicates: Bool = false, unknownFields: UnknownFields = .rejected,
        maximumDepth: Int = 32, maximumBytes: Int = 64 << 20
    ) {
        self.requiresCanonicalBytes = requiresCanonicalBytes
        self.requiresAscendingFields = requiresAscendingFields
        self.forbidsDuplicates = forbidsDuplicates
        self.unknownFields = unknownFields
        self.maximumDepth = maximumDepth
        self.maximumBytes = maximumBytes
    }

    /// Any field order, unknown fields rejected: what Cosmos accepts inside a transaction.
    public static let strict = WireRules()

    /// Exactly the canonical bytes: state values, programs, proofs, `TxRaw`.
    public static let canonical = WireRules(
        requiresCanonicalBytes: true, requiresAscendingFields: true, forbidsDuplicates: true)

    /// Unknown fields skipped: messages from peers of another version.
    public static let tolerant = WireRules(unknownFields: .skipped)

    func tolerates(unknown number: UInt32) -> Bool {
        switch unknownFields {
        case .rejected: false
        case .nonCriticalSkipped: number & 1024 != 0
        case .skipped: true
        }
    }
}
