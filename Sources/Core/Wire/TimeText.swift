// Times and spans as text without Foundation: RFC 3339 in UTC, and seconds with a fraction. Days
// are counted with the proleptic Gregorian rules of "days from civil" (H. Hinnant), which need
// integers only. Ranges and digit counts are those of Protocol Buffers' JSON mapping.

import Base

extension Timestamp: WireCustomJSON {
    /// Whether the moment lies in the years 0001 to 9999 and the nanoseconds within a second.
    public var isValid: Bool {
        seconds >= -62_135_596_800 && seconds <= 253_402_300_799
            && nanoseconds >= 0 && nanoseconds < 1_000_000_000
    }

    /// RFC 3339 in UTC with up to nine fraction digits, trailing zeros cut, as CometBFT prints it:
    /// `2026-11-21T05:42:54.837014031Z`. Meaningful for a valid moment only.
    public var text: String {
        var fraction = pad(Int64(nanoseconds), 9)
        while fraction.last == "0" { fraction.removeLast() }
        return wholeSeconds + (fraction.isEmpty ? "" : "." + fraction) + "Z"
    }

    private var wholeSeconds: String {
        let days = floorDivide(seconds, 86_400)
        let time = seconds &- days &* 86_400
        let (year, month, day) = civil(fromDays: days)
        return pad(year, 4) + "-" + pad(month, 2) + "-" + pad(day, 2) + "T" + pad(time / 3600, 2)
            + ":" + pad(time / 60 % 60, 2) + ":" + pad(time % 60, 2)
    }

    /// Reads RFC 3339 text that ends in `Z`; `nil` for anything else, and for years outside
    /// 0001 to 9999.
    public init?(text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 30, bytes.last == UInt8(ascii: "Z"),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"),
            let year = decimal(bytes[0..<4]), let month = decimal(bytes[5..<7]),
            let day = decimal(bytes[8..<10]), let hour = decimal(bytes[11..<13]),
            let minute = decimal(bytes[14..<16]), let second = decimal(bytes[17..<19]),
            let nanoseconds = fraction(bytes[19..<bytes.count - 1]),
            year >= 1, month >= 1, month <= 12, day >= 1, hour < 24, minute < 60, second < 60
        else { return nil }
        let days = daysFromCivil(year, month, day)
        guard civil(fromDays: days) == (year, month, day) else { return nil }
        self.init(
            seconds: days * 86_400 + hour * 3600 + minute * 60 + second, nanoseconds: nanoseconds)
    }

    public func customJSON(_ options: JSONEncoding) throws(WireError) -> JSONValue {
        guard isValid else {
            throw .unexpectedJSON(
                message: Timestamp.wireName, field: "seconds", expected: "in years 1 to 9999")
        }
        return .string(wholeSeconds + groupedFraction(nanoseconds) + "Z")
    }

    public init(customJSON json: JSONValue, at place: JSONPlace) throws(WireError) {
        guard let text = json.text, let value = Timestamp(text: text) else {
            throw place.unexpected("an RFC 3339 time in UTC")
        }
        self = value
    }
}

extension WireDuration: WireCustomJSON {
    /// Whether the span is at most 10,000 years and both parts have the same sign.
    public var isValid: Bool {
        seconds.magnitude <= 315_576_000_000 && nanoseconds.magnitude < 1_000_000_000
            && (seconds == 0 || nanoseconds == 0 || (seconds < 0) == (nanoseconds < 0))
    }

    /// Seconds with 0, 3, 6 or 9 fraction digits and the unit: `-1.500s`. Meaningful for a valid
    /// span only.
    public var text: String {
        let sign = seconds < 0 || nanoseconds < 0 ? "-" : ""
        let fraction = Int32(truncatingIfNeeded: nanoseconds.magnitude)
        return sign + String(seconds.magnitude) + groupedFraction(fraction) + "s"
    }

    /// Reads seconds with up to nine fraction digits and the unit `s`; `nil` for anything else,
    /// and for spans longer than 10,000 years.
    public init?(text: String) {
        var bytes = Array(text.utf8)[...]
        guard bytes.popLast() == UInt8(ascii: "s") else { return nil }
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { bytes.removeFirst() }
        let whole = bytes.prefix { $0 != UInt8(ascii: ".") }
        guard whole.count >= 1, whole.count <= 12, let seconds = decimal(whole),
            let nanoseconds = fraction(bytes[whole.endIndex...])
        else { return nil }
        self.init(
            seconds: isNegative ? -seconds : seconds,
            nanoseconds: isNegative ? -nanoseconds : nanoseconds)
        guard isValid else { return nil }
    }

    public func customJSON(_ options: JSONEncoding) throws(WireError) -> JSONValue {
        guard isValid else {
            throw .unexpectedJSON(
                message: WireDuration.wireName, field: "seconds", expected: "within 10,000 years")
        }
        return .string(text)
    }

    public init(customJSON json: JSONValue, at place: JSONPlace) throws(WireError) {
        guard let text = json.text, let value = WireDuration(text: text) else {
            throw place.unexpected("seconds such as \"1.5s\"")
        }
        self = value
    }
}

/// The number that at most 18 decimal digits spell; `nil` for other characters.
private func decimal(_ digits: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for byte in digits {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int64(byte - 0x30)
    }
    return value
}

/// Nanoseconds of "" or of a point and one to nine digits; `nil` for anything else.
private func fraction(_ text: ArraySlice<UInt8>) -> Int32? {
    guard let point = text.first else { return 0 }
    let digits = text.dropFirst()
    guard point == UInt8(ascii: "."), digits.count >= 1, digits.count <= 9,
        var value = decimal(digits)
    else { return nil }
    for _ in digits.count..<9 { value *= 10 }
    return Int32(value)
}

/// A point and 3, 6 or 9 digits, or nothing for zero.
private func groupedFraction(_ nanoseconds: Int32) -> String {
    guard nanoseconds != 0 else { return "" }
    var text = pad(Int64(nanoseconds), 9)
    while text.hasSuffix("000") { text.removeLast(3) }
    return "." + text
}

private func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
}

private func pad(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}

private func daysFromCivil(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = floorDivide(y, 400)
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

/// The date `days` after 1970-01-01. No operation overflows for a day count that comes from an
/// `Int64` of seconds.
private func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
    let z = days + 719_468
    let era = floorDivide(z, 146_097)
    let dayOfEra = z - era * 146_097
    let yearOfEra =
        (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}
