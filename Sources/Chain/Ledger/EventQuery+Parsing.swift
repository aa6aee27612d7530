// Reading the query language. Hostile text: the length is bounded, nothing recurses, and every
// error says at which offset what was expected, in the words of CometBFT.

import Wire

/// Why a query cannot be read.
public struct EventQueryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was expected, and where.
    public let description: String
}

extension EventQuery {
    /// Reads a query.
    public init(_ text: String) throws(EventQueryError) {
        guard text.utf8.count <= EventQuery.maximumByteCount else {
            throw EventQueryError(
                description: "maximum query length exceeded: length \(text.utf8.count), "
                    + "max \(EventQuery.maximumByteCount)")
        }
        var parser = QueryParser(bytes: Array(text.utf8))
        var conditions = [try parser.condition()]
        while try parser.takesAnd() { conditions.append(try parser.condition()) }
        self.init(conditions)
    }
}

private enum QueryToken: Equatable {
    case tag(String)
    case text(String)
    case number(DecimalText)
    case time(Timestamp)
    case date(Timestamp)
    case and
    case contains
    case exists
    case comparison(EventQuery.Comparison)
    case end

    var name: String {
        switch self {
        case .tag: "tag"
        case .text: "string"
        case .number: "number"
        case .time: "time"
        case .date: "date"
        case .and: "AND operator"
        case .contains: "CONTAINS operator"
        case .exists: "EXISTS operator"
        case .comparison(.equal): "= operator"
        case .comparison(.less): "< operator"
        case .comparison(.lessOrEqual): "<= operator"
        case .comparison(.greater): "> operator"
        case .comparison(.greaterOrEqual): ">= operator"
        case .end: "end of input"
        }
    }
}

private struct QueryParser {
    let bytes: [UInt8]
    var position = 0
    /// Where the last token began.
    var start = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func condition() throws(EventQueryError) -> EventQuery.Condition {
        let first = try token()
        guard case .tag(let key) = first else { throw unexpected(first, "tag") }
        let operation = try token()
        switch operation {
        case .exists: return .init(key, .exists)
        case .contains:
            let operand = try token()
            guard case .text(let part) = operand else { throw unexpected(operand, "string") }
            return .init(key, .contains(part))
        case .comparison(let comparison):
            let operand = try token()
            switch operand {
            case .text(let text) where comparison == .equal:
                return .init(key, .compares(.equal, .text(text)))
            case .number(let number): return .init(key, .compares(comparison, .number(number)))
            case .time(let moment), .date(let moment):
                return .init(key, .compares(comparison, .moment(moment)))
            default:
                throw unexpected(
                    operand,
                    comparison == .equal
                        ? "number, time, date or string" : "number, time or date")
            }
        default:
            throw unexpected(
                operation,
                "<= operator, >= operator, < operator, > operator, = operator, "
                    + "CONTAINS operator or EXISTS operator")
        }
    }

    /// Whether another condition follows.
    mutating func takesAnd() throws(EventQueryError) -> Bool {
        let next = try token()
        switch next {
        case .and: return true
        case .end: return false
        default: throw unexpected(next, "AND operator")
        }
    }

    private func unexpected(_ token: QueryToken, _ wanted: String) -> EventQueryError {
        EventQueryError(description: "offset \(start): got \(token.name), wanted \(wanted)")
    }

    private func failure(_ reason: String) -> EventQueryError {
        EventQueryError(description: "offset \(start): \(reason)")
    }

    private mutating func token() throws(EventQueryError) -> QueryToken {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
            position += 1
        }
        start = position
        guard position < bytes.count else { return .end }
        switch bytes[position] {
        case UInt8(ascii: "'"): return .text(try quoted())
        case UInt8(ascii: "="):
            position += 1
            return .comparison(.equal)
        case UInt8(ascii: "<"): return .comparison(takesEqual() ? .lessOrEqual : .less)
        case UInt8(ascii: ">"): return .comparison(takesEqual() ? .greaterOrEqual : .greater)
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        case let byte where QueryParser.isTag(byte): return try word()
        default: throw failure("invalid character")
        }
    }

    private mutating func takesEqual() -> Bool {
        position += 1
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { return false }
        position += 1
        return true
    }

    private mutating func quoted() throws(EventQueryError) -> String {
        position += 1
        let text = take { $0 != UInt8(ascii: "'") }
        guard position < bytes.count else { throw failure("unterminated string") }
        position += 1
        return text
    }

    private mutating func number() throws(EventQueryError) -> QueryToken {
        let text = take { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") || isDigit($0) }
        guard let number = DecimalText(text) else { throw failure("invalid number") }
        return .number(number)
    }

    private mutating func word() throws(EventQueryError) -> QueryToken {
        let word = take(while: QueryParser.isTag)
        switch word {
        case "AND": return .and
        case "CONTAINS": return .contains
        case "EXISTS": return .exists
        case "TIME": return .time(try moment { Timestamp(text: $0) })
        case "DATE": return .date(try moment { Timestamp(date: $0) })
        default: return .tag(word)
        }
    }

    private mutating func moment(
        _ read: (String) -> Timestamp?
    ) throws(EventQueryError) -> Timestamp {
        while position < bytes.count, bytes[position] == 0x20 { position += 1 }
        let text = take { $0 > 0x20 }
        guard let moment = read(text) else { throw failure("invalid time or date") }
        return moment
    }

    private mutating func take(while isTaken: (UInt8) -> Bool) -> String {
        let first = position
        while position < bytes.count, isTaken(bytes[position]) { position += 1 }
        return String(decoding: bytes[first..<position], as: UTF8.self)
    }

    private static func isTag(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte >= 0x80 || "._-/".utf8.contains(byte)
    }
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
