// Where a state tree keeps its records in the column family `tree`. Numbers are big-endian, so that
// records sort by version.
//
//     len name ‖ name ‖ "n" ‖ version 8 ‖ number 4                     a node
//     len name ‖ name ‖ "r" ‖ version 8                                the root link of a version,
//                                                                      empty for the empty tree
//     len name ‖ name ‖ "r" ‖ version 8                                the root link of a version;
//                                                                      `last` no longer reaches

import Base

/// Keys of the records of one tree.
struct TreeKeys: Sendable {
    /// Start of every node's key.
    let nodes: Bytes
    /// Start of every root's key.
    let roots: Bytes
    /// Start of every orphan's key.
    let orphans: Bytes

    init(name: String) {
        var prefix = Bytes()
        prefix.appendLengthPrefixed(Bytes(name.utf8))
        nodes = prefix + [UInt8(ascii: "n")]
        roots = prefix + [UInt8(ascii: "r")]
        orphans = prefix + [UInt8(ascii: "o")]
    }

    func node(_ address: TreeAddress) -> Bytes {
        var key = Bytes()
        key.reserveCapacity(nodes.count + 12)
        key.append(contentsOf: nodes)
        TreeKeys.append(address, to: &key)
        return key
    }

    func root(_ version: Int64) -> Bytes {
        var key = roots
        key.appendBigEndian(UInt64(bitPattern: version))
        return key
    }

    func orphan(_ address: TreeAddress, last: Int64) -> Bytes {
        var key = orphans
        key.appendBigEndian(UInt64(bitPattern: last))
        TreeKeys.append(address, to: &key)
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

    /// The address at the end of an orphan's key, or `nil` when the key is too short.
    func address(ofOrphan key: Bytes) -> TreeAddress? {
        var reader = ByteReader(key.dropFirst(orphans.count + 8))
        guard let version = try? reader.readBigEndian64(),
            let number = try? reader.readBigEndian32(), reader.isAtEnd
        else { return nil }
        return TreeAddress(version: Int64(bitPattern: version), number: number)
    }

    private static func append(_ address: TreeAddress, to key: inout Bytes) {
        key.appendBigEndian(UInt64(bitPattern: address.version))
        key.appendBigEndian(address.number)
    }
}
