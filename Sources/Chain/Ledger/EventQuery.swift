// A question about events, in CometBFT's query language: conditions joined by AND, each on one
// attribute `type.key`. The index answers it, subscriptions are filtered by it.
//
//     transfer.recipient='aivm1…' AND transfer.amount CONTAINS 'ucgpt' AND tx.height > 100
//
// Conditions on attributes of one event type must hold of one event together, so that "who received
// how much" is answered by one transfer, not by two. Conditions on different types may hold of
// different events. Source: CometBFT 0.38, `internal/pubsub/query`.

public import Wire

/// Conditions that all must hold.
public struct EventQuery: Equatable, Sendable {
    /// A condition on one attribute.
    public struct Condition: Equatable, Sendable {
        /// The attribute, as `type.key`.
        public let key: String
        /// What must hold of its value.
        public let test: Test

        /// Makes a condition.
        public init(_ key: String, _ test: Test) {
            self.key = key
            self.test = test
        }
    }

    /// What a condition asks of a value.
    public enum Test: Equatable, Sendable {
        /// There is a value.
        case exists
        /// The value has this text inside.
        case contains(String)
        /// The value compares with an operand.
        case compares(Comparison, Operand)
    }

    /// How a value stands to an operand.
    public enum Comparison: Equatable, Sendable {
        /// `=`
        case equal
        /// `<`
        case less
        /// `<=`
        case lessOrEqual
        /// `>`
        case greater
        /// `>=`
        case greaterOrEqual
    }

    /// What a value is compared with.
    public enum Operand: Equatable, Sendable {
        /// Text, for equality only.
        case text(String)
        /// A number; values that are no numbers do not compare.
        case number(DecimalText)
        /// A moment; values that are neither a time nor a date do not compare.
        case moment(Timestamp)
    }

    /// The conditions, at least one.
    public let conditions: [Condition]

    /// Longest query that is read, in bytes.
    public static let maximumByteCount = 512

    /// Joins conditions.
    public init(_ conditions: [Condition]) { self.conditions = conditions }

    /// Whether the conditions hold of what happened.
    ///
    /// - Parameters:
    ///   - facts: attributes that stand for themselves, keyed by their whole name, such as
    ///     `tx.height`.
    ///   - events: what happened.
    ///   - indexedOnly: look only at attributes that the index finds.
    public func matches(
        facts: [EventAttribute], events: [Event], indexedOnly: Bool = false
    ) -> Bool {
        var groups: [(type: Substring, conditions: [Condition])] = []
        for condition in conditions {
            if facts.contains(where: { $0.key == condition.key }) {
                let holds = facts.contains {
                    $0.key == condition.key && condition.test.holds(of: $0.value)
                }
                if !holds { return false }
                continue
            }
            if let index = groups.firstIndex(where: { $0.type == condition.type }) {
                groups[index].conditions.append(condition)
            } else {
                groups.append((condition.type, [condition]))
            }
        }
        return groups.allSatisfy { group in
            events.contains { event in
                group.conditions.allSatisfy { $0.holds(of: event, indexedOnly: indexedOnly) }
            }
        }
    }
}

extension EventQuery.Condition {
    /// The event type: what stands before the last dot.
    public var type: Substring {
        guard let dot = key.lastIndex(of: ".") else { return key[...] }
        return key[..<dot]
    }

    /// Whether an attribute of `event` satisfies the condition.
    func holds(of event: Event, indexedOnly: Bool) -> Bool {
        guard key.hasPrefix(event.type) else { return false }
        return event.attributes.contains { attribute in
            (attribute.index || !indexedOnly)
                && key.utf8.count == event.type.utf8.count + 1 + attribute.key.utf8.count
                && key.hasSuffix(attribute.key) && test.holds(of: attribute.value)
        }
    }
}

extension EventQuery.Test {
    /// Whether `value` satisfies the test.
    public func holds(of value: String) -> Bool {
        switch self {
        case .exists: return true
        case .contains(let part): return part.isEmpty || value.containsText(part)
        case .compares(let comparison, .text(let text)):
            return comparison == .equal && value == text
        case .compares(let comparison, .number(let operand)):
            guard let number = DecimalText(value) else { return false }
            return comparison.holds(number, operand)
        case .compares(let comparison, .moment(let operand)):
            guard let moment = Timestamp(text: value) ?? Timestamp(date: value) else {
                return false
            }
            return comparison.holds(moment, operand)
        }
    }
}

extension EventQuery.Comparison {
    func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .equal: left == right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

extension String {
    /// Whether `part` occurs, compared byte by byte.
    fileprivate func containsText(_ part: String) -> Bool {
        let (bytes, wanted) = (Array(utf8), Array(part.utf8))
        guard bytes.count >= wanted.count else { return false }
        return (0...bytes.count - wanted.count).contains { start in
            bytes[start..<start + wanted.count].elementsEqual(wanted)
        }
    }
}

extension Timestamp {
    /// Reads a date such as `2026-11-21` as its first moment in UTC; `nil` for anything else.
    public init?(date: String) {
        guard date.utf8.count == 10 else { return nil }
        self.init(text: date + "T00:00:00Z")
    }
}
