// Where a state tree keeps its records in the column family `tree`. Numbers are big-endian, so that
// records sort by version.
//
//     len name ‖ name ‖ "n" ‖ version 8 ‖ number 4     a page: see TreePage
//     len name ‖ name ‖ "r" ‖ version 8                the link of a version's root, empty for the
//                                                      empty tree
//     len name ‖ name ‖ "o" ‖ version 8                the pages that no version after this one
//                                                      reaches: len version ‖ len number, each

import Base

/// Keys of the records of one tree.
struct TreeKeys: Sendable {
    /// Start of every page's key.
    let pages: Bytes
    /// Start of every root's key.
    let roots: Bytes
    /// Start of every orphan's key.
    let orphans: Bytes

    init(name: String) {
        var prefix = Bytes()
        prefix.appendLengthPrefixed(Bytes(name.utf8))
        pages = prefix + [UInt8(ascii: "n")]
        roots = prefix + [UInt8(ascii: "r")]
        orphans = prefix + [UInt8(ascii: "o")]
    }

    func page(_ address: TreeAddress) -> Bytes {
        var key = Bytes()
        key.reserveCapacity(pages.count + 12)
        key.append(contentsOf: pages)
        key.appendBigEndian(UInt64(bitPattern: address.version))
        key.appendBigEndian(address.number)
        return key
    }

    func root(_ version: Int64) -> Bytes {
        var key = roots
        key.appendBigEndian(UInt64(bitPattern: version))
        return key
    }

    func orphans(last: Int64) -> Bytes {
        var key = orphans
        key.appendBigEndian(UInt64(bitPattern: last))
        return key
    }

    /// The key just after those of `start` with versions up to `version`.
    func end(of start: Bytes, through version: Int64) -> Bytes {
        var key = start
        key.appendBigEndian(UInt64(bitPattern: version) + 1)
        return key
    }

    /// The version at the end of a root's key, or `nil` when the key is too short.
    func version(ofRoot key: Bytes) -> Int64? {
        var reader = ByteReader(key.dropFirst(roots.count))
        guard let version = try? reader.readBigEndian64() else { return nil }
        return Int64(exactly: version)
    }

    /// The record that lists `addresses`.
    static func record(of addresses: [TreeAddress]) -> Bytes {
        var record = Bytes()
        for address in addresses {
            record.appendVarint(UInt64(bitPattern: address.version))
            record.appendVarint(UInt64(address.number))
        }
        return record
    }

    /// The addresses that a record lists, or `nil` when it is malformed.
    static func addresses(in record: Bytes) -> [TreeAddress]? {
        var reader = ByteReader(record)
        var addresses: [TreeAddress] = []
        while !reader.isAtEnd {
            guard let version = try? reader.readVarint(), let number = try? reader.readVarint(),
                let number = UInt32(exactly: number)
            else { return nil }
            addresses.append(
                TreeAddress(version: Int64(bitPattern: version), number: number))
        }
        return addresses
    }
}
