// Building a state from the stream of StateStream.swift. The stream is hostile: peers made it, and
// only the app hash it must end in is trusted. Until the last step the database holds nodes, values
// and blobs but no record of a block, so that a crash leaves an application that has not begun.

import Base
import ConsensusModule
import Cryptography
import Ledger
import Merkle
import Wire

/// Takes in a stream of state.
struct StateImport: StateImporting {
    /// Most bytes of a key, a value or a blob: more than a block holds.
    private static let maximumByteCount = 1 << 27

    private let modules: Modules
    private let expected: ExpectedState

    private var buffer = Bytes()
    private var record: ApplicationRecord?
    private var tree: TreeImport?
    private var roots: [(name: String, root: Hash256)] = []
    private var blobs: [Hash256] = []
    private var isEnded = false

    init(modules: Modules, expected: ExpectedState) {
        self.modules = modules
        self.expected = expected
    }

    private enum Item {
        case record(Bytes)
        case store(Bytes)
        case node(ExportedNode)
        case blob(Bytes)
        case end
    }

    mutating func take(_ bytes: Bytes) throws(Failure) -> [KeyValueWrite] {
        buffer.append(contentsOf: bytes)
        var writes: [KeyValueWrite] = []
        var used = 0
        while let item = try StateImport.next(buffer, &used) { try take(item, &writes) }
        buffer.removeFirst(used)
        return writes
    }

    /// The next item of `bytes` from `start` on, which moves past it; `nil` when it is not whole.
    private static func next(_ bytes: Bytes, _ start: inout Int) throws(Failure) -> Item? {
        guard start < bytes.count else { return nil }
        guard let tag = StreamTag(rawValue: bytes[start]) else {
            throw .stream("an item of kind \(bytes[start])")
        }
        var reader = ByteReader(bytes[(start + 1)...])
        do throws(ByteReaderError) {
            let item: Item =
                switch tag {
                case .record: .record(Bytes(try reader.readLengthPrefixed(shortest: true)))
                case .store: .store(Bytes(try reader.readLengthPrefixed(shortest: true)))
                case .leaf: .node(try leaf(&reader))
                case .inner: .node(.inner(version: try version(&reader)))
                case .blob: .blob(Bytes(try reader.readLengthPrefixed(shortest: true)))
                case .end: .end
                }
            start += 1 + reader.offset
            return item
        } catch {
            guard case .truncated(let needed, _) = error, needed <= maximumByteCount else {
                throw .stream("\(error)")
            }
            return nil
        }
    }

    private static func version(_ reader: inout ByteReader) throws(ByteReaderError) -> Int64 {
        Int64(bitPattern: try reader.readVarint(shortest: true))
    }

    private static func leaf(_ reader: inout ByteReader) throws(ByteReaderError) -> ExportedNode {
        let version = try version(&reader)
        let key = Bytes(try reader.readLengthPrefixed(shortest: true))
        let value = Bytes(try reader.readLengthPrefixed(shortest: true))
        return .leaf(version: version, key: key, value: value)
    }

    private mutating func take(
        _ item: Item, _ writes: inout [KeyValueWrite]
    ) throws(Failure) {
        guard !isEnded else { throw .stream("something after its end") }
        switch item {
        case .record(let bytes): try takeRecord(bytes)
        case .store(let name): try takeStore(name, &writes)
        case .node(let node): try takeNode(node, &writes)
        case .blob(let blob):
            try finishTree(&writes)
            let hash = SHA256.hash(blob)
            guard blobs.last.map({ $0 < hash }) ?? true else {
                throw .stream("blobs out of order")
            }
            blobs.append(hash)
            writes.append(KeyValueWrite(.blobs, hash.bytes, blob))
        case .end:
            try finishTree(&writes)
            isEnded = true
        }
    }

    private mutating func takeRecord(_ bytes: Bytes) throws(Failure) {
        guard record == nil else { throw .stream("two records") }
        let record: ApplicationRecord
        do throws(WireError) {
            record = try ApplicationRecord(decoding: bytes, rules: .canonical)
        } catch { throw .stream("\(error)") }
        let chain = ChainName(chainID: record.chainID, initialHeight: record.initialHeight)
        guard record.height == expected.height, record.appHash == expected.appHash,
            record.initialHeight >= 1, record.initialHeight <= record.height,
            expected.chain ?? chain == chain
        else { throw .stream("the record of another state") }
        self.record = record
    }

    private mutating func takeStore(
        _ name: Bytes, _ writes: inout [KeyValueWrite]
    ) throws(Failure) {
        guard let record else { throw .stream("no record before the first store") }
        try finishTree(&writes)
        let names = modules.storeNames
        guard roots.count < names.count, Bytes(names[roots.count].utf8) == name else {
            throw .stream("a store that this program does not have in this place")
        }
        tree = TreeImport(name: names[roots.count], version: record.version)
    }

    private mutating func takeNode(
        _ node: ExportedNode, _ writes: inout [KeyValueWrite]
    ) throws(Failure) {
        guard tree != nil else { throw .stream("a node outside a store") }
        do throws(TreeImportError) { try tree?.add(node, into: &writes) } catch {
            throw .stream("\(error)")
        }
        if case .leaf(_, let key, let value) = node {
            let name = modules.storeNames[roots.count]
            writes.append(KeyValueWrite(.state, State.fullKey(name, key), value))
        }
    }

    private mutating func finishTree(_ writes: inout [KeyValueWrite]) throws(Failure) {
        guard var ending = tree else { return }
        tree = nil
        do throws(TreeImportError) {
            let root = try ending.finish(into: &writes)
            roots.append((modules.storeNames[roots.count], root))
        } catch { throw .stream("\(error)") }
    }

    mutating func finish(_ reading: any KeyValueReading) throws(Failure) -> [KeyValueWrite] {
        guard let record, isEnded, buffer.isEmpty, roots.count == modules.storeNames.count else {
            throw .stream("it ends too early")
        }
        let actual = MultiStore.appHash(storeRoots: roots).bytes
        guard actual == expected.appHash else {
            throw .stream("app hash \(actual.hex), not \(expected.appHash.hex)")
        }
        guard try limits(record, reading) == (record.maximumBlockBytes, record.maximumBlockGas)
        else { throw .stream("its record has other limits than its state") }
        guard try modules.namedBlobs(record, reading) == blobs else {
            throw .stream("its blobs are not those that its state names")
        }
        return [KeyValueWrite(.state, ApplicationRecord.key, record.encoded())]
    }

    /// Bytes and gas of a block, as the state has them.
    private func limits(
        _ record: ApplicationRecord, _ reading: any KeyValueReading
    ) throws(Failure) -> (Int64, Int64) {
        var context = Context(
            state: State(over: reading), gasLimit: nil,
            block: BlockInfo(
                chainID: record.chainID, height: record.height, time: record.time ?? Timestamp()),
            mode: .simulate)
        let limits = try modules.consensus.parameters(&context).limits
        return (limits.maximumBytes, limits.maximumGas)
    }
}

extension Failure {
    /// The stream is not the state that was asked for.
    static func stream(_ reason: String) -> Failure {
        .sdk(.invalidRequest, "the stream of a snapshot: \(reason)")
    }
}
