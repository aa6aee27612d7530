// Typed keys: the only place where a module's raw key bytes are made. A module declares its items
// and maps in `…Keys.swift`, each with a prefix byte of its own.

public import Base
public import Wire

/// A single value of a store.
public struct StateItem<Value: WireMessage>: Sendable {
    /// Name of the store.
    public let store: String
    /// Key.
    public let key: Bytes

    /// Declares the item under `prefix` of `store`.
    public init(_ store: String, prefix: UInt8) {
        self.store = store
        key = [prefix]
    }

    /// The value, or `nil` when it was never stored.
    public func get(_ context: inout Context) throws(Failure) -> Value? {
        try decodeStored(try context.read(store, key))
    }

    /// Stores the value.
    public func set(_ value: Value, _ context: inout Context) throws(Failure) {
        try context.write(store, key, value.encoded())
    }
}

/// Values of a store under a prefix, by byte key.
public struct StateMap<Value: WireMessage>: Sendable {
    /// Name of the store.
    public let store: String
    /// First byte of every key.
    public let prefix: UInt8

    /// Declares the map under `prefix` of `store`.
    public init(_ store: String, prefix: UInt8) {
        self.store = store
        self.prefix = prefix
    }

    /// The store key of `key`, for proofs.
    public func storeKey(_ key: Bytes) -> Bytes { [prefix] + key }

    /// The value of `key`, or `nil`.
    public func get(_ key: Bytes, _ context: inout Context) throws(Failure) -> Value? {
        try decodeStored(
            try context.read(
                fullKey: State.fullKey(store, prefix: prefix, key), keyCount: key.count + 1))
    }

    /// Whether `key` has a value.
    public func contains(_ key: Bytes, _ context: inout Context) throws(Failure) -> Bool {
        try context.read(
            fullKey: State.fullKey(store, prefix: prefix, key), keyCount: key.count + 1) != nil
    }

    /// Stores the value of `key`.
    public func set(_ key: Bytes, _ value: Value, _ context: inout Context) throws(Failure) {
        try context.write(
            fullKey: State.fullKey(store, prefix: prefix, key), keyCount: key.count + 1,
            value.encoded())
    }

    /// Removes `key`.
    public func remove(_ key: Bytes, _ context: inout Context) throws(Failure) {
        try context.remove(store, storeKey(key))
    }

    /// Up to `limit` values whose key starts with `keyPrefix`, from `start` on (a key of this map).
    public func entries(
        keyPrefix: Bytes = [], from start: Bytes = [], limit: Int, reverse: Bool = false,
        _ context: inout Context
    ) throws(Failure) -> [(key: Bytes, value: Value)] {
        let pairs = try context.pairs(
            store, prefix: storeKey(keyPrefix), from: start.isEmpty ? [] : storeKey(start),
            limit: limit, reverse: reverse)
        var entries: [(key: Bytes, value: Value)] = []
        for pair in pairs {
            if let value: Value = try decodeStored(pair.value) {
                entries.append((Bytes(pair.key.dropFirst()), value))
            }
        }
        return entries
    }

    /// Calls `body` with every value whose key starts with `keyPrefix`, ascending. Reads a bounded
    /// number at a time; `body` must not change the map.
    public func forEach(
        keyPrefix: Bytes = [], _ context: inout Context,
        _ body: (_ key: Bytes, _ value: Value) throws(Failure) -> Void
    ) throws(Failure) {
        let step = 500
        var start = keyPrefix
        while true {
            let found = try entries(keyPrefix: keyPrefix, from: start, limit: step, &context)
            for entry in found { try body(entry.key, entry.value) }
            guard found.count == step, let last = found.last else { return }
            // The smallest key above the last one.
            start = last.key + [0]
        }
    }
}

/// Decodes a stored value. Bytes that do not decode were not written by this program.
private func decodeStored<Value: WireMessage>(_ bytes: Bytes?) throws(Failure) -> Value? {
    guard let bytes else { return nil }
    do { return try Value(decoding: bytes) } catch {
        throw .storage(StorageFailure("a stored \(Value.wireName) does not decode: \(error)"))
    }
}

/// A number as a stored value.
public struct StoredNumber: WireMessage {
    /// The number.
    public var value: UInt64 = 0
    public static let wireName = "google.protobuf.UInt64Value"
    public static let wireFields: WireFields<StoredNumber> = [.uint64(1, "value", \.value)]
    public init() {}
    /// Makes the message of `value`.
    public init(_ value: UInt64) { self.value = value }
}

/// Bytes as a stored value.
public struct StoredBytes: WireMessage {
    /// The bytes.
    public var value: Bytes = []
    public static let wireName = "google.protobuf.BytesValue"
    public static let wireFields: WireFields<StoredBytes> = [.bytes(1, "value", \.value)]
    public init() {}
    /// Makes the message of `value`.
    public init(_ value: Bytes) { self.value = value }
}

/// Text as a stored value.
public struct StoredText: WireMessage {
    /// The text.
    public var value = ""
    public static let wireName = "google.protobuf.StringValue"
    public static let wireFields: WireFields<StoredText> = [.string(1, "value", \.value)]
    public init() {}
    /// Makes the message of `value`.
    public init(_ value: String) { self.value = value }
}

extension UInt64 {
    /// Eight bytes, most significant first, so that keys sort as numbers.
    public var keyBytes: Bytes {
        var bytes = Bytes()
        bytes.appendBigEndian(self)
        return bytes
    }
}
