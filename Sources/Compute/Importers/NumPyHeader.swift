// The header of a `.npy` file: a Python dictionary of a string, a truth value and a tuple of
// integers. Only this form is read; it is not evaluated as Python.

import Base

/// What a `.npy` header says.
struct NumPyHeader {
    /// NumPy's code of the element type, such as `<f4`.
    var elementType = ""
    /// Whether the first axis runs fastest in memory.
    var isColumnMajor = false
    /// The dimensions.
    var shape: [Int] = []

    private static let maximumRank = 32

    /// Reads a header; `nil` when it is not of the known form.
    init?(_ bytes: ArraySlice<UInt8>) {
        var scanner = Scanner(rest: bytes)
        var keys: Set<String> = []
        guard scanner.take("{") else { return nil }
        while !scanner.take("}") {
            guard let key = scanner.string(), scanner.take(":"), keys.insert(key).inserted else {
                return nil
            }
            switch key {
            case "descr":
                guard let text = scanner.string() else { return nil }
                elementType = text
            case "fortran_order":
                if scanner.take("True") {
                    isColumnMajor = true
                } else if !scanner.take("False") {
                    return nil
                }
            case "shape":
                guard let dimensions = scanner.tuple(maximumCount: NumPyHeader.maximumRank) else {
                    return nil
                }
                shape = dimensions
            default: return nil
            }
            if !scanner.take(",") {
                guard scanner.take("}") else { return nil }
                break
            }
        }
        guard keys.count == 3, scanner.isAtEnd else { return nil }
    }
}

/// Reads tokens, skipping the space before each.
private struct Scanner {
    var rest: ArraySlice<UInt8>

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return rest.isEmpty
        }
    }

    private mutating func skipSpace() {
        rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    }

    mutating func take(_ token: String) -> Bool {
        skipSpace()
        guard rest.starts(with: token.utf8) else { return false }
        rest = rest.dropFirst(token.utf8.count)
        return true
    }

    mutating func string() -> String? {
        skipSpace()
        guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
        else { return nil }
        let body = rest.dropFirst()
        guard let end = body.firstIndex(of: quote) else { return nil }
        defer { rest = body[(end + 1)...] }
        return String(validating: body[..<end], as: UTF8.self)
    }

    mutating func tuple(maximumCount: Int) -> [Int]? {
        guard take("(") else { return nil }
        var values: [Int] = []
        while !take(")") {
            skipSpace()
            let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            guard let value = Int(String(decoding: digits, as: UTF8.self)),
                values.count < maximumCount
            else { return nil }
            values.append(value)
            rest = rest.dropFirst(digits.count)
            if !take(",") { return take(")") ? values : nil }
        }
        return values
    }
}
