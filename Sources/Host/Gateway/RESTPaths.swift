// Finding the call of a path: a tree of the templates' parts. A word goes before a field, and a
// field before all that is left, so `/blocks/latest` is not the block called "latest".

import Ledger

/// The templates of a door, by their parts.
struct RESTPaths<Value: Sendable>: Sendable {
    private typealias End = (method: HTTPRule.Method, value: Value)

    private struct Node: Sendable {
        var words: [String: Int] = [:]
        var field: Int?
        /// What a path that ends here leads to, by method.
        var values: [End] = []
        /// What a path that goes on from here leads to.
        var rest: [End] = []
    }

    private var nodes = [Node()]

    /// What a path leads to, and the values of its template's fields, in order.
    struct Match {
        let value: Value
        let fields: [Substring]
    }

    mutating func add(_ rule: HTTPRule, _ value: Value) {
        var place = 0
        for part in rule.parts {
            switch part {
            case .word(let word):
                let next = nodes[place].words[word] ?? grow()
                nodes[place].words[word] = next
                place = next
            case .field:
                let next = nodes[place].field ?? grow()
                nodes[place].field = next
                place = next
            case .rest:
                nodes[place].rest.append((rule.method, value))
                return
            }
        }
        nodes[place].values.append((rule.method, value))
    }

    private mutating func grow() -> Int {
        nodes.append(Node())
        return nodes.count - 1
    }

    /// What `path` leads to, or `nil`. A path of more parts than any template has leads nowhere.
    func find(_ method: HTTPRule.Method, _ path: String) -> Match? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        let parts = path.dropFirst().split(
            separator: "/", maxSplits: 31, omittingEmptySubsequences: false)
        return find(method, path, parts[...], 0, [])
    }

    /// The recursion is bounded by the depth of the tree.
    private func find(
        _ method: HTTPRule.Method, _ path: String, _ parts: ArraySlice<Substring>, _ place: Int,
        _ fields: [Substring]
    ) -> Match? {
        let node = nodes[place]
        guard let part = parts.first else {
            guard let found = node.values.first(where: { $0.method == method }) else { return nil }
            return Match(value: found.value, fields: fields)
        }
        if let next = node.words[String(part)],
            let match = find(method, path, parts.dropFirst(), next, fields)
        {
            return match
        }
        guard !part.isEmpty else { return nil }
        if let next = node.field,
            let match = find(method, path, parts.dropFirst(), next, fields + [part])
        {
            return match
        }
        guard let found = node.rest.first(where: { $0.method == method }) else { return nil }
        return Match(value: found.value, fields: fields + [path[part.startIndex...]])
    }
}
