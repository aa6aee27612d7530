// The committed state as one stream of bytes: what a snapshot carries. It is a function of the
// state alone, so every node writes the same bytes at a height, and chunks of several nodes can be
// mixed.
//
//     stream   record ‖ for every store, ascending by name: store ‖ nodes ‖ blobs ‖ end
//     record   01 ‖ len ‖ ApplicationRecord     chain id, heights, limits: what genesis would say
//     store    02 ‖ len ‖ name                  its nodes follow, children first (TreeExport.swift)
//     leaf     03 ‖ version ‖ len ‖ key ‖ len ‖ value
//     inner    04 ‖ version
//     blob     05 ‖ len ‖ bytes                 each blob that the state names, by SHA-256
//     end      06
//
// Lengths and versions are unsigned varints. The app hash covers every node, and through the hashes
// in the state every blob. The record is covered where it names the app hash and the height; a node
// that has the genesis compares the rest.

public import Base
import Cryptography
public import Ledger
import Merkle
import Wire

/// First bytes of the items of the stream.
enum StreamTag: UInt8 {
    case record = 1
    case store = 2
    case leaf = 3
    case inner = 4
    case blob = 5
    case end = 6
}

extension AIVMApplication: StateTransferring {
    public var transferFormat: UInt32 { 1 }

    public func exportState(
        of reading: any KeyValueReading, _ write: (Bytes) throws(StorageFailure) -> Void
    ) throws(StorageFailure) -> Int64 {
        guard let record = try ApplicationRecord.stored(in: reading) else {
            throw StorageFailure("there is no state to export before the first block")
        }
        let trees = try StateTrees(
            names: modules.storeNames, reading: reading, version: record.version)
        var stream = StreamWriter()
        stream.append(.record, record.encoded())
        for name in modules.storeNames {
            stream.append(.store, Bytes(name.utf8))
            guard let tree = trees.tree(name) else {
                preconditionFailure("every store has a tree")
            }
            try tree.export { (node) throws(StorageFailure) in
                stream.append(node)
                try stream.flush(above: StreamWriter.partByteCount, write)
            }
        }
        for hash in try namedBlobs(record, reading) {
            guard let blob = try reading.value(.blobs, hash.bytes) else {
                throw StorageFailure("the blob \(hash.hex), which the state names, is missing")
            }
            stream.append(.blob, blob)
            try stream.flush(above: StreamWriter.partByteCount, write)
        }
        stream.appendEnd()
        try stream.flush(above: 0, write)
        return record.height
    }

    /// The hashes of the blobs that the state in `reading` names, ascending, each once.
    private func namedBlobs(
        _ record: ApplicationRecord, _ reading: any KeyValueReading
    ) throws(StorageFailure) -> [Hash256] {
        do {
            return try modules.namedBlobs(record, reading)
        } catch {
            switch error {
            case .storage(let failure): throw failure
            case .rejected(let rejection): throw StorageFailure(rejection.description)
            }
        }
    }

    public func makeStateImport(_ expected: ExpectedState) -> any StateImporting {
        StateImport(modules: modules, expected: expected)
    }
}

extension Modules {
    /// The hashes of the blobs that the state in `reading` names, ascending, each once.
    func namedBlobs(
        _ record: ApplicationRecord, _ reading: any KeyValueReading
    ) throws(Failure) -> [Hash256] {
        let block = BlockInfo(
            chainID: record.chainID, height: record.height, time: record.time ?? Timestamp())
        var context = Context(
            state: State(over: reading), gasLimit: nil, block: block, mode: .simulate)
        var hashes: [Hash256] = []
        for module in all {
            guard let module = module as? any BlobNaming else { continue }
            try module.forEachBlob(&context) { (hash) throws(Failure) in hashes.append(hash) }
        }
        hashes.sort()
        var unique: [Hash256] = []
        for hash in hashes where hash != unique.last { unique.append(hash) }
        return unique
    }
}

/// The stream in the making.
private struct StreamWriter {
    /// Bytes that are gathered before they are written.
    static let partByteCount = 1 << 20

    private var bytes = Bytes()

    mutating func append(_ tag: StreamTag, _ content: Bytes) {
        bytes.append(tag.rawValue)
        bytes.appendLengthPrefixed(content)
    }

    mutating func append(_ node: ExportedNode) {
        switch node {
        case .leaf(let version, let key, let value):
            bytes.append(StreamTag.leaf.rawValue)
            bytes.appendVarint(UInt64(bitPattern: version))
            bytes.appendLengthPrefixed(key)
            bytes.appendLengthPrefixed(value)
        case .inner(let version):
            bytes.append(StreamTag.inner.rawValue)
            bytes.appendVarint(UInt64(bitPattern: version))
        }
    }

    mutating func appendEnd() { bytes.append(StreamTag.end.rawValue) }

    /// Writes what was gathered, once it is more than `count` bytes.
    mutating func flush(
        above count: Int, _ write: (Bytes) throws(StorageFailure) -> Void
    ) throws(StorageFailure) {
        guard bytes.count > count else { return }
        try write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}
