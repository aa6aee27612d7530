// New values of keys that are in the tree, written straight from old pages into new ones: most
// changes of most blocks. No node is made in memory; a record is read where it lies, what is
// unchanged is copied as bytes, and hashes are computed on the way back up.
//
// Keys that are not in the tree, and removals, change its shape: they are handed back.

import Base
import Cryptography

extension TreePageWriter {
    /// The page of `link` with those of `changes[range]` whose keys are below it; `nil` when none
    /// is. The others are appended to `others`, in order.
    mutating func updated(
        _ link: TreeLink, _ changes: [IAVLTree.Change], _ range: Range<Int>,
        _ others: inout [IAVLTree.Change]
    ) throws(StorageFailure) -> TreeLink? {
        guard let stored = link.stored, stored.isPageRoot else {
            preconditionFailure("pages are reached by their highest nodes")
        }
        let page: Bytes
        if let record = stored.record { page = Bytes(record) } else { page = Bytes(try load(link)) }
        guard page.first == link.height else { throw StorageFailure(damage(stored.address)) }
        var bytes = Bytes()
        bytes.reserveCapacity(page.count + 64)
        var update = PageUpdate(page: page, changes: changes)
        let hash: Hash256?
        do {
            hash = try update.append(0..<page.count, range, to: &bytes, &self, &others)
        } catch {
            switch error {
            case .storage(let failure): throw failure
            case .malformed: throw StorageFailure(damage(stored.address))
            }
        }
        guard let hash else { return nil }
        replaced.append(stored.address)
        return add(bytes, hash: hash, height: link.height, size: link.size)
    }
}

/// Why a page could not be updated.
private enum UpdateFailure: Error {
    case storage(StorageFailure)
    case malformed
}

/// One page and the changes below it.
private struct PageUpdate {
    let page: Bytes
    let changes: [IAVLTree.Change]

    /// Appends the record at `place` with the changes of `range`; returns its hash, or `nil`, and
    /// then nothing is appended, when no key of `range` is below it. The recursion is as deep as a
    /// page, whose heights descend.
    mutating func append(
        _ place: Range<Int>, _ range: Range<Int>, below parent: UInt8 = .max,
        to bytes: inout Bytes, _ writer: inout TreePageWriter,
        _ others: inout [IAVLTree.Change]
    ) throws(UpdateFailure) -> Hash256? {
        var position = place.lowerBound
        guard position < place.upperBound else { throw .malformed }
        let height = page[position]
        if height & TreePage.linkMark != 0 {
            return try appendLink(place, range, below: parent, to: &bytes, &writer, &others)
        }
        guard height < parent else { throw .malformed }
        position += 1
        _ = try varint(&position, place.upperBound)
        position += Hash256.byteCount
        guard height > 0 else {
            let key = try lengthPrefixed(&position, place.upperBound)
            return appendLeaf(key, range, to: &bytes, writer.version, &others)
        }
        let size = try varint(&position, place.upperBound)
        let key = try lengthPrefixed(&position, place.upperBound)
        let left = try leftRecord(&position, place.upperBound)
        let right = left.upperBound..<place.upperBound

        let start = bytes.count
        TreePage.appendStart(height: height, version: writer.version, hash: .zero, to: &bytes)
        let hashEnd = bytes.count
        bytes.appendVarint(size)
        bytes.appendVarint(UInt64(key.count))
        bytes.append(contentsOf: page[key])
        let countStart = bytes.count
        bytes.appendBigEndian(UInt32(0))
        let middle = firstIndex(in: range, notBelow: key)
        let newLeft = try appendChild(
            left, range.lowerBound..<middle, below: height, to: &bytes, &writer, &others)
        bytes.replace(UInt32(truncatingIfNeeded: bytes.count - countStart - 4), at: countStart)
        let newRight = try appendChild(
            right, middle..<range.upperBound, below: height, to: &bytes, &writer, &others)
        if !newLeft.isChanged, !newRight.isChanged {
            bytes.removeSubrange(start...)
            return nil
        }
        let hash = TreeNode.innerHash(
            height: height, size: Int64(bitPattern: size), version: writer.version,
            left: newLeft.hash, right: newRight.hash)
        bytes.replace(hash, endingAt: hashEnd)
        return hash
    }

