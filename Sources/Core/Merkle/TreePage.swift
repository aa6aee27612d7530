// How nodes lie in the database: in pages of neighbours, so that a change of one key reads and
// writes a few records and not one for each level.
//
// Heights are cut into bands of four, 0 to 3, 4 to 7, and so on; a page is a node whose parent is
// in another band, and all nodes below it in its own band. Its record is that of its highest node,
// which holds those of the nodes below it:
//
//     leaf     height 0 ‖ len version ‖ hash 32 ‖ len key ‖ key ‖ len value ‖ value
//     inner    height 1 ‖ len version ‖ hash 32 ‖ len size ‖ len key ‖ key ‖ count 4 ‖ left ‖ right
//     link     80 + height ‖ hash 32 ‖ len size ‖ len version ‖ len number
//
// len is an unsigned varint and count the bytes of the left record, big-endian. A link stands for a
// node in another page, found by the version that wrote that page and its number in that version;
// a link is also the record of a version's root. A page that is changed is written anew: nodes
// whose path did not change keep version and hash and are copied as they are.
//
// Reading a node decodes it alone; of its children only hash, height and size are read, so proofs
// and rebalancing touch no node beside a path. A decoded node is checked against the hash its
// parent holds.

import Base

enum TreePage {
    /// The band of a height. Nodes of one band that hang together share a page.
    static func band(_ height: UInt8) -> UInt8 { height / 4 }

    /// Set in the first byte of a link's record.
    static let linkMark: UInt8 = 0x80

    /// Appends the link of a page's highest node.
    static func append(_ link: TreeLink, to bytes: inout Bytes) {
        guard let stored = link.stored, stored.isPageRoot else {
            preconditionFailure("a link leads to the highest node of a stored page")
        }
        bytes.append(linkMark | link.height)
        stored.hash.append(to: &bytes)
        bytes.appendVarint(UInt64(bitPattern: link.size))
        bytes.appendVarint(UInt64(bitPattern: stored.address.version))
        bytes.appendVarint(UInt64(stored.address.number))
    }

    /// Appends what the record of a node begins with.
    static func appendStart(
        height: UInt8, version: Int64, hash: Hash256, to bytes: inout Bytes
    ) {
        bytes.append(height)
        bytes.appendVarint(UInt64(bitPattern: version))
        hash.append(to: &bytes)
    }

    /// Appends the record of `leaf`, whose hash is `hash`.
    static func append(_ leaf: TreeNode, hash: Hash256, to bytes: inout Bytes) {
        appendStart(height: 0, version: leaf.version, hash: hash, to: &bytes)
        bytes.appendLengthPrefixed(leaf.key)
        bytes.appendLengthPrefixed(leaf.value)
    }

    /// What a parent knows of the node with this record, in the page at `address`, or of the node
    /// that the link there leads to.
    static func link(
        _ record: ArraySlice<UInt8>, in address: TreeAddress, isPageRoot: Bool = false
    ) throws(ByteReaderError) -> TreeLink? {
        var reader = ByteReader(record)
        let mark = try reader.readByte()
        guard mark & linkMark != 0 else {
            _ = try reader.readVarint()
            let hash = try reader.readHash()
            let size = mark == 0 ? 1 : Int64(bitPattern: try reader.readVarint())
            guard size > 0 else { return nil }
            return TreeLink(
                stored: .init(
                    address: address, isPageRoot: isPageRoot, hash: hash, record: record),
                height: mark, size: size)
        }
        let hash = try reader.readHash()
        let size = Int64(bitPattern: try reader.readVarint())
        let version = Int64(bitPattern: try reader.readVarint())
        guard let number = UInt32(exactly: try reader.readVarint()), size > 0, reader.isAtEnd
        else { return nil }
        return TreeLink(
            stored: .init(
                address: TreeAddress(version: version, number: number), isPageRoot: true,
                hash: hash, record: nil),
            height: mark & ~linkMark, size: size)
    }

    /// The node with this record, which `link` promises; `nil` when the bytes are not that node. As
    /// the hash covers all but an inner key, and heights are checked against the parent's, a tree
    /// of such nodes is never deeper than its root's height.
    static func node(_ record: ArraySlice<UInt8>, for link: TreeLink) -> TreeNode? {
        guard let stored = link.stored,
            let node = try? decode(record, in: stored.address, height: link.height),
            node.height == link.height, node.size == link.size, node.hash() == stored.hash
        else { return nil }
        return node
    }

    private static func decode(
        _ record: ArraySlice<UInt8>, in address: TreeAddress, height: UInt8
    ) throws(ByteReaderError) -> TreeNode? {
        var reader = ByteReader(record)
        guard try reader.readByte() == height else { return nil }
        let version = Int64(bitPattern: try reader.readVarint())
        _ = try reader.readSlice(Hash256.byteCount)
        guard height > 0 else {
            let key = Bytes(try reader.readLengthPrefixed())
            let value = Bytes(try reader.readLengthPrefixed())
            return reader.isAtEnd ? TreeNode(key: key, value: value, version: version) : nil
        }
        let size = Int64(bitPattern: try reader.readVarint())
        let key = Bytes(try reader.readLengthPrefixed())
        let leftCount = Int(try reader.readBigEndian32())
        let leftRecord = try reader.readSlice(leftCount)
        let rightRecord = try reader.readSlice(reader.remaining)
        guard let left = try TreePage.link(leftRecord, in: address),
            let right = try TreePage.link(rightRecord, in: address),
            left.height < height, right.height < height, right.size < size,
            left.size == size - right.size
        else { return nil }
        return TreeNode(key: key, left: left, right: right, version: version)
    }
}

