import Base
import TestSupport
import Testing
import Wire

@Suite struct MessageJSONTests {
    func read(_ text: String) throws -> Sample {
        try Sample(json: JSONValue(parsing: text), registry: registry)
    }

    func expect(
        _ error: WireError, _ text: String, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: location) { try read(text) }
    }

    func refuse(
        _ text: String, _ field: String, _ expected: String,
        _ location: SourceLocation = #_sourceLocation
    ) {
        expect(
            .unexpectedJSON(message: Sample.wireName, field: field, expected: expected), text,
            location)
    }

    @Test func writesTheProtobufMapping() throws {
        var sample = Sample()
        sample.unsigned64 = .max
        sample.unsigned32 = .max
        sample.signedFixed64 = .min
        sample.data = [0xFB, 0xFF]
        sample.color = .red
        sample.choiceText = ""
        sample.packed = AnyMessage(Price(denom: "a", amount: 1))
        sample.time = Timestamp(seconds: 0, nanoseconds: 120_000_000)
        sample.span = WireDuration(seconds: 1, nanoseconds: 500_000_000)
        let json = try sample.json(JSONEncoding(writesDefaults: false, registry: registry))
        #expect(
            json.compactText == """
                {"unsigned64":"18446744073709551615","unsigned32":4294967295,\
                "signed_fixed64":"-9223372036854775808","data":"+/8=","color":"COLOR_RED",\
                "choice_text":"","price":{},\
                "packed":{"@type":"/aivm.test.money.v2.Price","denom":"a","amount":"1"},\
                "time":"1970-01-01T00:00:00.120Z","span":"1.500s"}
                """)
        let camel = try sample.json(JSONEncoding(usesCamelCase: true, registry: registry))
        #expect(camel["signedFixed64"] == "-9223372036854775808")
        #expect(camel["signed64"] == "0")
        #expect(camel["flag"] == .bool(false))
        #expect(camel["maybePrice"] == .null)
        #expect(camel["choiceData"] == nil)
        #expect(camel["texts"] == .array([]))
        #expect(try Sample(json: camel, registry: registry) == sample)
    }

    @Test func readsBothSpellingsOfNames() throws {
        #expect(try read(#"{"signed_fixed64":"-1"}"#).signedFixed64 == -1)
        #expect(try read(#"{"signedFixed64":-1}"#).signedFixed64 == -1)
        expect(
            .duplicateJSONField(message: Sample.wireName, field: "signed_fixed64"),
            #"{"signed_fixed64":"-1","signedFixed64":"-1"}"#)
        expect(.unknownJSONField(message: Sample.wireName, field: "Flag"), #"{"Flag":true}"#)
        expect(
            .unknownJSONField(message: Price.wireName, field: "x"), #"{"price":{"x":null}}"#)
    }

    @Test func readsNullAsTheDefault() throws {
        let names = Sample.wireFields.fields.map(\.name)
        let text = "{" + names.map { "\"\($0)\":null" }.joined(separator: ",") + "}"
        #expect(try read(text) == Sample())
        refuse(#"{"texts":[null]}"#, "texts", "a string")
    }

    @Test func rejectsValuesOfTheWrongForm() {
        for text in [
            "1.0", "1e2", "-1", "18446744073709551616", "\"\"", "\"+1\"", "\" 1\"", "\"01\"",
            "\"-0\"", "true", "[]", "{}", "\"0x1\"", "\"１\"",
        ] { refuse("{\"unsigned64\":\(text)}", "unsigned64", "an integer") }
        refuse(#"{"signed32":2147483648}"#, "signed32", "an integer")
        refuse(#"{"flag":"true"}"#, "flag", "true or false")
        refuse(#"{"text":1}"#, "text", "a string")
        for text in ["\"Zg\"", "\"Zg=\"", "\"Zm9-\"", "1", "[]"] {
            refuse("{\"data\":\(text)}", "data", "base64 text")
        }
        for text in ["\"RED\"", "\"color_red\"", "2", "1.5", "true"] {
            refuse("{\"color\":\(text)}", "color", "a label of aivm.test.v1.Color")
        }
        refuse(#"{"texts":"a"}"#, "texts", "an array")
        refuse(#"{"branches":{}}"#, "branches", "an array")
        expect(
            .unexpectedJSON(message: Price.wireName, field: "", expected: "an object"),
            #"{"price":[]}"#)
        expect(
            .oneofSetTwice(message: Sample.wireName, oneof: "choice"),
            #"{"choice_text":"","choice_bits":0}"#)
    }

    @Test func readsEnumsByLabelAndNumber() throws {
        #expect(try read(#"{"color":"COLOR_SHADOW"}"#).color == .shadow)
        #expect(try read(#"{"color":-2}"#).color == .shadow)
        #expect(try read(#"{"color":"7"}"#).color == .blue)
    }

    @Test func readsAnyByItsType() throws {
        let price = AnyMessage(Price(denom: "a", amount: 1))
        #expect(
            try read(
                #"{"packed":{"amount":"1","denom":"a","@type":"/aivm.test.money.v2.Price"}}"#
            ).packed == price)
        let time = try read(
            #"{"packed":{"@type":"/google.protobuf.Timestamp","value":"1970-01-01T00:00:01Z"}}"#)
        #expect(try time.packed?.unpack(Timestamp.self) == Timestamp(seconds: 1))
        #expect(try read(#"{"packed":{}}"#).packed == AnyMessage())
        #expect(try AnyMessage().json().compactText == "{}")
        let prefixed = try read(
            #"{"packed":{"@type":"type.googleapis.com/aivm.test.money.v2.Price"}}"#)
        #expect(prefixed.packed?.typeURL == "type.googleapis.com/aivm.test.money.v2.Price")
        expect(.unknownType(url: "/a.B"), #"{"packed":{"@type":"/a.B"}}"#)
        expect(.unknownType(url: ""), #"{"packed":{"@type":""}}"#)
        for text in [#"{"value":""}"#, #"{"@type":1}"#, "[]", "\"\""] {
            expect(
                .unexpectedJSON(
                    message: "google.protobuf.Any", field: "",
                    expected: "an object with @type"), "{\"packed\":\(text)}")
        }
    }

    @Test func refusesToShowAnyItCannotRead() {
        var any = AnyMessage()
        any.typeURL = "/a.B"
        #expect(throws: WireError.unknownType(url: "/a.B")) { try any.json() }
        any.typeURL = Price.typeURL
        any.value = [8]
        #expect(throws: WireError.self) { try any.json(JSONEncoding(registry: registry)) }
    }

    @Test func limitsAnyInsideAny() throws {
        var any = AnyMessage(Price())
        for _ in 0..<60 { any = AnyMessage(any) }
        _ = try any.json(JSONEncoding(registry: registry))
        for _ in 0..<5000 { any = AnyMessage(any) }
        #expect(throws: WireError.tooDeep(limit: JSONEncoding.maximumDepth)) {
            try any.json(JSONEncoding(registry: registry))
        }
    }

    @Test func neverTrapsOnDamagedText() throws {
        var generator = SeededGenerator(seed: 9)
        var mutator = Mutator(seed: 10)
        let corpus = try (0..<10).map { _ in
            let sample = Sample(random: &generator)
            return Bytes(try sample.json(JSONEncoding(registry: registry)).compactText.utf8)
        }
        for round in 0..<3000 {
            let text = mutator.mutate(corpus[round % corpus.count], corpus: corpus)
            guard let json = try? JSONValue(parsing: text) else { continue }
            _ = try? Sample(json: json, registry: registry)
        }
    }
}
