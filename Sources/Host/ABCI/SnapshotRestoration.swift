// Taking in a snapshot that peers describe and send. Only the app hash is trusted. Chunks come in
// order; each is compared with its hash before it is read. What a chunk holds is written at once,
// so memory does not grow with the state; the record that makes the state visible comes last, and
// until then the application has not begun.

public import Base
import Cryptography
public import Ledger
public import Store
import Wire

/// A snapshot that is being taken in.
public struct SnapshotRestoration: Sendable {
    /// What is said to an offer.
    public enum Offer: Sendable {
        /// Chunks may come.
        case accepted(SnapshotRestoration)
        /// Another form of the stream.
        case unknownFormat
        /// Not a snapshot.
        case refused(String)
    }

    /// What is said to a chunk.
    public enum Step: Equatable, Sendable {
        /// The next may come.
        case accepted
        /// It was the last: the state is there.
        case finished
        /// It is not the chunk that the metadata names: again, from another peer.
        case retry
        /// Chunks are missing before it: all again.
        case outOfOrder
        /// The snapshot is not what it says.
        case refused(String)
    }

    /// Most bytes of metadata: those of a message between engines.
    private static let maximumMetadataByteCount = 4 << 20
    private let hashes: [Bytes]
    private var next = 0
    private var state: any StateImporting

    /// Judges the offer of `snapshot`, whose app hash is known from a trusted source.
    public static func offer(
        _ snapshot: Snapshot, appHash: Bytes, chain: ChainName?,
        to application: any StateTransferring
    ) -> Offer {
        guard snapshot.format == application.transferFormat else { return .unknownFormat }
        guard appHash.count == Hash256.byteCount, snapshot.height >= 1,
            let height = Int64(exactly: snapshot.height), height < .max / 2
        else { return .refused("its height or app hash") }
        guard snapshot.metadata.count <= maximumMetadataByteCount,
            snapshot.hash == SHA256.hash(snapshot.metadata).bytes,
            let metadata = try? SnapshotMetadata(decoding: snapshot.metadata)
        else { return .refused("its metadata") }
        guard !metadata.chunkHashes.isEmpty,
            metadata.chunkHashes.count == Int(snapshot.chunks),
            metadata.chunkHashes.allSatisfy({ $0.count == Hash256.byteCount })
        else { return .refused("its list of chunks") }
        let expected = ExpectedState(height: height, appHash: appHash, chain: chain)
        return .accepted(
            SnapshotRestoration(
                hashes: metadata.chunkHashes, state: application.makeStateImport(expected)))
    }

    private init(hashes: [Bytes], state: any StateImporting) {
        self.hashes = hashes
        self.state = state
    }

    /// Empties `store`, which also makes it forget what was taken in before.
    public static func clear(_ store: any KeyValueStore) throws(StorageFailure) {
        for family in ColumnFamily.allCases where try !store.isEmpty(family) {
            return try store.removeAll(ColumnFamily.allCases)
        }
    }

    /// Takes the chunk `index` and writes what it holds to `store`.
    public mutating func apply(
        _ chunk: Bytes, index: UInt32, to store: any KeyValueStore
    ) throws(StorageFailure) -> Step {
        // One that was taken may come again.
        guard Int(index) >= next else { return .accepted }
        guard Int(index) == next, next < hashes.count else { return .outOfOrder }
        guard chunk.count <= SnapshotArchive.maximumChunkByteCount,
            SHA256.hash(chunk).bytes == hashes[next]
        else { return .retry }
        next += 1
        do throws(Failure) {
            let writes = try state.take(chunk)
            try Failure.reading { () throws(StorageFailure) in try store.commit(writes) }
            guard next == hashes.count else { return .accepted }
            let last = try state.finish(store)
            try Failure.reading { () throws(StorageFailure) in try store.commit(last) }
            return .finished
        } catch {
            switch error {
            case .storage(let failure): throw failure
            case .rejected(let rejection): return .refused(rejection.message)
            }
        }
    }
}
