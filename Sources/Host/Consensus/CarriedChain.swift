// What the embedded driver needs beside the application's state to go on from a height: its own
// state, and the last block with what belongs to it. It travels beside a snapshot of the state, so
// that a home can be restored from one. Blocks before are not in it.

public import Base
import Blocks
import Cryptography
public import Wire

/// The driver's records of its last block.
public struct CarriedChain: WireMessage {
    /// A record.
    struct Record: WireMessage {
        var isIndex = false
        var key: Bytes = []
        var value: Bytes = []

        static let wireName = "aivm.node.v1.CarriedRecord"
        static let wireFields: WireFields<Record> = [
            .bool(1, "index", \.isIndex),
            .bytes(2, "key", \.key),
            .bytes(3, "value", \.value),
        ]
    }

    private var records: [Record] = []

    public static let wireName = "aivm.node.v1.CarriedChain"
    public static let wireFields: WireFields<CarriedChain> = [
        .messages(1, "records", \.records)
    ]
    public init() {}

    /// Takes the records out of `reading`, which does not change meanwhile.
    public init(from reading: any KeyValueReading) throws(ConsensusError) {
        let archive = BlockArchive(store: reading)
        guard var state = try archive.state(), !state.isBeforeFirstBlock,
            let block = try archive.block(state.height)
        else { throw .missingRecord(name: "block", height: 0) }
        for key in [
            BlockKeys.block(state.height), BlockKeys.commit(state.height),
            BlockKeys.results(state.height),
        ] { try take(.blocks, key, reading) }
        try take(.index, BlockKeys.blockHash(block.header.hash.bytes), reading)
        for transaction in block.data.transactions {
            let hash = SHA256.hash(transaction)
            guard try archive.place(of: hash)?.height == state.height else { continue }
            try take(.index, BlockKeys.transaction(hash), reading)
        }
        if let set = try archive.validators(state.height) {
            add(.blocks, BlockKeys.validators(state.height), set.encoded())
        }
        add(.blocks, BlockKeys.validators(state.height + 1), state.validators.encoded())
        state.lowestHeight = state.height
        add(.blocks, BlockKeys.state, state.encoded())
    }

    private mutating func take(
        _ family: ColumnFamily, _ key: Bytes, _ reading: any KeyValueReading
    ) throws(ConsensusError) {
        let value = try storing { () throws(StorageFailure) in try reading.value(family, key) }
        if let value { add(family, key, value) }
    }

    private mutating func add(_ family: ColumnFamily, _ key: Bytes, _ value: Bytes) {
        var record = Record()
        record.isIndex = family == .index
        (record.key, record.value) = (key, value)
        records.append(record)
    }

    /// The writes that put the records into another database.
    public var writes: [KeyValueWrite] {
        records.map { KeyValueWrite($0.isIndex ? .index : .blocks, $0.key, $0.value) }
    }
}