    /// Appends a child, as it is when no change is below it.
    private mutating func appendChild(
        _ place: Range<Int>, _ range: Range<Int>, below parent: UInt8, to bytes: inout Bytes,
        _ writer: inout TreePageWriter, _ others: inout [IAVLTree.Change]
    ) throws(UpdateFailure) -> (hash: Hash256, isChanged: Bool) {
        if !range.isEmpty,
            let hash = try append(
                place, range, below: parent, to: &bytes, &writer, &others)
        {
            return (hash, true)
        }
        bytes.append(contentsOf: page[place])
        return (try hash(at: place), false)
    }

    private mutating func appendLink(
        _ place: Range<Int>, _ range: Range<Int>, below parent: UInt8, to bytes: inout Bytes,
        _ writer: inout TreePageWriter, _ others: inout [IAVLTree.Change]
    ) throws(UpdateFailure) -> Hash256? {
        let nowhere = TreeAddress(version: 0, number: 0)
        // Heights descend also from page to page, so damaged links cannot lead round in circles.
        guard let link = try? TreePage.link(page[place], in: nowhere), link.height < parent else {
            throw .malformed
        }
        let changed: TreeLink?
        do { changed = try writer.updated(link, changes, range, &others) } catch {
            throw .storage(error)
        }
        guard let changed else { return nil }
        TreePage.append(changed, to: &bytes)
        return changed.hash
    }

    private func appendLeaf(
        _ key: Range<Int>, _ range: Range<Int>, to bytes: inout Bytes, _ version: Int64,
        _ others: inout [IAVLTree.Change]
    ) -> Hash256? {
        var found: Hash256?
        for index in range {
            guard isEqual(changes[index].key, key), let value = changes[index].value else {
                others.append(changes[index])
                continue
            }
            let node = TreeNode(key: changes[index].key, value: value, version: version)
            let hash = node.hash()
            TreePage.append(node, hash: hash, to: &bytes)
            found = hash
        }
        return found
    }

    // MARK: Reading records

    private func varint(_ position: inout Int, _ end: Int) throws(UpdateFailure) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end, shift < 64 {
            let byte = page[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        throw .malformed
    }

    private func lengthPrefixed(
        _ position: inout Int, _ end: Int
    ) throws(UpdateFailure) -> Range<Int> {
        let count = try varint(&position, end)
        guard position <= end, count <= UInt64(end - position) else { throw .malformed }
        let range = position..<position + Int(count)
        position = range.upperBound
        return range
    }

    /// The record of the left child, after its four bytes of length.
    private func leftRecord(
        _ position: inout Int, _ end: Int
    ) throws(UpdateFailure) -> Range<Int> {
        guard position + 4 <= end else { throw .malformed }
        var count = 0
        for _ in 0..<4 {
            count = count << 8 | Int(page[position])
            position += 1
        }
        guard count <= end - position else { throw .malformed }
        return position..<position + count
    }

    /// The hash in the record at `place`, be it of a node or a link.
    private func hash(at place: Range<Int>) throws(UpdateFailure) -> Hash256 {
        var position = place.lowerBound + 1
        guard position <= place.upperBound else { throw .malformed }
        if page[place.lowerBound] & TreePage.linkMark == 0 {
            _ = try varint(&position, place.upperBound)
        }
        guard place.upperBound - position >= Hash256.byteCount,
            let hash = Hash256(page[position..<position + Hash256.byteCount])
        else { throw .malformed }
        return hash
    }

    // MARK: Keys

    private func isEqual(_ key: Bytes, _ place: Range<Int>) -> Bool {
        guard key.count == place.count else { return false }
        for index in 0..<key.count where key[index] != page[place.lowerBound + index] {
            return false
        }
        return true
    }

    /// The first index of `range` whose key is that at `place` or above.
    private func firstIndex(in range: Range<Int>, notBelow place: Range<Int>) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            if precedes(changes[middle].key, place) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func precedes(_ key: Bytes, _ place: Range<Int>) -> Bool {
        let count = min(key.count, place.count)
        for index in 0..<count {
            let (left, right) = (key[index], page[place.lowerBound + index])
            if left != right { return left < right }
        }
        return key.count < place.count
    }
}
