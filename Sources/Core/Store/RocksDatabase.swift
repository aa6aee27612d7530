// The one file that calls RocksDB's C interface (rocksdb/c.h, RocksDB 7.8).
//
// Safety: every handle below is made in `init`, never changes, and is freed in `deinit`, which runs
// when no call holds a reference to the object. RocksDB's database and column family handles may be
// used from any thread at once, and option handles are only read after `init`. Pointers passed to
// RocksDB point into Swift arrays for the length of one call, except iterator bounds, whose arrays
// outlive the iterator; RocksDB copies keys and values, and what it returns is copied here before
// its owner is freed.

import Base
import CRocksDB
import Glibc

/// An open RocksDB database. Immutable, so it may be shared between threads (see above).
@safe final class RocksDatabase: @unchecked Sendable {
    private let path: String
    private let database: OpaquePointer
    /// Handles in the order of `ColumnFamily.allCases`, then that of the default family.
    private let families: [OpaquePointer?]
    private let readOptions: OpaquePointer
    private let writeOptions: OpaquePointer

    /// Opens the database in the existing folder `path`.
    init(path: String, createIfMissing: Bool, isReadOnly: Bool) throws(StorageFailure) {
        self.path = path
        let options = unsafe makeOptions(createIfMissing: createIfMissing)
        defer { unsafe rocksdb_options_destroy(options) }
        // RocksDB insists on a family called "default"; it stays empty.
        let names = unsafe (ColumnFamily.allCases.map(\.rawValue) + ["default"])
            .map { unsafe strdup($0) }
        defer { unsafe names.forEach { unsafe free($0) } }
        let constNames = unsafe names.map { unsafe UnsafePointer($0) }
        let familyOptions = unsafe [OpaquePointer?](repeating: options, count: names.count)
        var handles = unsafe [OpaquePointer?](repeating: nil, count: names.count)
        let count = unsafe Int32(names.count)
        let opened = unsafe try check(path) { error in
            if isReadOnly {
                unsafe rocksdb_open_for_read_only_column_families(
                    options, path, count, constNames, familyOptions, &handles, 0, error)
            } else {
                unsafe rocksdb_open_column_families(
                    options, path, count, constNames, familyOptions, &handles, error)
            }
        }
        guard let opened = unsafe opened, let readOptions = unsafe rocksdb_readoptions_create(),
            let writeOptions = unsafe rocksdb_writeoptions_create()
        else { throw StorageFailure("RocksDB returned no handle for \(path)") }
        unsafe rocksdb_readoptions_set_verify_checksums(readOptions, 1)
        unsafe rocksdb_writeoptions_set_sync(writeOptions, 1)
        unsafe self.database = unsafe opened
        unsafe self.families = unsafe handles
        unsafe self.readOptions = unsafe readOptions
        unsafe self.writeOptions = unsafe writeOptions
    }

    deinit {
        unsafe rocksdb_readoptions_destroy(readOptions)
        unsafe rocksdb_writeoptions_destroy(writeOptions)
        unsafe families.forEach { unsafe rocksdb_column_family_handle_destroy($0) }
        unsafe rocksdb_close(database)
    }

    private func handle(_ family: ColumnFamily) -> OpaquePointer? {
        guard let index = ColumnFamily.allCases.firstIndex(of: family) else {
            preconditionFailure("allCases lists every family")
        }
        return unsafe families[index]
    }

    /// The value of `key`, or `nil`.
    func value(_ family: ColumnFamily, _ key: Bytes) throws(StorageFailure) -> Bytes? {
        unsafe try value(family, key, readOptions)
    }

    fileprivate func value(
        _ family: ColumnFamily, _ key: Bytes, _ readOptions: OpaquePointer
    ) throws(StorageFailure) -> Bytes? {
        let pinned = unsafe try check(path) { error in
            unsafe key.withChars { key, count in
                unsafe rocksdb_get_pinned_cf(
                    database, readOptions, handle(family), key, count, error)
            }
        }
        guard let pinned = unsafe pinned else { return nil }
        defer { unsafe rocksdb_pinnableslice_destroy(pinned) }
        var count = 0
        let start = unsafe rocksdb_pinnableslice_value(pinned, &count)
        return unsafe copy(start, count)
    }

