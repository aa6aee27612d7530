// What the application remembers of itself: one record, written in the batch of every block.

import Base
import Ledger
import Wire

/// The last durable block, as the application knows it.
struct ApplicationRecord: WireMessage {
    var chainID = ""
    /// Height of the first block. Version v of the trees is the state after block
    /// `initialHeight + v - 1`.
    var initialHeight: Int64 = 0
    /// Height of the last durable block.
    var height: Int64 = 0
    /// App hash after it.
    var appHash: Bytes = []
    /// Time in its header.
    var time: Timestamp?
    var maximumBlockBytes: Int64 = 0
    var maximumBlockGas: Int64 = 0

    static let wireName = "aivm.app.v1.ApplicationRecord"
    static let wireFields: WireFields<ApplicationRecord> = [
        .string(1, "chain_id", \.chainID),
        .int64(2, "initial_height", \.initialHeight),
        .int64(3, "height", \.height),
        .bytes(4, "app_hash", \.appHash),
        .message(5, "time", \.time),
        .int64(6, "max_block_bytes", \.maximumBlockBytes),
        .int64(7, "max_block_gas", \.maximumBlockGas),
    ]

    init() {}

    /// Version of the trees after the last durable block; 0 before the first.
    var version: Int64 { version(at: height) }

    /// Version of the trees after block `height`.
    func version(at height: Int64) -> Int64 { height - initialHeight + 1 }

    /// Height of the block that can come next.
    var nextHeight: Int64 { height + 1 }

    /// Most gas of a block, or `nil`.
    var gasLimit: UInt64? { maximumBlockGas > 0 ? UInt64(maximumBlockGas) : nil }

    /// Most bytes of a block; -1 means what an engine takes at most.
    var byteLimit: Int64 { maximumBlockBytes > 0 ? maximumBlockBytes : 104_857_600 }

    /// Its key in the family of newest values. Stores' keys start with a name, never with 0.
    static let key: Bytes = [0] + Bytes("application".utf8)

    /// The stored record; `nil` before the first block.
    static func stored(
        in reading: any KeyValueReading
    ) throws(StorageFailure) -> ApplicationRecord? {
        guard let bytes = try reading.value(.state, key) else { return nil }
        do { return try ApplicationRecord(decoding: bytes, rules: .canonical) } catch {
            throw StorageFailure("the application's record does not decode: \(error)")
        }
    }
}
