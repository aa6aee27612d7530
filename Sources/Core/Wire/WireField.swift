// A field of a message: how it is encoded, decoded, shown in JSON and described in a `.proto` file.
// `WireField+Scalars`, `+Repeated` and `+Messages` hold the constructors, one per kind of property.

import Base

/// One field of `Message`.
public struct WireField<Message: WireMessage>: Sendable {
    /// Field number.
    public let number: UInt32
    /// Name as in the `.proto` file, in snake case.
    public let name: String
    /// What the field holds.
    public let type: WireFieldType
    /// Whether it is a list.
    public let isRepeated: Bool
    /// Name of the oneof it belongs to, or `nil`.
    public let oneof: String?

    let isPresent: @Sendable (Message) -> Bool
    let encode: @Sendable (Message, inout Bytes) -> Void
    let decode: @Sendable (inout Message, inout ByteReader, WirePlace) throws(WireError) -> Void
    /// The JSON form; `nil` when the field holds its default and JSON leaves it out.
    let encodeJSON: @Sendable (Message, JSONEncoding) throws(WireError) -> JSONValue?
    let decodeJSON: @Sendable (inout Message, JSONValue, JSONPlace) throws(WireError) -> Void
}

/// What a field holds, as a `.proto` file says it.
public enum WireFieldType: Sendable {
    /// A scalar type by its Protocol Buffers name, such as `uint64`.
    case scalar(String)
    /// A nested message.
    case message(@Sendable () -> WireDescriptor)
    /// An enum.
    case enumeration(@Sendable () -> WireEnumDescriptor)
}

/// A message as seen by generators of `.proto` files and OpenAPI.
public struct WireDescriptor: Sendable {
    /// One field.
    public struct Field: Sendable {
        /// Field number.
        public let number: UInt32
        /// Name in snake case.
        public let name: String
        /// What it holds.
        public let type: WireFieldType
        /// Whether it is a list.
        public let isRepeated: Bool
        /// Name of its oneof, or `nil`.
        public let oneof: String?
    }

    /// Full Protocol Buffers name.
    public let name: String
    /// Fields in ascending order of number.
    public let fields: [Field]
}

extension WireMessage {
    /// The message's declaration, for generators.
    public static var wireDescriptor: WireDescriptor {
        WireDescriptor(
            name: wireName,
            fields: wireFields.fields.map {
                .init(
                    number: $0.number, name: $0.name, type: $0.type, isRepeated: $0.isRepeated,
                    oneof: $0.oneof)
            })
    }
}

/// An enum with a Protocol Buffers form. The case with raw value 0 is the default.
public protocol WireEnum: RawRepresentable, CaseIterable, Sendable, Equatable
where RawValue == Int32 {
    /// The default: the case with raw value 0.
    init()
    /// Full Protocol Buffers name.
    static var wireName: String { get }
    /// Name of this case in `.proto` files and JSON, such as `SIGN_MODE_DIRECT`.
    var wireLabel: String { get }
}

/// An enum as seen by generators.
public struct WireEnumDescriptor: Sendable {
    /// Full Protocol Buffers name.
    public let name: String
    /// Number and label of every case, ascending.
    public let cases: [(number: Int32, label: String)]
}

extension WireEnum {
    /// The enum's declaration, for generators.
    public static var wireDescriptor: WireEnumDescriptor {
        WireEnumDescriptor(
            name: wireName,
            cases: allCases.map { ($0.rawValue, $0.wireLabel) }.sorted { $0.0 < $1.0 })
    }
}