    /// Pairs with `start <= key < end`; the contract is `KeyValueReading.pairs`.
    func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool
    ) throws(StorageFailure) -> [KeyValuePair] {
        unsafe try pairs(
            family, from: start, to: end, limit: limit, reverse: reverse, snapshot: nil)
    }

    fileprivate func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool,
        snapshot: OpaquePointer?
    ) throws(StorageFailure) -> [KeyValuePair] {
        if limit <= 0 { return [] }
        if let end, !start.lexicographicallyPrecedes(end) { return [] }
        let options = unsafe rocksdb_readoptions_create()
        defer { unsafe rocksdb_readoptions_destroy(options) }
        unsafe rocksdb_readoptions_set_verify_checksums(options, 1)
        unsafe rocksdb_readoptions_set_snapshot(options, snapshot)
        var found: [KeyValuePair] = []
        let failure: StorageFailure? = unsafe start.withChars { lower, lowerCount in
            unsafe (end ?? []).withChars { upper, upperCount in
                unsafe rocksdb_readoptions_set_iterate_lower_bound(options, lower, lowerCount)
                if end != nil {
                    unsafe rocksdb_readoptions_set_iterate_upper_bound(options, upper, upperCount)
                }
                let iterator = unsafe rocksdb_create_iterator_cf(database, options, handle(family))
                defer { unsafe rocksdb_iter_destroy(iterator) }
                if reverse {
                    unsafe rocksdb_iter_seek_to_last(iterator)
                } else {
                    unsafe rocksdb_iter_seek_to_first(iterator)
                }
                while found.count < limit, unsafe rocksdb_iter_valid(iterator) != 0 {
                    unsafe found.append(pair(at: iterator))
                    if reverse {
                        unsafe rocksdb_iter_prev(iterator)
                    } else {
                        unsafe rocksdb_iter_next(iterator)
                    }
                }
                return unsafe failureOf(iterator)
            }
        }
        if let failure { throw failure }
        return found
    }

    private func pair(at iterator: OpaquePointer?) -> KeyValuePair {
        var keyCount = 0
        var valueCount = 0
        let key = unsafe rocksdb_iter_key(iterator, &keyCount)
        let value = unsafe rocksdb_iter_value(iterator, &valueCount)
        return unsafe KeyValuePair(copy(key, keyCount), copy(value, valueCount))
    }

    /// Why the iterator stopped, or `nil` when it met the end.
    private func failureOf(_ iterator: OpaquePointer?) -> StorageFailure? {
        do {
            unsafe try check(path) { error in unsafe rocksdb_iter_get_error(iterator, error) }
            return nil
        } catch {
            return error
        }
    }

    /// Applies `writes` as one batch and syncs it.
    func write(_ writes: [KeyValueWrite]) throws(StorageFailure) {
        let batch = unsafe rocksdb_writebatch_create()
        defer { unsafe rocksdb_writebatch_destroy(batch) }
        for write in writes {
            let family = unsafe handle(write.family)
            unsafe write.key.withChars { key, keyCount in
                if let value = write.value {
                    unsafe value.withChars { value, valueCount in
                        unsafe rocksdb_writebatch_put_cf(
                            batch, family, key, keyCount, value, valueCount)
                    }
                } else {
                    unsafe rocksdb_writebatch_delete_cf(batch, family, key, keyCount)
                }
            }
        }
        unsafe try check(path) { error in
            unsafe rocksdb_write(database, writeOptions, batch, error)
        }
    }

    /// Removes all keys of `families` as one synced batch.
    func removeAll(_ families: [ColumnFamily]) throws(StorageFailure) {
        let batch = unsafe rocksdb_writebatch_create()
        defer { unsafe rocksdb_writebatch_destroy(batch) }
        // Above every key: none begins with this many bytes of 255.
        let end = Bytes(repeating: 0xFF, count: 256)
        for family in families {
            unsafe end.withChars { end, endCount in
                unsafe rocksdb_writebatch_delete_range_cf(
                    batch, handle(family), end, 0, end, endCount)
            }
        }
        unsafe try check(path) { error in
            unsafe rocksdb_write(database, writeOptions, batch, error)
        }
    }

    /// Reads of the content at this moment.
    func makeView() throws(StorageFailure) -> RocksView {
        guard let snapshot = unsafe rocksdb_create_snapshot(database),
            let options = unsafe rocksdb_readoptions_create()
        else { throw StorageFailure("RocksDB returned no snapshot of \(path)") }
        return unsafe RocksView(self, snapshot, options)
    }

    fileprivate func release(_ snapshot: OpaquePointer) {
        unsafe rocksdb_release_snapshot(database, snapshot)
    }

    /// Writes a copy into the new folder `target`.
    func checkpoint(to target: String) throws(StorageFailure) {
        let checkpoint = unsafe try check(path) { error in
            unsafe rocksdb_checkpoint_object_create(database, error)
        }
        defer { unsafe rocksdb_checkpoint_object_destroy(checkpoint) }
        unsafe try check(target) { error in
            unsafe rocksdb_checkpoint_create(checkpoint, target, 0, error)
        }
    }
}

