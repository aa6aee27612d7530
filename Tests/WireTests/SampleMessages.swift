import Base
import TestSupport
import Wire

/// An enum with a gap and a negative value.
enum Color: Int32, WireEnum {
    case unspecified = 0
    case red = 1
    case blue = 7
    case shadow = -2

    init() { self = .unspecified }

    static let wireName = "aivm.test.v1.Color"
    var wireLabel: String {
        switch self {
        case .unspecified: "COLOR_UNSPECIFIED"
        case .red: "COLOR_RED"
        case .blue: "COLOR_BLUE"
        case .shadow: "COLOR_SHADOW"
        }
    }
}

/// A message that holds itself, declared inside another.
struct Branch: WireMessage {
    var label = ""
    var branches: [Branch] = []

    static let wireName = "aivm.test.v1.Sample.Branch"
    static let wireFields: WireFields<Branch> = [
        .string(1, "label", \.label),
        .messages(2, "branches", \.branches),
    ]
}

/// A message of another package, with numbers that leave gaps.
struct Price: WireMessage {
    var denom = ""
    var amount: UInt64 = 0

    static let wireName = "aivm.test.money.v2.Price"
    static let wireFields: WireFields<Price> = [
        .string(2, "denom", \.denom),
        .uint64(1000, "amount", \.amount),
    ]
}

/// One field of every kind that a declaration can have.
struct Sample: WireMessage {
    var unsigned64: UInt64 = 0
    var unsigned32: UInt32 = 0
    var signed64: Int64 = 0
    var signed32: Int32 = 0
    var zigzag64: Int64 = 0
    var fixed32: UInt32 = 0
    var fixed64: UInt64 = 0
    var signedFixed64: Int64 = 0
    var flag = false
    var text = ""
    var data: Bytes = []
    var color = Color.unspecified
    var choiceData: Bytes?
    var choiceText: String?
    var choiceInteger: Int64?
    var choiceBits: UInt32?
    var choicePrice: Price?
    var texts: [String] = []
    var datas: [Bytes] = []
    var unsigned64s: [UInt64] = []
    var signed64s: [Int64] = []
    var unsigned32s: [UInt32] = []
    var fixed32s: [UInt32] = []
    var maybePrice: Price?
    var price = Price()
    var branches: [Branch] = []
    var packed: AnyMessage?
    var time: Timestamp?
    var span: WireDuration?

    static let wireName = "aivm.test.v1.Sample"
    static let wireFields: WireFields<Sample> = [
        .uint64(1, "unsigned64", \.unsigned64),
        .uint32(2, "unsigned32", \.unsigned32),
        .int64(3, "signed64", \.signed64),
        .int32(4, "signed32", \.signed32),
        .sint64(5, "zigzag64", \.zigzag64),
        .fixed32(6, "fixed32", \.fixed32),
        .fixed64(7, "fixed64", \.fixed64),
        .sfixed64(8, "signed_fixed64", \.signedFixed64),
        .bool(9, "flag", \.flag),
        .string(10, "text", \.text),
        .bytes(11, "data", \.data),
        .enumeration(12, "color", \.color),
        .bytes(13, "choice_data", \.choiceData, oneof: "choice"),
        .string(14, "choice_text", \.choiceText, oneof: "choice"),
        .int64(15, "choice_integer", \.choiceInteger, oneof: "choice"),
        .fixed32(16, "choice_bits", \.choiceBits, oneof: "choice"),
        .message(17, "choice_price", \.choicePrice, oneof: "choice"),
        .strings(18, "texts", \.texts),
        .byteStrings(19, "datas", \.datas),
        .uint64s(20, "unsigned64s", \.unsigned64s),
        .int64s(21, "signed64s", \.signed64s),
        .uint32s(22, "unsigned32s", \.unsigned32s),
        .fixed32s(23, "fixed32s", \.fixed32s),
        .message(24, "maybe_price", \.maybePrice),
        .message(25, "price", \.price),
        .messages(26, "branches", \.branches),
        .message(27, "packed", \.packed),
        .message(28, "time", \.time),
        .message(100, "span", \.span),
    ]
}

let registry = WireRegistry([
    Sample.self, Branch.self, Price.self, Timestamp.self, WireDuration.self, AnyMessage.self,
])

extension Sample {
    /// A random message; about a third of the fields hold their default.
    init(random generator: inout SeededGenerator) {
        func integer<I: FixedWidthInteger>() -> I {
            if generator.isOne(in: 3) { return 0 }
            let shift = generator.int(in: 0..<64)
            return I(truncatingIfNeeded: Int64(bitPattern: generator.next()) >> Int64(shift))
        }
        func list<Element>(_ make: () -> Element) -> [Element] {
            (0..<max(0, generator.int(in: -3...5))).map { _ in make() }
        }
        func bytes() -> Bytes {
            generator.isOne(in: 3) ? [] : generator.bytes(count: generator.int(in: 0...200))
        }
        func string() -> String {
            let alphabet = Array(
                "aZ_0 \"\\/\u{0}\u{1F}\n\u{7F}é\u{2028}漢\u{FFFD}😀\u{10FFFF}".unicodeScalars)
            var scalars = String.UnicodeScalarView()
            for _ in 0..<max(0, generator.int(in: -4...12)) {
                scalars.append(generator.element(of: alphabet))
            }
            return String(scalars)
        }
        func price() -> Price { Price(denom: string(), amount: integer()) }
        func branch(_ depth: Int) -> Branch {
            Branch(label: string(), branches: depth == 0 ? [] : list { branch(depth - 1) })
        }
        self.init()
        unsigned64 = integer()
        unsigned32 = integer()
        signed64 = integer()
        signed32 = integer()
        zigzag64 = integer()
        fixed32 = integer()
        fixed64 = integer()
        signedFixed64 = integer()
        flag = generator.isOne(in: 2)
        text = string()
        data = bytes()
        color = generator.element(of: Color.allCases)
        switch generator.int(in: 0..<6) {
        case 0: choiceData = bytes()
        case 1: choiceText = string()
        case 2: choiceInteger = integer()
        case 3: choiceBits = integer()
        case 4: choicePrice = price()
        default: break
        }
        texts = list(string)
        datas = list(bytes)
        unsigned64s = list(integer)
        signed64s = list(integer)
        unsigned32s = list(integer)
        fixed32s = list(integer)
        maybePrice = generator.isOne(in: 2) ? price() : nil
        self.price = price()
        branches = list { branch(2) }
        time =
            generator.isOne(in: 3)
            ? nil
            : Timestamp(
                seconds: Int64(generator.int(in: -62_135_596_800...253_402_300_799)),
                nanoseconds: generator.element(
                    of: [0, 1, 1000, 120_000_000, 5_000_000, 999_999_999]))
        let sign: Int64 = generator.isOne(in: 2) ? 1 : -1
        span =
            generator.isOne(in: 3)
            ? nil
            : WireDuration(
                seconds: sign
                    * Int64(generator.int(in: 0...3) * generator.int(in: 0...99_999_999_999)),
                nanoseconds: Int32(sign)
                    * generator.element(of: [0, 1, 1000, 120_000_000, 5_000_000, 999_999_999]))
        switch generator.int(in: 0..<6) {
        case 0: packed = AnyMessage(price())
        case 1: packed = AnyMessage(branch(2))
        case 2: packed = time.map { AnyMessage($0) }
        case 3: packed = span.map { AnyMessage($0) }
        case 4: packed = AnyMessage(AnyMessage(price()))
        default: break
        }
    }
}
