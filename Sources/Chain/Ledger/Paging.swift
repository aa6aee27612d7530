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
    /// A page of the values whose key starts with `keyPrefix`.
    public func page(
        keyPrefix: Bytes = [], _ request: PageRequest?, _ context: inout Context
    ) throws(Failure) -> (entries: [(key: Bytes, value: Value)], response: PageResponse) {
        let request = request ?? PageRequest()
        guard request.key.isEmpty || request.offset == 0 else {
            throw .sdk(.invalidRequest, "either offset or key is expected, got both")
        }
        let limit = request.limit == 0 ? 100 : Int(clamping: request.limit)
        guard limit <= maximumPageEntries, request.offset <= UInt64(maximumPageEntries * 100) else {
            throw .sdk(.invalidRequest, "page limit above \(maximumPageEntries)")
        }
        guard request.key.isEmpty || request.key.starts(with: keyPrefix) else {
            throw .sdk(.invalidRequest, "page key is not of this list")
        }
        let offset = Int(request.offset)
        let found = try entries(
            keyPrefix: keyPrefix, from: request.key, limit: offset + limit + 1,
            reverse: request.reverse, &context)
        var response = PageResponse()
        if found.count > offset + limit { response.nextKey = found[offset + limit].key }
        if request.countsTotal, request.key.isEmpty {
            response.total = UInt64(
                try entries(
                    keyPrefix: keyPrefix, limit: maximumPageEntries * 100, &context
                ).count)
        }
        return (Array(found.dropFirst(offset).prefix(limit)), response)
    }
    /// A page of the values that `matches` accepts. Looks at a bounded number of values: where that
    /// is spent, the page is short and its next key goes on from there.
    public func page(
        keyPrefix: Bytes = [], _ request: PageRequest?, _ context: inout Context,
        where matches: (Value) -> Bool
    ) throws(Failure) -> (entries: [(key: Bytes, value: Value)], response: PageResponse) {
        let request = request ?? PageRequest()
        guard !request.reverse else {
            throw .sdk(.notSupported, "this list is not given in reverse")
        }
        // Without an offset and without a total, one walk serves the checks of the plain page too.
        var plain = request
        plain.limit = 1
        plain.countsTotal = false
        _ = try page(keyPrefix: keyPrefix, plain, &context)
        let limit = request.limit == 0 ? 100 : Int(clamping: request.limit)
        guard limit <= maximumPageEntries else {
            throw .sdk(.invalidRequest, "page limit above \(maximumPageEntries)")
        }
        var toSkip = Int(request.offset)
        var result: [(key: Bytes, value: Value)] = []
        var response = PageResponse()
        var start = request.key.isEmpty ? keyPrefix : request.key
        var budget = maximumPageEntries * 100
        while budget > 0 {
            let step = 500
            let found = try entries(keyPrefix: keyPrefix, from: start, limit: step, &context)
            for entry in found where matches(entry.value) {
                if result.count == limit {
                    if response.nextKey.isEmpty { response.nextKey = entry.key }
                    response.total += 1
                } else if toSkip > 0 {
                    toSkip -= 1
                    response.total += 1
                } else {
                    result.append(entry)
                    response.total += 1
                }
            }
            let isEnough = result.count == limit && !response.nextKey.isEmpty
            guard found.count == step, let last = found.last,
                !isEnough || request.countsTotal
            else { break }
            start = last.key + [0]
            budget -= step
            if budget <= 0, response.nextKey.isEmpty { response.nextKey = start }
        }
        if !request.countsTotal || !request.key.isEmpty { response.total = 0 }
        return (result, response)
    }
}