/// Reads of a database as it was when the view was made. Immutable, like the database it holds.
@safe final class RocksView: KeyValueReading, @unchecked Sendable {
    private let database: RocksDatabase
    private let snapshot: OpaquePointer
    private let readOptions: OpaquePointer

    /// Takes over `snapshot`, which is of `database`, and `options`.
    fileprivate init(
        _ database: RocksDatabase, _ snapshot: OpaquePointer, _ options: OpaquePointer
    ) {
        self.database = database
        unsafe self.snapshot = unsafe snapshot
        unsafe readOptions = unsafe options
        unsafe rocksdb_readoptions_set_verify_checksums(options, 1)
        unsafe rocksdb_readoptions_set_snapshot(options, snapshot)
    }

    deinit {
        unsafe rocksdb_readoptions_destroy(readOptions)
        unsafe database.release(snapshot)
    }

    func value(_ family: ColumnFamily, _ key: Bytes) throws(StorageFailure) -> Bytes? {
        unsafe try database.value(family, key, readOptions)
    }

    func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool
    ) throws(StorageFailure) -> [KeyValuePair] {
        unsafe try database.pairs(
            family, from: start, to: end, limit: limit, reverse: reverse, snapshot: snapshot)
    }
}

/// The options of every family. The caller destroys them.
private func makeOptions(createIfMissing: Bool) -> OpaquePointer? {
    let options = unsafe rocksdb_options_create()
    unsafe rocksdb_options_set_create_if_missing(options, createIfMissing ? 1 : 0)
    unsafe rocksdb_options_set_create_missing_column_families(options, 1)
    unsafe rocksdb_options_set_paranoid_checks(options, 1)
    // Only an incomplete record at the very end of the log, the mark of a crash, is forgiven.
    // RocksDB's default would drop everything after a damaged record, acknowledged commits too.
    unsafe rocksdb_options_set_wal_recovery_mode(
        options, Int32(rocksdb_tolerate_corrupted_tail_records_recovery))
    // No information log: Debian builds RocksDB with assertions, and its logger aborts the process
    // at the second line that it cannot write to a full disk. Level 6 is above every message.
    unsafe rocksdb_options_set_info_log_level(options, 6)
    // Bounds memory over all families, and the log that a restart must replay.
    unsafe rocksdb_options_set_db_write_buffer_size(options, 64 << 20)
    unsafe rocksdb_options_set_max_total_wal_size(options, 256 << 20)
    unsafe rocksdb_options_set_max_open_files(options, 512)
    // Trees are hashes, which do not compress, and values are short; blocks are read where the
    // system has mapped them, without a copy and a look-up in a cache of blocks.
    unsafe rocksdb_options_set_compression(options, Int32(rocksdb_no_compression))
    unsafe rocksdb_options_set_allow_mmap_reads(options, 1)
    let table = unsafe rocksdb_block_based_options_create()
    defer { unsafe rocksdb_block_based_options_destroy(table) }
    let cache = unsafe rocksdb_cache_create_lru(64 << 20)
    defer { unsafe rocksdb_cache_destroy(cache) }
    unsafe rocksdb_block_based_options_set_block_cache(table, cache)
    // The table options own the filter policy from here on.
    unsafe rocksdb_block_based_options_set_filter_policy(
        table, rocksdb_filterpolicy_create_bloom_full(10))
    unsafe rocksdb_options_set_block_based_table_factory(options, table)
    return unsafe options
}

/// Calls RocksDB and turns its error text, if any, into a failure about the folder `path`.
@discardableResult
private func check<Result>(
    _ path: String,
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) throws(StorageFailure) -> Result {
    var text: UnsafeMutablePointer<CChar>?
    let result = unsafe body(&text)
    guard let text = unsafe text else { return result }
    defer { unsafe rocksdb_free(text) }
    throw StorageFailure(rocksMessage(unsafe String(cString: text), path: path))
}

private func copy(_ start: UnsafePointer<CChar>?, _ count: Int) -> Bytes {
    unsafe Bytes(UnsafeRawBufferPointer(start: start, count: count))
}

extension Array where Element == UInt8 {
    /// Calls `body` with the bytes as C characters; the pointer is never nil.
    fileprivate func withChars<Result>(
        _ body: (UnsafePointer<CChar>?, Int) -> Result
    ) -> Result {
        unsafe withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, count > 0 else {
                // RocksDB takes a nil bound for "no bound", which an empty string is not.
                return unsafe withUnsafePointer(to: 0 as CChar) { unsafe body($0, 0) }
            }
            return unsafe body(base.assumingMemoryBound(to: CChar.self), count)
        }
    }
}
