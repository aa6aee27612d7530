// The index of events: which transactions of which block carry an attribute. It is written in the
// block's one batch and removed with the block, so it can neither miss a transaction nor name one
// that is gone.
//
// | family | key | value |
// |---|---|---|
// | index | `e` attribute height | positions of the block's transactions that carry it |
// | index | `f` attribute height | nothing: the block itself carries it |
// | index | `n` height | number of transactions, for blocks that have any |
//
// An attribute is two byte strings with their lengths: `type.key`, then the value. One entry holds
// all transactions of a block, because most attributes of a busy chain are the same in most of
// them. Positions are varints, each the distance from the one before. Values above 1,024 bytes are
// not indexed, and neither are attributes whose `index` is off, as in CometBFT.

import Base
import Ledger

/// The entries of one block.
struct EventIndex {
    /// Longest value that is indexed, in bytes.
    static let maximumValueByteCount = 1024

    private let writes: [KeyValueWrite]

    /// The entries of the block at `height`.
    init(_ results: BlockResults, height: Int64) {
        var positions: [Bytes: [UInt32]] = [:]
        for (index, result) in results.transactionResults.enumerated() {
            let position = UInt32(index)
            EventIndex.forEachAttribute(of: result.events) { attribute in
                // An attribute may occur twice in a transaction.
                if positions[attribute]?.last != position {
                    positions[attribute, default: []].append(position)
                }
            }
        }
        var writes = positions.map { attribute, positions in
            KeyValueWrite(
                .index, IndexKeys.transactions(attribute, height), EventIndex.encode(positions))
        }
        EventIndex.forEachAttribute(of: results.events) { attribute in
            writes.append(KeyValueWrite(.index, IndexKeys.block(attribute, height), []))
        }
        if !results.transactionResults.isEmpty {
            var count = Bytes()
            count.appendVarint(UInt64(results.transactionResults.count))
            writes.append(KeyValueWrite(.index, IndexKeys.count(height), count))
        }
        self.writes = writes.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }

    /// The entries, to be stored.
    var additions: [KeyValueWrite] { writes }

    /// The entries, to be removed.
    var removals: [KeyValueWrite] { writes.map { KeyValueWrite($0.family, $0.key, nil) } }

    private static func forEachAttribute(of events: [Event], _ body: (Bytes) -> Void) {
        for event in events where !event.type.isEmpty {
            for attribute in event.attributes
            where attribute.index && !attribute.key.isEmpty
                && attribute.value.utf8.count <= maximumValueByteCount
            {
                body(IndexKeys.attribute(event.type + "." + attribute.key, attribute.value))
            }
        }
    }

    private static func encode(_ positions: [UInt32]) -> Bytes {
        var bytes = Bytes()
        var previous: UInt32 = 0
        for position in positions {
            bytes.appendVarint(UInt64(position - previous))
            previous = position
        }
        return bytes
    }

    /// The positions in a stored entry; `nil` when it is damaged.
    static func positions(_ bytes: Bytes) -> [UInt32]? {
        var reader = ByteReader(bytes)
        var positions: [UInt32] = []
        var last: UInt64 = 0
        while !reader.isAtEnd {
            guard let distance = try? reader.readVarint() else { return nil }
            let (sum, overflow) = last.addingReportingOverflow(distance)
            guard !overflow, let position = UInt32(exactly: sum) else { return nil }
            last = sum
            positions.append(position)
        }
        return positions
    }
}

/// Keys of the index of events.
enum IndexKeys {
    static func attribute(_ key: String, _ value: String) -> Bytes {
        var bytes = attributeKey(key)
        bytes.appendLengthPrefixed(value.utf8)
        return bytes
    }

    static func attributeKey(_ key: String) -> Bytes {
        var bytes = Bytes()
        bytes.reserveCapacity(key.utf8.count + 48)
        bytes.appendLengthPrefixed(key.utf8)
        return bytes
    }

    static let transactionsPrefix: Bytes = [UInt8(ascii: "e")]
    static let blocksPrefix: Bytes = [UInt8(ascii: "f")]

    static func transactions(_ attribute: Bytes, _ height: Int64) -> Bytes {
        with(transactionsPrefix + attribute, height)
    }

    static func block(_ attribute: Bytes, _ height: Int64) -> Bytes {
        with(blocksPrefix + attribute, height)
    }

    static func count(_ height: Int64) -> Bytes { with([UInt8(ascii: "n")], height) }

    static func with(_ prefix: Bytes, _ height: Int64) -> Bytes {
        var key = prefix
        key.appendBigEndian(UInt64(bitPattern: height))
        return key
    }

    /// The value and the height in a key of `prefix` and an attribute of key `name`; `nil` when it
    /// is damaged.
    static func parts(
        _ key: Bytes, prefix: Bytes, name: String
    ) -> (value: String, height: Int64)? {
        var reader = ByteReader(key.dropFirst(prefix.count))
        guard let stored = try? reader.readLengthPrefixed(), stored.elementsEqual(name.utf8),
            let value = try? reader.readLengthPrefixed(),
            let height = try? reader.readBigEndian64(), reader.isAtEnd
        else { return nil }
        return (String(decoding: value, as: UTF8.self), Int64(bitPattern: height))
    }
}
