// Finding transactions and blocks by their events. The conditions of a query give sorted lists of
// positions, which are intersected; where several conditions speak of one event, the events
// themselves are read to see that they meet in one.

import Base
import Ledger
import Store

/// Where a transaction stands.
public struct TransactionPosition: Hashable, Comparable, Sendable {
    /// Height of its block.
    public var height: Int64
    /// Position in the block, from 0.
    public var index: UInt32

    public static func < (left: TransactionPosition, right: TransactionPosition) -> Bool {
        (left.height, left.index) < (right.height, right.index)
    }
}

/// One search, over the heights that are kept.
struct EventSearch {
    /// Most index entries read, and most positions found. A query beyond it must name heights.
    static let limit = 200_000
    /// Entries read at a time.
    private static let pageCount = 1000

    let archive: BlockArchive
    let heights: ClosedRange<Int64>

    private typealias Condition = EventQuery.Condition

    // MARK: Transactions

    /// The transactions that `query` holds of, ascending.
    func transactions(_ query: EventQuery) throws(ConsensusError) -> [TransactionPosition] {
        guard let range = range(query, "tx.height", event: "Tx") else { return [] }
        let byHeight = query.conditions.filter { $0.key == "tx.height" }
        let byHash = query.conditions.filter { $0.key == "tx.hash" }
        let others = query.conditions.filter {
            !["tx.height", "tx.hash", "tm.event"].contains($0.key)
        }
        var found: [TransactionPosition]?
        for condition in byHash where condition.test != .exists {
            let positions = try position(condition)
            found = found.map { EventSearch.intersection($0, positions) } ?? positions
        }
        for condition in others where found?.isEmpty != true {
            let positions = try positions(condition, range)
            found = found.map { EventSearch.intersection($0, positions) } ?? positions
        }
        let candidates: [TransactionPosition]
        if let found { candidates = found } else { candidates = try all(in: range) }
        let inRange = candidates.filter { position in
            range.contains(position.height)
                && byHeight.allSatisfy { $0.test.holds(of: String(position.height)) }
        }
        return try meetingInOneEvent(inRange, others)
    }

    /// Drops positions whose conditions hold of different events of one type.
    private func meetingInOneEvent(
        _ positions: [TransactionPosition], _ conditions: [Condition]
    ) throws(ConsensusError) -> [TransactionPosition] {
        guard Set(conditions.map(\.type)).count < conditions.count else { return positions }
        let query = EventQuery(conditions)
        var kept: [TransactionPosition] = []
        var results: (height: Int64, results: BlockResults)?
        for position in positions {
            if results?.height != position.height {
                let stored = try archive.results(position.height)
                results = (position.height, stored ?? BlockResults())
            }
            guard let all = results?.results.transactionResults,
                all.indices.contains(Int(position.index))
            else { continue }
            let events = all[Int(position.index)].events
            if query.matches(facts: [], events: events, indexedOnly: true) {
                kept.append(position)
            }
        }
        return kept
    }

    /// The position of the transaction that a condition on `tx.hash` names.
    private func position(
        _ condition: Condition
    ) throws(ConsensusError) -> [TransactionPosition] {
        guard case .compares(.equal, .text(let text)) = condition.test,
            let bytes = Bytes(hex: text), let hash = Hash256(bytes),
            let place = try archive.place(of: hash)
        else { return [] }
        return [TransactionPosition(height: place.height, index: place.index)]
    }

    /// Every transaction of the blocks in `range`.
    private func all(
        in range: ClosedRange<Int64>
    ) throws(ConsensusError) -> [TransactionPosition] {
        var found: [TransactionPosition] = []
        try scan(
            from: IndexKeys.count(range.lowerBound), to: end(range, prefix: [UInt8(ascii: "n")])
        ) { (pair) throws(ConsensusError) in
            var key = ByteReader(pair.key.dropFirst())
            var value = ByteReader(pair.value)
            guard let height = try? key.readBigEndian64(), let count = try? value.readVarint(),
                let total = UInt32(exactly: count)
            else { throw EventSearch.damaged }
            for index in 0..<total {
                found.append(
                    TransactionPosition(height: Int64(bitPattern: height), index: index))
            }
            try EventSearch.checkCount(found.count)
        }
        return found
    }

    private func positions(
        _ condition: Condition, _ range: ClosedRange<Int64>
    ) throws(ConsensusError) -> [TransactionPosition] {
        var found: [TransactionPosition] = []
        try entries(condition, range, prefix: IndexKeys.transactionsPrefix) {
            (height, value) throws(ConsensusError) in
            guard let positions = EventIndex.positions(value) else { throw EventSearch.damaged }
            found += positions.map { TransactionPosition(height: height, index: $0) }
            try EventSearch.checkCount(found.count)
        }
        // Several values of an attribute may satisfy the condition, in any order of heights.
        return Set(found).sorted()
    }

    // MARK: Blocks

