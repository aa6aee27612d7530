import Base
import Foundation
import TestSupport
import Testing
import Wire

@Suite struct JSONParserTests {
    @Test func readsEveryForm() throws {
        let value = try JSONValue(
            parsing: " {\"a\" : [1, -0.5e+3 ,true,false,null,\"\\u00e9\\n\\/\"],\t\"b\":{}}\r\n")
        #expect(
            value
                == .object([
                    "a": .array([
                        .number("1"), .number("-0.5e+3"), .bool(true), .bool(false), .null, "é\n/",
                    ]), "b": .object([:]),
                ]))
        #expect(value["a"]?.elements?.count == 6)
        #expect(value["c"] == nil)
        #expect(try JSONValue(parsing: "\"\\ud83d\\ude00\"") == "😀")
        #expect(try JSONValue(parsing: "\"\\uD800\\uDC00\\uDBFF\\uDFFF\"") == "\u{10000}\u{10FFFF}")
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "nul", "nulll",
        "True", "tru", "1 2", "[] []", "{}x", "[1]\u{0}", "\"", "\"a", "\"\\\"", "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12G4\"", "\"\\u+123\"", "\"\\u\"", "\"a\nb\"", "\"\u{1}\"", "01", "-", "-a", "+1",
        ".5",
        "1.", "1.e1", "1e", "1e+", "0x10", "NaN", "Infinity", "-Infinity", "1_000", "//", "/* */1",
        "\u{FEFF}1", "\u{A0}1", "00", "-01", "1..2", "--1",
    ])
    func rejectsWhatIsNotJSON(text: String) {
        #expect(throws: WireError.self) { try JSONValue(parsing: text) }
    }

    @Test(arguments: [
        "\\ud800", "\\udc00", "\\ud800x", "\\ud800\\n", "\\ud800\\ud800", "\\udc00\\ud800",
        "\\ud83d\\u0041",
    ])
    func rejectsLoneSurrogates(escapes: String) {
        #expect(throws: WireError.self) { try JSONValue(parsing: "\"\(escapes)\"") }
    }

    @Test func rejectsRepeatedNames() {
        for text in ["{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2,\"\\u0061\":1}", "[{\"\":1,\"\":2}]"] {
            #expect(throws: WireError.self) { try JSONValue(parsing: text) }
        }
    }

    @Test func rejectsBytesThatAreNotUTF8() {
        for bytes in [
            [0x22, 0xFF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0xC0, 0xA2], [0x22, 0xE6, 0xBC],
        ] as [Bytes] {
            #expect(throws: WireError.invalidJSON(offset: 0, reason: "not UTF-8")) {
                try JSONValue(parsing: bytes)
            }
        }
    }

    @Test func limitsDepthAndSize() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue(parsing: nested(65))
        #expect(throws: WireError.tooDeep(limit: 64)) { try JSONValue(parsing: nested(66)) }
        #expect(throws: WireError.tooDeep(limit: 64)) {
            try JSONValue(parsing: String(repeating: "[", count: 1_000_000))
        }
        #expect(throws: WireError.tooDeep(limit: 64)) {
            try JSONValue(parsing: String(repeating: "{\"a\":", count: 1_000_000))
        }
        #expect(throws: WireError.tooLarge(limit: 3, actual: 4)) {
            try JSONValue(parsing: Bytes("1234".utf8), maximumBytes: 3)
        }
    }

    @Test func keepsHugeNumbersAsText() throws {
        let digits = String(repeating: "9", count: 10_000)
        let value = try JSONValue(parsing: "[\(digits),1e999999999,-\(digits).5]")
        #expect(value.elements?[0] == .number(digits))
        #expect(value.elements?[0].integer(as: UInt64.self) == nil)
        #expect(value.elements?[1].integer(as: Int64.self) == nil)
        #expect(try JSONValue(parsing: "18446744073709551615").integer(as: UInt64.self) == .max)
        #expect(JSONValue.bool(true).integer(as: Int.self) == nil)
    }

    @Test func writesWhatItReads() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            let value = JSONValue(random: &generator, depth: 4)
            #expect(try JSONValue(parsing: value.compactText) == value)
            #expect(try JSONValue(parsing: value.prettyText) == value)
            // An independent reader agrees that it is JSON.
            _ = try JSONSerialization.jsonObject(
                with: Data(value.prettyText.utf8), options: [.fragmentsAllowed])
        }
    }

    @Test func rejectsTruncationAtEveryOffset() throws {
        let text = Bytes("{\"a\":[1,true,\"x\\u00e9漢\"],\"b\":{\"c\":null}}".utf8)
        for count in 0..<text.count {
            #expect(throws: WireError.self) { try JSONValue(parsing: Bytes(text[..<count])) }
        }
    }

    /// Whatever this parser takes, Foundation takes too.
    @Test func isNoLaxerThanFoundation() {
        var mutator = Mutator(seed: 12)
        let seed = Bytes(
            "{\"a\":[1.5e3,true,\"x\\u00e9\\ud83d\\ude00漢\"],\"b\":{\"c\":null}}".utf8)
        for _ in 0..<5000 {
            let text = mutator.mutate(seed)
            guard (try? JSONValue(parsing: text)) != nil else { continue }
            #expect(throws: Never.self) {
                try JSONSerialization.jsonObject(with: Data(text), options: [.fragmentsAllowed])
            }
        }
    }
}

extension JSONValue {
    init(random generator: inout SeededGenerator, depth: Int) {
        switch generator.int(in: 0..<(depth == 0 ? 4 : 6)) {
        case 0: self = .null
        case 1: self = .bool(generator.isOne(in: 2))
        case 2: self = .number(String(Int64(bitPattern: generator.next())))
        case 3: self = .string(String(decoding: generator.bytes(count: 9), as: UTF8.self))
        case 4:
            self = .array(
                (0..<generator.int(in: 0...4)).map { _ in
                    JSONValue(random: &generator, depth: depth - 1)
                })
        default:
            self = .object(
                (0..<generator.int(in: 0...4)).map { index in
                    JSONMember(
                        "\(index)\u{1}\"", JSONValue(random: &generator, depth: depth - 1))
                })
        }
    }
}
