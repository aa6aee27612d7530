// Times as text (RFC 3339, UTC only) without Foundation: days are counted with the proleptic
// Gregorian rules of "days from civil" (H. Hinnant), which need integers only.

import Base

extension Timestamp: WireCustomJSON {
    /// RFC 3339 in UTC with up to nine fraction digits, trailing zeros cut:
    /// `2026-11-21T05:42:54.837014031Z`.
    public var text: String {
        let days = floorDivide(seconds, 86_400)
        let time = seconds &- days &* 86_400
        let (year, month, day) = civil(fromDays: days)
        var result =
            pad(year, 4) + "-" + pad(month, 2) + "-" + pad(day, 2) + "T" + pad(time / 3600, 2)
            + ":" + pad(time / 60 % 60, 2) + ":" + pad(time % 60, 2)
        if nanoseconds > 0 {
            var fraction = pad(Int64(nanoseconds), 9)
            while fraction.last == "0" { fraction.removeLast() }
            result += "." + fraction
        }
        return result + "Z"
    }

    /// Reads RFC 3339 text that ends in `Z`; `nil` for anything else, and for years outside
    /// 0001 to 9999.
    public init?(text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[range] {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        guard bytes.count >= 20, bytes.count <= 30, bytes.last == UInt8(ascii: "Z"),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16),
            let second = number(17..<19),
            year >= 1, month >= 1, month <= 12, day >= 1, hour < 24, minute < 60, second < 60
        else { return nil }
        let days = daysFromCivil(year, month, day)
        guard civil(fromDays: days) == (year, month, day) else { return nil }
        var nanoseconds: Int64 = 0
        if bytes.count > 20 {
            let digits = bytes.count - 21
            guard bytes[19] == UInt8(ascii: "."), digits >= 1,
                let fraction = number(20..<bytes.count - 1)
            else { return nil }
            nanoseconds = fraction
            for _ in digits..<9 { nanoseconds *= 10 }
        }
        self.init(
            seconds: days * 86_400 + hour * 3600 + minute * 60 + second,
            nanoseconds: Int32(nanoseconds))
    }

    public func customJSON(_ options: JSONEncoding) throws(WireError) -> JSONValue {
        .string(text)
    }

    public init(customJSON json: JSONValue, at place: JSONPlace) throws(WireError) {
        guard let text = json.text, let value = Timestamp(text: text) else {
            throw place.unexpected("an RFC 3339 time in UTC")
        }
        self = value
    }
}

private func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    value >= 0 ? value / divisor : -((divisor - 1 &- value) / divisor)
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

private func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
    let z = days &+ 719_468
    let era = floorDivide(z, 146_097)
    let dayOfEra = z &- era &* 146_097
    let yearOfEra =
        (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0), month, day)
}
