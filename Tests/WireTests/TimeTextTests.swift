import Base
import TestSupport
import Testing
import Wire

@Suite struct TimeTextTests {
    @Test(
        arguments: [
            (0, 0, "1970-01-01T00:00:00Z"),
            (1_795_239_774, 837_014_031, "2026-11-21T05:42:54.837014031Z"),
            (-1, 999_999_999, "1969-12-31T23:59:59.999999999Z"),
            (951_782_400, 0, "2000-02-29T00:00:00Z"),
            (-62_135_596_800, 0, "0001-01-01T00:00:00Z"),
            (253_402_300_799, 1, "9999-12-31T23:59:59.000000001Z"),
            (4_107_542_400, 100_000_000, "2100-03-01T00:00:00.1Z"),
        ] as [(Int64, Int32, String)])
    func writesAndReadsTimes(seconds: Int64, nanoseconds: Int32, text: String) {
        let time = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
        #expect(time.text == text)
        #expect(Timestamp(text: text) == time)
        #expect(time.isValid)
    }

    @Test(arguments: [
        "", "Z", "1970-01-01T00:00:00", "1970-01-01 00:00:00Z", "1970-01-01t00:00:00z",
        "1970-1-01T00:00:00Z", "1970-13-01T00:00:00Z", "1970-00-01T00:00:00Z",
        "1970-01-32T00:00:00Z", "1970-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
        "1970-01-00T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:60Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1234567890Z",
        "1970-01-01T00:00:00,5Z", "1970-01-01T00:00:00.-5Z", "0000-01-01T00:00:00Z",
        "-970-01-01T00:00:00Z", "1970-01-01T00:00:00+00:00", "1970-01-01T00:00:005Z",
        "é970-01-01T00:00:00Z", "1970-01-01T00:00:00.5ZZ",
    ])
    func rejectsOtherTimes(text: String) {
        #expect(Timestamp(text: text) == nil)
    }

    @Test(
        arguments: [
            (0, 0, "0s"), (1, 500_000_000, "1.500s"), (-1, -500_000_000, "-1.500s"),
            (0, -1, "-0.000000001s"),
            (3, 1000, "3.000001s"), (315_576_000_000, 0, "315576000000s"), (-10, 0, "-10s"),
        ] as [(Int64, Int32, String)])
    func writesAndReadsSpans(seconds: Int64, nanoseconds: Int32, text: String) {
        let span = WireDuration(seconds: seconds, nanoseconds: nanoseconds)
        #expect(span.text == text)
        #expect(WireDuration(text: text) == span)
    }

    @Test func readsShortFractionsOfSpans() {
        #expect(WireDuration(text: "1.5s") == WireDuration(seconds: 1, nanoseconds: 500_000_000))
        #expect(WireDuration(text: "-0.25s") == WireDuration(seconds: 0, nanoseconds: -250_000_000))
    }

    @Test(arguments: [
        "", "s", "1", "1.s", ".5s", "1.5", "-s", "--1s", "+1s", "1.1234567890s", "1e3s", "1.-5s",
        "315576000001s", "9999999999999s", "1 s", "1.5.5s",
        "315576000000.5s".replacing("0.5", with: "1.5"),
    ])
    func rejectsOtherSpans(text: String) {
        #expect(WireDuration(text: text) == nil)
    }

    @Test(
        arguments: [
            (-62_135_596_801, 0), (253_402_300_800, 0), (0, -1), (0, 1_000_000_000), (.min, .min),
            (.max, .max),
        ] as [(Int64, Int32)])
    func refusesToShowInvalidTimes(seconds: Int64, nanoseconds: Int32) {
        let time = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
        _ = time.text
        #expect(throws: WireError.self) { try time.json() }
    }

    @Test(
        arguments: [
            (315_576_000_001, 0), (1, -1), (-1, 1), (0, 1_000_000_000), (.min, .min), (.max, .max),
        ] as [(Int64, Int32)])
    func refusesToShowInvalidSpans(seconds: Int64, nanoseconds: Int32) {
        let span = WireDuration(seconds: seconds, nanoseconds: nanoseconds)
        _ = span.text
        #expect(throws: WireError.self) { try span.json() }
    }
}