/// Writes the pages of one version.
struct TreePageWriter {
    let version: Int64
    let keys: TreeKeys
    /// Reads the page of a stored link.
    var load: (TreeLink) throws(StorageFailure) -> ArraySlice<UInt8>
    /// The pages by number, from 1; `nil` for those that were written and then replaced.
    private(set) var pages: [Bytes?] = []
    /// Pages of earlier versions whose nodes were copied into new ones.
    var replaced: [TreeAddress] = []

    init(
        version: Int64, keys: TreeKeys,
        load: @escaping (TreeLink) throws(StorageFailure) -> ArraySlice<UInt8>
    ) {
        self.version = version
        self.keys = keys
        self.load = load
    }

    /// The link as the highest node of a page, whose new nodes are hashed and listed for writing.
    mutating func page(_ link: TreeLink) throws(StorageFailure) -> TreeLink {
        if let stored = link.stored, stored.isPageRoot { return link }
        var bytes = Bytes()
        bytes.reserveCapacity(1024)
        let hash = try append(link, to: &bytes)
        return add(bytes, hash: hash, height: link.height, size: link.size)
    }

    /// Adds a page; returns the link to its highest node.
    mutating func add(_ bytes: Bytes, hash: Hash256, height: UInt8, size: Int64) -> TreeLink {
        pages.append(bytes)
        let address = TreeAddress(
            version: version, number: UInt32(truncatingIfNeeded: pages.count))
        return TreeLink(
            stored: .init(address: address, isPageRoot: true, hash: hash, record: bytes[...]),
            height: height, size: size)
    }

    /// Lists the pages for writing, and what the version leaves behind of earlier ones, of which
    /// `orphans` were found before.
    mutating func finish(
        orphans: [TreeAddress], into writes: inout [KeyValueWrite]
    ) {
        var left: [TreeAddress] = []
        for address in orphans + replaced {
            if address.version == version {
                pages[Int(address.number) - 1] = nil
            } else {
                left.append(address)
            }
        }
        for (index, page) in pages.enumerated() {
            guard let page else { continue }
            let address = TreeAddress(
                version: version, number: UInt32(truncatingIfNeeded: index + 1))
            writes.append(KeyValueWrite(.tree, keys.page(address), page))
        }
        if !left.isEmpty {
            writes.append(
                KeyValueWrite(
                    .tree, keys.orphans(last: version - 1), TreeKeys.record(of: left)))
        }
    }

    /// What is said of a page that cannot be read.
    func damage(_ address: TreeAddress) -> String {
        "page \(address.number) of version \(address.version) is damaged; "
            + "restore the database from a copy"
    }

    /// Appends the record of `link` and of what is below it to a page; returns its hash.
    private mutating func append(
        _ link: TreeLink, to bytes: inout Bytes
    ) throws(StorageFailure) -> Hash256 {
        if let stored = link.stored {
            // Nothing changed from here on down.
            if stored.isPageRoot { replaced.append(stored.address) }
            if let record = stored.record {
                bytes.append(contentsOf: record)
            } else {
                bytes.append(contentsOf: try load(link))
            }
            return stored.hash
        }
        guard let node = link.node else { preconditionFailure("an unsaved node is resident") }
        guard !node.isLeaf else {
            let hash = node.hash()
            TreePage.append(node, hash: hash, to: &bytes)
            return hash
        }
        TreePage.appendStart(
            height: node.height, version: node.version, hash: .zero, to: &bytes)
        let hashEnd = bytes.count
        bytes.appendVarint(UInt64(bitPattern: node.size))
        bytes.appendLengthPrefixed(node.key)
        let countStart = bytes.count
        bytes.appendBigEndian(UInt32(0))
        let left = try appendChild(node.left, of: node, to: &bytes)
        bytes.replace(UInt32(truncatingIfNeeded: bytes.count - countStart - 4), at: countStart)
        let right = try appendChild(node.right, of: node, to: &bytes)
        let hash = node.hash(left: left, right: right)
        bytes.replace(hash, endingAt: hashEnd)
        return hash
    }

    private mutating func appendChild(
        _ link: TreeLink, of parent: TreeNode, to bytes: inout Bytes
    ) throws(StorageFailure) -> Hash256 {
        if TreePage.band(link.height) == TreePage.band(parent.height) {
            return try append(link, to: &bytes)
        }
        let saved = try page(link)
        TreePage.append(saved, to: &bytes)
        return saved.hash
    }
}

extension Array where Element == UInt8 {
    /// Overwrites the 32 bytes before `end`.
    mutating func replace(_ hash: Hash256, endingAt end: Int) {
        var place = end - Hash256.byteCount
        let words = hash.words
        func put(_ word: UInt64) {
            for shift in stride(from: 56 as UInt64, through: 0, by: -8) {
                self[place] = UInt8(truncatingIfNeeded: word >> shift)
                place += 1
            }
        }
        put(words.0)
        put(words.1)
        put(words.2)
        put(words.3)
    }

    /// Overwrites the four bytes from `start` on.
    mutating func replace(_ count: UInt32, at start: Int) {
        for index in 0..<4 {
            self[start + index] = UInt8(truncatingIfNeeded: count >> UInt32(24 - 8 * index))
        }
    }
}
