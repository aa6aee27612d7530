import Base
import TestSupport
import Testing
import Wire

@Suite struct StrictDecodingTests {
    static let sample = "aivm.test.v1.Sample"

    func decode(_ hex: String, _ rules: WireRules = .strict) throws -> Sample {
        try Sample(decoding: try #require(Bytes(hex: hex)), rules: rules)
    }

    func expect(
        _ error: WireError, _ hex: String, _ rules: WireRules = .strict,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: location) { try decode(hex, rules) }
    }

    @Test func rejectsAnotherWireType() throws {
        for field in Sample.wireFields.fields {
            for kind: WireKind in [.varint, .fixed64, .lengthDelimited, .fixed32] {
                var bytes = Bytes()
                WireKey(field.number, kind).encode(into: &bytes)
                // Zeros are a value of every wire type.
                bytes += Bytes(repeating: 0, count: kind == .fixed64 ? 8 : kind == .fixed32 ? 4 : 1)
                do {
                    _ = try Sample(decoding: bytes)
                } catch {
                    #expect(
                        error
                            == .wrongWireType(
                                message: Self.sample, number: field.number,
                                wireType: kind.rawValue))
                    continue
                }
                // Exactly one wire type is right, and packed lists may come unpacked.
                let isNumericList = (20...23).contains(field.number)
                let declared = Self.kind(of: field.type)
                #expect(kind == declared || isNumericList && kind == .lengthDelimited)
            }
        }
    }

    static func kind(of type: WireFieldType) -> WireKind {
        switch type {
        case .scalar("string"), .scalar("bytes"), .message: .lengthDelimited
        case .scalar("fixed32"): .fixed32
        case .scalar("fixed64"), .scalar("sfixed64"): .fixed64
        default: .varint
        }
    }

    @Test func rejectsUnknownFieldsAtAnyDepth() throws {
        expect(.unknownField(message: Self.sample, number: 29), "e80100")
        expect(.unknownField(message: Price.wireName, number: 1), "ca01020800")
        expect(.unknownField(message: Branch.wireName, number: 3), "d2010412021800")
        expect(.unknownField(message: Branch.wireName, number: 3), "d20106120412021800")
        #expect(try decode("e80100", .tolerant) == Sample())
        #expect(try decode("d2010412021800", .tolerant).branches == [Branch(branches: [Branch()])])
        // Fields of every wire type are skipped; a cut value is still an error.
        #expect(
            try decode(
                "e80180ffff7fe90100000000000000 00ea010161ed0100000000"
                    .replacing(" ", with: ""), .tolerant) == Sample())
        for cut in ["e801", "e801ff", "e90100", "ea01", "ea0105", "ed01000000"] {
            #expect(throws: WireError.self) { try decode(cut, .tolerant) }
        }
    }

    @Test func skipsOnlyNonCriticalFieldsWhereAskedTo() throws {
        let rules = WireRules(unknownFields: .nonCriticalSkipped)
        // 1024 and 2047 have bit 11 set, 1023 and 2048 do not. `c03e` is 1000, which Price knows.
        #expect(try decode("804000", rules) == Sample())
        #expect(try decode("f87f00", rules) == Sample())
        expect(.unknownField(message: Self.sample, number: 1023), "f83f00", rules)
        expect(.unknownField(message: Self.sample, number: 2048), "80800100", rules)
    }

    @Test func rejectsKeysThatCannotBe() {
        expect(.invalidKey(0), "00")
        expect(.invalidKey(3), "03")
        for (hex, key) in [("0b", 11), ("0c", 12), ("0e", 14), ("0f", 15)] as [(String, UInt64)] {
            expect(.invalidKey(key), hex, .tolerant)
        }
        expect(.invalidKey(1 << 32), "8080808010", .tolerant)
        expect(.malformed(.varintOverflow), "ffffffffffffffffff02", .tolerant)
    }

    @Test func asksForOrderWhereTheRulesDo() throws {
        let rules = WireRules(requiresAscendingFields: true)
        expect(.fieldsOutOfOrder(message: Self.sample, number: 1), "10010801", rules)
        expect(.fieldsOutOfOrder(message: Self.sample, number: 1), "10010801", .canonical)
        expect(.fieldsOutOfOrder(message: Price.wireName, number: 2), "ca0106c03e01120161", rules)
        #expect(try decode("10010801").unsigned64 == 1)
    }

    @Test func rejectsDuplicatesWhereTheRulesDo() throws {
        let rules = WireRules(forbidsDuplicates: true)
        expect(.duplicateField(message: Self.sample, number: 1), "08010801", rules)
        expect(.duplicateField(message: Self.sample, number: 1), "080110010801", rules)
        expect(.duplicateField(message: Self.sample, number: 25), "ca0100ca0100", .canonical)
        expect(.duplicateField(message: Self.sample, number: 1), "08010801", .canonical)
        #expect(try decode("920100920100", rules).texts == ["", ""])
    }

    @Test func mergesDuplicatesWhereTheRulesAllowThem() throws {
        #expect(try decode("08010802").unsigned64 == 2)
        // Price twice, denom then amount: for a field that is always there and for one that may be.
        let price = Price(denom: "a", amount: 1)
        #expect(try decode("ca0103120161ca0103c03e01").price == price)
        #expect(try decode("c20103120161c20103c03e01").maybePrice == price)
        #expect(try decode("a2010101a00102a2010103").unsigned64s == [1, 2, 3])
    }

    @Test func rejectsLongVarintsWhereCanonicalBytesAreAsked() throws {
        for hex in [
            "0881 00ca0100", "880001ca0100", "ca018000", "088000ca0100", "a201028100ca0100",
        ].map({ $0.replacing(" ", with: "") }) {
            _ = try decode(hex)
            expect(.notCanonical(message: Self.sample), hex, .canonical)
        }
    }

    @Test func rejectsOtherSpellingsWhereCanonicalBytesAreAsked() throws {
        for hex in [
            "", "0800ca0100", "5200ca0100", "a20100ca0100", "a00101ca0100",
            "a2010101a2010102ca0100",
            "ca01021200",
        ] {
            _ = try decode(hex)
            expect(.notCanonical(message: Self.sample), hex, .canonical)
        }
    }

    @Test func takesPackedAndUnpackedLists() throws {
        #expect(try decode("a00101a00102").unsigned64s == [1, 2])
        #expect(try decode("a201020102").unsigned64s == [1, 2])
        #expect(try decode("bd0101000000").fixed32s == [1])
        expect(.malformed(.truncated(needed: 4, left: 3)), "ba0103010000")
        expect(.malformed(.truncated(needed: 1, left: 0)), "a2010180")
    }

    @Test func limitsDepthAndSize() throws {
        func nested(_ depth: Int) -> Bytes {
            var bytes = Bytes()
            for _ in 0..<depth {
                var outer: Bytes = [0x12]
                outer.appendLengthPrefixed(bytes)
                bytes = outer
            }
            return bytes
        }
        #expect(try Branch(decoding: nested(31)).encoded() == nested(31))
        #expect(throws: WireError.tooDeep(limit: 32)) { try Branch(decoding: nested(32)) }
        #expect(throws: WireError.tooDeep(limit: 32)) { try Branch(decoding: nested(100_000)) }
        var rules = WireRules.strict
        rules.maximumBytes = 3
        #expect(throws: WireError.tooLarge(limit: 3, actual: 4)) {
            try decode("08010802", rules)
        }
        rules.maximumBytes = 4
        #expect(try decode("08010802", rules).unsigned64 == 2)
    }

    @Test func rejectsNumbersOutOfRange() {
        expect(.numberOutOfRange(message: Self.sample, number: 2), "108080808010")
        expect(.numberOutOfRange(message: Self.sample, number: 4), "208080808008")
        expect(.numberOutOfRange(message: Self.sample, number: 4), "20fffffffff7ffffffff01")
        expect(.numberOutOfRange(message: Self.sample, number: 9), "4802")
        expect(.numberOutOfRange(message: Self.sample, number: 22), "b201058080808010")
        expect(.unknownEnumValue(message: Self.sample, number: 12, value: 2), "6002")
        expect(
            .unknownEnumValue(message: Self.sample, number: 12, value: -1),
            "60ffffffffffffffffff01")
    }

    /// Lone continuation, overlong, surrogate, beyond U+10FFFF, cut.
    @Test(arguments: ["80", "c080", "eda080", "f4908080", "e6bc", "ff"])
    func rejectsTextThatIsNotUTF8(hex: String) throws {
        let count = hex.utf8.count / 2
        expect(.invalidUTF8(message: Self.sample, number: 10), "520\(count)\(hex)")
        expect(.invalidUTF8(message: Self.sample, number: 18), "92010\(count)\(hex)")
        #expect(try decode("5a0\(count)\(hex)").data.hex == hex)
    }

    @Test func rejectsTwoAlternativesOfAOneof() throws {
        expect(
            .oneofSetTwice(message: Self.sample, oneof: "choice"),
            "6a00 7200".replacing(" ", with: ""))
        expect(.oneofSetTwice(message: Self.sample, oneof: "choice"), "78008a0100")
        expect(.oneofSetTwice(message: Self.sample, oneof: "choice"), "78008a0100", .tolerant)
        #expect(try decode("7801").choiceInteger == 1)
    }

    /// A cut between two fields leaves a message of its own; every other cut is refused.
    @Test func rejectsTruncationAtEveryOffset() throws {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<20 {
            let bytes = Sample(random: &generator).encoded()
            var borders: Set<Int> = []
            var reader = FieldReader(bytes[...])
            var size = 0
            while let field = try reader.next() {
                size += Self.encodedSize(of: field)
                borders.insert(size)
            }
            #expect(size == bytes.count)
            for count in 1..<bytes.count where !borders.contains(count) {
                #expect(throws: WireError.self) { try Sample(decoding: bytes[..<count]) }
            }
        }
    }

    static func encodedSize(of field: RawField) -> Int {
        var bytes = Bytes()
        bytes.appendVarint(UInt64(field.number) << 3)
        switch field.value {
        case .varint(let value): bytes.appendVarint(value)
        case .fixed32: return bytes.count + 4
        case .fixed64: return bytes.count + 8
        case .bytes(let value): bytes.appendLengthPrefixed(value)
        }
        return bytes.count
    }

    @Test func neverTrapsOnDamagedBytes() {
        var generator = SeededGenerator(seed: 7)
        var mutator = Mutator(seed: 8)
        let corpus = (0..<20).map { _ in Sample(random: &generator).encoded() }
        for round in 0..<5000 {
            let bytes = mutator.mutate(corpus[round % corpus.count], corpus: corpus)
            _ = try? Sample(decoding: bytes, rules: .tolerant)
            _ = try? Sample(decoding: bytes).json(JSONEncoding(registry: registry))
            if let sample = try? Sample(decoding: bytes, rules: .canonical) {
                #expect(sample.encoded() == bytes)
            }
        }
    }
}
