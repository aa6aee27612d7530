import Base
import TestSupport
import Testing
import Wire

@Suite struct EncodingTests {
    /// Written by hand from the Protocol Buffers encoding specification.
    static let vectors: [(Sample, String)] = {
        func sample(_ change: (inout Sample) -> Void) -> Sample {
            var value = Sample()
            change(&value)
            return value
        }
        // Field 25 is always written: `ca0100`.
        return [
            (Sample(), "ca0100"),
            (sample { $0.unsigned64 = 150 }, "089601ca0100"),
            (sample { $0.unsigned32 = .max }, "10ffffffff0fca0100"),
            (sample { $0.signed64 = -1 }, "18ffffffffffffffffff01ca0100"),
            (sample { $0.signed32 = -1 }, "20ffffffffffffffffff01ca0100"),
            (sample { $0.zigzag64 = -2 }, "2803ca0100"),
            (sample { $0.fixed32 = 1 }, "3501000000ca0100"),
            (sample { $0.fixed64 = 1 }, "390100000000000000ca0100"),
            (sample { $0.signedFixed64 = -1 }, "41ffffffffffffffffca0100"),
            (sample { $0.flag = true }, "4801ca0100"),
            (sample { $0.text = "testing" }, "520774657374696e67ca0100"),
            (sample { $0.data = [0, 255] }, "5a0200ffca0100"),
            (sample { $0.color = .blue }, "6007ca0100"),
            (sample { $0.color = .shadow }, "60feffffffffffffffff01ca0100"),
            // A chosen alternative is written even when it holds its default.
            (sample { $0.choiceText = "" }, "7200ca0100"),
            (sample { $0.choiceInteger = 0 }, "7800ca0100"),
            (sample { $0.choiceBits = 0 }, "85010000000 0ca0100".replacing(" ", with: "")),
            (sample { $0.texts = ["", "a"] }, "920100920101 61ca0100".replacing(" ", with: "")),
            (sample { $0.unsigned64s = [3, 270, 86_942] }, "a20106038e029ea705ca0100"),
            (sample { $0.fixed32s = [1] }, "ba010401000000ca0100"),
            (sample { $0.maybePrice = Price() }, "c20100ca0100"),
            (sample { $0.price.amount = 1 }, "ca0103c03e01"),
            (sample { $0.branches = [Branch(), Branch(label: "b")] }, "ca0100d20100d201030a0162"),
        ]
    }()

    @Test func matchesTheSpecification() throws {
        for (sample, hex) in Self.vectors {
            #expect(sample.encoded().hex == hex)
            let bytes = try #require(Bytes(hex: hex))
            #expect(try Sample(decoding: bytes, rules: .canonical) == sample)
        }
    }

    @Test func roundTripsRandomMessages() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            let sample = Sample(random: &generator)
            let bytes = sample.encoded()
            #expect(try Sample(decoding: bytes, rules: .canonical).encoded() == bytes)
            #expect(try Sample(decoding: bytes[...], rules: .tolerant).encoded() == bytes)
            var appended: Bytes = [1]
            sample.encode(into: &appended)
            #expect(appended == [1] + bytes)
        }
    }

    @Test func packsAndUnpacksAny() throws {
        let packed = AnyMessage(Price(denom: "ucgpt", amount: 5))
        #expect(packed.typeURL == "/aivm.test.money.v2.Price")
        #expect(try packed.unpack(Price.self) == Price(denom: "ucgpt", amount: 5))
        #expect(try packed.unpack(Branch.self) == nil)
        var broken = packed
        broken.value = [0xFF]
        #expect(throws: WireError.self) { try broken.unpack(Price.self) }
    }

    @Test func walksFieldsOfUnknownMessages() throws {
        var reader = FieldReader(
            try #require(Bytes(hex: "0896013501000000390200000000000000520161"))[...])
        var seen: [String] = []
        while let field = try reader.next() {
            switch field.value {
            case .varint(let value): seen.append("\(field.number):v\(value)")
            case .fixed32(let value): seen.append("\(field.number):f\(value)")
            case .fixed64(let value): seen.append("\(field.number):d\(value)")
            case .bytes(let value): seen.append("\(field.number):b\(Bytes(value).hex)")
            }
        }
        #expect(seen == ["1:v150", "6:f1", "7:d2", "10:b61"])
        for group in ["0b", "0c", "0e", "0f", "00", "8080808010"] {
            var reader = FieldReader(try #require(Bytes(hex: group))[...])
            #expect(throws: WireError.self) { try reader.next() }
        }
    }
}