    /// The heights of the blocks that `query` holds of, ascending.
    func blocks(_ query: EventQuery) throws(ConsensusError) -> [Int64] {
        guard let range = range(query, "block.height", event: "NewBlock") else { return [] }
        let byHeight = query.conditions.filter { $0.key == "block.height" }
        let others = query.conditions.filter { !["block.height", "tm.event"].contains($0.key) }
        var found: [Int64]?
        for condition in others where found?.isEmpty != true {
            var heights: Set<Int64> = []
            try entries(condition, range, prefix: IndexKeys.blocksPrefix) {
                (height, _) throws(ConsensusError) in
                heights.insert(height)
            }
            found = found?.filter { heights.contains($0) } ?? heights.sorted()
        }
        if found == nil {
            try EventSearch.checkCount(Int(clamping: range.upperBound - range.lowerBound))
        }
        let inRange = (found ?? Array(range)).filter { height in
            range.contains(height)
                && byHeight.allSatisfy { $0.test.holds(of: String(height)) }
        }
        guard Set(others.map(\.type)).count < others.count else { return inRange }
        var kept: [Int64] = []
        for height in inRange {
            let events = try archive.results(height)?.events ?? []
            if EventQuery(others).matches(facts: [], events: events, indexedOnly: true) {
                kept.append(height)
            }
        }
        return kept
    }

    // MARK: Entries

    /// The heights a query can hold of; `nil` when there are none.
    private func range(
        _ query: EventQuery, _ key: String, event: String
    ) -> ClosedRange<Int64>? {
        var (low, high) = (heights.lowerBound, heights.upperBound)
        for condition in query.conditions {
            if condition.key == "tm.event", !condition.test.holds(of: event) { return nil }
            guard condition.key == key,
                case .compares(let comparison, .number(let number)) = condition.test,
                let bound = number.integer
            else { continue }
            switch comparison {
            case .equal: (low, high) = (max(low, bound), min(high, bound))
            case .less, .lessOrEqual: high = min(high, bound)
            case .greater, .greaterOrEqual: low = max(low, bound)
            }
        }
        return low <= high ? low...high : nil
    }

    /// Calls `body` with height and value of each entry whose attribute satisfies `condition`.
    private func entries(
        _ condition: Condition, _ range: ClosedRange<Int64>, prefix: Bytes,
        _ body: (Int64, Bytes) throws(ConsensusError) -> Void
    ) throws(ConsensusError) {
        if case .compares(.equal, .text(let text)) = condition.test {
            let attribute = prefix + IndexKeys.attribute(condition.key, text)
            try scan(
                from: IndexKeys.with(attribute, range.lowerBound),
                to: end(range, prefix: attribute)
            ) { (pair) throws(ConsensusError) in
                var reader = ByteReader(pair.key.dropFirst(attribute.count))
                guard let height = try? reader.readBigEndian64() else {
                    throw EventSearch.damaged
                }
                try body(Int64(bitPattern: height), pair.value)
            }
            return
        }
        let start = prefix + IndexKeys.attributeKey(condition.key)
        try scan(from: start, to: start.prefixEnd) { (pair) throws(ConsensusError) in
            let parts = IndexKeys.parts(pair.key, prefix: prefix, name: condition.key)
            guard let parts else { throw EventSearch.damaged }
            guard range.contains(parts.height), condition.test.holds(of: parts.value) else {
                return
            }
            try body(parts.height, pair.value)
        }
    }

    private func end(_ range: ClosedRange<Int64>, prefix: Bytes) -> Bytes? {
        range.upperBound < .max
            ? IndexKeys.with(prefix, range.upperBound + 1) : prefix.prefixEnd
    }

    private func scan(
        from start: Bytes, to end: Bytes?,
        _ body: (KeyValuePair) throws(ConsensusError) -> Void
    ) throws(ConsensusError) {
        var start = start
        var count = 0
        while true {
            let pairs = try storing { () throws(StorageFailure) in
                try archive.store.pairs(
                    .index, from: start, to: end, limit: EventSearch.pageCount, reverse: false)
            }
            for pair in pairs { try body(pair) }
            count += pairs.count
            try EventSearch.checkCount(count)
            guard pairs.count == EventSearch.pageCount, let last = pairs.last else { return }
            start = last.key + [0]
        }
    }

    private static func checkCount(_ count: Int) throws(ConsensusError) {
        guard count <= limit else { throw .searchTooWide(limit: limit) }
    }

    private static var damaged: ConsensusError {
        .missingRecord(name: "readable index entry", height: 0)
    }

    /// What two ascending lists share.
    private static func intersection(
        _ left: [TransactionPosition], _ right: [TransactionPosition]
    ) -> [TransactionPosition] {
        var (first, second) = (0, 0)
        var shared: [TransactionPosition] = []
        while first < left.count, second < right.count {
            if left[first] == right[second] {
                shared.append(left[first])
                first += 1
                second += 1
            } else if left[first] < right[second] {
                first += 1
            } else {
                second += 1
            }
        }
        return shared
    }
}
