// What a command answers, for people or, with --json, for programs.

import Base
import Wire

/// Prints an answer in the form the invocation asks for.
struct Output {
    private let isJSON: Bool

    init(_ invocation: Invocation) {
        isJSON = invocation.flag("json") || invocation.option("output") == "json"
    }

    /// Prints `json`, or the text made by `text`.
    func show(_ json: JSONValue, _ text: () throws -> String) rethrows {
        Terminal.print(isJSON ? json.prettyText : try text())
    }

    /// Prints an object with `members`, or the text made by `text`.
    func show(
        _ members: KeyValuePairs<String, JSONValue>, _ text: () throws -> String
    ) rethrows {
        try show(JSONValue.object(members), text)
    }
}

/// Rows of text in columns, the first row a heading.
func table(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
        rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
        var line = ""
        for (column, cell) in row.enumerated() {
            line += cell
            if column < row.count - 1 {
                line += String(repeating: " ", count: widths[column] - cell.count + 2)
            }
        }
        return line
    }.joined(separator: "\n")
}

/// `text` with every control character replaced: names in a model may hold any.
func printable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        result.append(isControl || scalar.value & 0xFFFE == 0xFFFE ? "\u{FFFD}" : scalar)
    }
    return String(result)
}

/// `12345678` as `12,345,678`.
func grouped(_ value: some BinaryInteger) -> String {
    let digits = Array(String(value))
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index).isMultiple(of: 3), digits[index - 1] != "-" {
            text += ","
        }
        text.append(digit)
    }
    return text
}

/// Bytes with a binary unit.
func sizeText(_ count: Int) -> String {
    if count < 1024 { return "\(count) B" }
    let (unit, name) = count < 1 << 20 ? (1024, "KiB") : (1 << 20, "MiB")
    let tenths = count / unit * 10 + count % unit * 10 / unit
    return "\(tenths / 10).\(tenths % 10) \(name)"
}
