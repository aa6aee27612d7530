// Paging of list queries (`cosmos.base.query.v1beta1`): by key, by offset, forwards or backwards.

public import Base
public import Wire

/// Which part of a list is wanted.
public struct PageRequest: WireMessage {
    /// Key to start at, from the page before.
    public var key: Bytes = []
    /// Entries to skip; not together with `key`.
    public var offset: UInt64 = 0
    /// Most entries; 0 means 100.
    public var limit: UInt64 = 0
    /// Whether to count all entries.
    public var countsTotal = false
    /// Whether to go backwards.
    public var reverse = false

    public static let wireName = "cosmos.base.query.v1beta1.PageRequest"
    public static let wireFields: WireFields<PageRequest> = [
        .bytes(1, "key", \.key),
        .uint64(2, "offset", \.offset),
        .uint64(3, "limit", \.limit),
        .bool(4, "count_total", \.countsTotal),
        .bool(5, "reverse", \.reverse),
    ]

    public init() {}
}

/// Where a list goes on.
public struct PageResponse: WireMessage {
    /// Key of the next page; empty at the end.
    public var nextKey: Bytes = []
    /// Number of all entries, when asked for.
    public var total: UInt64 = 0

    public static let wireName = "cosmos.base.query.v1beta1.PageResponse"
    public static let wireFields: WireFields<PageResponse> = [
        .bytes(1, "next_key", \.nextKey),
        .uint64(2, "total", \.total),
    ]

    public init() {}
}

/// The longest page, and the most entries a query counts or skips.
public let maximumPageEntries = 1000

extension StateMap {
    /// A page of the values whose key starts with `keyPrefix`, or of those that `matches` accepts.
    /// It looks at a bounded number of values: where that is spent, the page is short and its next
    /// key goes on from there.
    public func page(
        keyPrefix: Bytes = [], _ request: PageRequest?, _ context: inout Context,
        where matches: ((Value, inout Context) throws(Failure) -> Bool)? = nil
    ) throws(Failure) -> (entries: [(key: Bytes, value: Value)], response: PageResponse) {
        let request = request ?? PageRequest()
        let limit = try request.checkedLimit(keyPrefix)
        let isCounting = request.countsTotal && request.key.isEmpty
        var walk = Walk(map: self, keyPrefix: keyPrefix, request: request)
        var toSkip = Int(request.offset)
        var page: [(key: Bytes, value: Value)] = []
        var response = PageResponse()
        var budget = maximumPageEntries * 101
        while budget > 0 {
            // Without a filter no more is read than is given.
            let isExact = matches == nil && !isCounting
            let step = min(isExact ? toSkip + limit - page.count + 1 : 500, budget)
            let found = try walk.next(step, &context)
            for entry in found {
                if let matches, try !matches(entry.value, &context) { continue }
                if isCounting { response.total += 1 }
                if toSkip > 0 {
                    toSkip -= 1
                } else if page.count < limit {
                    page.append(entry)
                } else {
                    if response.nextKey.isEmpty { response.nextKey = entry.key }
                    if !isCounting { return (page, response) }
                }
            }
            guard found.count == step else { return (page, response) }
            budget -= step
        }
        if response.nextKey.isEmpty {
            response.nextKey = try walk.next(1, &context).first?.key ?? []
        }
        return (page, response)
    }

    /// Goes through values in the order of a page, some at a time.
    private struct Walk {
        let map: StateMap
        let keyPrefix: Bytes
        let request: PageRequest
        /// Key of the last value given.
        private var last: Bytes?

        init(map: StateMap, keyPrefix: Bytes, request: PageRequest) {
            self.map = map
            self.keyPrefix = keyPrefix
            self.request = request
        }

        /// The next `count` values; fewer at the end.
        mutating func next(
            _ count: Int, _ context: inout Context
        ) throws(Failure) -> [(key: Bytes, value: Value)] {
            // A range begins with the value it starts from, which was given before.
            var found = try map.entries(
                keyPrefix: keyPrefix, from: last ?? request.key,
                limit: last == nil ? count : count + 1, reverse: request.reverse, &context)
            if let last, found.first?.key == last { found.removeFirst() }
            last = found.last?.key ?? last
            return found
        }
    }
}

extension PageRequest {
    /// The most entries of the page; refused when the request contradicts itself or its list.
    fileprivate func checkedLimit(_ keyPrefix: Bytes) throws(Failure) -> Int {
        guard key.isEmpty || offset == 0 else {
            throw .sdk(.invalidRequest, "either offset or key is expected, got both")
        }
        let limit = limit == 0 ? 100 : Int(clamping: limit)
        guard limit <= maximumPageEntries, offset <= UInt64(maximumPageEntries * 100) else {
            throw .sdk(.invalidRequest, "page limit above \(maximumPageEntries)")
        }
        guard key.isEmpty || key.starts(with: keyPrefix) else {
            throw .sdk(.invalidRequest, "page key is not of this list")
        }
        return limit
    }
}
