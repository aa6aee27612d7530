// The two times of X.509 (RFC 5280 section 4.1.2.5): YYMMDDHHMMSSZ, where years from 50 on are of
// the 20th century, and YYYYMMDDHHMMSSZ.

import Base
import Wire

/// Seconds since 1970 of a time element; `nil` for any other form than whole seconds in UTC.
func secondsOfTime(_ element: DERElement) -> Int64? {
    var digits = Bytes(element.content)
    switch (element.tag, digits.count) {
    case (DERTag.utcTime, 13):
        let century = digits[0] >= UInt8(ascii: "5") ? "19" : "20"
        digits = Bytes(century.utf8) + digits
    case (DERTag.generalizedTime, 15): break
    default: return nil
    }
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.allSatisfy({ $0 < 0x80 }), text.utf8.count == 15 else { return nil }
    let parts = [4, 2, 2, 2, 2, 2].reduce(into: (rest: text[...], parts: [Substring]())) {
        $0.parts.append($0.rest.prefix($1))
        $0.rest = $0.rest.dropFirst($1)
    }
    guard parts.rest == "Z" else { return nil }
    let date = parts.parts[0..<3].joined(separator: "-")
    let time = parts.parts[3..<6].joined(separator: ":")
    return Timestamp(text: date + "T" + time + "Z")?.seconds
}

/// RFC 3339 text of seconds since 1970.
public func timeText(_ seconds: Int64) -> String { Timestamp(seconds: seconds).text }
